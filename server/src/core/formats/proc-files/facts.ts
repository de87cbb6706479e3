// What files of /proc tell: in which call a process waits and on which descriptor, what that is, who has which lock.

import { type KnownWait, kernelWait, stackCall, stackWait } from '../../knowledge/kernelStack.js';
import { joined, phrase, phraseFromTable, type Value } from '../../text/l10n.js';
import { globalEntity } from '../../trace/entity.js';
import { note } from '../../trace/listing.js';
import type { EntityId, Facts, Hold, Note, Target, Wait } from '../../trace/trace.js';
import { BLOCKING_CALLS } from './knowledge/syscalls.js';
import { stackFunction } from './lines.js';
import { type ProcText, RowKind } from './parse.js';
import {
  type DescriptorParts,
  descriptorParts,
  lockParts,
  type SyscallParts,
  statusField,
  syscallParts,
} from './values.js';

export const FORMAT_ID = 'proc-files';

/** What is known of one task from all its files. */
interface Task {
  stack?: { readonly row: number; readonly known: KnownWait | undefined; readonly call: string | undefined };
  wchan?: { readonly row: number; readonly known: KnownWait };
  syscall?: { readonly row: number; readonly parts: SyscallParts };
  pid?: string;
}

export function factsOf(proc: ProcText): Facts {
  const { text, rows, ownerOf, linesOf, entityOf, listed } = proc;
  const tasks = new Map<EntityId, Task>();
  const names = new Map<EntityId, Value>();
  const notes: Note[] = [];
  const same: (readonly [EntityId, EntityId])[] = [];
  const descriptors = new Map<EntityId, DescriptorParts>();
  const pipes = new Map<EntityId, { readonly pid: string; readonly row: number; readonly access: 'r' | 'w' }[]>();
  const waits: Wait[] = [];
  const holds: Hold[] = [];
  const taskOf = (entity: EntityId, pid: string | undefined): Task => {
    let task = tasks.get(entity);
    if (!task) {
      task = {};
      tasks.set(entity, task);
    }
    if (pid !== undefined) task.pid = pid;
    return task;
  };
  const head = (row: number): string =>
    text.slice(rows.start.at(row), Math.min(rows.headEnd.at(row), rows.start.at(row) + 600));
  for (let row = 0; row < rows.length; row++) {
    const entity = entityOf(row);
    const pid = ownerOf(row)?.pid;
    switch (rows.kind.at(row) as RowKind) {
      case RowKind.Stack: {
        if (!entity) break;
        const functions = linesOf(row).flatMap(
          ({ start, end }) => stackFunction(text.slice(start, Math.min(end, start + 200)))?.name ?? [],
        );
        taskOf(entity, pid).stack ??= { row, known: stackWait(functions), call: stackCall(functions) };
        break;
      }
      case RowKind.Wchan: {
        const known = kernelWait(
          head(row)
            .replace(/^wchan: ?/, '')
            .trim(),
        );
        if (entity && known) taskOf(entity, pid).wchan ??= { row, known };
        break;
      }
      case RowKind.Task: {
        const words = head(row).trim().split(/ +/);
        const known = kernelWait(words.at(-1) ?? '');
        if (entity && known) taskOf(entity, words[0]).wchan ??= { row, known };
        if (entity) names.set(entity, `${words.slice(1, -1).join(' ')} (pid ${words[0]})`);
        break;
      }
      case RowKind.Syscall: {
        const parts = syscallParts(head(row));
        if (entity && parts) taskOf(entity, pid).syscall ??= { row, parts };
        break;
      }
      case RowKind.Status:
        if (entity) notes.push(...statusNotes(proc, row, entity, names));
        break;
      case RowKind.Descriptor: {
        const parts = descriptorParts(head(row));
        if (!parts?.object || pid === undefined) break;
        const fd = globalEntity('fd', `${pid}/${parts.number}`);
        same.push([fd, parts.object]);
        descriptors.set(fd, parts);
        if (parts.kind !== 'pipe' || (parts.access !== 'r' && parts.access !== 'w')) break;
        const end = { pid, row, access: parts.access };
        const list = pipes.get(parts.object);
        if (list) list.push(end);
        else pipes.set(parts.object, [end]);
        break;
      }
      case RowKind.Lock:
        lockFacts(
          head(row),
          row,
          listed(row),
          { start: rows.start.at(row), end: rows.end.at(row) },
          waits,
          holds,
          names,
        );
        break;
      default:
        break;
    }
  }
  for (const [entity, task] of tasks) {
    const wait = waitOf(proc, entity, task, descriptors);
    if (wait) {
      waits.push(wait);
      if (wait.state === 'blocked') notes.push(blockedNote(wait, names.get(entity)));
    }
    if (entity.includes('@')) names.set(entity, phrase('the process of this file'));
  }
  for (const [pipe, ends] of pipes) holds.push(...pipeHolds(pipe, ends));
  notes.sort((a, b) => a.section - b.section);
  const values = {
    files: String(rows.length),
    blocked: String(waits.filter((wait) => wait.state === 'blocked').length),
    locks: String(holds.filter((hold) => hold.evidence[0]?.rule === 'locks-table').length),
  };
  return { waits, holds, unheld: [], notes, same, names, summary: { name: 'files', values } };
}

