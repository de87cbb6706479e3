// Lines of a monitor to rows: one for each message.

import { placesOf } from '../../text/fields.js';
import { type Lines, plainLines } from '../../text/lines.js';
import { globalEntity } from '../../trace/entity.js';
import { entityMention, listingTrace, mention, Rows } from '../../trace/listing.js';
import type { EntityId, Mention, Trace } from '../../trace/trace.js';
import { FORMAT_ID, factsOf } from './facts.js';
import { type Form, isBanner, type Message, messageOf, startsMessage } from './lines.js';

/** What a row is; also the index into `KINDS`. */
export enum RowKind {
  Banner,
  Plain,
  Profile,
  Busctl,
  Json,
  Gdbus,
}
const KINDS = ['heading', 'message', 'message', 'message', 'message', 'message'];
const FORMS: readonly (Form | undefined)[] = [undefined, 'dbus-monitor', 'profile', 'busctl', 'json', 'gdbus'];

export interface Capture {
  readonly text: string;
  readonly rows: Rows;
  readonly message: (row: number) => Message | undefined;
  /** The row's text, at most 4 K. */
  readonly block: (row: number) => string;
  /** Row of a reply -> row of the call that it answers. */
  readonly answered: () => ReadonlyMap<number, number>;
}

const BLOCK = 4096;

export function parse(text: string, scope: string, given?: Lines): Trace {
  const rows = new Rows();
  let open = false;
  const lines = given ?? plainLines(text);
  while (lines.next()) {
    const { start, end } = lines;
    if (start >= end) continue;
    rows.total++;
    const line = text.slice(start, Math.min(end, start + 600));
    const form = startsMessage(line);
    if (form) {
      rows.add(FORMS.indexOf(form), start, end);
      open = form === 'dbus-monitor' || form === 'busctl';
    } else if (isBanner(line)) {
      rows.add(RowKind.Banner, start, end);
      open = false;
    } else if (open && /^\s/.test(line)) rows.extend(end);
    else if (!line.startsWith('#')) {
      open = false;
      continue;
    }
    rows.understood++;
  }
  const block = (row: number): string =>
    text.slice(rows.start.at(row), Math.min(rows.end.at(row), rows.start.at(row) + BLOCK));
  const message = (row: number): Message | undefined => {
    const form = FORMS[rows.kind.at(row)];
    return form && messageOf(block(row), form);
  };
  let pairs: ReadonlyMap<number, number> | undefined;
  const capture: Capture = {
    text,
    rows,
    message,
    block,
    answered() {
      pairs ??= pair(rows, message);
      return pairs;
    },
  };
  return listingTrace({
    format: FORMAT_ID,
    scope,
    text,
    rows,
    kinds: KINDS,
    words: (row) => wordsOf(capture, row),
    facts: () => factsOf(capture),
    mentions: (row) => mentionsOf(capture, row),
  });
}

/** Calls and their replies: a reply goes to the caller and names the call's serial. */
function pair(rows: Rows, message: (row: number) => Message | undefined): Map<number, number> {
  const calls = new Map<string, number>();
  const pairs = new Map<number, number>();
  for (let row = 0; row < rows.length; row++) {
    const one = message(row);
    if (one?.type === 'call' && one.serial !== undefined) calls.set(`${one.sender} ${one.serial}`, row);
    else if (one && one.type !== 'signal' && one.replySerial !== undefined) {
      const key = `${one.destination} ${one.replySerial}`;
      const call = calls.get(key);
      if (call === undefined) continue;
      pairs.set(row, call);
      calls.delete(key);
    }
  }
  return pairs;
}

const WORDS = { call: 'call', return: 'reply', error: 'error', signal: 'signal' } as const;

function wordsOf(capture: Capture, row: number): { label: string; detail: string; entity: EntityId | undefined } {
  const one = capture.message(row);
  if (!one)
    return { label: capture.block(row).split('\n', 1)[0]!.slice(0, 160).trimEnd(), detail: '', entity: undefined };
  const asked = capture.answered().get(row);
  const call = asked === undefined ? undefined : capture.message(asked);
  const name = one.member || one.error || (call ? `${WORDS[one.type]} to ${call.member}` : WORDS[one.type]);
  return {
    label: `${WORDS[one.type]} ${name === WORDS[one.type] ? '' : name}`
      .trim()
      .replace(/^reply reply/, 'reply')
      .replace(/^error error/, 'error')
      .slice(0, 200),
    detail: [one.sender, one.destination].filter(Boolean).join(' → ').slice(0, 200),
    entity: one.sender ? globalEntity('bus', one.sender) : undefined,
  };
}

const UNIQUE = /^:\d/;
const NAMES =
  /(?<=\b(?:sender|destination|Sender|Destination|UniqueName)=|"(?:sender|destination)":")[:A-Za-z_][\w.:-]{0,254}|(?<=\t):\d{1,10}\.\d{1,20}(?=\t|$)|(?<=\t)[A-Za-z_][\w-]{0,100}(?:\.[\w-]{1,100}){1,12}(?=\t\/)/g;

function mentionsOf(capture: Capture, row: number): Mention[] {
  const { text, rows } = capture;
  const start = rows.start.at(row);
  // The head, and with busctl the line below it.
  let end = rows.headEnd.at(row);
  if (rows.kind.at(row) === RowKind.Busctl) {
    const next = text.indexOf('\n', end + 2);
    end = Math.min(rows.end.at(row), next < 0 ? rows.end.at(row) : next);
  }
  const found: Mention[] = [];
  for (const name of placesOf(NAMES, text, start, end))
    found.push(
      entityMention(name, globalEntity('bus', name.text), {
        kind: 'term',
        name: UNIQUE.test(name.text) ? 'unique name' : 'bus name',
      }),
    );
  for (const name of placesOf(/(?<=owned by |^The name )[:A-Za-z_][\w.:-]{2,254}/g, text, start, end))
    if (rows.kind.at(row) === RowKind.Banner)
      found.push(
        entityMention(name, globalEntity('bus', name.text), {
          kind: 'term',
          name: UNIQUE.test(name.text) ? 'unique name' : 'bus name',
        }),
      );
  const one = capture.message(row);
  if (!one) return found;
  const call = capture.answered().get(row);
  const origin =
    call === undefined
      ? {}
      : {
          origin: { start: rows.start.at(call), end: rows.headEnd.at(call) },
          hint: capture.message(call)?.member ?? '',
        };
  for (const serial of placesOf(/(?<=\breply_serial=|\bReplyCookie=|"reply_cookie":)\d{1,12}/g, text, start, end))
    found.push(mention(serial, 'term', { kind: 'term', name: 'reply serial' }, origin));
  for (const serial of placesOf(/(?<=[\s;]serial=|\sCookie=|"cookie":)\d{1,12}/g, text, start, end))
    found.push(mention(serial, 'term', { kind: 'term', name: 'serial' }));
  for (const member of placesOf(/(?<=\b(?:member|Member)=|"member":")\w{1,255}/g, text, start, end))
    found.push(mention(member, 'term', { kind: 'term', name: 'member' }));
  for (const error of placesOf(/(?<=\b(?:error_name|ErrorName)=)[\w.]{1,255}/g, text, start, end))
    found.push(mention(error, 'state', { kind: 'term', name: 'error' }));
  for (const type of placesOf(
    /^(?:method return|error|signal|mr|err|sig)(?=[\s])|(?<=Type=)(?!method_call)\w{1,20}|(?<=^\{"type":")(?!method_call)\w{1,20}/g,
    text,
    start,
    end,
  ))
    found.push(mention(type, 'term', { kind: 'term', name: one.type }));
  return found;
}
