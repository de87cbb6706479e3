// What the kernel's log tells: which task hangs where, who was killed for want of memory, what broke.

import { FD_CALLS } from '../../knowledge/fdCalls.js';
import { stackCall, stackWait } from '../../knowledge/kernelStack.js';
import { phrase, phraseFromTable, type Value } from '../../text/l10n.js';
import { globalEntity, localEntity } from '../../trace/entity.js';
import { note } from '../../trace/listing.js';
import type { EntityId, Facts, Hold, Note, Wait } from '../../trace/trace.js';
import { eventOf } from './events.js';
import { HUNG, INVOKED, KILLED, kernelFrame, OWNER, taskLine } from './lines.js';
import { type KernelText, RowKind, taskOf } from './parse.js';

export const FORMAT_ID = 'kernel-log';

export function factsOf(log: KernelText): Facts {
  const { rows } = log;
  const waits = new Map<EntityId, Wait>();
  const hung = new Map<EntityId, { note: Note; index: number }>();
  const holds: Hold[] = [];
  const notes: Note[] = [];
  const names = new Map<EntityId, Value>();
  // In a log of other programs too: that log tells of its lines, this one of what the stacks below them add.
  const within = rows.understood * 5 < rows.total * 4;
  let oom = 0;
  let other = 0;
  for (let row = 0; row < rows.length; row++) {
    const kind = rows.kind.at(row) as RowKind;
    if (kind === RowKind.Message) continue;
    const span = { start: rows.start.at(row), end: rows.headEnd.at(row) };
    if (kind === RowKind.Event) {
      const event = eventOf(log.messages(row)[0]?.text ?? '');
      if (!event) continue;
      other++;
      const { pid } = event;
      notes.push(
        note({
          code: event.row.code,
          about: 'mark',
          severity: event.row.severity,
          lens: event.row.severity === 'information' ? 'info' : 'error',
          section: row,
          span,
          ...(pid !== undefined && { entity: globalEntity('process', pid) }),
          values: event.values,
        }),
      );
      continue;
    }
    if (kind === RowKind.Oom) {
      oom++;
      if (!within) notes.push(oomNote(log, row, span));
      continue;
    }
    const task = taskOf(log, row);
    if (!task) continue;
    const report = reportOf(log, row);
    // A listing of all tasks (sysrq t) has sleeping ones too: they do not hang.
    if (kind === RowKind.Task && report.state !== 'D') continue;
    names.set(task.entity, `${task.name} (pid ${task.pid})`);
    const wait = waitOf(log, row, task.entity, task.pid, report);
    const before = waits.get(task.entity);
    // The same task is reported again and again: the longest time counts, at the first place.
    waits.set(
      task.entity,
      before ? { ...before, seconds: Math.max(before.seconds ?? 0, wait.seconds ?? 0) || undefined } : wait,
    );
    if (report.owner && !before) holds.push(ownerHold(log, row, task.pid, report.owner, names));
    const values = {
      name: task.name,
      pid: task.pid,
      seconds: String(report.seconds ?? ''),
      what: report.known ? phraseFromTable(report.known.row.title) : phrase('waits in the kernel'),
      where: whereIn(report.known?.name, report.call),
    };
    const told = hung.get(task.entity);
    if (told) {
      const { note: first, index } = told;
      const more = Number(values.seconds) > Number(first.values.seconds) ? { seconds: values.seconds } : {};
      const again = {
        ...first,
        values: { ...first.values, ...more },
        related: [...first.related, { span, name: 'again' }].slice(0, 8),
      };
      notes[index] = again;
      hung.set(task.entity, { note: again, index });
      continue;
    }
    const fresh = note({
      code: kind === RowKind.Hung ? 'hung-task' : 'blocked-task',
      about: 'blocked',
      severity: within ? undefined : 'warning',
      lens: 'blocked',
      section: row,
      span,
      entity: task.entity,
      values,
    });
    hung.set(task.entity, { note: fresh, index: notes.length });
    notes.push(fresh);
  }
  const values = { hung: String(hung.size), oom: String(oom), other: String(other) };
  return { waits: [...waits.values()], holds, unheld: [], notes, names, summary: { name: 'log', values } };
}

/** `(rwsem_down_read_slowpath, in write)` */
function whereIn(site: string | undefined, call: string | undefined): Value {
  if (site && call) return phrase('({site}, in {call})', { site, call });
  return site || call ? `(${site ?? call})` : phrase('(no stack is printed)');
}

