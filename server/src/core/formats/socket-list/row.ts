// One line of ss taken apart.

import { type Field, fieldsOf } from '../../text/fields.js';
import { globalEntity } from '../../trace/entity.js';
import type { EntityId } from '../../trace/trace.js';
import { NETIDS, STATES } from './knowledge/columns.js';

/** Who has the socket open: `("runc",pid=10900,fd=3)`. */
export interface User {
  readonly name: string;
  readonly pid: string;
  readonly fd: string;
  /** The number of the pid, and the whole entry. */
  readonly pidField: Field;
  readonly field: Field;
}

export interface Row {
  /** '' where ss was asked for one kind only and has no such column. */
  readonly netid: string;
  readonly state: Field;
  readonly received: Field;
  readonly sent: Field;
  /** Path or address; `*` for none. */
  readonly local: Field;
  readonly peer: Field;
  /** Inodes of a unix socket and of its other end; undefined where there is none (0). */
  readonly inode: Field | undefined;
  readonly peerInode: Field | undefined;
  readonly users: readonly User[];
}

/** Whether the line is ss's header. With `true` for a header that has the Netid column. */
export function readHeader(text: string, start: number, end: number): { readonly netid: boolean } | undefined {
  if (end - start > 4000) return undefined;
  const line = text.slice(start, Math.min(end, start + 600));
  if (!/^(?:Netid\s+)?State\s+Recv-Q\s+Send-Q\s+Local Address:Port\s/.test(line)) return undefined;
  return { netid: line.startsWith('Netid') };
}

/**
 * One line; undefined where it does not fit.
 *
 * Example input:  `u_str ESTAB 0 213504 * 1053533 * 1054306 users:(("runc",pid=10900,fd=3))`
 * Example output: state ESTAB, sent 213504, inode 1053533, peerInode 1054306, one user
 */
export function readRow(text: string, start: number, end: number, netid: boolean): Row | undefined {
  const words = fieldsOf(text, start, end, 400);
  let at = 0;
  const kind = words[0]?.text ?? '';
  const named = Object.hasOwn(NETIDS, kind);
  if (netid && !named) return undefined;
  if (named) at++;
  const [state, received, sent] = words.slice(at, at + 3);
  if (!state || !received || !sent || !Object.hasOwn(STATES, state.text)) return undefined;
  if (!/^\d{1,12}$/.test(received.text) || !/^\d{1,12}$/.test(sent.text)) return undefined;
  at += 3;
  const process = words.findIndex((word, index) => index >= at && word.text.startsWith('users:(('));
  const stop = process < 0 ? words.length : process;
  const unix = kind.startsWith('u_') || (!named && /^\d+$/.test(words[at + 1]?.text ?? ''));
  const users = process < 0 ? [] : usersOf(text, words[process]!.start, end);
  if (unix) {
    // A path may have blanks in it: the first number that stands alone ends it.
    const first = numberAt(words, at + 1, stop);
    const second = first === undefined ? undefined : numberAt(words, first + 2, stop);
    if (first === undefined || second === undefined) return undefined;
    return {
      netid: kind,
      state,
      received,
      sent,
      local: join(text, words[at]!, words[first - 1]!),
      peer: join(text, words[first + 1]!, words[second - 1]!),
      inode: real(words[first]!),
      peerInode: real(words[second]!),
      users,
    };
  }
  const local = words[at];
  const peer = words[at + 1];
  if (!local || !peer || at + 1 >= stop) return undefined;
  return {
    netid: named ? kind : '',
    state,
    received,
    sent,
    local,
    peer,
    inode: inodeBehind(words),
    peerInode: undefined,
    users,
  };
}

/** `ino:123` that `-e` adds. */
function inodeBehind(words: readonly Field[]): Field | undefined {
  const word = words.find((one) => /^ino:\d{1,20}$/.test(one.text));
  return word && word.text !== 'ino:0' ? { text: word.text.slice(4), start: word.start + 4, end: word.end } : undefined;
}

function numberAt(words: readonly Field[], from: number, stop: number): number | undefined {
  for (let at = from; at < stop; at++) if (/^(?:\d{1,20}|\*)$/.test(words[at]!.text)) return at;
  return undefined;
}

const join = (text: string, first: Field, last: Field): Field => ({
  text: text.slice(first.start, last.end),
  start: first.start,
  end: last.end,
});

const real = (field: Field): Field | undefined => (field.text === '0' || field.text === '*' ? undefined : field);

/** The users behind `users:((`: `("runc",pid=10900,fd=3)`, in old versions `("runc",10900,3)`. */
function usersOf(text: string, start: number, end: number): User[] {
  const found: User[] = [];
  const line = text.slice(start, Math.min(end, start + 16_384));
  for (const part of line.matchAll(/\("([^"]{0,64})",(?:pid=)?(\d{1,10}),(?:fd=)?(\d{1,10})\)/g)) {
    const at = start + part.index;
    const pidAt = at + part[0].indexOf(',', part[1]!.length + 2) + (part[0].includes('pid=') ? 5 : 1);
    found.push({
      name: part[1]!,
      pid: part[2]!,
      fd: part[3]!,
      pidField: { text: part[2]!, start: pidAt, end: pidAt + part[2]!.length },
      field: { text: part[0], start: at, end: at + part[0].length },
    });
  }
  return found;
}

export const processOf = (user: User): EntityId => globalEntity('process', user.pid);

/** `socket:1053533`; undefined where ss does not tell the inode. */
export const socketOf = (inode: Field | undefined): EntityId | undefined => inode && globalEntity('socket', inode.text);

/** The path of a unix socket, if it has one. `@` in front: an abstract name. */
export const pathOf = (row: Row): string | undefined =>
  row.netid.startsWith('u_') && /^[/@]/.test(row.local.text) ? row.local.text : undefined;
