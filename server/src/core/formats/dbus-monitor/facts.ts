// What a capture tells: which calls had no reply, who waits for whom, which connection owns which name.

import { phrase, type Value } from '../../text/l10n.js';
import { globalEntity } from '../../trace/entity.js';
import { note } from '../../trace/listing.js';
import type { EntityId, Facts, Note, Wait } from '../../trace/trace.js';
import { type Message, stringsOf } from './lines.js';
import { type Capture, RowKind } from './parse.js';

export const FORMAT_ID = 'dbus-monitor';

/** Callers give up after so many seconds where they set no time of their own (libdbus, sd-bus, GLib: 25). */
const TIMEOUT = 25;
/** A reply that takes so long is worth a word. */
const SLOW = 5;
/** Serials from here on are close to the last one, 0xffffffff. */
const NEAR = 0xf0000000;
const BUS = 'org.freedesktop.DBus';

export function factsOf(capture: Capture): Facts {
  const { rows } = capture;
  const waits: Wait[] = [];
  const notes: Note[] = [];
  const names = new Map<EntityId, Value>();
  const owners = new Map<string, string>();
  const left = new Map<string, number>();
  const warned = new Set<string>();
  const open = new Map<number, Message>();
  let last: number | undefined;
  let messages = 0;
  let replies = 0;
  const pairs = capture.answered();
  const answered = new Set(pairs.values());
  for (let row = 0; row < rows.length; row++) {
    if (rows.kind.at(row) === RowKind.Banner) {
      banner(capture, row, owners, notes);
      continue;
    }
    const one = capture.message(row);
    if (!one) continue;
    messages++;
    if (one.time !== undefined) last = one.time;
    if (one.type === 'return' || one.type === 'error') replies++;
    if (one.type === 'call' && one.serial !== undefined && !one.noReply && !answered.has(row)) open.set(row, one);
    const call = pairs.get(row);
    if (call !== undefined) notes.push(...lateNotes(capture, row, one, call));
    if (one.type === 'signal' && one.interface.startsWith(BUS)) {
      // The bus takes a connection's name from it when it goes.
      if (one.member === 'NameLost' && one.destination) left.set(one.destination, one.time ?? last ?? 0);
      if (one.member === 'NameOwnerChanged') {
        const [name = '', , owner = ''] = stringsOf(capture.block(row));
        if (owner) owners.set(name, owner);
        else if (name.startsWith(':')) left.set(name, one.time ?? last ?? 0);
        else owners.delete(name);
      }
    }
    if ((one.serial ?? 0) >= NEAR && one.sender && !warned.has(one.sender)) {
      warned.add(one.sender);
      notes.push(
        note({
          code: 'serial-near',
          about: 'blocked',
          severity: 'warning',
          lens: 'slow',
          section: row,
          span: headOf(capture, row),
          entity: globalEntity('bus', one.sender),
          values: { sender: one.sender, serial: `0x${one.serial!.toString(16)}` },
        }),
      );
    }
  }
  const first = [...open.keys()][0];
  // A monitor may have been told to show calls only: then a missing reply says nothing.
  if (replies === 0 && first !== undefined)
    notes.push(
      note({
        code: 'no-replies-shown',
        about: 'mark',
        severity: 'information',
        lens: 'info',
        section: first,
        span: headOf(capture, first),
        values: {},
      }),
    );
  else for (const [row, call] of open) unanswered(capture, row, call, last, left, waits, notes, names);
  if (messages === 0 && rows.length > 0)
    notes.push(
      note({
        code: 'nothing-seen',
        about: 'mark',
        severity: 'hint',
        lens: 'info',
        section: 0,
        span: headOf(capture, 0),
        values: {},
      }),
    );
  notes.sort((a, b) => a.section - b.section);
  const same = [...owners]
    .filter(([name, owner]) => !name.startsWith(':') && owner.startsWith(':'))
    .map(([name, owner]) => [globalEntity('bus', name), globalEntity('bus', owner)] as const);
  const values = {
    messages: String(messages),
    unanswered: String(notes.filter(({ code }) => code.startsWith('unanswered')).length),
  };
  return { waits, holds: [], unheld: [], notes, same, names, summary: { name: 'messages', values } };
}

