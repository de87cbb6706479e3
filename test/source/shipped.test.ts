// The lock maps that the package ships: what they say of lines whose source code was looked at by hand, that they know which
// version has those lines, that they load as the editor loads them, and that they are small.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { goroutine } from '../../server/src/core/formats/goroutine/index.js';
import { LOCK_MAPS } from '../../server/src/core/source/daemons.js';
import type { SourceEvidence } from '../../server/src/core/source/evidence.js';
import { type FileEntry, type LockMap, LockMapReader } from '../../server/src/core/source/lockMap.js';
import type { Trace } from '../../server/src/core/trace/trace.js';
import { LockMaps } from '../../server/src/host/lockMaps.js';
import { readMap } from './readMap.js';

const root = join(import.meta.dirname, '../..');
const data = join(root, 'server/data/lock-maps');

/** Reads the files that the build puts beside the bundle, and notes which. */
function maps(): { maps: LockMaps; read: string[] } {
  const read: string[] = [];
  return {
    read,
    maps: new LockMaps(async (name) => {
      read.push(name);
      return readFileSync(join(data, '..', name));
    }),
  };
}

/** A line of a version's source code: what it calls, and what is held there. */
interface Fact {
  readonly func: string;
  readonly file: string;
  readonly line: number;
  readonly calls: string;
  /** The expression, the line that locks, and the line that unlocks or `defer`; undefined where nothing is held. */
  readonly holds?: readonly [on: string, locked: number, unlocked: number | 'defer'];
  /** What the line asks for. */
  readonly asks?: string;
}

const lockCall = (kind: 'Mutex' | 'RWMutex', name = 'Lock'): string => `sync.(*${kind}).${name}`;

