// The goroutine format's knowledge: complete, sourced, plain data; and the rows at rest hide no real block.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readHeader } from '../../server/src/core/formats/goroutine/header.js';
import { goroutine } from '../../server/src/core/formats/goroutine/index.js';
import { ARGUMENTS } from '../../server/src/core/formats/goroutine/knowledge/arguments.js';
import { EVIDENCE, PROBLEMS, UNHELD } from '../../server/src/core/formats/goroutine/knowledge/evidence.js';
import { FRAMES } from '../../server/src/core/formats/goroutine/knowledge/frames.js';
import { FUNCTIONS } from '../../server/src/core/formats/goroutine/knowledge/functions.js';
import { HEADERS } from '../../server/src/core/formats/goroutine/knowledge/headers.js';
import { IDLE, IDLE_CALLS, IDLE_STATES, NEVER_IDLE } from '../../server/src/core/formats/goroutine/knowledge/idle.js';
import { STATES } from '../../server/src/core/formats/goroutine/knowledge/states.js';
import { WAITS } from '../../server/src/core/formats/goroutine/knowledge/waits.js';
import { plainName } from '../../server/src/core/formats/goroutine/suffix.js';
import type { Trace, WaitKind } from '../../server/src/core/trace/trace.js';

const root = join(import.meta.dirname, '../..');
const format = join(root, 'server/src/core/formats/goroutine');

const filesIn = (folder: string, ends: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ends))
    .map((name) => join(folder, name));

const parse = (text: string, name = 'dump.txt'): Trace => goroutine.parse(text, name);

/** Real and hand-written dumps that come with the project. */
const dumps: readonly Trace[] = [
  ...filesIn(join(format, 'samples'), ''),
  ...filesIn(join(root, 'test/fixtures/goroutine'), '.txt'),
  ...filesIn(join(root, 'samples'), '.log'),
]
  .filter((path) => /\.(?:txt|log)$/.test(path))
  .map((path) => parse(readFileSync(path, 'utf8'), path));

/** The tables, by file: everything in `knowledge/` but the index, which finds rows in them. */
const tables = await Promise.all(
  filesIn(join(format, 'knowledge'), '.ts')
    .filter((path) => !path.endsWith('index.ts'))
    .map(async (path) => ({
      path: path.slice(format.length),
      tables: (await import(path)) as Record<string, unknown>,
    })),
);

/** What Go 1.4 to 1.27 put into the brackets, as far as it is more than a mark. */
const PRINTED_STATES = [
  // gStatusStrings
  ...['idle', 'runnable', 'running', 'syscall', 'waiting', 'dead', 'enqueue', 'copystack', 'preempted', 'leaked'],
  ...['waiting for cgo callback', '???'],
  ...['scan', 'scanrunnable', 'scanrunning', 'scansyscall', 'scanwaiting', 'scandead', 'scanenqueue'],
  // waitReasonStrings
  ...['', 'GC assist marking', 'GC assist wait', 'GC sweep wait', 'GC scavenge wait', 'GC worker (idle)'],
  ...['GC worker (active)', 'GC mark termination', 'GC weak to strong wait', 'IO wait', 'chan receive', 'chan send'],
  ...[
    'chan receive (nil chan)',
    'chan send (nil chan)',
    'debug call',
    'dumping heap',
    'finalizer wait',
    'cleanup wait',
  ],
  ...['force gc (idle)', 'GOMAXPROCS updater (idle)', 'garbage collection', 'garbage collection scan', 'panicwait'],
  ...['select', 'select (no cases)', 'semacquire', 'sleep', 'sync.Cond.Wait', 'sync.Mutex.Lock', 'sync.RWMutex.Lock'],
  ...['sync.RWMutex.RLock', 'sync.WaitGroup.Wait', 'timer goroutine (idle)', 'trace reader (blocked)'],
  ...['wait for GC cycle', 'stopping the world', 'flushing proc caches', 'page trace flush', 'trace goroutine status'],
  ...['trace proc status', 'coroutine', 'synctest.Run', 'synctest.Wait', 'chan receive (durable)'],
  ...['chan send (durable)', 'select (durable)', 'sync.WaitGroup.Wait (durable)', 'chan receive (synctest)'],
  ...['chan send (synctest)', 'select (synctest)', 'stack growth', 'Concurrent GC wait', 'mark wait (idle)'],
];

