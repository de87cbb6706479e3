// Requests on D-Bus connections that were never answered, and handshakes that never ended.

import { phrase, type Value } from '../../text/l10n.js';
import { type Carried, type Message, type Moved, Stream } from './dbus.js';
import type { Process } from './state.js';
import { readNumber, readString, within } from './text.js';
import type { View } from './view.js';

/** A place of a call that carried bytes. */
export interface Call {
  readonly source: number;
  readonly event: number;
}

export interface Unanswered {
  readonly open: number;
  readonly call: Call;
  readonly message: Message;
}

export interface Bus {
  readonly open: number;
  readonly written: Stream<Call>;
  readonly read: Stream<Call>;
  /** Method calls that have no answer in the log. */
  readonly unanswered: readonly Unanswered[];
  /** The handshake was begun and nothing ever came back: the call that sent its last line. */
  readonly handshake: Call | undefined;
}

const WRITES = /^(?:write|writev|pwrite|pwritev|send|sendto|sendmsg|sendmmsg)/;

/** Most messages that are looked at in one connection. */
const MOST_CALLS = 200_000;

/** All D-Bus connections that the log shows. */
export function readBuses(view: View): Bus[] {
  const buses: Bus[] = [];
  for (const [open, calls] of view.world.bus) buses.push(readBus(view, open, calls));
  return buses;
}

function readBus(view: View, open: number, calls: readonly number[]): Bus {
  const written = new Stream<Call>();
  const read = new Stream<Call>();
  const order = new Map<Call, number>();
  let lastSent: Call | undefined;
  let bytesRead = 0;
  for (let i = 0; i + 1 < calls.length && i < MOST_CALLS; i += 2) {
    const call: Call = { source: calls[i]!, event: calls[i + 1]! };
    const writes = WRITES.test(view.log(call.source).nameOf(call.event));
    const moved = movedBy(view, call, writes);
    order.set(call, i);
    if (!moved) continue;
    if (writes) {
      written.feed(call, moved);
      lastSent = call;
    } else {
      read.feed(call, moved);
      bytesRead += moved.size;
    }
  }
  const at = (call: Call): number => order.get(call) ?? 0;
  const outstanding: Carried<Call>[] = [];
  // Requests and answers in the order of the log. An answer whose serial was cut off is taken for that of the oldest request.
  const requests = written.messages.filter(({ message }) => message.type === 1 && !(message.flags & 1));
  const answers = read.messages.filter(({ message }) => message.type === 2 || message.type === 3);
  let next = 0;
  for (const answer of answers) {
    while (next < requests.length && at(requests[next]!.first) < at(answer.last)) outstanding.push(requests[next++]!);
    const { replySerial } = answer.message.fields;
    const found =
      replySerial === undefined ? 0 : outstanding.findIndex(({ message }) => message.serial === replySerial);
    if (found >= 0) outstanding.splice(found, 1);
  }
  while (next < requests.length) outstanding.push(requests[next++]!);
  // Bytes that could not be read may be the answer.
  const lastLost = read.lost.length ? at(read.lost[read.lost.length - 1]!) : -1;
  const open_ = view.owners(open).length > 0;
  const unanswered = open_
    ? outstanding
        .filter(({ last }) => at(last) > lastLost)
        .map(({ message, first }) => ({ open, call: first, message }))
    : [];
  const handshake =
    open_ && written.handshake.length > 0 && written.messages.length === 0 && bytesRead === 0 ? lastSent : undefined;
  return { open, written, read, unanswered, handshake };
}

/** The bytes that a call moved, as far as strace shows them; undefined where it moved none. */
export function movedBy(view: View, call: Call, writes: boolean): Moved | undefined {
  const args = view.arguments(call.source, call.event);
  const result = readNumber(args.result, 0, args.result.length);
  // A write that did not return shows what it was to write.
  const size = result >= 0 ? result : writes && args.result === '' ? Number.POSITIVE_INFINITY : -1;
  if (size <= 0 || Number.isNaN(size)) return undefined;
  const { text, start, end } = args;
  const pieces: { at: number; bytes: string }[] = [];
  let total = 0;
  const vector = within(text, 'iov_base=', start, end);
  if (vector >= 0 && vector < end) {
    for (let at = vector; at >= 0 && at < end && total < size; at = within(text, 'iov_base=', at + 9, end)) {
      const printed = readString(text, at + 9, end);
      if (!printed) continue;
      const length = text.startsWith(', iov_len=', printed.end)
        ? readNumber(text, printed.end + 10, end)
        : printed.bytes.length;
      if (!(length >= 0)) break;
      pieces.push({ at: total, bytes: printed.bytes.slice(0, Math.min(length, size - total)) });
      total += length;
      // A string of the message itself may hold the words: go on behind it.
      at = Math.max(at, printed.end - 9);
    }
  } else {
    let quote = start;
    while (quote < end && text.charCodeAt(quote) !== 34) quote++;
    const printed = quote < end ? readString(text, quote, end) : undefined;
    if (!printed) return size === Number.POSITIVE_INFINITY ? undefined : { pieces: [], size };
    total = readNumber(text, printed.end + 2, end);
    if (Number.isNaN(total)) total = printed.bytes.length;
    pieces.push({ at: 0, bytes: printed.bytes.slice(0, size) });
  }
  return {
    pieces,
    size: Math.min(size, size === Number.POSITIVE_INFINITY ? Math.max(total, pieces[0]?.bytes.length ?? 0) : size),
  };
}

const TYPES = ['', phrase('method call'), phrase('reply'), phrase('error'), phrase('signal')];

/** A message in one clause: `method call ListUnits to org.freedesktop.systemd1, serial 280`. */
export function describeMessage(message: Message): Value {
  const { fields, probable } = message;
  const say = (name: 'member' | 'destination' | 'interface'): Value =>
    probable.has(name) ? phrase('probably {name}', { name: fields[name]! }) : fields[name]!;
  let told: Value = TYPES[message.type] ?? '';
  if (fields.member !== undefined) told = phrase('{message} {member}', { message: told, member: say('member') });
  else if (fields.interface !== undefined)
    told = phrase('{message} of {interface}', { message: told, interface: say('interface') });
  if (fields.destination !== undefined)
    told = phrase('{message} to {destination}', { message: told, destination: say('destination') });
  if (fields.replySerial !== undefined)
    told = phrase('{message} to serial {reply}', { message: told, reply: String(fields.replySerial) });
  return phrase('{message}, serial {serial}', { message: told, serial: String(message.serial) });
}

/** What the bytes do not show: the fields that a method call has and that were cut off. */
export function missingOf(message: Message): string {
  if (!message.cut) return '';
  const known = (['path', 'interface', 'member', 'destination'] as const).filter(
    (name) => message.fields[name] === undefined,
  );
  return known.join(', ');
}

/** The processes of a connection. */
export const usersOf = (view: View, open: number): readonly Process[] => view.owners(open);
