// The columns of a listing of `ps`: which there are, and what one line has in each.

import { type Field, fieldsOf, restFrom } from '../../text/fields.js';
import { globalEntity } from '../../trace/entity.js';
import type { EntityId } from '../../trace/trace.js';
import { COLUMN_NAMES } from './columnNames.js';

/** Kinds of rows. */
export const HEADER = 0;
export const PROCESS = 1;
export const THREAD = 2;

/** The columns of a header line, in order. */
export interface Columns {
  readonly names: readonly string[];
  /** Which columns may hold blanks in a value: the command. -1: none. */
  readonly wide: number;
  /** Whether lines are threads. */
  readonly threads: boolean;
}

/** One line: a field for each column. */
export interface Row {
  readonly fields: readonly Field[];
  /** Undefined where the listing has no such column. */
  readonly get: (...names: readonly string[]) => Field | undefined;
}

const COMMANDS = new Set(['COMMAND', 'CMD', 'ARGS', 'COMM']);
const PIDS = ['PID', 'TGID'];
const NUMBERS = new Set([
  'PID',
  'TGID',
  'PPID',
  'LWP',
  'TID',
  'SPID',
  'NLWP',
  '%CPU',
  '%MEM',
  'VSZ',
  'RSS',
  'C',
  'SZ',
  'PSR',
]);
const THREADS = ['LWP', 'TID', 'SPID'];

/**
 * The columns of a header line; undefined where it is none.
 *
 * Example input:  `    PID TTY      STAT   TIME COMMAND`
 * Example output: PID, TTY, STAT, TIME, COMMAND
 */
export function readColumns(text: string, start: number, end: number): Columns | undefined {
  if (end - start > 1000) return undefined;
  const fields = fieldsOf(text, start, end, 40);
  const names = fields.map((field) => field.text);
  if (names.length < 2 || !names.some((name) => PIDS.includes(name) || THREADS.includes(name))) return undefined;
  // `busctl list` and `lsof` have a PID too, and columns that `ps` has not.
  if (!names.every((name) => COLUMN_NAMES.has(name))) return undefined;
  // `pidstat`, `top`: their last column is the command as well, but they have no state and no terminal behind the pid.
  const wide = names.findLastIndex((name) => COMMANDS.has(name));
  return { names, wide, threads: names.some((name) => THREADS.includes(name)) };
}

const WEEKDAY = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)$/;
const MONTH = /^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)$/;

/** What a line has in each column; undefined where it does not fit (no number where the pid must be). */
export function readRow(text: string, start: number, end: number, columns: Columns): Row | undefined {
  const { names, wide } = columns;
  const words = fieldsOf(text, start, end);
  const fields: Field[] = [];
  let at = 0;
  for (let column = 0; column < names.length; column++) {
    const word = words[at];
    if (!word) break;
    const name = names[column]!;
    if (column === wide) {
      const behind = names.length - 1 - column;
      const last = behind === 0 ? undefined : words[words.length - behind - 1];
      if (behind > 0 && (!last || last.start < word.start)) break;
      fields.push(restFrom(text, word.start, last ? last.end : end));
      at = words.length - behind;
      continue;
    }
    let taken = 1;
    if (name === 'STARTED' && WEEKDAY.test(word.text)) taken = 5;
    else if ((name === 'STARTED' || name === 'START') && MONTH.test(word.text)) taken = 2;
    const end_ = words[Math.min(at + taken, words.length) - 1]!.end;
    fields.push({ text: text.slice(word.start, end_), start: word.start, end: end_ });
    at += taken;
  }
  const get = (...wanted: readonly string[]): Field | undefined => {
    for (const one of wanted) {
      const column = names.indexOf(one);
      if (column >= 0 && fields[column]) return fields[column];
    }
    return undefined;
  };
  // Lines of another program may follow: they have words where numbers must be.
  if (fields.some((field, column) => NUMBERS.has(names[column]!) && !/^(?:-?\d[\d.]*|-)$/.test(field.text)))
    return undefined;
  const pid = get(...PIDS, ...THREADS);
  return pid && /^(?:\d{1,10}|-)$/.test(pid.text) && fields.length >= names.length - 1 ? { fields, get } : undefined;
}

/** The pid of a line; the thread's number where no process has one. */
export const pidOf = (row: Row): Field | undefined => row.get(...PIDS);
export const tidOf = (row: Row): Field | undefined => row.get(...THREADS);

/** The command without the lines of a tree: `\_ `, `|  `. */
export function commandOf(row: Row): Field | undefined {
  const field = row.get('COMMAND', 'CMD', 'ARGS', 'COMM');
  if (!field) return undefined;
  const tree = /^[ |`\\_-]*(?:\\_ |`- |\|- )/.exec(field.text.slice(0, 400))?.[0].length ?? 0;
  const rest = field.text.slice(tree);
  const blank = rest.length - rest.trimStart().length;
  return { text: rest.slice(blank), start: field.start + tree + blank, end: field.end };
}

/** The program's name: the last part of the path of the first word, without brackets and `:`. */
export function programOf(command: string): string {
  const first = /^\S*/.exec(command)?.[0] ?? '';
  if (first.startsWith('[')) return command.replace(/^\[|\].*$/g, '');
  const name = first.slice(first.lastIndexOf('/') + 1) || first;
  return name.replace(/^-|:$/g, '');
}

/** The main thread of a process counts as the process. */
export function isThread(row: Row): boolean {
  const tid = tidOf(row);
  const pid = pidOf(row);
  return tid !== undefined && tid.text !== '-' && tid.text !== pid?.text;
}

/** `process:812`; `thread:815` for a thread that is not the process's first. */
export function entityOf(row: Row): EntityId | undefined {
  const field = isThread(row) ? tidOf(row) : (pidOf(row) ?? tidOf(row));
  if (!field || field.text === '-') return undefined;
  return globalEntity(isThread(row) ? 'thread' : 'process', field.text);
}