/** Looked up by hand in the source code of each version. */
const KNOWN: readonly { map: string; tag: string; at: string; pkg: string; facts: readonly Fact[] }[] = [
  {
    map: 'moby',
    tag: 'v20.10.24',
    at: '/build/docker.io-20.10.24/_build/src/',
    pkg: 'github.com/docker/docker/daemon',
    facts: [
      {
        func: '(*Daemon).ContainerInspectCurrent',
        file: 'inspect.go',
        line: 40,
        calls: lockCall('Mutex'),
        asks: 'ctr',
      },
      {
        func: '(*Daemon).ContainerInspectCurrent',
        file: 'inspect.go',
        line: 42,
        calls: 'github.com/docker/docker/daemon.(*Daemon).getInspectData',
        holds: ['ctr', 40, 44],
      },
      { func: '(*Daemon).containerStart', file: 'start.go', line: 103, calls: lockCall('Mutex'), asks: 'container' },
      {
        func: '(*Daemon).containerStart',
        file: 'start.go',
        line: 198,
        calls: 'github.com/docker/docker/libcontainerd/remote.(*client).Start',
        holds: ['container', 103, 'defer'],
      },
      { func: '(*Daemon).ContainerExecStart', file: 'exec.go', line: 161, calls: lockCall('Mutex'), asks: 'ec' },
      {
        func: '(*Daemon).ContainerExecStart',
        file: 'exec.go',
        line: 263,
        calls: 'github.com/docker/docker/libcontainerd/remote.(*client).Exec',
        holds: ['ec', 261, 269],
      },
      {
        func: '(*Daemon).ContainerExecStart',
        file: 'exec.go',
        line: 258,
        calls: 'github.com/docker/docker/container/stream.(*Config).CopyStreams',
      },
    ],
  },
  {
    map: 'moby',
    tag: 'v18.06.3-ce',
    at: '/go/src/',
    pkg: 'github.com/docker/docker/daemon',
    facts: [
      {
        func: '(*Daemon).ContainerInspectCurrent',
        file: 'inspect.go',
        line: 42,
        calls: 'github.com/docker/docker/daemon.(*Daemon).getInspectData',
        holds: ['container', 40, 44],
      },
      { func: '(*Daemon).containerStart', file: 'start.go', line: 104, calls: lockCall('Mutex'), asks: 'container' },
      {
        func: '(*Daemon).containerStart',
        file: 'start.go',
        line: 185,
        calls: 'github.com/docker/docker/libcontainerd.(*client).Start',
        holds: ['container', 104, 'defer'],
      },
      {
        func: '(*Daemon).killWithSignal',
        file: 'kill.go',
        line: 99,
        calls: 'github.com/docker/docker/daemon.(*Daemon).kill',
        holds: ['container', 64, 'defer'],
      },
    ],
  },
  {
    map: 'containerd',
    tag: 'v1.6.20',
    at: '/go/src/',
    pkg: 'github.com/containerd/containerd/pkg/process',
    facts: [
      { func: '(*Init).ExitStatus', file: 'init.go', line: 229, calls: lockCall('Mutex'), asks: 'p.mu' },
      {
        func: '(*Init).Resize',
        file: 'init.go',
        line: 329,
        calls: 'github.com/containerd/console.(*master).Resize',
        holds: ['p.mu', 323, 'defer'],
      },
      {
        func: '(*Init).Pause',
        file: 'init.go',
        line: 337,
        calls: 'github.com/containerd/containerd/pkg/process.(*runningState).Pause',
        holds: ['p.mu', 334, 'defer'],
      },
    ],
  },
  {
    map: 'containerd',
    tag: 'v2.1.4',
    at: '/root/',
    pkg: 'github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2/process',
    facts: [
      { func: '(*Init).ExitStatus', file: 'init.go', line: 233, calls: lockCall('Mutex'), asks: 'p.mu' },
      {
        func: '(*Init).Pause',
        file: 'init.go',
        line: 341,
        calls: 'github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2/process.(*runningState).Pause',
        holds: ['p.mu', 338, 'defer'],
      },
      {
        func: '(*Init).Resume',
        file: 'init.go',
        line: 349,
        calls: 'github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2/process.(*runningState).Resume',
        holds: ['p.mu', 346, 'defer'],
      },
    ],
  },
  {
    map: 'runc',
    tag: 'v1.1.5',
    at: '/go/src/',
    pkg: 'github.com/opencontainers/runc/libcontainer',
    facts: [
      {
        func: '(*linuxContainer).Status',
        file: 'container_linux.go',
        line: 132,
        calls: lockCall('Mutex'),
        asks: 'c.m',
      },
      {
        func: '(*linuxContainer).State',
        file: 'container_linux.go',
        line: 140,
        calls: 'github.com/opencontainers/runc/libcontainer.(*linuxContainer).currentState',
        holds: ['c.m', 138, 'defer'],
      },
      {
        func: '(*linuxContainer).Start',
        file: 'container_linux.go',
        line: 239,
        calls: 'github.com/opencontainers/runc/libcontainer.(*linuxContainer).start',
        holds: ['c.m', 229, 'defer'],
      },
    ],
  },
  {
    map: 'kubelet',
    tag: 'v1.17.17+k3s',
    at: '/go/src/k8s.io/kubernetes/_output/dockerized/go/src/',
    pkg: 'k8s.io/kubernetes/pkg/kubelet/status',
    facts: [
      {
        func: '(*manager).GetPodStatus',
        file: 'status_manager.go',
        line: 181,
        calls: lockCall('RWMutex', 'RLock'),
        asks: 'm.podStatusesLock',
      },
      {
        func: '(*manager).GetPodStatus',
        file: 'status_manager.go',
        line: 183,
        calls: 'k8s.io/kubernetes/pkg/kubelet/pod.(*basicManager).TranslatePodUID',
        holds: ['m.podStatusesLock', 181, 'defer'],
      },
      {
        func: '(*manager).SetPodStatus',
        file: 'status_manager.go',
        line: 203,
        calls: 'k8s.io/kubernetes/pkg/kubelet/status.(*manager).updateStatusInternal',
        holds: ['m.podStatusesLock', 188, 'defer'],
      },
    ],
  },
  {
    map: 'etcd',
    tag: 'v3.4.34',
    at: '/tmp/etcd/',
    pkg: 'go.etcd.io/etcd/lease',
    facts: [
      { func: '(*lessor).Grant', file: 'lessor.go', line: 297, calls: lockCall('RWMutex'), asks: 'le.mu' },
      { func: '(*lessor).Revoke', file: 'lessor.go', line: 330, calls: lockCall('RWMutex'), asks: 'le.mu' },
      { func: '(*lessor).Revoke', file: 'lessor.go', line: 349, calls: 'go.etcd.io/etcd/lease.(*Lease).Keys' },
    ],
  },
  {
    map: 'cri-o',
    tag: 'v1.25.5',
    at: '/builddir/build/',
    pkg: 'github.com/cri-o/cri-o/internal/lib/stats',
    facts: [
      { func: '(*StatsServer).update', file: 'stats_server.go', line: 79, calls: lockCall('Mutex'), asks: 'ss.mutex' },
      {
        func: '(*StatsServer).update',
        file: 'stats_server.go',
        line: 83,
        calls: 'github.com/cri-o/cri-o/internal/lib/stats.(*StatsServer).updateSandbox',
        holds: ['ss.mutex', 79, 'defer'],
      },
      {
        func: '(*StatsServer).StatsForSandbox',
        file: 'stats_server.go',
        line: 258,
        calls: 'github.com/cri-o/cri-o/internal/lib/stats.(*StatsServer).statsForSandbox',
        holds: ['ss.mutex', 256, 'defer'],
      },
    ],
  },
];

