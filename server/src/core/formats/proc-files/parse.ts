// Lines of /proc files to rows: a stack, a status, one descriptor, one lock.

import { kernelWait } from '../../knowledge/kernelStack.js';
import { placesOf } from '../../text/fields.js';
import { joined, phrase, type Value } from '../../text/l10n.js';
import { type Lines, plainLines } from '../../text/lines.js';
import { globalEntity, localEntity } from '../../trace/entity.js';
import { entityMention, listingTrace, mention, Rows, Ruling } from '../../trace/listing.js';
import type { EntityId, Item, Mention, Trace } from '../../trace/trace.js';
import { FORMAT_ID, factsOf } from './facts.js';
import { STATUS } from './knowledge/terms.js';
import { endsStack, Kind, type Owner, readLine, stackFunction } from './lines.js';
import { descriptorParts, lockParts, statusField, syscallParts, unixParts } from './values.js';

/** What a row is; also the index into `KINDS`. */
export enum RowKind {
  Stack,
  Wchan,
  Syscall,
  Status,
  Descriptor,
  Lock,
  Unix,
  Task,
  Limits,
}
const KINDS = ['stack', 'wait channel', 'system call', 'status', 'descriptor', 'file lock', 'socket', 'task', 'limits'];

export interface ProcText {
  readonly text: string;
  readonly scope: string;
  readonly rows: Rows;
  readonly ownerOf: (row: number) => Owner | undefined;
  /** The row's lines: offsets of each. */
  readonly linesOf: (row: number) => { readonly start: number; readonly end: number }[];
  readonly entityOf: (row: number) => EntityId | undefined;
  /** Whether the row is one of lslocks. */
  readonly listed: (row: number) => boolean;
}

/** Whose a text is that does not say so itself, and the file that tells. */
export interface Lent {
  readonly owner: Owner;
  readonly from: string;
}

const known = new WeakMap<Trace, { readonly said: readonly Owner[]; readonly asks: boolean }>();

/** The processes and threads that the text itself names as its own; none where it does not say whose it is. */
export const ownersOf = (trace: Trace): readonly Owner[] => known.get(trace)?.said ?? [];

/** Whether the text has something of a process and does not say of which. */
export const asksOwner = (trace: Trace): boolean => known.get(trace)?.asks ?? false;

