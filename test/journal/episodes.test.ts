// What a log means is the same in every version's wording and in every wrapper.

import { describe, expect, test } from 'vitest';
import { detectFormat } from '../../server/src/core/formats/index.js';
import { journal } from '../../server/src/core/formats/journal/index.js';
import { said } from '../../server/src/core/text/l10n.js';
import type { Episode } from '../../server/src/core/trace/trace.js';
import {
  at,
  type Clock,
  clockText,
  dateText,
  goText,
  type Line,
  line,
  plus,
  skipLine,
  VERSIONS,
  WRAPPERS,
} from './make.js';

const BACKOFF = [0, 100, 300, 700, 1500, 3100, 6300, 11_300, 16_300];

const ordinary = (clock: Clock, pid = 1174): Line =>
  line(
    clock,
    'I',
    'reconciler.go:224',
    '"operationExecutor.MountVolume started for volume \\"token\\"" pod="shop/till-0"',
    pid,
  );

/** A relist that hangs at 16:18:22.376, told from 3 minutes and 4 s later on. */
function hang(version: (typeof VERSIONS)[number]): Line[] {
  const relist = at('16:18:22.376540');
  const age = (ms: number): string =>
    `PLEG is not healthy: pleg was last seen active ${goText(ms)} ago; threshold is 3m0s`;
  const lines = [ordinary(plus(relist, -4000)), ordinary(plus(relist, 60_000))];
  for (const step of BACKOFF)
    lines.push(skipLine(version, plus(relist, 184_135.72 + step), [age(184_135.72 + step - 0.03)]));
  return lines;
}

const episodes = (text: string): readonly Episode[] => {
  const format = detectFormat(text);
  expect(format?.id).toBe('kubelet-journal');
  return format!.parse(text, 'x').facts.episodes!;
};

const stamp = (clock: Clock): string => `${dateText(clock)} ${clockText(clock, 3)}`;
const near = (a: string | undefined, b: string): boolean =>
  a !== undefined && a.slice(0, 13) === b.slice(0, 13) && Math.abs(Number(a.slice(11)) - Number(b.slice(11))) <= 0.002;

