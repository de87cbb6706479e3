// Lines of a transcript to rows: a thread's stack, a command, a value.

import { placesOf } from '../../text/fields.js';
import { phrase, type Value } from '../../text/l10n.js';
import { type Lines, plainLines } from '../../text/lines.js';
import { globalEntity, localEntity } from '../../trace/entity.js';
import { entityMention, listingTrace, mention, Rows, Ruling } from '../../trace/listing.js';
import type { EntityId, Item, Mention, Trace } from '../../trace/trace.js';
import { FORMAT_ID, factsOf } from './facts.js';
import { CALLS } from './knowledge/calls.js';
import {
  commandOf,
  currentThread,
  type Frame,
  frameOf,
  printedBy,
  printsIn,
  processIn,
  type ThreadHead,
  threadOf,
  valueNumber,
} from './lines.js';
import { cookieCode, cookieIn, cookieWords, plainName } from './values.js';

/** What a row is; also the index into `KINDS`. */
export enum RowKind {
  Thread,
  Stack,
  Command,
  Value,
}
const KINDS = ['thread', 'stack', 'command', 'value'];

export interface Transcript {
  readonly text: string;
  readonly scope: string;
  readonly rows: Rows;
  /** The thread that a row is about, or that was current when it was printed. */
  readonly threadOf: (row: number) => ThreadHead | undefined;
  /** Frames of a stack, innermost first, at most `most`. */
  readonly framesOf: (
    row: number,
    most?: number,
  ) => { readonly frame: Frame; readonly start: number; readonly end: number }[];
  /** The expression that a value was printed for. */
  readonly expressionOf: (row: number) => string | undefined;
  readonly commandOf: (row: number) => string | undefined;
  /** The row's text, at most 64 K. */
  readonly block: (row: number) => string;
  /** The process that gdb attached to, where it says so. */
  readonly process: string | undefined;
}

/** Frames looked at for what a thread waits for. */
const DEEP = 40;
const BLOCK = 65_536;