/** One wait from all that is known: the call's number tells the descriptor, the stack what happens in it. */
function waitOf(
  { rows }: ProcText,
  waiter: EntityId,
  { stack, wchan, syscall, pid }: Task,
  descriptors: ReadonlyMap<EntityId, DescriptorParts>,
): Wait | undefined {
  const known = stack?.known ?? wchan?.known;
  const section = stack?.known ? stack.row : (wchan?.row ?? syscall?.row);
  const call = syscall?.parts.name ?? stack?.call;
  // The kernel prints the number of a call only while the task sleeps in it (fs/proc/base.c proc_pid_syscall).
  const state = known ? known.row.state : call !== undefined && BLOCKING_CALLS.includes(call) ? 'blocked' : undefined;
  if (section === undefined || state === undefined) return undefined;
  // The two were not read at one moment: only the same call is the same wait.
  const fits = !stack?.call || !syscall?.parts.name || stack.call === syscall.parts.name;
  const fd = fits ? syscall?.parts.fd : undefined;
  const on = fd !== undefined && pid !== undefined ? globalEntity('fd', `${pid}/${fd}`) : undefined;
  const parts = on === undefined ? undefined : descriptors.get(on);
  const target: Target | undefined = parts && { kind: parts.kind, name: parts.target };
  return {
    waiter,
    section,
    span: { start: rows.start.at(section), end: rows.headEnd.at(section) },
    on: parts?.object ?? on,
    kind: known?.row.kind ?? (fd === undefined ? 'syscall' : 'io'),
    state,
    seconds: undefined,
    topic: known ? { kind: 'kernel wait', name: known.name } : { kind: 'term', name: 'blocking call' },
    site: known?.name ?? '',
    ...(call !== undefined && { call }),
    ...(fd !== undefined && { fd }),
    ...(target && { target }),
  };
}

/** What it waits for, as far as the kernel's function tells. */
function whatIn({ site, call }: Wait): Value {
  const known = kernelWait(site)?.row.title;
  if (known !== undefined) return phraseFromTable(known);
  return call === undefined ? phrase('waits in the kernel') : phrase('waits in {call}', { call });
}

const blockedNote = (wait: Wait, name: Value | undefined): Note =>
  note({
    code: 'waits-in-kernel',
    about: 'blocked',
    severity: 'information',
    lens: 'blocked',
    section: wait.section,
    span: wait.span,
    entity: wait.waiter,
    values: {
      who: name ?? (wait.waiter.includes('@') ? phrase('The process') : wait.waiter.replace(':', ' ')),
      what: whatIn(wait),
      where: joined(', ', [
        wait.call,
        wait.fd === undefined ? '' : phrase('descriptor {fd}', { fd: String(wait.fd) }),
        wait.target?.name,
        wait.site,
      ]),
    },
  });

function statusNotes({ text, linesOf }: ProcText, row: number, entity: EntityId, names: Map<EntityId, Value>): Note[] {
  const lines = linesOf(row);
  const name = statusField(text, lines, 'Name')?.text ?? '';
  const pid = statusField(text, lines, 'Pid')?.text ?? '';
  if (name) names.set(entity, `${name} (pid ${pid})`);
  const state = statusField(text, lines, 'State');
  const tracer = statusField(text, lines, 'TracerPid');
  const code = state && { T: 'stopped', t: 'traced', D: 'uninterruptible', Z: 'zombie' }[state.text.charAt(0)];
  if (!state || !code) return [];
  return [
    note({
      code,
      about: code === 'traced' || code === 'zombie' ? 'mark' : 'blocked',
      severity: code === 'traced' ? undefined : code === 'zombie' ? 'information' : 'warning',
      lens: code === 'traced' || code === 'zombie' ? 'info' : 'blocked',
      section: row,
      span: state,
      entity,
      values: { name, pid, tracer: tracer && tracer.text !== '0' ? tracer.text : phrase('unknown') },
    }),
  ];
}

/** A lock has its holders in lines of their own, and those who wait below, with arrows. */
function lockFacts(
  line: string,
  section: number,
  listed: boolean,
  span: { start: number; end: number },
  waits: Wait[],
  holds: Hold[],
  names: Map<EntityId, Value>,
): void {
  const lock = lockParts(line);
  if (!lock) return;
  names.set(lock.entity, phrase('the lock of file {file}', { file: lock.file }));
  if (lock.pid === undefined) return;
  const process = globalEntity('process', lock.pid);
  if (listed) names.set(process, `${line.slice(0, lock.pidAt).trim()} (pid ${lock.pid})`);
  if (lock.waits)
    waits.push({
      waiter: process,
      section,
      span,
      on: lock.entity,
      kind: 'syscall',
      state: 'blocked',
      seconds: undefined,
      topic: { kind: 'lock', name: lock.type },
      site: '',
      ...(lock.type === 'FLOCK' ? { call: 'flock' } : lock.type === 'POSIX' ? { call: 'fcntl' } : {}),
    });
  else
    holds.push({
      holder: process,
      section,
      of: lock.entity,
      mode: lock.mode === 'READ' ? 'read' : 'write',
      confidence: 'certain',
      evidence: [{ rule: 'locks-table', weight: 1, values: { type: lock.type, mode: lock.mode } }],
    });
}

/** Who has which end of a pipe. Others may have it too that were not listed: never certain. */
function pipeHolds(
  of: EntityId,
  ends: readonly { readonly pid: string; readonly row: number; readonly access: 'r' | 'w' }[],
): Hold[] {
  const pids = { r: new Set<string>(), w: new Set<string>() };
  for (const end of ends) pids[end.access].add(end.pid);
  return ends.map((end) => ({
    holder: globalEntity('process', end.pid),
    section: end.row,
    of,
    mode: end.access === 'r' ? 'read' : 'write',
    confidence: pids[end.access].size === 1 ? 'likely' : 'possible',
    evidence: [{ rule: end.access === 'r' ? 'pipe-reader' : 'pipe-writer', weight: 1, values: {} }],
  }));
}