const WAIT_KINDS: readonly WaitKind[] = [
  ...(['mutex', 'rwmutex-read', 'rwmutex-write', 'waitgroup', 'cond', 'chan-send', 'chan-receive'] as const),
  ...(['select', 'io', 'sleep', 'rpc', 'dbus', 'child', 'syscall'] as const),
];

describe('articles', () => {
  it.each(PRINTED_STATES)('has one for the state [%s]', (state) => {
    const header = readHeader(`goroutine 5 [${state}, 3 minutes]:`);
    expect(header).toBeDefined();
    expect(goroutine.article({ kind: 'state', name: header!.state })).toBeDefined();
    for (const mark of header!.marks) expect(goroutine.article({ kind: 'header', name: mark })).toBeDefined();
  });

  it('has one for every kind of wait', () => {
    expect(Object.keys(WAITS).sort()).toEqual([...WAIT_KINDS].sort());
    for (const kind of WAIT_KINDS) expect(goroutine.article({ kind: 'wait', name: kind })).toBe(WAITS[kind]);
  });

  it('has one for everything that the real dumps mention, unknown functions apart', () => {
    const missing = new Set<string>();
    for (const trace of dumps)
      for (let section = 0; section < trace.sections.length; section++)
        for (const { topic } of trace.inside(section).mentions)
          if (topic && topic.kind !== 'function' && !goroutine.article(topic))
            missing.add(`${topic.kind} ${topic.name}`);
    expect([...missing]).toEqual([]);
  });

  it('has one for every wait, reason and problem of the real dumps', () => {
    const missing = new Set<string>();
    const need = (kind: string, name: string): void => {
      if (!goroutine.article({ kind, name })) missing.add(`${kind} ${name}`);
    };
    for (const trace of dumps) {
      for (const wait of trace.facts.waits) need(wait.topic.kind, wait.topic.name);
      for (const hold of trace.facts.holds) for (const { rule } of hold.evidence) need('evidence', rule);
      for (const { reason } of trace.facts.unheld) need('unheld', reason);
      for (const { code } of trace.problems) need('problem', code);
    }
    expect([...missing]).toEqual([]);
  });

  it('has one for every rule, reason and problem that the code names', () => {
    const code = filesIn(format, '.ts')
      .filter((path) => !path.includes('knowledge'))
      .map((path) => readFileSync(path, 'utf8'))
      .join('\n');
    const named = (pattern: RegExp): string[] => [...code.matchAll(pattern)].map((found) => found[1]!);
    const table = /const RULE\b[^=]*= \{([^}]*)\}/.exec(code)?.[1] ?? '';
    const rules = [
      ...named(/\brule: '([\w-]+)'/g),
      ...named(/\bsay\('([\w-]+)'/g),
      ...[...table.matchAll(/: '([\w-]+)'/g)].map((found) => found[1]!),
    ];
    expect(rules.length).toBeGreaterThan(15);
    for (const rule of rules) expect(Object.keys(EVIDENCE)).toContain(rule);
    for (const reason of named(/\breason: '([\w-]+)'/g)) expect(Object.keys(UNHELD)).toContain(reason);
    for (const problem of named(/\bcode: '([\w-]+)'/g)) expect(Object.keys(PROBLEMS)).toContain(problem);
  });

  it('fills every place of the evidence that is found', () => {
    const seen = new Set<string>();
    for (const trace of dumps)
      for (const hold of trace.facts.holds)
        for (const { rule, values } of hold.evidence) {
          seen.add(rule);
          const places = [...EVIDENCE[rule]!.text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]!);
          for (const place of places) {
            expect(values, rule).toHaveProperty(place);
            expect(values[place], `{${place}} of ${rule}`).not.toBe('');
          }
        }
    expect(seen.size).toBeGreaterThan(8);
  });

  it('knows nothing of names that are no rows', () => {
    for (const kind of ['state', 'header', 'frame', 'argument', 'function', 'idle', 'wait', 'evidence', 'constructor'])
      for (const name of ['constructor', '__proto__', 'toString', 'no such thing'])
        expect(goroutine.article({ kind, name }), `${kind} ${name}`).toBeUndefined();
  });
});