describe('a relist that hangs', () => {
  for (const version of VERSIONS)
    for (const [name, wrap] of Object.entries(WRAPPERS))
      test(`${version.name}, ${name}`, () => {
        const found = episodes(wrap(hang(version)));
        expect(found).toHaveLength(1);
        const [episode] = found;
        expect(episode).toMatchObject({ kind: 'stale', outage: true, count: BACKOFF.length, thresholdSeconds: 180 });
        expect(near(episode!.lastRelist, '1008 16:18:22.376'), episode!.lastRelist).toBe(true);
        expect(near(episode!.from, stamp(plus(at('16:18:22.376540'), 184_135.72))), episode!.from).toBe(true);
      });

  test('both reasons in one line, in each version', () => {
    for (const version of VERSIONS) {
      const clock = at('11:05:06.003645', '0925');
      const text = WRAPPERS.short!([
        skipLine(version, clock, [
          'container runtime is down',
          'PLEG is not healthy: pleg was last seen active 21m18.877402888s ago; threshold is 3m0s',
        ]),
      ]);
      expect(episodes(text)).toMatchObject([{ kind: 'stale', outage: true, lastRelist: '0925 10:43:47.126' }]);
    }
  });

  test('over midnight and New Year', () => {
    const text = WRAPPERS.short!([
      skipLine(VERSIONS[5]!, at('00:01:10.500000', '0101'), [
        'PLEG is not healthy: pleg was last seen active 3m0.25s ago; threshold is 3m0s',
      ]),
    ]);
    expect(episodes(text)).toMatchObject([{ lastRelist: '1231 23:58:10.250' }]);
  });

  test('a line that was held up on its way into the log is none of another outage', () => {
    const version = VERSIONS[4]!;
    const relist = at('16:18:22.376540');
    const told = (sinceRelist: number, late: number): Line =>
      skipLine(version, plus(relist, sinceRelist + late), [
        `PLEG is not healthy: pleg was last seen active ${goText(sinceRelist)} ago; threshold is 3m0s`,
      ]);
    const text = WRAPPERS.short!([
      told(184_000, 0),
      told(189_000, 2400),
      told(194_000, 0),
      told(199_000, 1500),
      told(204_000, 0),
      // A relist ended in between.
      skipLine(version, plus(relist, 700_000), [
        'PLEG is not healthy: pleg was last seen active 3m2s ago; threshold is 3m0s',
      ]),
    ]);
    expect(episodes(text)).toMatchObject([
      { kind: 'stale', count: 5, lastRelist: '1008 16:18:22.376' },
      { kind: 'stale', count: 1, lastRelist: '1008 16:27:00.376' },
    ]);
  });

  test('the last relist of another outage is another episode', () => {
    const version = VERSIONS[4]!;
    const lines: Line[] = [];
    for (let round = 0; round < 4; round++) {
      const relist = plus(at('09:00:00.125'), round * 240_000);
      for (const step of [180_900, 181_000, 181_200, 181_600, 186_600, 200_000, 239_000])
        lines.push(
          skipLine(version, plus(relist, step), [
            `PLEG is not healthy: pleg was last seen active ${goText(step)} ago; threshold is 3m0s`,
          ]),
        );
    }
    const found = episodes(WRAPPERS.short!(lines));
    expect(found.map(({ lastRelist }) => lastRelist)).toEqual([
      '1008 09:00:00.125',
      '1008 09:04:00.125',
      '1008 09:08:00.125',
      '1008 09:12:00.125',
    ]);
    const notes = journal.parse(WRAPPERS.short!(lines), 'x').facts.notes!.filter((note) => note.about === 'outage');
    expect(notes).toHaveLength(1);
    expect(said(notes[0]!.values.flaps!)).toBe('4 times, every 240 s');
  });

  test('digits that a terminal broke apart', () => {
    const text =
      'Oct 08 16:21:22 node-3 kubelet[1174]: I1008 16:21:22.702779    1174 kubelet.go:1799] skipping pod synchronization - [PLEG is not healthy: pleg was last seen active 3m0.32           6239s ago; threshold is 3m0s]\n';
    expect(episodes(text)).toMatchObject([{ kind: 'stale', lastRelist: '1008 16:18:22.376' }]);
  });

  test('lines that a terminal broke apart', () => {
    const text = `Oct 08 16:21:22 node-3 kubelet[1174]: E1008 16:21:22.702779    1174 kubelet.go:2412] "Skipping pod syn
chronization" err="PLEG is not healthy: pleg was last seen active 3m0.326239s ago; threshold is 3m0s"
Oct 08 16:21:22 node-3 kubelet[1174]: E1008 16:21:22.802779    1174 kubelet.go:2412] "Skipping pod synchronization" err="PLEG is not healthy: pleg was last seen act
ive 3m0.426239s ago; threshold is 3m0s"
`;
    expect(episodes(text)).toMatchObject([{ kind: 'stale', lastRelist: '1008 16:18:22.376' }]);
  });

  test('goes on at the end of the text, or is over', () => {
    const lines = hang(VERSIONS[5]!);
    expect(episodes(WRAPPERS.klog!(lines))[0]!.to).toBeUndefined();
    const quiet = [...lines, ordinary(plus(lines.at(-1)!.clock, 20_000))];
    expect(episodes(WRAPPERS.klog!(quiet))[0]!.to).toBe(stamp(lines.at(-1)!.clock));
    const ready = plus(lines.at(-1)!.clock, 2000);
    const over = [
      ...lines,
      line(
        ready,
        'I',
        'kubelet_node_status.go:696',
        '"Recording event message for node" node="node-3" event="NodeReady"',
      ),
    ];
    expect(episodes(WRAPPERS.klog!(over))[0]!.to).toBe(stamp(ready));
  });

  for (const [name, wrap] of Object.entries(WRAPPERS))
    test(`is over where the kubelet goes on without it, ${name}`, () => {
      const lines = hang(VERSIONS[5]!);
      const last = stamp(lines.at(-1)!.clock);
      const [episode] = episodes(wrap([...lines, ordinary(plus(lines.at(-1)!.clock, 20_000))]));
      expect(near(episode!.to, last), episode!.to).toBe(true);
      const [open] = episodes(wrap([...lines, ordinary(plus(lines.at(-1)!.clock, 1000))]));
      expect(open!.to).toBeUndefined();
    });

  test('the condition alone tells it', () => {
    for (const condition of [
      '{Type:Ready Status:False LastHeartbeatTime:2024-10-08 16:21:22.702 +0000 UTC m=+8812.1 LastTransitionTime:2024-10-08 16:21:22.702 +0000 UTC m=+8812.1 Reason:KubeletNotReady Message:PLEG is not healthy: pleg was last seen active 3m0.326239s ago; threshold is 3m0s}',
      '{"type":"Ready","status":"False","lastHeartbeatTime":"2024-10-08T16:21:22Z","lastTransitionTime":"2024-10-08T16:21:22Z","reason":"KubeletNotReady","message":"PLEG is not healthy: pleg was last seen active 3m0.326239s ago; threshold is 3m0s"}',
    ]) {
      const text = WRAPPERS.short!([
        line(
          at('16:21:22.702779'),
          'I',
          'setters.go:552',
          `"Node became not ready" node="node-3" condition=${condition}`,
        ),
      ]);
      expect(episodes(text)).toMatchObject([{ kind: 'stale', outage: true, lastRelist: '1008 16:18:22.376' }]);
    }
  });

  test('the description of a node', () => {
    const text = `Name:               node-3
Conditions:
  Type             Status  LastHeartbeatTime                 LastTransitionTime                Reason                       Message
  ----             ------  -----------------                 ------------------                ------                       -------
  MemoryPressure   False   Tue, 08 Oct 2024 16:21:22 +0800   Tue, 08 Oct 2024 10:00:00 +0800   KubeletHasSufficientMemory   kubelet has sufficient memory available
  Ready            False   Tue, 08 Oct 2024 16:21:22 +0800   Tue, 08 Oct 2024 16:21:22 +0800   KubeletNotReady              PLEG is not healthy: pleg was last seen active 3m0s ago; threshold is 3m0s
`;
    expect(episodes(text)).toMatchObject([{ kind: 'stale', outage: true, lastRelist: '1008 16:18:22.000' }]);
    const well = text
      .replace('Ready            False', 'Ready            True ')
      .replace(/PLEG is.*/, 'kubelet is posting ready status');
    expect(journal.parse(well, 'x').facts.episodes).toEqual([]);
  });

  test('a line that a pager cut tells the kind, and no instant', () => {
    const text =
      'Oct 08 16:21:22 node-3 kubelet[1174]: E1008 16:21:22.702779    1174 kubelet.go:2412] "Skipping pod synchronization" err="PLEG is not healthy: pleg was last se>\n';
    const [episode] = episodes(text);
    expect(episode).toMatchObject({ kind: 'stale', outage: true });
    expect(episode!.lastRelist).toBeUndefined();
  });
});