export function parse(text: string, scope: string, given?: Lines): Trace {
  const rows = new Rows();
  const current = new Ruling<ThreadHead | undefined>();
  const commands = new Ruling<string | undefined>();
  const asked: string[] = [];
  let process: string | undefined;
  let thread: ThreadHead | undefined;
  let command: string | undefined;
  let open: RowKind | undefined;
  const begin = (kind: RowKind, start: number, end: number): void => {
    const row = rows.add(kind, start, end);
    current.set(row, thread);
    commands.set(row, command);
    open = kind;
  };
  const lines = given ?? plainLines(text);
  while (lines.next()) {
    const { start, end } = lines;
    if (start >= end) {
      if (open === RowKind.Thread || open === RowKind.Stack) open = undefined;
      continue;
    }
    rows.total++;
    const line = text.slice(start, Math.min(end, start + 2000));
    const head = threadOf(line);
    const said = commandOf(line);
    if (head) {
      thread = head;
      begin(RowKind.Thread, start, end);
    } else if (said !== undefined) {
      command = said;
      begin(RowKind.Command, start, end);
    } else if (valueNumber(line) !== undefined) begin(RowKind.Value, start, end);
    else if (frameOf(line)) {
      if (open === RowKind.Thread || open === RowKind.Stack) rows.extend(end);
      else begin(RowKind.Stack, start, end);
    } else {
      const switched = currentThread(line);
      if (switched) thread = switched;
      process = processIn(line) ?? process;
      const prints = rows.length === 0 || line.includes('-ex') ? printsIn(line) : [];
      if (prints.length > 0) asked.push(...prints);
      // Locals of `bt full`, a value over several lines, what a command says: it belongs to the row above.
      if (/^\[(?:New|Thread|Inferior)|^warning:|^Using host/.test(line)) open = undefined;
      else if (open !== undefined) rows.extend(end);
      else if (prints.length === 0 && !switched) continue;
    }
    rows.understood++;
  }
  const block = (row: number): string =>
    text.slice(rows.start.at(row), Math.min(rows.end.at(row), rows.start.at(row) + BLOCK));
  const transcript: Transcript = {
    text,
    scope,
    rows,
    process,
    block,
    threadOf: (row) => current.at(row),
    framesOf: (row, most = DEEP) => framesOf(text, rows, row, most),
    commandOf: (row) => commands.at(row),
    expressionOf(row) {
      const said = commands.at(row);
      if (said !== undefined) return printedBy(said);
      const number = valueNumber(block(row).slice(0, 40));
      return number === undefined ? undefined : asked[number - 1];
    },
  };
  return listingTrace({
    format: FORMAT_ID,
    scope,
    text,
    rows,
    kinds: KINDS,
    words: (row) => wordsOf(transcript, row),
    facts: () => factsOf(transcript),
    mentions: (row) => mentionsOf(transcript, row),
    items: (row) =>
      isStack(rows.kind.at(row))
        ? transcript
            .framesOf(row, 4096)
            .map(({ frame, start, end }): Item => ({ kind: 'frame', span: { start, end }, label: frame.name }))
        : [],
  });
}

const isStack = (kind: number): boolean => kind === RowKind.Thread || kind === RowKind.Stack;

function framesOf(text: string, rows: Rows, row: number, most: number): { frame: Frame; start: number; end: number }[] {
  const found: { frame: Frame; start: number; end: number }[] = [];
  const stop = rows.end.at(row);
  for (let start = rows.start.at(row); start < stop && found.length < most; ) {
    let end = text.indexOf('\n', start);
    if (end < 0 || end > stop) end = stop;
    const last = end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
    const frame = frameOf(text.slice(start, Math.min(last, start + 2000)));
    if (frame) found.push({ frame, start, end: last });
    start = end + 1;
  }
  return found;
}

/** `thread:11070`; a stack without a thread's head is the process's, or this document's. */
export function threadEntity(transcript: Transcript, row: number): EntityId | undefined {
  const head = transcript.threadOf(row);
  if (head?.lwp !== undefined) return globalEntity('thread', head.lwp);
  if (transcript.process !== undefined) return globalEntity('thread', transcript.process);
  return localEntity('thread', `at-${transcript.rows.start.at(row)}`, transcript.scope);
}

function wordsOf(transcript: Transcript, row: number): { label: string; detail: Value; entity: EntityId | undefined } {
  const { rows, block } = transcript;
  const kind = rows.kind.at(row) as RowKind;
  if (isStack(kind)) {
    const head = transcript.threadOf(row);
    const names = transcript.framesOf(row).map(({ frame }) => frame.name);
    const known = names.filter((name) => name !== '??');
    const site = known.find((name) => !Object.hasOwn(CALLS, plainName(name))) ?? known[0] ?? 'no symbols';
    const label = head ? `thread ${[head.lwp, head.name].filter(Boolean).join(' ')}` : 'stack';
    return {
      label,
      detail: [names[0] === '??' ? '' : names[0], names[0] === site ? '' : site]
        .filter(Boolean)
        .join(' ← ')
        .slice(0, 200),
      entity: threadEntity(transcript, row),
    };
  }
  const head = block(row).split('\n', 1)[0]!.slice(0, 160).trimEnd();
  if (kind === RowKind.Value)
    return { label: transcript.expressionOf(row)?.slice(0, 160) ?? 'value', detail: head, entity: undefined };
  return { label: head.replace(/^\(gdb\) /, '') || 'prompt', detail: phrase('command'), entity: undefined };
}

function mentionsOf(transcript: Transcript, row: number): Mention[] {
  const { text, rows, scope } = transcript;
  const start = rows.start.at(row);
  const kind = rows.kind.at(row) as RowKind;
  const found: Mention[] = [];
  if (isStack(kind)) {
    const head =
      kind === RowKind.Thread ? threadOf(text.slice(start, Math.min(rows.headEnd.at(row), start + 600))) : undefined;
    if (head?.lwp)
      found.push(
        entityMention(
          { text: head.lwp, start: start + head.lwpAt, end: start + head.lwpAt + head.lwp.length },
          globalEntity('thread', head.lwp),
          { kind: 'term', name: 'LWP' },
        ),
      );
    for (const { frame, start: at } of transcript.framesOf(row, 400)) {
      const name = plainName(frame.name);
      const topic = Object.hasOwn(CALLS, name)
        ? { kind: 'function', name }
        : { kind: 'term', name: frame.name === '??' ? '??' : 'frame' };
      found.push(mention({ start: at + frame.nameAt, end: at + frame.nameAt + frame.name.length }, 'function', topic));
      for (const place of placesOf(
        /(?<=\b(?:mutex|futex|rwlock|cond|sem|lock)=(?:\w{1,40}@entry=)?)0x[0-9a-f]{1,16}/g,
        text,
        at + frame.nameAt,
        at + frame.nameAt + frame.name.length + frame.rest.length,
      ))
        found.push(
          entityMention(place, localEntity('lock', place.text, scope), { kind: 'term', name: 'lock address' }),
        );
      if (frame.file && frame.line !== undefined)
        found.push(
          mention(
            { start: at + frame.placeAt, end: at + frame.placeAt + frame.file.length + 1 + String(frame.line).length },
            'source',
            { kind: 'term', name: 'place' },
            { file: frame.file, line: frame.line },
          ),
        );
    }
    return found;
  }
  if (kind === RowKind.Value) {
    for (const place of placesOf(/(?<=__owner = )(?:0x[0-9a-f]{1,8}|\d{1,10})/g, text, start, rows.end.at(row))) {
      const owner = Number(place.text);
      found.push(
        owner > 0
          ? entityMention(place, globalEntity('thread', String(owner)), { kind: 'term', name: 'owner' })
          : mention(place, 'term', { kind: 'term', name: 'no owner' }),
      );
    }
    const expression = transcript.expressionOf(row);
    const value = /^\$\d+ = (0x[0-9a-fA-F]{1,16}|\d{1,20})\s*$/.exec(transcript.block(row).slice(0, 80).trimEnd());
    if (value && expression !== undefined) {
      const at = start + value[0].indexOf(value[1]!, 3);
      const place = { text: value[1]!, start: at, end: at + value[1]!.length };
      if (/__owner$/.test(expression) && Number(value[1]) > 0)
        found.push(
          entityMention(place, globalEntity('thread', String(Number(value[1]))), { kind: 'term', name: 'owner' }),
        );
      else {
        const cookie = cookieIn(expression, transcript.block(row));
        const code = cookie && cookieCode(cookie.value);
        if (code)
          found.push(mention(place, 'state', { kind: 'note', name: code }, { values: cookieWords(cookie.value) }));
        else if (cookie) found.push(mention(place, 'term', { kind: 'term', name: 'cookie' }));
      }
    }
  }
  return found;
}