describe('functions', () => {
  it.each([
    ['github.com/docker/docker/daemon.(*Daemon).ContainerExecStart', /docker exec/],
    ['github.com/moby/moby/v2/daemon.(*Daemon).containerStart', /starts a container/],
    ['github.com/docker/docker/vendor/google.golang.org/grpc.invoke', /gRPC call/],
    ['internal/sync.(*Mutex).lockSlow', /waits for a mutex/],
    ['sync.(*Mutex).lockSlow', /waits for a mutex/],
    ['github.com/containerd/containerd/v2/core/runtime/v2.(*process).Start', /start an exec/],
    ['github.com/containerd/fifo.openFifo.func2', /named pipe/],
    ['k8s.io/kubernetes/pkg/kubelet/pleg.(*GenericPLEG).relist', /PLEG/],
  ])('explains %s', (name, title) => {
    expect(goroutine.article({ kind: 'function', name })?.title).toMatch(title);
  });

  it('takes the longest end', () => {
    expect(goroutine.article({ kind: 'function', name: 'internal/poll.runtime_pollWait' })?.text).toMatch(/pipe/);
    expect(goroutine.article({ kind: 'function', name: 'net.runtime_pollWait' })?.text).toMatch(/Go up to 1.8/);
  });

  it('does not match inside a word, nor a closure for its function', () => {
    expect(goroutine.article({ kind: 'function', name: 'example.com/mygrpc.invoke' })).toBeUndefined();
    expect(goroutine.article({ kind: 'function', name: 'example.com/nosync.(*Mutex).lockSlow' })).toBeUndefined();
    expect(
      goroutine.article({ kind: 'function', name: 'github.com/docker/docker/daemon.(*Daemon).containerStart.func2' }),
    ).toBeUndefined();
  });

  it('takes closure numbers off', () => {
    expect(plainName('a/b.(*T).Run.func2.1')).toBe('a/b.(*T).Run.func');
    expect(plainName('a/b.(*T).Run.gowrap3')).toBe('a/b.(*T).Run.func');
    expect(plainName('a/b.func·025')).toBe('a/b.func');
    expect(plainName('a/b.(*T).handle-fm')).toBe('a/b.(*T).handle.func');
    expect(plainName('a/b/v2.(*T).Run')).toBe('a/b/v2.(*T).Run');
    expect(plainName('a/b.base64')).toBe('a/b.base64');
  });
});

