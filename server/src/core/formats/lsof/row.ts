// One line of lsof taken apart.

import { type Field, fieldsOf, restFrom } from '../../text/fields.js';
import { globalEntity } from '../../trace/entity.js';
import type { EntityId } from '../../trace/trace.js';

/** Which columns the header has, and where the last one begins. */
export interface Header {
  /** Columns before FD: COMMAND PID, perhaps TID TASKCMD PPID PGID, USER. */
  readonly before: readonly string[];
  /** Offset of NAME from the line's start; names are aligned with it unless the text was squeezed. */
  readonly nameAt: number;
}

/** Another end of the same pipe or socket, as `+E` adds it: `13325,runc,6w`. */
export interface Endpoint {
  readonly pid: string;
  readonly command: string;
  readonly fd: string;
  readonly access: string;
  readonly field: Field;
}

export interface Row {
  readonly command: Field;
  readonly pid: Field;
  readonly tid: Field | undefined;
  readonly fd: Field;
  readonly type: Field;
  /** DEVICE, SIZE/OFF, NODE: blank ones are missing. */
  readonly device: Field | undefined;
  readonly node: Field | undefined;
  readonly name: Field;
  /** `3` of `3uW`; undefined for cwd, txt, mem. */
  readonly number: string | undefined;
  /** r, w, u or ''. */
  readonly access: string;
  /** The lock character of the FD column: W, w, R, r, u, U, x, X, N; '' without a lock. */
  readonly lock: string;
  /** `->INO=1054306`: the inode of a unix socket’s other end. */
  readonly peer: string | undefined;
}

/** The header; undefined where the line is none. */
export function readHeader(text: string, start: number, end: number): Header | undefined {
  if (end - start > 400 || !text.startsWith('COMMAND', start)) return undefined;
  const fields = fieldsOf(text, start, end, 20);
  const names = fields.map((field) => field.text);
  const fd = names.indexOf('FD');
  if (fd < 2 || names[1] !== 'PID' || names.at(-1) !== 'NAME' || names[fd + 1] !== 'TYPE') return undefined;
  return { before: names.slice(0, fd), nameAt: fields.at(-1)!.start - start };
}

/**
 * One line; undefined where it does not fit.
 *
 * Example input:  `runc 10900 root 3u unix 0x00000000a581f6a1 0t0 1053533 type=STREAM ->INO=1054306 10887,dbus-daem,9u`
 * Example output: number `3`, access `u`, type `unix`, node `1053533`, peer `1054306`
 */
export function readRow(text: string, start: number, end: number, header: Header): Row | undefined {
  const words = fieldsOf(text, start, end, 24);
  let at = 0;
  let tid: Field | undefined;
  const [command, pid] = words;
  if (!command || !pid || !/^\d{1,10}$/.test(pid.text)) return undefined;
  for (const column of header.before) {
    const word = words[at];
    if (!word) return undefined;
    if (column === 'TID' || column === 'TASKCMD') {
      // Blank for the process itself: the next word is no number then.
      if (column === 'TID' && !/^\d{1,10}$/.test(word.text)) continue;
      if (column === 'TASKCMD' && !tid) continue;
      if (column === 'TID') tid = word;
    }
    at++;
  }
  const fd = words[at];
  const type = words[at + 1];
  const after = words[at + 2];
  if (!fd || !type || !after) return undefined;
  // Lines of another program may follow.
  if (!/^(?:\d{1,7}|[A-Za-z])\S{0,4}$/.test(fd.text) || !/^(?:[A-Za-z][\w]{1,15}|\d{4})$/.test(type.text))
    return undefined;
  const shape = /^(\d{1,7})([rwu]?)([- NrRwWuUxX]?)$/.exec(fd.text);
  // Names stand below NAME; where blanks were squeezed, the name is what follows device, size and node.
  const column = start + header.nameAt;
  const aligned = words.some((word) => word.start === column) && text.charCodeAt(column - 1) === 32;
  let middle = words.slice(at + 2);
  let nameStart: number;
  if (aligned) {
    middle = middle.filter((word) => word.start < column);
    nameStart = column;
  } else {
    const size = middle.findIndex((word) => /^0t\d|^0x[0-9a-f]+$|^\d+$/.test(word.text) && word !== middle[0]);
    middle = middle.slice(0, Math.max(size + 2, 2));
    const last = middle.at(-1);
    nameStart = words.find((word) => last && word.start > last.start)?.start ?? end;
  }
  const name = restFrom(text, Math.min(nameStart, end), end);
  return {
    command,
    pid,
    tid,
    fd,
    type,
    device: middle[0],
    node: middle.length > 1 ? middle.at(-1) : undefined,
    name,
    number: shape?.[1],
    access: shape?.[2] ?? '',
    lock: shape?.[3] === '-' || shape?.[3] === ' ' ? '' : (shape?.[3] ?? ''),
    peer: /->INO=(\d{1,20})/.exec(name.text.slice(0, 4096))?.[1],
  };
}

/** The other ends that `+E` names behind the name. */
export function endpointsOf(row: Row): Endpoint[] {
  const found: Endpoint[] = [];
  for (const part of row.name.text.matchAll(
    /(?<=\s|^)(\d{1,10}),([^,\s]{1,64}),(\d{1,7})([rwu]?)[a-zA-Z-]?(?=\s|$)/g,
  )) {
    const start = row.name.start + part.index;
    found.push({
      pid: part[1]!,
      command: part[2]!,
      fd: part[3]!,
      access: part[4]!,
      field: { text: part[0], start, end: start + part[0].length },
    });
  }
  return found;
}

/** Who has it open. */
export const processOf = (row: Row): EntityId => globalEntity('process', row.pid.text);

/** `fd:10900/3`: the descriptor; undefined for cwd, txt, mem. */
export const descriptorOf = (row: Row): EntityId | undefined =>
  row.number === undefined ? undefined : globalEntity('fd', `${row.pid.text}/${row.number}`);

/** The path of a unix socket or a file, without what lsof adds behind it; undefined where the name is no path. */
export function pathOf(row: Row): string | undefined {
  const found = /^[/@]\S*/.exec(row.name.text.slice(0, 4096))?.[0];
  if (found === undefined || row.type.text === 'unix') return found;
  // Files may have blanks in their name; what lsof adds stands in brackets.
  return row.name.text
    .replace(/ \((?:stat|deleted|path|[a-z-]+:)[^)]*\)?$/, '')
    .replace(/(?: \d+,[^,\s]+,\d+[a-zA-Z]{0,2})+$/, '');
}

/** What it is, as a name that other files use too: `pipe:1072305`, `socket:1053533`; undefined for files and devices. */
export function objectOf(row: Row): EntityId | undefined {
  const type = row.type.text;
  const node = row.node?.text ?? '';
  if (type === 'FIFO' && row.name.text.startsWith('pipe') && /^\d+$/.test(node)) return globalEntity('pipe', node);
  if ((type === 'unix' || type === 'sock' || type === 'netlink' || type === 'pack') && /^\d+$/.test(node))
    return globalEntity('socket', node);
  // For internet sockets the DEVICE column has the inode, and NODE the protocol.
  if ((type === 'IPv4' || type === 'IPv6') && /^\d+$/.test(row.device?.text ?? ''))
    return globalEntity('socket', row.device!.text);
  if (type === 'FIFO') {
    const path = pathOf(row);
    return path === undefined ? undefined : globalEntity('file', path);
  }
  return undefined;
}
