// Texts of any size in each format: made by the generators, or samples of the format over and over, each time with other numbers.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { root, UserError } from '../ensure.mjs';
import { generateDump } from '../generate-dump.mjs';
import { generateJournal } from '../generate-journal.mjs';
import { generateStrace } from '../generate-strace.mjs';
import { folder, MEGABYTE } from './shared.mjs';

/** Numbers of processes, inodes, connections; not those of a clock or an address. */
const NUMBERS = /(?<![\w.:-])\d{4,6}(?![\w.:-])/g;

/** The sample again and again, its first `head` lines once. */
const repeated = (sample, head = 0) =>
  function* ({ megabytes }) {
    const lines = readFileSync(join(root, 'server/src/core/formats', sample), 'utf8').split(/(?<=\n)/);
    const body = lines.slice(head).join('');
    let size = 0;
    yield lines.slice(0, head).join('');
    for (let round = 0; size < megabytes * MEGABYTE; round++) {
      const text = body.replace(NUMBERS, (number) => String(Number(number) + ((round * 1009) % 4_000_000)));
      size += text.length;
      yield text.endsWith('\n') ? text : `${text}\n`;
    }
  };

/** By format: what makes its text in chunks, and what must be found in it, where the generator knows. */
const TEXTS = {
  'goroutine-dump': {
    chunks: generateDump,
    check: ({ goroutines }, { sections }) => sections === goroutines,
  },
  strace: {
    chunks: generateStrace,
    check: ({ blocked }, found) => found.blocked.includes(`thread:${blocked.tid}`),
  },
  'kubelet-journal': {
    chunks: generateJournal,
    check: ({ outages }, found) => outages === 0 || found.sections > 0,
  },
  'process-list': { chunks: repeated('process-list/samples/wchan.txt', 1) },
  lsof: { chunks: repeated('lsof/samples/plain.txt', 1) },
  'socket-list': { chunks: repeated('socket-list/samples/xlp.txt', 1) },
  'proc-files': { chunks: repeated('proc-files/samples/stacks.txt') },
  busctl: { chunks: repeated('busctl/samples/list.txt', 1) },
  'dbus-monitor': { chunks: repeated('dbus-monitor/samples/dbus-monitor.txt') },
  gdb: { chunks: repeated('gdb/samples/deadlock.txt') },
  'kernel-log': { chunks: repeated('kernel-log/samples/dmesg.txt') },
};

/** All formats: the three whose files are large first. */
export const FORMATS = Object.keys(TEXTS);
export const LARGE_FORMATS = FORMATS.slice(0, 3);

const made = new Map();

/** A file with so much text of a format; made once. `check` throws where a worker did not find in it what it must. */
export function textFile(format, megabytes) {
  const file = join(folder, `${format}-${megabytes}.txt`);
  if (made.has(file)) return made.get(file);
  const out = openSync(file, 'w');
  let known;
  try {
    const chunks = TEXTS[format].chunks({ megabytes });
    let next = chunks.next();
    for (; !next.done; next = chunks.next()) writeSync(out, next.value);
    known = next.value;
  } finally {
    closeSync(out);
  }
  const check = (found) => {
    if (known && !TEXTS[format].check(known, found))
      throw new UserError(`${format}: what is in the text was not found.`);
  };
  const result = { file, known, check };
  made.set(file, result);
  return result;
}
