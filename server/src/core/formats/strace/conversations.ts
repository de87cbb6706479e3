// Stream sockets other than D-Bus on which the log ends in the middle: a client's request that nothing came back for, a server's
// that it never wrote an answer to. What is sent is not decoded; where it may be something that has no answer, nothing is said.

import { ROLES, Role } from './calls.js';
import { type Call, movedBy } from './requests.js';
import { SHAPE, Shape } from './shapes.js';
import { Kind, Mark } from './state.js';
import { readNumber } from './text.js';
import type { View } from './view.js';

/** A request at the end of a connection. */
export interface Pending {
  readonly open: number;
  /** `asked`: this side sent it. `asks`: this side read it. */
  readonly side: 'asked' | 'asks';
  /** The call that carried it. */
  readonly call: Call;
  readonly bytes: number;
}

/** What is known of a connection, read from the log's end backwards. */
interface State {
  /** The last call that moved bytes, or that found the connection at its end. */
  last: Call | undefined;
  lastWrites: boolean;
  bytes: number;
  /** Its end was seen, or what stands last is no request. */
  over: boolean;
  read: boolean;
  wrote: boolean;
  /** What stands last begins as an HTTP request does: it has an answer. */
  http: boolean;
  /** One text has its last call, another has one whose order to that is not known. */
  unclear: boolean;
}

/**
 * Connections that somebody has open and whose last bytes are a request. A client has been seen to read from it, or to try; a server
 * to answer, on this connection or on another of the same listener. `awaited` are files that a call at the log's end wants to read
 * from, `polled` those that are among what a poll or select watches: that may be for their end only; `minimum` is for how many seconds it waits at least, where the log has times.
 */
export function readConversations(
  view: View,
  awaited: ReadonlySet<number>,
  polled: ReadonlySet<number>,
  end: number,
  minimum: number,
): Pending[] {
  const { world, logs } = view;
  // What io_uring moves is in no line.
  if (logs.some((log) => log.names.includes('io_uring_setup'))) return [];
  const states = new Map<number, State>();
  for (let source = 0; source < logs.length; source++) readBackwards(view, source, states);
  const answering = new Set<number>();
  for (const [open, { wrote }] of states) if (wrote && world.peer.at(open) >= 0) answering.add(world.peer.at(open));
  const pending: Pending[] = [];
  for (const [open, { last, lastWrites, bytes, over, read, unclear, http }] of states) {
    if (!last || over || unclear) continue;
    const accepted = (world.marks.at(open) & Mark.accepted) !== 0;
    if (accepted === lastWrites) continue;
    const reads = read || awaited.has(open) || (http && polled.has(open));
    if (!(accepted ? answering.has(world.peer.at(open)) : reads)) continue;
    if (end - view.log(last.source).timeOf(last.event) < minimum) continue;
    const owners = view.owners(open);
    // A child that was not traced may have done it.
    if (!owners.length || owners.some((one) => !view.threads(one).some((task) => task.first >= 0))) continue;
    const what = view.opened(open);
    if ((what.kind !== 'unix' && what.kind !== 'tcp') || ONE_WAY.test(what.name) || !isStream(view, open)) continue;
    pending.push({ open, side: accepted ? 'asks' : 'asked', call: last, bytes });
  }
  const begun = beginnings(view, new Set(pending.map(({ open }) => open)));
  // Whoever connects asks: where the other side spoke first, nobody knows whose turn it is.
  return pending.filter(({ open }) => (begun.get(open) === WRITES) === !(world.marks.at(open) & Mark.accepted));
}

/** What the first call on each of these connections that moved anything did. */
function beginnings(view: View, wanted: ReadonlySet<number>): ReadonlyMap<number, number> {
  const first = new Map<number, Call & { way: number }>();
  for (let source = 0; wanted.size > 0 && source < view.logs.length; source++) {
    const log = view.log(source);
    const directions = log.names.map(direction);
    const here = new Set<number>();
    for (let event = 0; event < log.length && here.size < wanted.size; event++) {
      const way = directions[log.call.at(event)];
      const life = log.life.at(event);
      if (!way || life < 0) continue;
      const open = view.world.lifeOpen.at(life);
      if (!wanted.has(open) || here.has(open) || !inspect(view, { source, event }, way)) continue;
      here.add(open);
      const before = first.get(open);
      if (!before || log.timeOf(event) < view.log(before.source).timeOf(before.event))
        first.set(open, { source, event, way });
    }
  }
  return new Map([...first].map(([open, { way }]) => [open, way]));
}

/** Sockets on which requests have no answers: displays, sound, logs. */
const ONE_WAY = /X11-unix|wayland-|pulse\/|pipewire|\/journal\/|\/dev\/log/;

/** An accepted one is; of others the call that made it says so. */
function isStream(view: View, open: number): boolean {
  const { world } = view;
  if (world.marks.at(open) & Mark.accepted) return true;
  const { text, start, end } = view.arguments(world.madeSource.at(open), world.madeEvent.at(open));
  return /SOCK_(?:STREAM|SEQPACKET)/.test(text.slice(start, Math.min(end, start + 200)));
}