export function parse(text: string, scope: string, given?: Lines, lent?: Lent): Trace {
  const rows = new Rows();
  const owners = new Ruling<Owner | undefined>();
  // A folder that keeps files as they lie in /proc tells whose they are.
  const inPath = /\/proc\/(\d{1,10})\/(?:task\/(\d{1,10})\/)?/.exec(scope);
  const named: Owner | undefined = inPath
    ? { pid: inPath[1]!, tid: inPath[2] === inPath[1] ? undefined : inPath[2] }
    : undefined;
  let owner = named ?? lent?.owner;
  const said: Owner[] = named ? [named] : [];
  let open: RowKind | undefined;
  const begin = (kind: RowKind, start: number, end: number): void => {
    const row = rows.add(kind, start, end);
    owners.set(row, owner);
    open = kind;
  };
  const lines = given ?? plainLines(text);
  while (lines.next()) {
    if (lines.start >= lines.end) continue;
    rows.total++;
    const line = readLine(text, lines.start, lines.end);
    const { kind, start, end } = line;
    if (kind !== Kind.Other) rows.understood++;
    if (line.owner && (line.owner.pid !== owner?.pid || line.owner.tid !== owner?.tid)) {
      owner = line.owner;
      said.push(owner);
      open = undefined;
    }
    switch (kind) {
      case Kind.Path:
        open = undefined;
        break;
      case Kind.Stack:
        if (open === RowKind.Stack) rows.extend(end);
        else begin(RowKind.Stack, start, end);
        if (endsStack(text.slice(start, Math.min(end, start + 300)))) open = undefined;
        break;
      case Kind.StatusName:
        begin(RowKind.Status, start, end);
        break;
      case Kind.Status:
        if (open === RowKind.Status) rows.extend(end);
        else begin(RowKind.Status, start, end);
        break;
      case Kind.Limit:
        if (open === RowKind.Limits) rows.extend(end);
        else begin(RowKind.Limits, start, end);
        break;
      case Kind.LimitsHeader:
        begin(RowKind.Limits, start, end);
        break;
      case Kind.Wchan:
        begin(RowKind.Wchan, start, end);
        open = undefined;
        break;
      case Kind.Syscall:
        begin(RowKind.Syscall, start, end);
        open = undefined;
        break;
      case Kind.Descriptor:
        begin(RowKind.Descriptor, start, end);
        open = undefined;
        break;
      case Kind.Lock:
      case Kind.LocksRow:
        begin(RowKind.Lock, start, end);
        open = undefined;
        break;
      case Kind.Unix:
        begin(RowKind.Unix, start, end);
        open = undefined;
        break;
      case Kind.Task:
        begin(RowKind.Task, start, end);
        open = undefined;
        break;
      case Kind.Other:
        open = undefined;
        break;
      default:
        break;
    }
  }
  const headOf = (row: number): string =>
    text.slice(rows.start.at(row), Math.min(rows.headEnd.at(row), rows.start.at(row) + 600));
  const linesOf = (row: number): { start: number; end: number }[] => {
    const found: { start: number; end: number }[] = [];
    const stop = rows.end.at(row);
    for (let start = rows.start.at(row); start < stop && found.length < 4096; ) {
      let end = text.indexOf('\n', start);
      if (end < 0 || end > stop) end = stop;
      const inner = readLine(text, start, end);
      found.push({ start: inner.start, end: end > inner.start && text.charCodeAt(end - 1) === 13 ? end - 1 : end });
      start = end + 1;
    }
    return found;
  };
  const ownerOf = (row: number): Owner | undefined => owners.at(row);
  const listed = (row: number): boolean => rows.kind.at(row) === RowKind.Lock && !/^\d{1,7}: /.test(headOf(row));
  const entityOf = (row: number): EntityId | undefined => {
    const kind = rows.kind.at(row);
    if (kind === RowKind.Lock) {
      const lock = lockParts(headOf(row));
      return lock && lock.pid !== undefined ? globalEntity('process', lock.pid) : undefined;
    }
    if (kind === RowKind.Unix) {
      const socket = unixParts(headOf(row));
      return socket && socket.inode !== '0' ? globalEntity('socket', socket.inode) : undefined;
    }
    if (kind === RowKind.Task) return globalEntity('process', headOf(row).trim().split(' ', 1)[0]!);
    const own = ownerOf(row);
    if (kind === RowKind.Descriptor) {
      const fd = descriptorParts(headOf(row));
      return own && fd ? globalEntity('fd', `${own.pid}/${fd.number}`) : undefined;
    }
    if (kind === RowKind.Status) {
      const pid = statusField(text, linesOf(row), 'Pid');
      const tgid = statusField(text, linesOf(row), 'Tgid');
      if (pid) return globalEntity(tgid && tgid.text !== pid.text ? 'thread' : 'process', pid.text);
    }
    if (own) return own.tid === undefined ? globalEntity('process', own.pid) : globalEntity('thread', own.tid);
    return kind === RowKind.Limits ? undefined : localEntity('process', 'unnamed', scope);
  };
  const proc: ProcText = { text, scope, rows, ownerOf, linesOf, entityOf, listed };
  const trace = listingTrace({
    format: FORMAT_ID,
    scope,
    text,
    rows,
    kinds: KINDS,
    words: (row) => ({ ...wordsOf(proc, row, headOf(row)), entity: entityOf(row) }),
    facts: () => factsOf(proc),
    mentions: (row) => mentionsOf(proc, row, headOf(row)),
    items: (row) => (rows.kind.at(row) === RowKind.Stack ? frames(proc, row) : []),
    problems:
      lent && rows.length > 0
        ? [
            {
              span: { start: rows.start.at(0), end: rows.headEnd.at(0) },
              code: 'owner-by-name',
              values: { from: lent.from, pid: lent.owner.tid ?? lent.owner.pid },
            },
          ]
        : [],
  });
  let asks = false;
  for (let row = 0; row < rows.length; row++) {
    const kind = rows.kind.at(row);
    if (kind === RowKind.Status) {
      const entity = entityOf(row);
      if (entity && !entity.includes('@'))
        said.push(statusOwner(entity, statusField(text, linesOf(row), 'Tgid')?.text));
    } else if (kind !== RowKind.Lock && kind !== RowKind.Unix && kind !== RowKind.Task) asks = true;
  }
  known.set(trace, { said, asks: asks && said.length === 0 });
  return trace;
}

