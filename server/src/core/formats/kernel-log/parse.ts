// Lines of the kernel's log to rows: one for each report, one for each message of dmesg.

import { kernelWait } from '../../knowledge/kernelStack.js';
import { placesOf } from '../../text/fields.js';
import { phrase, type Value } from '../../text/l10n.js';
import { type Lines, plainLines } from '../../text/lines.js';
import { globalEntity } from '../../trace/entity.js';
import { entityMention, listingTrace, mention, Rows } from '../../trace/listing.js';
import type { EntityId, Item, Mention, Trace } from '../../trace/trace.js';
import { eventOf } from './events.js';
import { FORMAT_ID, factsOf } from './facts.js';
import { goesOn, HUNG, INVOKED, KILLED, kernelFrame, kernelLine, OWNER, taskLine } from './lines.js';

/** What a row is; also the index into `KINDS`. */
export enum RowKind {
  Hung,
  Task,
  Oom,
  Event,
  Message,
}
const KINDS = ['hung task', 'task', 'out of memory', 'event', 'message'];

export interface KernelText {
  readonly text: string;
  readonly scope: string;
  readonly rows: Rows;
  /** The messages of a row without their prefixes, at most 400. */
  readonly messages: (row: number) => { readonly text: string; readonly start: number; readonly end: number }[];
}

/** An OOM report has a table of all processes: a longer one has lost its end. */
const LONGEST = 3000;
const MOST = 400;

export function parse(text: string, scope: string, given?: Lines): Trace {
  const rows = new Rows();
  let open: RowKind | undefined;
  let length = 0;
  const begin = (kind: RowKind, start: number, end: number, stays: boolean): void => {
    rows.add(kind, start, end);
    open = stays ? kind : undefined;
    length = 0;
  };
  const lines = given ?? plainLines(text);
  while (lines.next()) {
    const { start, end } = lines;
    if (start >= end) continue;
    rows.total++;
    const line = kernelLine(text, start, end);
    // A line without a prefix counts only as a report, or inside one.
    const at = line?.start ?? start;
    const message = text.slice(at, Math.min(end, at + 600));
    if (line) rows.understood++;
    if (HUNG.test(message)) begin(RowKind.Hung, start, end, true);
    else if (INVOKED.test(message)) begin(RowKind.Oom, start, end, true);
    else if (KILLED.test(message)) {
      if (open === RowKind.Oom) rows.extend(end);
      else begin(RowKind.Oom, start, end, false);
      open = undefined;
    } else if (open === RowKind.Oom && line && ++length < LONGEST) rows.extend(end);
    else if (open !== undefined && open !== RowKind.Oom && isOwnTask(open, message) && goesOn(message)) {
      rows.extend(end);
      if (!line) rows.understood++;
      if (message.trim() === '</TASK>') open = undefined;
    } else if (line && OWNER.test(message) && rows.length > 0 && rows.kind.at(rows.length - 1) === RowKind.Hung)
      rows.extend(end);
    else if (line && taskLine(message)) begin(RowKind.Task, start, end, true);
    else {
      const event = line && eventOf(message);
      if (event) begin(RowKind.Event, start, end, event.row.report === true);
      else if (line?.bare) begin(RowKind.Message, start, end, false);
      else if (line || open !== undefined) open = undefined;
    }
  }
  const messages = (row: number): { text: string; start: number; end: number }[] => {
    const found: { text: string; start: number; end: number }[] = [];
    const stop = rows.end.at(row);
    for (let start = rows.start.at(row); start < stop && found.length < MOST; ) {
      let end = text.indexOf('\n', start);
      if (end < 0 || end > stop) end = stop;
      const last = end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
      const at = kernelLine(text, start, last)?.start ?? start;
      found.push({ text: text.slice(at, Math.min(last, at + 1200)), start: at, end: last });
      start = end + 1;
    }
    return found;
  };
  const log: KernelText = { text, scope, rows, messages };
  return listingTrace({
    format: FORMAT_ID,
    scope,
    text,
    rows,
    kinds: KINDS,
    words: (row) => wordsOf(log, row),
    facts: () => factsOf(log),
    mentions: (row) => mentionsOf(log, row),
    items: (row) =>
      rows.kind.at(row) === RowKind.Message
        ? []
        : messages(row).flatMap(({ text: message, start, end }): Item[] => {
            const frame = kernelFrame(message);
            return frame ? [{ kind: 'frame', span: { start, end }, label: frame.name }] : [];
          }),
  });
}