const READS = 1;
const WRITES = 2;
const SHUTS = 3;

/** What a call by its name does to the bytes of its first argument. */
function direction(name: string): number {
  if (name === 'shutdown') return SHUTS;
  if (/^sendfile/.test(name)) return WRITES;
  const role = ROLES.get(name);
  if (role === Role.reads || role === Role.receives) return READS;
  return role === Role.writes || role === Role.sends ? WRITES : 0;
}

function readBackwards(view: View, source: number, states: Map<number, State>): void {
  const { world } = view;
  const log = view.log(source);
  const directions = log.names.map(direction);
  const here = new Set<number>();
  for (let at = log.length - 1; at >= 0; at--) {
    const way = directions[log.call.at(at)];
    if (!way) continue;
    let event = at;
    // Bytes are read where a call ends, and on their way where one begins.
    if ((log.shape.at(at) & SHAPE) === Shape.resumed) {
      event = log.link.at(at);
      if (way !== READS || event < 0) continue;
    } else if (way === READS && log.link.at(at) >= 0) continue;
    const life = log.life.at(event);
    if (life < 0) continue;
    const open = world.lifeOpen.at(life);
    const marks = world.marks.at(open);
    if (world.kind.at(open) !== Kind.socket || marks & (Mark.bus | Mark.pair)) continue;
    if (!(marks & (Mark.connected | Mark.accepted))) continue;
    let state = states.get(open);
    if (!state) {
      state = {
        last: undefined,
        lastWrites: false,
        bytes: 0,
        over: false,
        read: false,
        wrote: false,
        http: false,
        unclear: false,
      };
      states.set(open, state);
    }
    if (way === READS) state.read = true;
    else if (way === WRITES) state.wrote = true;
    if (here.has(open)) continue;
    const found = inspect(view, { source, event }, way);
    if (!found) continue;
    here.add(open);
    const before = state.last;
    if (before) {
      const [one, other] = [before, { source, event }].map((call) => view.log(call.source).timeOf(call.event));
      if (!(one! < other! || other! < one!)) state.unclear = true;
      if (!(one! < other!)) continue;
    }
    state.last = { source, event };
    state.lastWrites = way === WRITES;
    state.bytes = found.bytes;
    state.over = found.over;
    state.http = found.http === true;
  }
}

/** What a call did to a connection; undefined where it did nothing. */
function inspect(view: View, call: Call, way: number): { bytes: number; over: boolean; http?: boolean } | undefined {
  const { text, start, end, result } = view.arguments(call.source, call.event);
  if (way === SHUTS) return /SHUT_RD/.test(text.slice(start, end)) ? { bytes: 0, over: true } : undefined;
  if (/^-1 (?:EAGAIN|EINTR|ERESTART)/.test(result) || /^\? ERESTART/.test(result)) return undefined;
  const bytes = readNumber(result, 0, result.length);
  // A read that has not ended gave nothing; a write that has not is told by itself.
  if (result === '' && way === READS) return undefined;
  // Looked at, and not taken.
  if (way === READS && text.slice(Math.max(start, end - 100), end).includes('MSG_PEEK')) return undefined;
  if (!(bytes > 0)) return { bytes: 0, over: true };
  const moved = movedBy(view, call, way === WRITES);
  const first = moved?.pieces[0]?.bytes ?? '';
  const over = first === '' || hasNoAnswer(first) || (way === WRITES && !whole(text, start, end, bytes));
  return { bytes, over, http: HTTP.test(first) };
}

const HTTP = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \S/;

/** All bytes that a plain write was given were taken; of others only that there were some is known. */
function whole(text: string, start: number, end: number, bytes: number): boolean {
  const asked = /", (\d{1,12})(?:, |$)/.exec(text.slice(Math.max(start, end - 200), end))?.[1];
  return asked === undefined || Number(asked) === bytes;
}

/**
 * TLS, where nobody sees what is sent (RFC 8446, 5.1: records of type 20 to 23, version 3), and frames of HTTP/2 that have no answer:
 * priority, reset, settings, push, ping, goaway, window update (RFC 9113, 4.1 and 6); a WebSocket's close and pong from a client
 * (RFC 6455, 5.2).
 */
function hasNoAnswer(bytes: string): boolean {
  const byte = (at: number): number => bytes.charCodeAt(at);
  if (byte(0) >= 20 && byte(0) <= 23 && byte(1) === 3 && byte(2) <= 4) return true;
  if ((byte(0) === 0x88 || byte(0) === 0x8a) && byte(1) >= 128) return true;
  const type = byte(3);
  return bytes.length >= 9 && byte(0) === 0 && byte(1) < 64 && type >= 2 && type <= 8 && type !== 5 && byte(5) < 128;
}