/** A dump of goroutines that stand on these lines; one more waits for a lock, so that somebody does. */
function dumpOf({ at, pkg, facts }: (typeof KNOWN)[number], shift = 0): Trace {
  const goroutines = facts.map(
    ({ func, file, line, calls }, index) =>
      `goroutine ${index + 2} [select]:\n${calls}(0xc0000${10 + index}000)\n\t/usr/lib/go/src/elsewhere.go:7 +0x3d\n` +
      `${pkg}.${func}(0xc0000${50 + index}000)\n\t${at}${pkg}/${file}:${line + shift} +0x45\n`,
  );
  const waiter =
    'goroutine 1 [semacquire]:\nsync.runtime_SemacquireMutex(0xc000aa1234, 0x0, 0x1)\n\t/usr/lib/go/src/runtime/sema.go:71 +0x47\n' +
    'sync.(*Mutex).lockSlow(0xc000aa1230)\n\t/usr/lib/go/src/sync/mutex.go:138 +0xfc\n' +
    'sync.(*Mutex).Lock(...)\n\t/usr/lib/go/src/sync/mutex.go:81\nmain.other(0xc000aa1230)\n\t/x/main.go:3 +0x1\n';
  return goroutine.parse([...goroutines, waiter].join('\n'), 'dump');
}

const heldAt = (evidence: SourceEvidence, { at, pkg }: (typeof KNOWN)[number], { func, file, line, calls }: Fact) =>
  evidence.heldAt(`${at}${pkg}/${file}`, `${pkg}.${func}`, line, calls);

const known = new Map<string, LockMap>();
/** A map, read once: that is a second's work for the largest. */
function mapOf(name: string): LockMap {
  const map = known.get(name) ?? readMap(readFileSync(join(data, `${name}.lockmap`)));
  known.set(name, map);
  return map;
}

/** The map as it would be, had these versions never been. */
function without(map: LockMap, tags: readonly string[]): LockMap {
  const versions: { tag: string; files: Record<string, FileEntry> }[] = [];
  let pending: Record<string, FileEntry> = {};
  for (const { tag, files } of map.versions) {
    pending = { ...pending, ...files };
    if (tags.includes(tag)) continue;
    versions.push({ tag, files: pending });
    pending = {};
  }
  return { ...map, versions };
}

