// The format's articles, by topic.

import { ERRNO, ERRNO_ALIASES } from '../../../knowledge/errno.js';
import { namesIn } from '../../../knowledge/lookup.js';
import { ACTIONS, REAL_TIME, SIGNAL_ALIASES, SIGNALS } from '../../../knowledge/signals.js';
import { fromTable, t } from '../../../text/l10n.js';
import type { Topic } from '../../../trace/trace.js';
import type { Article } from '../../format.js';
import { DBUS } from './dbus.js';
import { EVIDENCE, PROBLEMS, UNHELD } from './evidence.js';
import { MEMORY_FLAGS } from './flags/memory.js';
import { OPEN_FLAGS } from './flags/open.js';
import { PROCESS_FLAGS } from './flags/process.js';
import { SOCKETS_FLAGS } from './flags/sockets.js';
import { SYSTEM_FLAGS } from './flags/system.js';
import { WAITING_FLAGS } from './flags/waiting.js';
import { NOTE_PLACES, NOTES, SUMMARIES } from './notes.js';
import { BRIEF } from './syscalls/brief.js';
import { FILES } from './syscalls/files.js';
import { IO } from './syscalls/io.js';
import { MEMORY } from './syscalls/memory.js';
import { NUMBERS, OTHER_NAMES } from './syscalls/numbers.js';
import { PROCESSES } from './syscalls/processes.js';
import type { Syscall } from './syscalls/row.js';
import { SOCKETS } from './syscalls/sockets.js';
import { WAITING } from './syscalls/waiting.js';
import { TERMS } from './terms.js';
import { WAITS } from './waits.js';

type Articles = Readonly<Record<string, Article>>;

/** Topics whose name is a table's key. */
const TABLES: Readonly<Record<string, Articles>> = {
  term: TERMS,
  wait: WAITS,
  note: NOTES,
  'note place': NOTE_PLACES,
  evidence: EVIDENCE,
  unheld: UNHELD,
  problem: PROBLEMS,
  summary: SUMMARIES,
  dbus: DBUS,
};

const SYSCALLS: readonly Readonly<Record<string, Syscall>>[] = [IO, FILES, SOCKETS, WAITING, PROCESSES, MEMORY];

const FLAGS: readonly Articles[] = [
  OPEN_FLAGS,
  PROCESS_FLAGS,
  MEMORY_FLAGS,
  SOCKETS_FLAGS,
  WAITING_FLAGS,
  SYSTEM_FLAGS,
];

/** The article on a topic; undefined for kinds and names that the format does not know. Names may be any text. */
export function article(topic: Topic): Article | undefined {
  const { kind, name } = topic;
  if (kind === 'syscall') return syscall(name);
  // `EPOLLIN` begins like an error, `SIG_DFL` like a signal.
  if (kind === 'errno') return errno(name) ?? flag(name);
  if (kind === 'signal') return signal(name) ?? flag(name);
  if (kind === 'flag') return flag(name) ?? signal(name) ?? errno(name);
  const table = own(TABLES, kind);
  return table && own(table, name);
}

/** A call by the name that strace prints. */
function syscall(name: string): Article | undefined {
  const plain = own(OTHER_NAMES, name) ?? name.replace(/_time64$/, '');
  const row = first(SYSCALLS, plain);
  const numbers = own(NUMBERS, plain);
  if (row) {
    const { usage, title, text, blocks, next, source } = row;
    const words = [
      `\`${usage}\`.`,
      text && fromTable(text),
      blocks && t('When it does not return: {0}', lower(fromTable(blocks))),
      numbersOf(numbers),
    ];
    return { title, text: words.filter(Boolean).join(' '), ...(next ? { next } : {}), source };
  }
  const brief = own(BRIEF, plain);
  if (brief) return { title: brief, text: numbersOf(numbers), source: `man 2 ${plain}` };
  if (/^syscall_0x[0-9a-f]{1,8}$/.test(name)) return own(TERMS, 'unknown-syscall');
  return undefined;
}

const numbersOf = (numbers: (typeof NUMBERS)[string] | undefined): string => {
  const [x86, arm] = numbers ?? [];
  const known = [x86 === undefined ? '' : t('{0} on x86-64', x86), arm === undefined ? '' : t('{0} on arm64', arm)];
  return known.some(Boolean) ? t('Number {0}.', known.filter(Boolean).join(', ')) : '';
};

/** A constant in the arguments. The private form of a futex operation is the operation within one process. */
function flag(name: string): Article | undefined {
  const plain = name.replace(/_PRIVATE$/, '');
  const row = first(FLAGS, name) ?? (plain.startsWith('FUTEX_') ? first(FLAGS, plain) : undefined);
  if (!row) return undefined;
  const title = fromTable(row.title);
  const words = `${title.charAt(0).toUpperCase()}${title.slice(1)}${/[?]$/.test(title) ? '' : '.'}`;
  const own = row === first(FLAGS, name) ? '' : ` ${t('Only within this process.')}`;
  return { ...row, title: `\`${name}\``, text: `${words}${row.text && ` ${fromTable(row.text)}`}${own}` };
}

function errno(name: string): Article | undefined {
  const row = own(ERRNO, own(ERRNO_ALIASES, name) ?? name);
  return row && { ...row, title: `${fromTable(row.title)} (${row.number})` };
}

function signal(name: string): Article | undefined {
  const plain = own(SIGNAL_ALIASES, name) ?? name.replace(/^RT_/, 'SIGRT_');
  const row = own(SIGNALS, plain) ?? own(SIGNALS, `SIG${plain}`);
  if (row)
    return {
      ...row,
      title: numbered(row.number, row.title),
      text: `${fromTable(row.text)} ${fromTable(ACTIONS[row.action])}`,
    };
  const real = /^SIGRT_(\d{1,2})$/.exec(plain);
  const number = real && 32 + Number(real[1]);
  return number && number <= 64 ? { ...REAL_TIME, title: numbered(number, REAL_TIME.title) } : undefined;
}

const numbered = (number: number, title: string): string => t('signal {0}: {1}', number, fromTable(title));

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** The row of the first table that has one. */
function first<T>(tables: readonly Readonly<Record<string, T>>[], key: string): T | undefined {
  for (const table of tables) {
    const row = own(table, key);
    if (row !== undefined) return row;
  }
  return undefined;
}

/** Own rows only: a trace may well name `constructor`. */
function own<T>(rows: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(rows, key) ? rows[key] : undefined;
}

/** The names of its articles of a kind. */
export const names = (kind: string): readonly string[] => namesIn(TABLES, kind);