/** Of `process:12`, or `thread:13` with the process it belongs to. */
const statusOwner = (entity: EntityId, tgid: string | undefined): Owner =>
  entity.startsWith('thread:') ? { pid: tgid ?? '', tid: entity.slice(7) } : { pid: entity.slice(8), tid: undefined };

const frames = ({ text, linesOf }: ProcText, row: number): Item[] =>
  linesOf(row).map(({ start, end }) => ({
    kind: 'frame',
    span: { start, end },
    label: stackFunction(text.slice(start, Math.min(end, start + 200)))?.name ?? '',
  }));

function wordsOf(proc: ProcText, row: number, head: string): { label: string; detail: Value } {
  const { text, rows, linesOf, ownerOf } = proc;
  const own = ownerOf(row);
  const who = own ? ` of ${own.tid === undefined ? 'process' : 'thread'} ${own.tid ?? own.pid}` : '';
  switch (rows.kind.at(row) as RowKind) {
    case RowKind.Stack: {
      const names = linesOf(row)
        .slice(0, 3)
        .flatMap(({ start, end }) => stackFunction(text.slice(start, Math.min(end, start + 200)))?.name ?? []);
      return { label: `stack${who}`, detail: names.join(' ← ') };
    }
    case RowKind.Wchan:
      return { label: `wait channel${who}`, detail: head.replace(/^wchan: ?/, '').trim() };
    case RowKind.Syscall: {
      const call = syscallParts(head);
      return {
        label: `system call${who}`,
        detail: joined(' · ', [
          call?.name ?? head.split(' ', 1)[0]!,
          call?.fd === undefined ? '' : phrase('descriptor {fd}', { fd: String(call.fd) }),
        ]),
      };
    }
    case RowKind.Status: {
      const lines = linesOf(row);
      const name = statusField(text, lines, 'Name')?.text ?? '';
      const pid = statusField(text, lines, 'Pid')?.text ?? '';
      return { label: `status of ${name} ${pid}`.trim(), detail: statusField(text, lines, 'State')?.text ?? '' };
    }
    case RowKind.Descriptor: {
      const fd = descriptorParts(head);
      return {
        label: `descriptor ${fd?.number ?? ''}${own ? ` of process ${own.pid}` : ''}`,
        detail: fd?.target ?? '',
      };
    }
    case RowKind.Lock: {
      const lock = lockParts(head);
      return {
        label: `${lock?.waits ? 'waits for lock' : 'lock'} ${lock?.file ?? ''}`,
        detail: `${lock?.type ?? ''} ${lock?.mode ?? ''} · process ${lock?.pid ?? '?'}`,
      };
    }
    case RowKind.Unix: {
      const socket = unixParts(head);
      return { label: `socket ${socket?.inode ?? ''}`, detail: socket?.path ?? '' };
    }
    case RowKind.Task: {
      const words = head.trim().split(/ +/);
      return { label: `task ${words[0]} ${words.slice(1, -1).join(' ')}`, detail: words.at(-1) ?? '' };
    }
    default:
      return { label: `limits${who}`, detail: '' };
  }
}

