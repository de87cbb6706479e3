// The whole way costs no more than the text grows, whatever shape it has: reading, the graph, findings, report, picture, JSON,
// lenses, tokens, symbols, hovers, chains.

import { describe, expect, it } from 'vitest';
import { CancellationToken } from 'vscode-languageserver';
import { investigationJson } from '../../server/src/core/investigation/json.js';
import { ticketReport } from '../../server/src/core/investigation/report.js';
import { features } from '../../server/src/features/index.js';
import { questions } from '../../server/src/host/questions.js';
import { SourceFiles } from '../../server/src/host/sourceFiles.js';
import { Workspace } from '../../server/src/host/workspace.js';
import { growth, PIECES, TOO_MUCH } from '../growth.js';
import { DEEP } from './shapes/deep.js';
import { LONG_LINES } from './shapes/long.js';
import { MANY } from './shapes/many.js';
import { SETS } from './shapes/sets.js';
import { hex, repeat, type Shape } from './shapes/shape.js';

const lock = (id: number, of: number, inner = '') =>
  `goroutine ${id} [sync.Mutex.Lock, ${id % 50} minutes]:\nsync.(*Mutex).Lock(${hex(of * 64)})\n\t/go/mutex.go:90 +0x1\n${inner}main.(*Pool).Get(${hex(of * 64)})\n\t/src/pool.go:41 +0x8f\n\n`;
const journal = (i: number): string =>
  `Oct 08 ${String(10 + (Math.floor(i / 3600) % 10))}:${String(Math.floor(i / 60) % 60).padStart(2, '0')}:${String(i % 60).padStart(2, '0')} node-3 `;

const SHAPES: Readonly<Record<string, Shape>> = {
  'a lock with all as waiters': ['goroutine-dump', 300, (n) => repeat(n, (i) => lock(i + 2, 1))],
  'a lock for every goroutine': ['goroutine-dump', 150, (n) => repeat(n, (i) => lock(i + 2, i + 1))],
  'tasks in a line, each waiting for its child': [
    'strace',
    150,
    (n) =>
      repeat(
        n,
        (i) =>
          `${i + 10} clone(child_stack=NULL, flags=SIGCHLD) = ${i + 11}\n${i + 10} wait4(${i + 11},  <unfinished ...>\n`,
      ),
  ],
  'descriptors by the thousand': [
    'strace',
    400,
    (n) => repeat(n, (i) => `7 openat(AT_FDCWD, "/f${i}", O_RDONLY) = ${i + 3}\n`),
  ],
  'all lines unfinished': [
    'strace',
    400,
    (n) => repeat(n, (i) => `${i + 10} futex(0x7f0000001000, FUTEX_WAIT_PRIVATE, 2, NULL <unfinished ...>\n`),
  ],
  'the same problem on every line': ['strace', 400, (n) => repeat(n, () => '7 ???(((\n')],
  'outages over one another': [
    'kubelet-journal',
    150,
    (n) =>
      repeat(
        n,
        (i) =>
          `${journal(i)}kubelet[11]: E1008 10:00:00.512204 11 kubelet.go:2412] "Skipping pod synchronization" err="PLEG is not healthy: pleg was last seen active ${3 + (i % 40)}m1s ago; threshold is 3m0s"\n`,
      ),
  ],
  'processes with parents in a line': [
    'process-list',
    400,
    (n) => `USER PID PPID STAT WCHAN COMMAND\n${repeat(n, (i) => `root ${i + 2} ${i + 1} D pipe_w sh${i}\n`)}`,
  ],
  'files that all have open': [
    'lsof',
    300,
    (n) =>
      `COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME\n${repeat(n, (i) => `sh ${i + 2} root 1w FIFO 0,13 0t0 4711 pipe\n`)}`,
  ],
  'sockets that are full': [
    'socket-list',
    300,
    (n) =>
      `Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n${repeat(n, (i) => `u_str ESTAB 0 ${i + 9000} * ${i + 1} * ${i + 2} users:(("sh",pid=${i + 2},fd=3))\n`)}`,
  ],
  'locks of a kernel': [
    'proc-files',
    300,
    (n) => repeat(n, (i) => `1: ${i % 2 ? '-> ' : ''}FLOCK ADVISORY WRITE ${i + 2} 08:01:4711 0 EOF\n`),
  ],
  'names of a bus': [
    'busctl',
    300,
    (n) =>
      `NAME PID PROCESS USER CONNECTION UNIT SESSION DESCRIPTION\n${repeat(n, (i) => `:1.${i} ${i + 2} sh root :1.${i} a.service - -\n`)}`,
  ],
  'calls without an answer': [
    'dbus-monitor',
    250,
    (n) =>
      repeat(
        n,
        (i) =>
          `method call time=1728404486.${String(i).padStart(6, '0')} sender=:1.${i} -> destination=org.freedesktop.systemd1 serial=${i} path=/a; interface=a.b; member=C\n`,
      ),
  ],
  'threads that wait for one mutex': [
    'gdb',
    150,
    (n) =>
      repeat(
        n,
        (i) =>
          `Thread ${i + 1} (Thread 0x7f00${(i + 4096).toString(16)} (LWP ${i + 2}) "sh"):\n#0  __lll_lock_wait (futex=futex@entry=0x55aa, private=0) at lowlevellock.c:52\n#1  0x00007f in ___pthread_mutex_lock (mutex=0x55aa) at pthread_mutex_lock.c:93\n#2  0x01 in f${i} (x=1) at a.c:3\n\n`,
      ),
  ],
  'hung tasks': [
    'kernel-log',
    200,
    (n) =>
      repeat(
        n,
        (i) =>
          `[${100 + i}.000001] INFO: task sh${i}:${i + 2} blocked for more than 120 seconds.\n[${100 + i}.000002] task:sh${i} state:D stack:0 pid:${i + 2} ppid:${i + 1}\n[${100 + i}.000003] Call Trace:\n[${100 + i}.000004]  pipe_wait+0x1/0x2\n`,
      ),
  ],
  'one line without an end': ['strace', 10_000, (n) => `7 write(3, "${'x\\n('.repeat(n)}`],
  'one line of a journal': ['kubelet-journal', 10_000, (n) => `${journal(1)}kubelet[11]: ${'"a="b\\ '.repeat(n)}`],
};