const start = (clock: Clock): Line[] => [
  line(clock, 'I', 'server.go:487', '"Kubelet version" kubeletVersion="v1.29.2"'),
  line(plus(clock, 200), 'I', 'kubelet.go:2329', '"Starting kubelet main sync loop"'),
];

describe('what is no outage', () => {
  test('the first moments, in each version', () => {
    for (const version of VERSIONS)
      for (const [name, wrap] of Object.entries(WRAPPERS)) {
        const clock = at('07:00:00.000');
        const never = 'PLEG is not healthy: pleg has yet to be successful';
        const checking = 'container runtime status check may not have completed yet';
        const text = wrap([
          ...start(clock),
          skipLine(version, plus(clock, 210), [checking, never]),
          skipLine(version, plus(clock, 310), [checking]),
          ordinary(plus(clock, 30_000)),
        ]);
        const found = episodes(text);
        expect(
          found.map(({ kind }) => kind),
          `${version.name} ${name}`,
        ).toEqual(['never-relisted']);
        expect(found[0]!.outage).toBe(false);
      }
  });

  test('the zero time', () => {
    const clock = at('07:00:00.000');
    const text = WRAPPERS.klog!([
      skipLine(VERSIONS[0]!, clock, [
        'container runtime is down',
        'PLEG is not healthy: pleg was last seen active 2562047h47m16.854775807s ago; threshold is 3m0s',
      ]),
      skipLine(VERSIONS[0]!, plus(clock, 100), ['container runtime is down']),
      skipLine(VERSIONS[0]!, plus(clock, 5100), ['container runtime is down']),
    ]);
    const found = episodes(text);
    expect(found).toMatchObject([{ kind: 'never-relisted', outage: false, count: 3 }]);
    expect(found[0]!.lastRelist).toBeUndefined();
  });

  test('a pod network that comes up', () => {
    const clock = at('07:00:00.000');
    const lines = [
      ...start(clock),
      ...[0, 5, 10, 15, 20].map((second) =>
        line(
          plus(clock, 300 + second * 1000),
          'E',
          'kubelet.go:2855',
          '"Container runtime network not ready" networkReady="NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized"',
        ),
      ),
      line(
        plus(clock, 26_000),
        'I',
        'kubelet_node_status.go:501',
        '"Fast updating node status as it just became ready"',
      ),
    ];
    expect(episodes(WRAPPERS.short!(lines))).toMatchObject([{ kind: 'network', outage: false }]);
  });

  test('one pod’s status', () => {
    const text = WRAPPERS.short!([
      line(
        at('07:00:00.5'),
        'E',
        'generic.go:453',
        '"PLEG: Write status" err="rpc error: code = Unknown desc = failed to get sandbox ip" pod="shop/till-0"',
      ),
    ]);
    expect(episodes(text)).toMatchObject([{ kind: 'write-status-error', outage: false }]);
    const well = WRAPPERS.klog!([
      line(
        at('07:00:00.5'),
        'I',
        'generic.go:345',
        'PLEG: Write status for till-0/shop: &container.PodStatus{ID:"1"} (err: <nil>)',
      ),
    ]);
    expect(journal.parse(well, 'x').facts.episodes).toEqual([]);
  });

  test('a shutdown', () => {
    const clock = at('22:00:00.000');
    const text = WRAPPERS.short!([
      line(
        clock,
        'I',
        'nodeshutdown_manager_linux.go:265',
        '"Shutdown manager detected new shutdown event, isNodeShuttingDownNow" event=true',
      ),
      skipLine(VERSIONS[5]!, plus(clock, 200), ['node is shutting down']),
      line(
        plus(clock, 30_000),
        'E',
        'generic.go:238',
        '"GenericPLEG: Unable to retrieve pods" err="rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing dial unix /run/containerd/containerd.sock: connect: connection refused\\""',
      ),
    ]);
    expect(episodes(text).map(({ kind, outage }) => ({ kind, outage }))).toEqual([
      { kind: 'shutdown', outage: false },
      { kind: 'cannot-list', outage: false },
    ]);
  });

  test('a restart of the runtime that somebody asked for', () => {
    const clock = at('22:00:00.000');
    const stopped = 'Oct 08 22:00:00 node-3 systemd[1]: Stopping containerd container runtime...\n';
    const started = 'Oct 08 22:00:03 node-3 systemd[1]: Started containerd container runtime.\n';
    const lost = WRAPPERS.short!([
      line(
        plus(clock, 500),
        'E',
        'generic.go:238',
        '"GenericPLEG: Unable to retrieve pods" err="rpc error: code = Unavailable desc = error reading from server: EOF"',
      ),
    ]);
    expect(episodes(stopped + lost + started)).toMatchObject([{ kind: 'cannot-list', outage: false }]);
    const crashed =
      'Oct 08 22:00:00 node-3 systemd[1]: containerd.service: Main process exited, code=killed, status=9/KILL\n';
    expect(episodes(crashed + stopped + lost + started)).toMatchObject([{ kind: 'cannot-list', outage: true }]);
    expect(episodes(lost + started)).toMatchObject([{ kind: 'cannot-list', outage: true }]);
  });

  test('lists that fail for a moment, with the node ready all the time', () => {
    const clock = at('22:00:00.000');
    const lost = [0, 1, 2].map((second) =>
      line(
        plus(clock, second * 1000),
        'E',
        'generic.go:238',
        '"GenericPLEG: Unable to retrieve pods" err="rpc error: code = Unavailable desc = error reading from server: EOF"',
      ),
    );
    const event = line(plus(clock, 6000), 'I', 'kubelet.go:2451', '"SyncLoop (PLEG): event for pod" pod="shop/till-0"');
    expect(episodes(WRAPPERS.short!([...lost, event]))).toMatchObject([{ kind: 'cannot-list', outage: false }]);
    expect(episodes(WRAPPERS.short!(lost))).toMatchObject([{ kind: 'cannot-list', outage: true }]);
    const down = skipLine(VERSIONS[5]!, plus(clock, 3000), ['container runtime is down']);
    expect(episodes(WRAPPERS.short!([...lost, down, event])).map(({ outage }) => outage)).toEqual([true, true]);
  });

  test('an API server that the kubelet does not reach while it starts', () => {
    const clock = at('07:00:00.000');
    const text = WRAPPERS.short!([
      ...start(clock),
      line(
        plus(clock, 3000),
        'E',
        'kubelet_node_status.go:96',
        '"Unable to register node with API server" err="Post \\"https://192.0.2.1:6443/api/v1/nodes\\": dial tcp 192.0.2.1:6443: i/o timeout" node="node-3"',
      ),
    ]);
    expect(episodes(text)).toMatchObject([{ kind: 'api-server', outage: false }]);
  });

  test('healthy events of PLEG, and notes about old flags', () => {
    const text =
      'Flag --cgroup-driver has been deprecated, This parameter should be set via the config file\n' +
      WRAPPERS.klog!([
        ordinary(at('07:00:00')),
        line(
          at('07:00:01'),
          'I',
          'kubelet.go:2451',
          '"SyncLoop (PLEG): event for pod" pod="shop/till-0" event={"ID":"1","Type":"ContainerStarted"}',
        ),
      ]);
    expect(episodes(text)).toEqual([]);
  });
});