/** What a report of one task says. */
interface Report {
  readonly seconds: number | undefined;
  readonly state: string;
  readonly known: ReturnType<typeof stackWait>;
  readonly call: string | undefined;
  readonly fd: number | undefined;
  readonly tgid: string | undefined;
  readonly owner: { readonly lock: string; readonly name: string; readonly pid: string } | undefined;
}

function reportOf(log: KernelText, row: number): Report {
  const messages = log.messages(row).map(({ text }) => text);
  const frames = messages.flatMap((text) => kernelFrame(text) ?? []).filter((frame) => frame.sure);
  const functions = frames.map((frame) => frame.name);
  const call = stackCall(functions);
  const task = messages.map(taskLine).find((one) => one !== undefined);
  const all = messages.join('\n');
  // The first argument of the call is in RDI (x86-64); the registers stand below the frames.
  const argument = call !== undefined && FD_CALLS.includes(call) ? /\bRDI: ([0-9a-f]{16})\b/.exec(all)?.[1] : undefined;
  const fd = argument === undefined ? undefined : Number.parseInt(argument, 16);
  const owner = messages.map((text) => OWNER.exec(text)).find((found) => found?.[4] !== undefined);
  const seconds = HUNG.exec(messages[0] ?? '')?.[3];
  return {
    seconds: seconds === undefined ? undefined : Number(seconds),
    state: task?.state ?? '',
    known: stackWait(functions),
    call,
    fd: fd !== undefined && fd < 1e6 ? fd : undefined,
    tgid: task?.tgid,
    owner: owner ? { lock: owner[2]!, name: owner[3]!, pid: owner[4]! } : undefined,
  };
}

const kernelLock = (log: KernelText, pid: string): EntityId => localEntity('lock', `wanted-by-${pid}`, log.scope);

function waitOf(log: KernelText, row: number, waiter: EntityId, pid: string, report: Report): Wait {
  const { known, call, fd, seconds, owner } = report;
  return {
    waiter,
    section: row,
    span: { start: log.rows.start.at(row), end: log.rows.headEnd.at(row) },
    on: owner ? kernelLock(log, pid) : fd === undefined ? undefined : globalEntity('fd', `${report.tgid ?? pid}/${fd}`),
    kind: known?.row.kind ?? 'syscall',
    state: 'blocked',
    seconds,
    topic: known ? { kind: 'kernel wait', name: known.name } : { kind: 'term', name: 'hung wait' },
    site: known?.name ?? '',
    ...(call !== undefined && { call }),
    ...(fd !== undefined && { fd }),
  };
}

/** The kernel names who likely has the lock: it says `likely`, and so do we. */
function ownerHold(
  log: KernelText,
  row: number,
  waiter: string,
  owner: { lock: string; name: string; pid: string },
  names: Map<EntityId, Value>,
): Hold {
  const of = kernelLock(log, waiter);
  const holder = globalEntity('process', owner.pid);
  names.set(of, phrase('a {lock} of the kernel', { lock: owner.lock }));
  if (!names.has(holder)) names.set(holder, `${owner.name} (pid ${owner.pid})`);
  return {
    holder,
    section: row,
    of,
    mode: 'write',
    confidence: 'likely',
    evidence: [{ rule: 'kernel-says-owner', weight: 1, values: owner }],
  };
}

function oomNote(log: KernelText, row: number, span: { start: number; end: number }): Note {
  const messages = log.messages(row).map(({ text }) => text);
  const killed = messages.map((text) => KILLED.exec(text)).findLast(Boolean);
  const invoked = INVOKED.exec(messages[0] ?? '')?.[1] ?? '';
  if (!killed)
    return note({
      code: 'oom-invoked',
      about: 'mark',
      severity: 'warning',
      lens: 'error',
      section: row,
      span,
      values: { name: invoked },
    });
  const group = messages.map((text) => /\boom_memcg=([^,\s]{1,400})/.exec(text)?.[1]).find(Boolean);
  const limited = group !== undefined || killed[0].startsWith('Memory cgroup');
  return note({
    code: 'oom-kill',
    about: 'mark',
    severity: 'warning',
    lens: 'error',
    section: row,
    span,
    entity: globalEntity('process', killed[1]!),
    values: {
      name: killed[2]!,
      pid: killed[1]!,
      limit: !limited
        ? phrase('the machine had no memory left')
        : group
          ? phrase('its control group {group} was at its memory limit', { group })
          : phrase('its control group was at its memory limit'),
    },
  });
}