describe('shipped lock maps', () => {
  test('there is one for each daemon, and all together are small', () => {
    expect(readdirSync(data).sort()).toEqual(LOCK_MAPS.map((name) => `${name}.lockmap`).sort());
    const bytes = readdirSync(data).reduce((sum, name) => sum + statSync(join(data, name)).size, 0);
    expect(bytes).toBeLessThan(300_000);
  });

  for (const known of KNOWN) {
    test(`${known.map} ${known.tag} is recognised, and says what its source code says`, async () => {
      const dump = dumpOf(known);
      const evidence = (await maps().maps.evidence(dump, goroutine))!;
      const { length } = known.facts;
      const { tags } = new LockMapReader(mapOf(known.map)).recognise(goroutine.sourced!.frames(dump))!;
      expect(tags).toContain(known.tag);
      expect(evidence.origin).toContain(`built-in lock map; ${length} of ${length} lines fit`);
      expect(evidence.origin.startsWith(`${known.map} `)).toBe(true);
      for (const fact of known.facts) {
        const said = heldAt(evidence, known, fact)!;
        expect(said, `${fact.func} ${fact.line}`).toBeDefined();
        const held = said.state === 'match' ? said.held.map(({ on, lockLine, unlock }) => [on, lockLine, unlock]) : [];
        if (fact.holds) expect(held).toContainEqual(fact.holds);
        else expect(held).toEqual([]);
        const asked = evidence.lockAt(`${known.at}${known.pkg}/${fact.file}`, `${known.pkg}.${fact.func}`, fact.line);
        expect(asked?.on).toBe(fact.asks);
      }
    });

    test(`${known.map} ${known.tag}: lines of another build make no claim`, async () => {
      for (const shift of [1, -1, 1000]) {
        const evidence = await maps().maps.evidence(dumpOf(known, shift), goroutine);
        for (const fact of known.facts) {
          const shifted = { ...fact, line: fact.line + shift };
          // Nothing at all, or of a version that has a call of that name on that line.
          const said = evidence && heldAt(evidence, known, shifted);
          if (said) expect(evidence.origin).not.toMatch(`${known.tag.replaceAll('.', '\\.').replace('+', '\\+')}\\b`);
        }
      }
    });
  }

  test('of a version that is not in the map, what is said is still true', () => {
    let [said, asked] = [0, 0];
    for (const known of KNOWN) {
      const frames = [...goroutine.sourced!.frames(dumpOf(known))];
      const map = mapOf(known.map);
      const { tags } = new LockMapReader(map).recognise(frames)!;
      const evidence = new LockMapReader(without(map, tags)).evidence(frames);
      for (const fact of known.facts) {
        asked++;
        const held = evidence && heldAt(evidence, known, fact);
        if (held?.state !== 'match') continue;
        said++;
        expect(held.held.map(({ on }) => on).includes(fact.holds?.[0] ?? '-')).toBe(fact.holds !== undefined);
      }
    }
    expect(asked).toBeGreaterThan(20);
    expect(said).toBeLessThan(asked);
  });

  test('a dump of another program reads no map', async () => {
    const { maps: all, read } = maps();
    const { text } = dumpOf(KNOWN[0]!);
    const trace = goroutine.parse(text.replaceAll('github.com/docker/docker', 'example.com/shop'), 'dump');
    expect(trace.facts.waits.some(({ on }) => on !== undefined)).toBe(true);
    expect(await all.evidence(trace, goroutine)).toBeUndefined();
    expect(read).toEqual([]);
  });

  test('a dump in which nobody waits for a lock reads no map; else one map is read, once', async () => {
    const { maps: all, read } = maps();
    const [moby] = KNOWN;
    const idle = goroutine.parse(dumpOf(moby!).text.replaceAll('sync.', 'time.'), 'dump');
    expect(await all.evidence(idle, goroutine)).toBeUndefined();
    expect(read).toEqual([]);
    await Promise.all([all.evidence(dumpOf(moby!), goroutine), all.evidence(dumpOf(moby!), goroutine)]);
    expect(read).toEqual(['lock-maps/moby.lockmap']);
  });

  test('they load over HTTP, as beside a web page', async () => {
    const server = createServer((request, response) => {
      const path = join(data, '..', request.url!);
      if (existsSync(path)) response.end(readFileSync(path));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const web = new LockMaps(async (name) => {
        const response = await fetch(`http://127.0.0.1:${port}/${name}`);
        if (!response.ok) throw new Error(String(response.status));
        return new Uint8Array(await response.arrayBuffer());
      });
      expect((await web.evidence(dumpOf(KNOWN[0]!), goroutine))!.origin).toMatch(/^moby /);
    } finally {
      server.close();
    }
  });

  test('a map that cannot be read is asked for again', async () => {
    let broken = true;
    const all = new LockMaps(async (name) => {
      if (broken) throw new Error('not there');
      return readFileSync(join(data, '..', name));
    });
    await expect(all.evidence(dumpOf(KNOWN[0]!), goroutine)).rejects.toThrow('not there');
    broken = false;
    expect(await all.evidence(dumpOf(KNOWN[0]!), goroutine)).toBeDefined();
  });
});