describe('tables', () => {
  it('are plain data, and each row names its source', () => {
    expect(tables.length).toBeGreaterThan(15);
    const walk = (value: unknown, at: string): void => {
      expect(typeof value, at).toMatch(/^(?:string|number|boolean|object)$/);
      if (typeof value !== 'object' || value === null) return;
      const row = value as Record<string, unknown>;
      if ('text' in row || 'ends' in row || 'has' in row || 'state' in row || 'takers' in row)
        expect(row.source, `${at} has a source`).toMatch(/\S/);
      for (const key of Object.keys(row)) walk(row[key], `${at}.${key}`);
    };
    for (const { path, tables: exported } of tables)
      for (const name of Object.keys(exported)) walk(exported[name], `${path} ${name}`);
  });

  it('have whole articles', () => {
    const groups = { STATES, HEADERS, FRAMES, ARGUMENTS, IDLE, WAITS, EVIDENCE, UNHELD, PROBLEMS };
    for (const [group, articles] of Object.entries(groups))
      for (const [name, { title, text, next }] of Object.entries(articles)) {
        const at = `${group} ${name}`;
        expect(title, at).toMatch(/\S.*[^.]$/);
        // Evidence is a clause behind *for:* or *against:*, everything else sentences.
        expect(text, at).toMatch(group === 'EVIDENCE' ? /^[a-z`].*[^.]$/ : /[.)]$/);
        if (next !== undefined) expect(next, at).toMatch(/[.?]\)?$/);
      }
    for (const { ends, title, text } of FUNCTIONS) {
      expect(title, ends).toMatch(/\S.*[^.]$/);
      expect(text, ends).toMatch(/\.\)?$/);
    }
  });

  it('are Markdown without accidents: what could be structure stands in code spans', () => {
    const groups = [STATES, HEADERS, FRAMES, ARGUMENTS, IDLE, WAITS, EVIDENCE, UNHELD, PROBLEMS];
    const articles = groups.flatMap((group) => Object.values(group));
    for (const { title, text, next } of [...articles, ...FUNCTIONS])
      for (const words of [title, text, next ?? '']) {
        expect((words.match(/`/g) ?? []).length % 2, words).toBe(0);
        expect(words.replace(/`[^`]*`/g, ''), words).not.toMatch(/[<>*_[\]&\\]|https?:/);
      }
  });

  it('have no two rows for one thing', () => {
    const twice = (keys: readonly string[]): string[] => keys.filter((key, at) => keys.indexOf(key) !== at);
    expect(twice(FUNCTIONS.map((row) => row.ends))).toEqual([]);
    expect(twice(NEVER_IDLE.map((row) => row.ends))).toEqual([]);
    expect(twice(IDLE_STATES.map((row) => row.state))).toEqual([]);
    expect(twice(IDLE_CALLS.map((row) => [row.ends, row.calling, row.within].join(' ')))).toEqual([]);
  });

  it('name ends as the lookup compares them', () => {
    for (const { ends } of [...FUNCTIONS, ...IDLE_CALLS, ...NEVER_IDLE]) {
      expect(plainName(ends), ends).toBe(ends);
      expect(ends, ends).toMatch(/^[\w(*/.-]+[\w.)[\]*/-]*$/);
    }
  });

  it('use every kind of rest, and explain each', () => {
    const used = new Set([...IDLE_CALLS, ...IDLE_STATES].map((row) => row.why));
    expect([...used].sort()).toEqual(Object.keys(IDLE).sort());
  });
});

/** One goroutine of these frames, innermost first; what its wait is. */
function waitOf(state: string, ...frames: string[]): { state: string; why: string; kind: string } | undefined {
  const lines = frames.map((name, at) => `${name}(0x1)\n\t/src/file.go:${at + 1} +0x1`);
  const [wait] = parse(`goroutine 5 [${state}]:\n${lines.join('\n')}\n`).facts.waits;
  return wait && { state: wait.state, why: wait.topic.kind === 'idle' ? wait.topic.name : '', kind: wait.kind };
}

const POLL = ['internal/poll.runtime_pollWait', 'internal/poll.(*FD).Read', 'net.(*netFD).Read', 'net.(*conn).Read'];
const WRITE = [
  'internal/poll.runtime_pollWait',
  'internal/poll.(*FD).Write',
  'net.(*netFD).Write',
  'net.(*conn).Write',
];

describe('waits at rest', () => {
  it.each<[string, string, string[]]>([
    ['signal loop', 'syscall', ['os/signal.signal_recv', 'os/signal.loop']],
    ['accept loop', 'IO wait', ['internal/poll.(*FD).Accept', 'net.(*netFD).accept', 'net/http.(*Server).Serve']],
    [
      'next request',
      'IO wait',
      [...POLL, 'bufio.(*Reader).ReadLine', 'net/http.(*conn).readRequest', 'net/http.(*conn).serve'],
    ],
    ['next request', 'IO wait', [...POLL, 'bufio.(*Reader).fill', 'bufio.(*Reader).Peek', 'net/http.(*conn).serve']],
    ['periodic work', 'chan receive', ['github.com/docker/docker/daemon.(*Daemon).execCommandGC']],
    [
      'periodic work',
      'select',
      ['k8s.io/apimachinery/pkg/util/wait.BackoffUntil', 'k8s.io/apimachinery/pkg/util/wait.JitterUntil'],
    ],
    ['rpc connection', 'select', ['a/vendor/google.golang.org/grpc/internal/transport.(*controlBuffer).get']],
    [
      'rpc connection',
      'semacquire',
      ['sync.runtime_Semacquire', 'sync.(*WaitGroup).Wait', 'x/ttrpc.(*Client).run.func2'],
    ],
    [
      'output copy',
      'IO wait',
      ['os.(*File).Read', 'io.copyBuffer', 'c/pkg/process.copyPipes.func1.1', 'c/pkg/process.copyPipes.func1'],
    ],
    [
      'event subscription',
      'select',
      ['google.golang.org/grpc.(*clientStream).RecvMsg', 'c/api/services/events/v1.(*eventsSubscribeClient).Recv'],
    ],
    ['parked for good', 'select (no cases)', ['main.main']],
    [
      'event queue',
      'sync.Cond.Wait',
      ['sync.runtime_notifyListWait', 'sync.(*Cond).Wait', 'github.com/docker/go-events.(*Queue).next'],
    ],
  ])('%s: [%s] %j', (why, state, frames) => {
    expect(waitOf(state, ...frames)).toMatchObject({ state: 'idle', why });
  });

  it.each<[string, string, string[]]>([
    [
      'a request that is being served',
      'select',
      ['main.(*T).get', 'net/http.HandlerFunc.ServeHTTP', 'net/http.(*conn).serve'],
    ],
    ['a handler that peeks', 'IO wait', [...POLL, 'bufio.(*Reader).Peek', 'main.handle', 'net/http.(*conn).serve']],
    [
      'a loop that does its work',
      'chan send',
      [
        'main.send',
        'k8s.io/apimachinery/pkg/util/wait.JitterUntil.func1',
        'k8s.io/apimachinery/pkg/util/wait.JitterUntil',
      ],
    ],
    [
      'a periodic loop in a remote call',
      'select',
      ['x/ttrpc.(*Client).dispatch', 'github.com/docker/docker/daemon.(*Daemon).execCommandGC'],
    ],
    ['a copy that can’t write', 'IO wait', ['os.(*File).Write', 'io.copyBuffer', 'c/pkg/process.copyPipes.func1.1']],
    ['a connection that can’t write', 'IO wait', [...WRITE, 'github.com/hashicorp/yamux.(*Session).sendLoop']],
    ['a read of a peer inside a call', 'select', ['github.com/hashicorp/yamux.(*Stream).Read', 'main.call']],
    ['the terminal that runc should send', 'IO wait', ['net.(*netFD).accept', 'x/go-runc.(*Socket).ReceiveMaster']],
    ['a signal that nobody takes', 'chan send', ['github.com/godbus/dbus.(*Conn).inWorker']],
    ['an empty select that is not main’s', 'select (no cases)', ['main.work']],
    ['an exit that is kept back', 'chan receive', ['c/runtime/v2/runc/task.(*service).handleInitExit.func1']],
  ])('is not: %s', (_, state, frames) => {
    expect(waitOf(state, ...frames)).toMatchObject({ state: 'blocked', why: '' });
  });

  it('never is a wait for a lock', () => {
    const lock = ['sync.runtime_SemacquireMutex', 'sync.(*Mutex).lockSlow', 'sync.(*Mutex).Lock'];
    expect(waitOf('sync.Mutex.Lock', ...lock, 'github.com/docker/docker/daemon.(*Daemon).execCommandGC')).toMatchObject(
      {
        kind: 'mutex',
        state: 'blocked',
      },
    );
  });
});

describe('calls to other processes', () => {
  it.each<[WaitKind, string, string[]]>([
    [
      'rpc',
      'select',
      ['a/vendor/google.golang.org/grpc/transport.(*Stream).Header', 'a/vendor/google.golang.org/grpc.recvResponse'],
    ],
    ['rpc', 'select', ['github.com/containerd/ttrpc.(*Client).dispatch', 'main.work']],
    ['rpc', 'select', ['net/http.(*persistConn).roundTrip', 'main.work']],
    ['dbus', 'chan receive', ['github.com/godbus/dbus/v5.(*Object).Call', 'main.work']],
    ['dbus', 'chan receive', ['a/vendor/github.com/godbus/dbus.(*Object).Call', 'main.work']],
    [
      'child',
      'syscall',
      ['syscall.Syscall6', 'os.(*Process).blockUntilWaitable', 'os.(*Process).wait', 'os/exec.(*Cmd).Wait'],
    ],
    ['child', 'chan receive', ['c/sys/reaper.(*Monitor).Wait', 'github.com/containerd/go-runc.(*Runc).Exec']],
    ['chan-receive', 'chan receive', ['github.com/godbus/dbus.(*Conn).outWorker']],
    ['sleep', 'sleep', ['time.Sleep', 'net/http.(*Client).do']],
  ])('%s: [%s] %j', (kind, state, frames) => {
    expect(waitOf(state, ...frames)?.kind).toBe(kind);
  });
});

describe('samples', () => {
  it.each(readdirSync(join(format, 'samples')))('%s is recognised and read', (name) => {
    const text = readFileSync(join(format, 'samples', name), 'utf8');
    expect(text.length).toBeLessThan(3000);
    expect(goroutine.detect(text)).toBeGreaterThan(0.5);
    const trace = parse(text, name);
    expect(trace.sections.length).toBeGreaterThan(1);
    // That a profile has counts only is a limit of it, not a line that could not be read.
    expect(trace.problems.filter(({ code }) => code !== 'counts-only')).toEqual([]);
    expect(trace.facts.waits.length).toBeGreaterThan(0);
  });
});