function mentionsOf(proc: ProcText, row: number, head: string): Mention[] {
  const { text, rows, linesOf, entityOf, ownerOf } = proc;
  const start = rows.start.at(row);
  const found: Mention[] = [];
  const word = (at: number, length: number): { text: string; start: number; end: number } => ({
    text: text.slice(start + at, start + at + length),
    start: start + at,
    end: start + at + length,
  });
  switch (rows.kind.at(row) as RowKind) {
    case RowKind.Stack:
      for (const line of linesOf(row)) {
        const func = stackFunction(text.slice(line.start, Math.min(line.end, line.start + 200)));
        if (!func) continue;
        const known = kernelWait(func.name);
        const at = line.start + func.at;
        found.push(
          mention(
            { start: at, end: at + func.name.length },
            'function',
            known ? { kind: 'kernel wait', name: known.name } : { kind: 'term', name: 'frame' },
          ),
        );
      }
      break;
    case RowKind.Wchan:
    case RowKind.Task:
      for (const place of placesOf(/[a-z_][\w.]{3,80}\s*$/g, text, start, rows.end.at(row))) {
        const name = place.text.trim();
        const known = kernelWait(name);
        found.push(
          mention(
            { start: place.start, end: place.start + name.length },
            'function',
            known ? { kind: 'kernel wait', name: known.name } : { kind: 'term', name: 'wchan' },
          ),
        );
      }
      if (rows.kind.at(row) === RowKind.Task)
        for (const place of placesOf(/^\s*\d+/g, text, start, rows.end.at(row)))
          found.push(
            entityMention({ ...place, start: place.end - place.text.trim().length }, entityOf(row)!, {
              kind: 'term',
              name: 'pid',
            }),
          );
      break;
    case RowKind.Syscall: {
      const call = syscallParts(head);
      const number = /^-?\d+/.exec(head)?.[0] ?? '';
      if (number)
        found.push(
          mention(
            word(0, number.length),
            'term',
            { kind: 'term', name: 'syscall number' },
            call?.name ? { hint: call.name } : {},
          ),
        );
      const own = ownerOf(row);
      if (call?.fd !== undefined)
        found.push(
          own
            ? entityMention(word(number.length + 1, call.first.length), globalEntity('fd', `${own.pid}/${call.fd}`), {
                kind: 'term',
                name: 'fd argument',
              })
            : mention(word(number.length + 1, call.first.length), 'term', { kind: 'term', name: 'fd argument' }),
        );
      break;
    }
    case RowKind.Status:
      for (const line of linesOf(row)) {
        const key = /^[A-Za-z_]+(?=:)/.exec(text.slice(line.start, Math.min(line.end, line.start + 60)))?.[0];
        if (!key) continue;
        if (Object.hasOwn(STATUS, key))
          found.push(
            mention({ start: line.start, end: line.start + key.length }, 'term', { kind: 'status', name: key }),
          );
        const field = statusField(text, [line], key);
        if (!field) continue;
        if (key === 'State') found.push(mention(field, 'state', { kind: 'state', name: field.text.charAt(0) }));
        else if ((key === 'Pid' || key === 'PPid' || key === 'Tgid' || key === 'TracerPid') && field.text !== '0')
          found.push(entityMention(field, globalEntity('process', field.text), { kind: 'status', name: key }));
      }
      break;
    case RowKind.Descriptor: {
      const fd = descriptorParts(head);
      if (!fd) break;
      const own = entityOf(row);
      const access = fd.access === 'r' ? 'read end' : fd.access === 'w' ? 'write end' : 'both ways';
      found.push(
        own?.startsWith('fd:')
          ? entityMention(word(fd.numberAt, fd.number.length), own, { kind: 'term', name: 'descriptor' })
          : mention(word(fd.numberAt, fd.number.length), 'term', { kind: 'term', name: 'descriptor' }),
      );
      found.push(mention(word(0, 4), 'term', { kind: 'term', name: access }));
      found.push(
        fd.object
          ? entityMention(word(fd.targetAt, fd.target.length), fd.object, { kind: 'term', name: fd.kind })
          : mention(word(fd.targetAt, fd.target.length), 'term', { kind: 'term', name: fd.kind }),
      );
      break;
    }
    case RowKind.Lock: {
      const lock = lockParts(head);
      if (!lock) break;
      if (lock.pid !== undefined)
        found.push(
          entityMention(word(lock.pidAt, lock.pid.length), globalEntity('process', lock.pid), {
            kind: 'term',
            name: 'pid',
          }),
        );
      found.push(mention(word(lock.typeAt, lock.type.length), 'term', { kind: 'lock', name: lock.type }));
      found.push(
        entityMention(word(lock.fileAt, lock.file.length), lock.entity, { kind: 'term', name: 'locked file' }),
      );
      if (lock.waits && lock.arrowAt >= 0)
        found.push(mention(word(lock.arrowAt, 2), 'term', { kind: 'term', name: 'waits for lock' }));
      break;
    }
    case RowKind.Unix: {
      const socket = unixParts(head);
      if (socket && socket.inode !== '0')
        found.push(
          entityMention(word(socket.inodeAt, socket.inode.length), globalEntity('socket', socket.inode), {
            kind: 'term',
            name: 'socket',
          }),
        );
      break;
    }
    default:
      break;
  }
  return found;
}
