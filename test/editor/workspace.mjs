// The folder that the editor tests open: copies of a sample incident and of real dumps, and files that are no dumps at all.
import {
  closeSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../../scripts/ensure.mjs';
import { cache } from '../../scripts/vscode.mjs';

/** The sample's dockerd dump. What is true of it stands in samples/README.md. */
export const DUMP = 'goroutine-stacks-2026-11-23T215620Z.log';
const INCIDENT = 'samples/docker-exec-hang';

/** Real dumps, copied under the names of their cases: two mutexes in a cycle, a mutex, nothing that waits for a lock. */
const DUMPS = ['go1.19/cycle2.txt', 'go1.19/mutex.txt', 'go1.19/crash-panic.txt'];

/** Calls `use(folder)` with a fresh folder and removes it afterwards. */
export async function withWorkspace(use) {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'workspace-'));
  try {
    cpSync(join(root, INCIDENT), join(folder, 'docker-exec-hang'), { recursive: true });
    for (const name of ['bus-write-hang', 'node-not-ready'])
      cpSync(join(root, 'samples', name), join(folder, name), { recursive: true });
    // A dump with the source code of the program that printed it.
    cpSync(join(root, 'samples/two-locks-deadlock'), join(folder, 'jobs'), { recursive: true });
    for (const path of DUMPS) copyFileSync(join(root, 'test/fixtures/goroutine', path), join(folder, basename(path)));
    const dump = readFileSync(join(root, INCIDENT, DUMP));
    const half = dump.subarray(dump.length / 3, dump.length / 2); // starts and ends in the middle of a line
    writeFileSync(join(folder, 'goroutine-stacks-torn.log'), half);
    writeFileSync(join(folder, 'goroutine-stacks-empty.log'), '');
    writeFileSync(
      join(folder, 'goroutine-stacks-binary.log'),
      Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256)),
    );
    writeFileSync(join(folder, 'goroutine-stacks-hostile.log'), HOSTILE);
    writeFileSync(join(folder, 'notes.txt'), 'Nothing here is a trace.\n');
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes the sample's dump again and again, each time with other goroutines and addresses, until it has so many bytes. */
export function writeLargeDump(path, bytes) {
  const dump = readFileSync(join(root, INCIDENT, DUMP), 'utf8');
  const parts = [];
  for (let n = 0, size = 0; size < bytes; n++) {
    const part = dump
      .replaceAll(/^goroutine (\d+) /gm, (_, id) => `goroutine ${Number(id) + n * 1_000} `)
      .replaceAll('0xc000', `0xc${n.toString(16).padStart(3, '0')}`);
    parts.push(part);
    size += part.length + 1;
  }
  writeFileSync(path, parts.join('\n'));
}

/** The journal of `writeLargeIncident`, and its strace log. */
export const LARGE = 'kubelet-large.log';
export const LARGE_STRACE = 'runc-large.strace';

/**
 * Copies the sample incident of a node into the folder and makes its journal and its strace log larger than so many bytes, with lines
 * that tell nothing, which stand before all that happens. Returns how many in each.
 */
export function writeLargeIncident(folder, bytes) {
  cpSync(join(root, 'samples/node-not-ready'), folder, { recursive: true });
  const time = 'Nov 25 23:54:04 node-3 kubelet[742]: I1125 23:54:04.000000     742';
  return {
    journal: enlarge(join(folder, 'journal.log'), join(folder, LARGE), bytes, {
      // A log so large shows which runtime the kubelet has where it starts.
      first: `${time} client.go:77] Connecting to docker on unix:///var/run/docker.sock\n`,
      line: (n) => `${time} reconciler.go:224] operationExecutor.MountVolume started for volume "token-${n}"\n`,
    }),
    strace: enlarge(join(folder, 'runc.strace'), join(folder, LARGE_STRACE), bytes, {
      first: '9 00:00:00.000001 openat(AT_FDCWD, "/proc/stat", O_RDONLY) = 3\n',
      line: (n) => `9 00:00:00.000002 pread64(3, "cpu  ${n}"..., 4096, 0) = 1024\n`,
    }),
  };
}

/** Moves a log, with lines behind its first one until it has so many bytes. Returns how many lines that are. */
function enlarge(from, to, bytes, { first, line }) {
  const text = readFileSync(from, 'utf8');
  rmSync(from);
  const rest = text.indexOf('\n') + 1;
  const file = openSync(to, 'w');
  writeSync(file, text.slice(0, rest) + first);
  let count = 0;
  for (let size = 0; size < bytes; )
    size += writeSync(file, Array.from({ length: 10_000 }, () => line(count++)).join(''));
  writeSync(file, text.slice(rest));
  closeSync(file);
  return count + 1;
}

/** A dump whose function names are Markdown, HTML and a command link: all of it must stay plain text. */
const HOSTILE = `goroutine 1 [sync.Mutex.Lock, 3 minutes]:
sync.(*Mutex).lockSlow(0xc000010000)
	/src/sync/mutex.go:149 +0x15a
[run](command:workbench.action.quit)<img src=x onerror=alert(1)>**bold**.wait(0xc000010000)
	/src/main.go:10 +0x1f

goroutine 2 [select, 3 minutes]:
main.\`tick\`](http://127.0.0.1/)(0xc000010000)
	/src/main.go:20 +0x1f
`;