describe('other outages', () => {
  test('the runtime is down for good', () => {
    for (const version of VERSIONS) {
      const clock = at('10:43:28.049');
      const text = WRAPPERS.klog!(
        [0, 1, 2, 3].map((step) => skipLine(version, plus(clock, step * 5000), ['container runtime is down'])),
      );
      expect(episodes(text)).toMatchObject([{ kind: 'runtime-down', outage: true, count: 4 }]);
    }
  });

  test('a first relist that stays away until the text ends', () => {
    const lines = [0, 5, 10, 15, 20].map((second) =>
      skipLine(VERSIONS[0]!, plus(at('07:00:00.000'), second * 1000), [
        'container runtime is down',
        'PLEG is not healthy: pleg was last seen active 2562047h47m16.854775807s ago; threshold is 3m0s',
      ]),
    );
    expect(episodes(WRAPPERS.klog!(lines))).toMatchObject([{ kind: 'never-relisted', outage: true }]);
  });

  test('a first relist that stays away', () => {
    const clock = at('07:00:00.000');
    const never = 'PLEG is not healthy: pleg has yet to be successful';
    const lines = [0.2, 5, 10, 20, 30, 60, 120].map((second) =>
      skipLine(VERSIONS[5]!, plus(clock, second * 1000), [never]),
    );
    expect(episodes(WRAPPERS.short!([...start(clock), ...lines]))).toMatchObject([
      { kind: 'never-relisted', outage: true },
    ]);
  });

  test('lists that time out, then PLEG unhealthy: one note', () => {
    const clock = at('12:00:00.000');
    const list = (second: number): Line[] => [
      line(
        plus(clock, second * 1000),
        'E',
        'remote_runtime.go:277',
        '"ListContainers with filter from runtime service failed" err="rpc error: code = DeadlineExceeded desc = context deadline exceeded" filter="nil"',
      ),
      line(
        plus(clock, second * 1000 + 1),
        'E',
        'generic.go:236',
        '"GenericPLEG: Unable to retrieve pods" err="rpc error: code = DeadlineExceeded desc = context deadline exceeded"',
      ),
    ];
    const text = WRAPPERS.short!([
      ...list(120),
      skipLine(VERSIONS[4]!, plus(clock, 181_000), [
        'PLEG is not healthy: pleg was last seen active 3m1s ago; threshold is 3m0s',
      ]),
      skipLine(VERSIONS[4]!, plus(clock, 186_000), [
        'PLEG is not healthy: pleg was last seen active 3m6s ago; threshold is 3m0s',
      ]),
      ...list(241),
    ]);
    expect(episodes(text).map(({ kind, outage }) => ({ kind, outage }))).toEqual([
      { kind: 'cannot-list', outage: true },
      { kind: 'stale', outage: true },
    ]);
    const { notes, waits } = journal.parse(text, 'x').facts;
    expect(notes!.filter((note) => note.about === 'outage')).toHaveLength(1);
    expect(waits).toMatchObject([
      { waiter: 'program:kubelet', on: 'rpc:Runtime/ListContainers', kind: 'rpc', state: 'blocked' },
    ]);
  });

  test('evented PLEG: gone, or only without events', () => {
    const failed = (error: string): string =>
      WRAPPERS.short!([
        line(
          at('13:04:10.153'),
          'I',
          'evented.go:206',
          `"Evented PLEG: Failed to get container events, retrying: " err="rpc error: ${error}"`,
        ),
      ]);
    expect(episodes(failed('code = Unavailable desc = connection error'))).toMatchObject([
      { kind: 'evented-stream-failed', outage: true },
    ]);
    expect(episodes(failed('code = Unimplemented desc = unknown method GetContainerEvents'))).toMatchObject([
      { kind: 'evented-stream-failed', outage: false },
    ]);
  });

  test('a new process is a new episode', () => {
    const lost = (clock: Clock, pid: number): Line =>
      line(
        clock,
        'E',
        'generic.go:236',
        '"GenericPLEG: Unable to retrieve pods" err="rpc error: code = Unavailable desc = error reading from server: EOF"',
        pid,
      );
    const text = WRAPPERS.short!([lost(at('11:00:24.5'), 642), lost(at('11:00:25.5'), 12_039)]);
    expect(episodes(text)).toHaveLength(2);
  });

  test('a container that hangs is named', () => {
    const id = '0123456789abcdef'.repeat(4);
    const clock = at('12:00:00.000');
    for (const [message, on] of [
      [
        `"ContainerStatus from runtime service failed" err="rpc error: code = DeadlineExceeded desc = context deadline exceeded" containerID="${id}"`,
        'rpc:Runtime/ContainerStatus',
      ],
      [
        `ContainerStatus "${id}" from runtime service failed: rpc error: code = Unknown desc = operation timeout: context deadline exceeded`,
        'rpc:Docker/ContainerInspect',
      ],
    ] as const) {
      const text = WRAPPERS.short!([
        line(plus(clock, 120_000), 'E', 'remote_runtime.go:295', message),
        skipLine(VERSIONS[3]!, plus(clock, 181_000), [
          'PLEG is not healthy: pleg was last seen active 3m1s ago; threshold is 3m0s',
        ]),
      ]);
      expect(journal.parse(text, 'x').facts.waits).toMatchObject([{ on, target: { kind: 'container', name: id } }]);
    }
  });
});