const handlers = new Map([...features.flatMap((one) => one.handlers), ...questions].map((one) => [one.method, one]));
const WITHOUT_PLACE = ['codeLens', 'documentSymbol', 'foldingRange', 'diagnostic', 'semanticTokens/full'];
/** Of the lines, and of their code units. */
const PLACES = [0.1, 0.5, 0.9];
/** The name of a document, and its text. */
type Named = readonly [uri: string, text: string];

/**
 * Asks all that is asked of each document, some of it at a few places, and all that is asked of them together. What answers at once is
 * not waited for: nothing here needs source code.
 */
function wholeWay(format: string, documents: readonly Named[]): void {
  const workspace = new Workspace({ openSources: async () => new SourceFiles([]) });
  for (const [uri, text] of documents) workspace.open(uri, format, 1, text);
  const ask = (method: string, params: object): unknown =>
    handlers.get(method)!.handle(workspace, params, CancellationToken.None, () => {});
  const start = { line: 0, character: 0 };
  const range = { start, end: { line: 200, character: 0 } };
  for (const [uri, text] of documents) {
    for (const name of WITHOUT_PLACE) ask(`textDocument/${name}`, { textDocument: { uri } });
    const lenses = ask('textDocument/codeLens', { textDocument: { uri } }) as object[];
    for (const lens of lenses.slice(0, 5)) ask('codeLens/resolve', lens);
    ask('textDocument/semanticTokens/range', { textDocument: { uri }, range });
    const lines = text.split('\n');
    for (const part of PLACES) {
      const line = Math.floor(part * (lines.length - 1));
      const position = { line, character: Math.floor(part * lines[line]!.length) };
      ask('textDocument/hover', { textDocument: { uri }, position });
      ask('traceInvestigator/waitChain', { uri, position });
    }
  }
  for (const name of ['contendedLocks', 'findings', 'picture', 'dumps']) ask(`traceInvestigator/${name}`, {});
  ask('traceInvestigator/notes', { about: 'blocked' });
  ticketReport(workspace.graph);
  JSON.stringify(investigationJson(workspace.graph));
}

/** How much more the whole costs than as much in pieces. */
const growthOf = (format: string, whole: readonly Named[], piece: readonly Named[]): number =>
  growth(
    () => wholeWay(format, whole),
    () => wholeWay(format, piece),
  );

describe('the whole way costs as much as the text is long', () => {
  const shapes = Object.entries(SHAPES).map(([name, shape]): [string, Shape] => [`${shape[0]}: ${name}`, shape]);
  const extremes = Object.entries({ ...LONG_LINES, ...DEEP, ...MANY });
  for (const [name, [format, n, text]] of [...shapes, ...extremes])
    it(name, () => {
      const of = (count: number): Named[] => [['file:///growth.txt', text(count)]];
      expect(growthOf(format, of(PIECES * n), of(n))).toBeLessThan(TOO_MUCH);
    });
});

describe('the whole way costs as much as there are documents', () => {
  for (const [name, [format, n, document]] of Object.entries(SETS))
    it(`${format}: ${name}`, () => {
      const of = (count: number): Named[] => Array.from({ length: count }, (_, i) => document(i));
      expect(growthOf(format, of(PIECES * n), of(n))).toBeLessThan(TOO_MUCH);
    });
});