/** A task's line begins a report of its own, except the one that follows the head of a hung task's. */
const isOwnTask = (open: RowKind, message: string): boolean => open === RowKind.Hung || !taskLine(message);

/** The task that a report is about: its thread, and its process where the report tells. */
export function taskOf(
  log: KernelText,
  row: number,
): { readonly name: string; readonly pid: string; readonly entity: EntityId } | undefined {
  const all = log.messages(row).slice(0, 12);
  const hung = HUNG.exec(all[0]?.text ?? '');
  const line = all.map(({ text }) => taskLine(text)).find((one) => one !== undefined && (!hung || one.pid === hung[2]));
  const pid = hung?.[2] ?? line?.pid;
  if (pid === undefined) return undefined;
  const name = hung?.[1] ?? line?.name ?? '';
  const thread = line?.tgid !== undefined && line.tgid !== pid;
  return { name, pid, entity: globalEntity(thread ? 'thread' : 'process', pid) };
}

function wordsOf(log: KernelText, row: number): { label: string; detail: Value; entity: EntityId | undefined } {
  const kind = log.rows.kind.at(row) as RowKind;
  const first = log.messages(row)[0]?.text.trim() ?? '';
  if (kind === RowKind.Hung || kind === RowKind.Task) {
    const task = taskOf(log, row);
    const names = log.messages(row).flatMap(({ text }) => kernelFrame(text) ?? []);
    const inner = names.filter((frame) => frame.sure && !/^(?:__)?schedule/.test(frame.name)).slice(0, 2);
    return {
      label: `task ${task?.name ?? ''} ${task?.pid ?? ''}`,
      detail: [HUNG.exec(first)?.[3] ? `${HUNG.exec(first)![3]} s` : '', inner.map((frame) => frame.name).join(' ← ')]
        .filter(Boolean)
        .join(' · '),
      entity: task?.entity,
    };
  }
  if (kind === RowKind.Oom) {
    const killed = log
      .messages(row)
      .map(({ text }) => KILLED.exec(text))
      .findLast(Boolean);
    return {
      label: killed ? `out of memory: ${killed[2]} ${killed[1]}` : 'out of memory',
      detail: INVOKED.exec(first) ? phrase('asked for by {name}', { name: INVOKED.exec(first)![1]! }) : '',
      entity: killed ? globalEntity('process', killed[1]!) : undefined,
    };
  }
  return { label: first.slice(0, 160) || 'message', detail: '', entity: undefined };
}

const CONTAINER_ID = /(?<![0-9a-fA-F])[0-9a-f]{64}(?![0-9a-fA-F])/g;

function mentionsOf(log: KernelText, row: number): Mention[] {
  const { text } = log;
  const kind = log.rows.kind.at(row) as RowKind;
  const found: Mention[] = [];
  for (const { text: message, start, end } of log.messages(row)) {
    const frame = kernelFrame(message);
    if (frame) {
      const known = kernelWait(frame.name);
      const at = start + frame.at;
      found.push(
        mention(
          { start: at, end: at + frame.name.length },
          'function',
          known ? { kind: 'kernel wait', name: known.name } : { kind: 'term', name: 'frame' },
        ),
      );
      continue;
    }
    if (kind === RowKind.Message && !message.includes('task')) continue;
    for (const pid of placesOf(
      /(?<=\b(?:pid:|pid=|PID: )\s?)\d{1,10}|(?<=^INFO: task .{1,80}:)\d{1,10}(?= )|(?<=Kill(?:ed)? process )\d{1,10}|(?<=(?:owned|held) by (?:task|writer|reader) (?:task )?.{1,80}:)\d{1,10}/g,
      text,
      start,
      end,
    ))
      found.push(entityMention(pid, globalEntity('process', pid.text), { kind: 'term', name: 'pid' }));
    for (const pid of placesOf(/(?<=\btgid:\s?)\d{1,10}/g, text, start, end))
      found.push(entityMention(pid, globalEntity('process', pid.text), { kind: 'term', name: 'tgid' }));
    for (const time of placesOf(/(?<=for more than )\d{1,9} seconds?/g, text, start, end))
      found.push(mention(time, 'duration', { kind: 'term', name: 'seconds' }));
    for (const id of placesOf(CONTAINER_ID, text, start, end))
      found.push(entityMention(id, globalEntity('container', id.text), { kind: 'term', name: 'container' }));
  }
  return found;
}