const headOf = ({ rows }: Capture, row: number): { start: number; end: number } => ({
  start: rows.start.at(row),
  end: rows.headEnd.at(row),
});

/** A call without a reply: its caller waits, unless it has gone. */
function unanswered(
  capture: Capture,
  row: number,
  call: Message,
  last: number | undefined,
  left: ReadonlyMap<string, number>,
  waits: Wait[],
  notes: Note[],
  names: Map<EntityId, Value>,
): void {
  const span = headOf(capture, row);
  const gone = left.get(call.sender);
  const until = gone !== undefined && gone > 0 ? gone : last;
  const seconds =
    until !== undefined && call.time !== undefined ? Math.max(0, Math.floor(until - call.time)) : undefined;
  const waiter = globalEntity('bus', call.sender);
  names.set(waiter, phrase('connection {name}', { name: call.sender }));
  if (gone === undefined)
    waits.push({
      waiter,
      section: row,
      span,
      on: call.destination ? globalEntity('bus', call.destination) : undefined,
      kind: 'dbus',
      state: 'blocked',
      seconds,
      topic: { kind: 'wait', name: 'dbus' },
      site: `${call.interface}.${call.member}`.replace(/^\./, ''),
    });
  const long = (seconds ?? 0) >= TIMEOUT - 1;
  // Who goes at once did not ask for a reply, or did not need it.
  if (gone !== undefined && !long) return;
  notes.push(
    note({
      code: gone === undefined ? 'unanswered' : 'unanswered.left',
      about: 'blocked',
      severity: long ? 'warning' : 'information',
      lens: 'unanswered',
      section: row,
      span,
      entity: waiter,
      values: {
        member: call.member || phrase('a call'),
        service: call.destination || phrase('the service'),
        caller: call.sender,
        seconds: seconds === undefined ? '' : phrase('for {time}', { time: `${seconds} s` }),
      },
    }),
  );
}

/** A reply that came late, or one by which the bus says that none came. */
function lateNotes(capture: Capture, row: number, reply: Message, call: number): Note[] {
  const asked = capture.message(call);
  if (!asked) return [];
  const took = reply.time !== undefined && asked.time !== undefined ? reply.time - asked.time : 0;
  const failed = /\.(?:NoReply|Timeout|TimedOut)$/.test(reply.error);
  if (took < SLOW && !failed) return [];
  return [
    note({
      code: failed ? 'unanswered.error' : 'slow-answer',
      about: 'blocked',
      severity: failed ? 'warning' : 'information',
      lens: failed ? 'unanswered' : 'slow',
      section: call,
      span: headOf(capture, call),
      entity: globalEntity('bus', asked.sender),
      values: {
        member: asked.member || phrase('a call'),
        service: asked.destination || phrase('the service'),
        caller: asked.sender,
        seconds: `${took.toFixed(took < 10 ? 1 : 0)} s`,
        error: reply.error,
      },
      related: [{ span: headOf(capture, row), name: 'reply' }],
    }),
  ];
}

/** `The name X is owned by :1.0`, `… does not have an owner`. */
function banner(capture: Capture, row: number, owners: Map<string, string>, notes: Note[]): void {
  const found = /^The name (\S{1,255}) (?:is owned by (\S{1,255})|does not have an owner)/.exec(capture.block(row));
  if (!found) return;
  if (found[2]) owners.set(found[1]!, found[2]);
  else
    notes.push(
      note({
        code: 'no-owner',
        about: 'mark',
        severity: 'information',
        lens: 'info',
        section: row,
        span: headOf(capture, row),
        entity: globalEntity('bus', found[1]!),
        values: { service: found[1]! },
      }),
    );
}
