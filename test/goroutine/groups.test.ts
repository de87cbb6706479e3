// Profiles with counts of equal stacks: who may hold a lock, where only one group fits; calls that wait; the chain through them.

import { describe, expect, it } from 'vitest';
import { parseText } from '../../server/src/core/formats/index.js';
import { buildGraph } from '../../server/src/core/investigation/graph.js';
import { investigationJson } from '../../server/src/core/investigation/json.js';
import { storyChain } from '../../server/src/core/investigation/phrases.js';
import { verdict } from '../../server/src/core/investigation/report.js';

const DOCKER = 'github.com/docker/docker/';
const GRPC = `${DOCKER}vendor/google.golang.org/grpc`;

/** A group of a profile: how many goroutines, and their frames from the top. */
const group = (count: number, ...frames: string[]): string =>
  `${count} @ ${frames.map((_, at) => `0x4${at}0001`).join(' ')}\n` +
  `${frames.map((frame, at) => `#\t0x4${at}0000\t${frame.replace(' ', '+0x10\t/go/src/x/')}`).join('\n')}\n`;

const profile = (...groups: string[]): string => `goroutine profile: total 99\n${groups.join('\n')}\n`;

const LOCK = ['sync.runtime_SemacquireMutex sema.go:71', 'sync.(*Mutex).Lock mutex.go:134'];
const RLOCK = ['sync.runtime_Semacquire sema.go:56', 'sync.(*RWMutex).RLock rwmutex.go:50'];
const INSPECT = `${DOCKER}daemon.(*Daemon).ContainerInspectCurrent`;
const HANDLER = `${DOCKER}api/server/router/container.(*containerRouter)`;

const waiters = group(500, ...LOCK, `${INSPECT} inspect.go:1040`, `${HANDLER}.getContainersByName inspect.go:1`);
const inspect = group(
  1,
  ...RLOCK,
  `${DOCKER}daemon/exec.(*Store).List exec.go:1`,
  `${DOCKER}container.(*Container).GetExecIDs container.go:1`,
  `${DOCKER}daemon.(*Daemon).getInspectData inspect.go:1`,
  `${INSPECT} inspect.go:1042`,
);
const call = (...top: string[]): string[] => [
  ...top,
  `${GRPC}.(*clientStream).RecvMsg stream.go:1`,
  `${GRPC}.invoke call.go:1`,
  `${DOCKER}vendor/github.com/containerd/containerd/api/services/tasks/v1.(*tasksClient).Start tasks.pb.go:1`,
  `${DOCKER}daemon.(*Daemon).ContainerExecStart exec.go:1`,
];
const exec = group(1, ...call(`${GRPC}/transport.(*Stream).waitOnHeader transport.go:1`));
const served = group(
  1,
  'github.com/containerd/ttrpc.(*Client).dispatch client.go:1',
  'github.com/containerd/ttrpc.(*Client).Call client.go:1',
  'github.com/containerd/containerd/runtime/v1/shim/v1.(*shimClient).Start shim.pb.go:1',
  'github.com/containerd/containerd/api/services/tasks/v1._Tasks_Start_Handler tasks.pb.go:1',
);

const factsOf = (text: string) => parseText(text, 'dockerd.txt')[0]!.facts;
const holders = (text: string) =>
  factsOf(text)
    .holds.filter(({ of }) => of.startsWith('lock:'))
    .map(({ section, of, confidence, only }) => [section, /\w+(?=@)/.exec(of)?.[0], confidence, only]);

describe('the holder of a lock that a profile shows', () => {
  it('is possibly the only group in a call that is known to hold it', () => {
    expect(holders(profile(waiters, inspect, exec))).toEqual([
      [1, 'ContainerInspectCurrent', 'possible', true],
      [2, 'List', 'possible', true],
    ]);
  });

  it('is nobody where two groups fit, or a group of several', () => {
    const other = group(1, 'time.Sleep sleep.go:1', `${DOCKER}daemon.(*Daemon).containerStart start.go:1`);
    expect(holders(profile(waiters, inspect, other))).toEqual([]);
    expect(holders(profile(waiters, inspect.replace('1 @', '2 @')))).toEqual([]);
  });

  it('is nobody by its type or package alone', () => {
    const near = group(1, 'time.Sleep sleep.go:1', `${DOCKER}daemon.(*Daemon).ContainerList list.go:1`);
    const text = profile(waiters, near);
    expect(holders(text)).toEqual([]);
    expect(factsOf(text).unheld.map(({ reason }) => reason)).toEqual(['counts-only']);
  });
});

describe('a call to another program in a profile', () => {
  const waits = (text: string) => factsOf(text).waits.map(({ kind, on }) => `${kind} ${on}`);

  it('waits for its answer, though the runtime’s frames are left out', () => {
    expect(waits(profile(exec))).toEqual(['rpc rpc:Tasks/Start']);
  });

  it('is not claimed to wait where another function runs in it', () => {
    expect(waits(profile(group(1, ...call('main.decode main.go:1'))))).toEqual([]);
  });
});

it('a story goes on from profile to profile, and says possibly at each step', () => {
  const graph = buildGraph(
    [profile(waiters, inspect, exec), profile(served)].flatMap((text, at) => parseText(text, `${at}.txt`)),
  );
  const start = graph.traces[0]!.facts.waits[0]!.waiter;
  const { links, cycleAt } = storyChain(graph, start);
  expect(links.map(({ wait }) => wait?.wait.kind)).toEqual(['mutex', 'rwmutex-read', 'rpc', 'rpc']);
  expect(cycleAt).toBe(-1);
  expect(graph.chain(start).links).toHaveLength(1);
  expect(verdict(graph)).toContain('501 goroutines are possibly stuck behind');
  const { chains } = investigationJson(graph) as { chains: { possibly?: boolean }[][] };
  expect(chains.map((links) => links.map(({ possibly }) => possibly))).toEqual([[undefined, true, true]]);
});
