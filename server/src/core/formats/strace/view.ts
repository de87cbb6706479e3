// Questions about what was read: the arguments of an event, what a descriptor is, who has it open. Everything is looked up in the
// text when asked for, and kept.

import { type Phrase, phrase, type Value } from '../../text/l10n.js';
import { SourceText } from '../../text/source.js';
import type { Span } from '../../text/span.js';
import { globalEntity, localEntity } from '../../trace/entity.js';
import type { EntityId } from '../../trace/trace.js';
import { MADE, ROLES, Role } from './calls.js';
import { taskName } from './effects.js';
import type { Log } from './parse.js';
import { SHAPE, Shape } from './shapes.js';
import { Kind, Mark, type Process, type Task, type World } from './state.js';
import { lifeOf } from './table.js';
import { argumentsEnd, pathBehind, plainString, readNumber, readString, splitArguments } from './text.js';

/** The arguments of a call in one piece, both halves of an interrupted line joined, and the text behind them. */
export interface Arguments {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** `= 3 …`, without the sign; '' without a result. */
  readonly result: string;
  /** All of the arguments are there. */
  readonly whole: boolean;
}

/** What an open file is, in words for people and programs. */
export interface Opened {
  /** `pipe`, `unix`, `tcp`, `udp`, `netlink`, `file`, `fifo`, `tty`, `eventfd`, …, `unknown`. */
  readonly kind: string;
  /** For pipes. */
  readonly end?: 'read' | 'write';
  /** Path, address, `pipe:[1]`; '' where the text tells none. */
  readonly name: string;
  /** The inode of a pipe or socket, where -y shows it; '' else. */
  readonly inode: string;
  readonly bus: boolean;
}

/** So many descriptors are looked at to find who has a file open. */
const MOST_OWNED = 1_000_000;

/** How much of a line is ever looked at. */
const MOST = 1 << 20;

export class View {
  readonly world: World;
  readonly logs: readonly Log[];
  readonly #lines: (SourceText | undefined)[] = [];
  readonly #opened = new Map<number, Opened>();
  #owners: Map<number, Process[]> | undefined;

  constructor(world: World, logs: readonly Log[]) {
    this.world = world;
    this.logs = logs;
  }

  log(source: number): Log {
    return this.logs[source]!;
  }

  /** The line of an event, counted from 1. */
  lineNumber(source: number, event: number): number {
    const log = this.log(source);
    this.#lines[source] ??= new SourceText(log.text);
    return this.#lines[source]!.lineAt(log.start.at(event)) + 1;
  }

  /** The line of an event. */
  head(source: number, event: number): Span {
    const { text, start } = this.log(source);
    const from = start.at(event);
    let end = text.indexOf('\n', from);
    if (end < 0) end = text.length;
    if (end > from && text.charCodeAt(end - 1) === 13) end--;
    return { start: from, end };
  }

  /** Where the call's name stands in the line of an event; the whole line for others. */
  nameSpan(source: number, event: number): Span {
    const log = this.log(source);
    const line = this.head(source, event);
    const name = log.nameOf(event);
    if (!name) return line;
    const resumed = (log.shape.at(event) & SHAPE) === Shape.resumed;
    const at = log.text
      .slice(line.start, Math.min(line.end, line.start + 400))
      .indexOf(resumed ? `<... ${name}` : `${name}(`);
    if (at < 0) return line;
    const start = line.start + at + (resumed ? 5 : 0);
    return { start, end: start + name.length };
  }

  arguments(source: number, event: number): Arguments {
    const log = this.log(source);
    const { text } = log;
    const shape = log.shape.at(event) & SHAPE;
    const line = this.head(source, event);
    const stop = Math.min(line.end, line.start + MOST);
    const name = this.nameSpan(source, event);
    if (shape === Shape.resumed) {
      const from = Math.min(stop, name.end + ' resumed>'.length);
      const { close, result } = ending(text, from, stop);
      return { text, start: from, end: close < 0 ? stop : close, result, whole: close >= 0 };
    }
    const from = Math.min(stop, name.end + 1);
    if (shape === Shape.call) {
      const { close, result } = ending(text, from, stop);
      return { text, start: from, end: close < 0 ? stop : close, result, whole: close >= 0 };
    }
    let end = stop;
    const tail = / ?<(?:unfinished|detached) \.\.\.>$/.exec(text.slice(Math.max(from, stop - 20), stop));
    if (tail) end = stop - tail[0].length;
    else {
      const note = /(?:strace: )?Process \d{1,10} (?:attached|detached)[^\n]{0,60}$/.exec(
        text.slice(Math.max(from, stop - 110), stop),
      );
      if (note) end = stop - note[0].length;
    }
    const link = log.link.at(event);
    if (link < 0) return { text, start: from, end, result: '', whole: argumentsEnd(text, from, end) >= 0 };
    const rest = this.head(source, link);
    const restName = this.nameSpan(source, link);
    const marked = restName.start > rest.start || restName.end < rest.end;
    const restStart = marked ? Math.min(rest.end, restName.end + ' resumed>'.length) : rest.start;
    const { close, result } = ending(text, restStart, rest.end);
    const joined = text.slice(from, end) + text.slice(restStart, close < 0 ? rest.end : close);
    return { text: joined, start: 0, end: joined.length, result, whole: close >= 0 };
  }

  /** Arguments as strings, without the blanks around. */
  words(source: number, event: number, most = 8): string[] {
    const args = this.arguments(source, event);
    return splitArguments(args.text, args.start, args.end, most).map(({ start, end }) =>
      args.text.slice(start, Math.min(end, start + 4096)),
    );
  }

  /** What the open file is. */
  opened(open: number): Opened {
    let known = this.#opened.get(open);
    if (!known) {
      known = this.#describe(open, 0);
      this.#opened.set(open, known);
    }
    return known;
  }

  #describe(open: number, depth: number): Opened {
    const { world } = this;
    const kind = world.kind.at(open);
    const bus = (world.marks.at(open) & Mark.bus) !== 0;
    const source = world.madeSource.at(open);
    const event = world.madeEvent.at(open);
    if (event < 0 || kind === Kind.unknown) return { ...this.#fromPath(open), bus };
    const log = this.log(source);
    const call = log.nameOf(event);
    const args = this.arguments(source, event);
    const path = /^-?\w+</.test(args.result) ? pathBehind(args.result, 0, args.result.length) : '';
    if (kind === Kind.pipeRead || kind === Kind.pipeWrite) {
      const inode = /<pipe:\[(\d+)\]>/.exec(args.text.slice(args.start, args.end))?.[1] ?? '';
      return {
        kind: 'pipe',
        end: kind === Kind.pipeRead ? 'read' : 'write',
        name: inode ? `pipe:[${inode}]` : '',
        inode,
        bus,
      };
    }
    if (kind === Kind.socket) return { ...this.#socket(open, call, args, path, depth), bus };
    if (call === 'ioctl') {
      const side = [...world.ptys].find(([, master]) => master === world.peer.at(open));
      return { kind: 'tty', name: side?.[0] ?? '', inode: '', bus };
    }
    if (kind === Kind.file || kind === Kind.fifo) {
      const name = path && !path.startsWith('pipe:') ? path : this.#path(args, call);
      const made = /<char \d+:\d+>$/.exec(path);
      const plain = made ? name.slice(0, -made[0].length) : name;
      if (/^\/dev\/(?:pts\/|tty|console)/.test(plain)) return { kind: 'tty', name: plain, inode: '', bus };
      const fifo = world.fifos.has(plain) || world.fifos.has(this.#path(args, call));
      return { kind: fifo ? 'fifo' : 'file', name: plain, inode: '', bus };
    }
    return { kind: MADE[call] ?? (kind === Kind.epoll ? 'epoll' : 'unknown'), name: path, inode: '', bus };
  }

  /** A path argument of an open, joined to the directory that -y shows. */
  #path(args: Arguments, call: string): string {
    const { text, start, end } = args;
    const words = splitArguments(text, start, end, 3);
    const at = call === 'open' || call === 'creat' || call === 'mq_open' ? 0 : 1;
    const word = words[at] ?? words[0];
    const printed = word && readString(text, word.start, end);
    if (!printed) return '';
    const name = plainString(printed.bytes);
    const directory = at === 1 && words[0] ? pathBehind(text, words[0].start, words[0].end) : '';
    return directory && !name.startsWith('/') ? `${directory}/${name.replace(/^\.\//, '')}` : name;
  }

  #socket(open: number, call: string, args: Arguments, path: string, depth: number): Omit<Opened, 'bus'> {
    const { world } = this;
    const all = args.text.slice(args.start, Math.min(args.end, args.start + 4096));
    let kind = familyOf(all);
    let name = '';
    const shown = path || (call === 'socketpair' ? (/<([^<>]*(?:->)?[^<>]*)>/.exec(all)?.[1] ?? '') : '');
    let inode = /^(?:socket|UNIX(?:-\w+)?|TCPv?6?|UDPv?6?|NETLINK):\[(\d+)/.exec(shown)?.[1] ?? '';
    if (call === 'accept' || call === 'accept4') {
      const listener = world.peer.at(open);
      const from = listener >= 0 && depth < 4 ? this.#describe(listener, depth + 1) : undefined;
      kind = from && from.kind !== 'unknown' ? from.kind : familyOf(all);
      name = from?.name ?? '';
      if (kind === 'tcp') name = addressOf(all) || name;
    } else if (call === 'socketpair') {
      name = 'socketpair';
      if (kind === 'socket') kind = 'unix';
    }
    const named = world.namedEvent.at(open);
    if (named >= 0) {
      const words = this.arguments(world.namedSource.at(open), named);
      const address = addressOf(words.text.slice(words.start, Math.min(words.end, words.start + 4096)));
      if (address) name = address;
      const before = pathBehind(words.text, words.start, words.end);
      inode ||= /\[(\d+)/.exec(before)?.[1] ?? '';
    }
    if (!name && /->|\d:\d/.test(shown)) name = shown.replace(/^[A-Z0-9a-z-]+:\[|\]$/g, '');
    return { kind, name, inode };
  }

  /** What -y says of a descriptor that was there before the log, or came from a process outside of it. */
  #fromPath(open: number): Omit<Opened, 'bus'> {
    const { world } = this;
    const life = this.firstLife(open);
    const nothing = { kind: 'unknown', name: '', inode: '' };
    if (life < 0) return nothing;
    const source = world.lifeSource.at(life);
    const event = world.lifeSeen.at(life) >= 0 ? world.lifeSeen.at(life) : world.lifeEvent.at(life);
    if (event < 0) return nothing;
    const log = this.log(source);
    const line = this.head(source, event);
    const text = log.text.slice(line.start, Math.min(line.end, line.start + 65536));
    const fd = world.lifeFd.at(life);
    // fd<path>, not a part of another number
    for (let at = text.indexOf(`${fd}<`); at >= 0; at = text.indexOf(`${fd}<`, at + 1)) {
      if (at > 0 && /[0-9a-zA-Z_]/.test(text[at - 1]!)) continue;
      const path = pathBehind(text, at, text.length);
      if (path) return readPath(path, log.nameOf(event));
    }
    if (world.lifeSeen.at(life) < 0) return nothing;
    const role = ROLES.get(log.nameOf(event));
    if (
      role === Role.sends ||
      role === Role.receives ||
      /^(?:sendto|recvfrom|getsock|setsock|getpeer|shutdown)/.test(log.nameOf(event))
    )
      return { kind: 'socket', name: '', inode: '' };
    if (log.nameOf(event).startsWith('epoll_')) return { kind: 'epoll', name: '', inode: '' };
    return nothing;
  }

  #lifeByOpen: Map<number, number> | undefined;
  /** The first life of an open file. */
  firstLife(open: number): number {
    if (!this.#lifeByOpen) {
      this.#lifeByOpen = new Map();
      const { lifeOpen } = this.world;
      for (let life = 0; life < lifeOpen.length; life++)
        if (!this.#lifeByOpen.has(lifeOpen.at(life))) this.#lifeByOpen.set(lifeOpen.at(life), life);
    }
    return this.#lifeByOpen.get(open) ?? -1;
  }

  /**
   * Looks once through all tables for who has which of these files open at the end of the log (or had when it was killed). Where
   * that is too much to look at nobody has any: not to know is better than to know a part.
   */
  findOwners(matters: Uint8Array): void {
    const owners = new Map<number, Process[]>();
    const { lifeOpen, tasks } = this.world;
    const seen = new Set<unknown>();
    let looked = 0;
    for (const task of matters.includes(1) ? tasks : []) {
      if (!this.present(task) || seen.has(task.table) || looked > MOST_OWNED) continue;
      seen.add(task.table);
      task.table.each(0, Number.POSITIVE_INFINITY, (_, value) => {
        looked++;
        const has = lifeOpen.at(lifeOf(value));
        if (!matters[has]) return;
        const list = owners.get(has);
        if (!list) owners.set(has, [task.process]);
        // Several numbers of one table come one after the other.
        else if (list[list.length - 1] !== task.process) list.push(task.process);
      });
    }
    this.#owners = looked > MOST_OWNED ? new Map() : owners;
  }

  /** Processes that have a file open, of those that `findOwners` was asked about. */
  owners(open: number): readonly Process[] {
    return this.#owners?.get(open) ?? [];
  }

  readonly #there = new Map<Process, readonly Task[]>();
  /** The threads of a process that are there at the end. */
  threads(process: Process): readonly Task[] {
    let there = this.#there.get(process);
    if (!there) {
      there = process.tasks.filter((task) => this.present(task));
      this.#there.set(process, there);
    }
    return there;
  }

  readonly #children = new Map<Process, readonly Process[]>();
  /** The children of a process that are there at the end. */
  children(process: Process): readonly Process[] {
    let there = this.#children.get(process);
    if (!there) {
      there = process.children.filter((child) => this.threads(child).length > 0);
      this.#children.set(process, there);
    }
    return there;
  }

  /** Whether a task is there at the end: alive, or killed from outside where it stood, as the last thing that happens. */
  present(task: Task): boolean {
    const { killed } = this.world;
    return (
      task.alive || (endsWithLog(task, this.log(task.source)) && !killed.has(task.process.pid) && !killed.has(task.tid))
    );
  }

  /** The place that gave a descriptor its number: the span of the call's name. */
  madeAt(life: number): { source: number; event: number; span: Span } | undefined {
    const { world } = this;
    const event = world.lifeEvent.at(life);
    if (event < 0) return undefined;
    const source = world.lifeSource.at(life);
    return { source, event, span: this.nameSpan(source, event) };
  }

  /** The entity of an open file: what processes, and where names allow it documents, share. */
  entity(open: number): EntityId {
    const { world } = this;
    const what = this.opened(open);
    const source = world.madeSource.at(open);
    const { scope } = this.log(Math.max(0, source));
    if (what.kind === 'pipe' && what.inode) return globalEntity('pipe', what.inode);
    const event = world.madeEvent.at(open);
    if (what.kind === 'pipe' && event >= 0) return localEntity('pipe', `line ${this.lineNumber(source, event)}`, scope);
    if (isSocket(what.kind)) {
      if (what.inode && !(world.marks.at(open) & Mark.connected && what.name.startsWith('/')))
        return globalEntity('socket', what.inode);
      if (world.marks.at(open) & Mark.connected && what.name.startsWith('/')) return globalEntity('socket', what.name);
      if (event >= 0) return localEntity('socket', `line ${this.lineNumber(source, event)}`, scope);
    }
    if ((what.kind === 'file' || what.kind === 'fifo') && what.name.startsWith('/'))
      return globalEntity('file', what.name);
    return this.lifeEntity(this.firstLife(open));
  }

  /** The entity of one life of a number: `fd:5~12`, the twelfth life in the log. */
  lifeEntity(life: number): EntityId {
    const { world } = this;
    const known = life >= 0;
    const scope = this.log(known ? world.lifeSource.at(life) : 0).scope;
    return localEntity('fd', known ? `${world.lifeFd.at(life)}~${life}` : '?', scope);
  }

  #livesOf: Map<string, number[]> | undefined;
  /** Lives that an event began. */
  livesMade(source: number, event: number): readonly number[] {
    if (!this.#livesOf) {
      this.#livesOf = new Map();
      const { lifeEvent, lifeSource } = this.world;
      for (let life = 0; life < lifeEvent.length; life++) {
        if (lifeEvent.at(life) < 0) continue;
        const key = `${lifeSource.at(life)} ${lifeEvent.at(life)}`;
        const list = this.#livesOf.get(key);
        if (list) list.push(life);
        else this.#livesOf.set(key, [life]);
      }
    }
    return this.#livesOf.get(`${source} ${event}`) ?? [];
  }

  threadEntity(task: Task): EntityId {
    return task.tid >= 0
      ? globalEntity('thread', String(task.tid))
      : localEntity('thread', '', this.log(task.source).scope);
  }

  processEntity(process: Process): EntityId {
    const task = process.tasks[0];
    if (process.pid >= 0) return globalEntity('process', String(process.pid));
    return localEntity('process', '', this.log(task?.source ?? 0).scope);
  }

  #byTid: Map<number, Task> | undefined;
  /** The last task with a number. */
  taskByTid(tid: number): Task | undefined {
    this.#byTid ??= new Map(this.world.tasks.map((task) => [task.tid, task]));
    return this.#byTid.get(tid);
  }

  /** `1247 (runc)`. */
  taskLabel(task: Task): string {
    const name = taskName(task);
    if (task.tid < 0) return name;
    return name ? `${task.tid} (${name})` : String(task.tid);
  }

  /** One clause about a descriptor: `write end of the pipe made at line 30`; `whole`: `the pipe made at line 30`. */
  what(life: number, whole = false): Value {
    const { world } = this;
    const open = world.lifeOpen.at(life);
    const what = this.opened(open);
    const { kind, name } = what;
    const event = world.madeEvent.at(open);
    const line = event >= 0 ? String(this.lineNumber(world.madeSource.at(open), event)) : '';
    const marks = world.marks.at(open);
    switch (kind) {
      case 'pipe':
        if (!what.end || !line) return name || phrase('a pipe');
        if (whole) return phrase('the pipe made at line {line}', { line });
        return what.end === 'read'
          ? phrase('read end of the pipe made at line {line}', { line })
          : phrase('write end of the pipe made at line {line}', { line });
      case 'unix':
      case 'tcp':
      case 'udp':
      case 'netlink':
      case 'socket': {
        if (marks & Mark.pair)
          return line
            ? phrase('one end of the socket pair made at line {line}', { line })
            : phrase('one end of the socket pair made');
        const socket = what.bus ? busName(name) : SOCKETS[kind];
        const own: Value = name ? phrase('{socket} {name}', { socket, name }) : socket;
        if (marks & Mark.accepted)
          return line
            ? phrase('{what} accepted at line {line}', { what: own, line })
            : phrase('{what} accepted', { what: own });
        if (marks & Mark.connected) {
          const named = world.namedEvent.at(open);
          const at = named >= 0 ? this.lineNumber(world.namedSource.at(open), named) : 0;
          return phrase('{what} connected at line {line}', { what: own, line: String(at) });
        }
        if (marks & Mark.listening) return phrase('listening {what}', { what: own });
        return line ? phrase('{what} made at line {line}', { what: own, line }) : own;
      }
      case 'file':
      case 'fifo':
      case 'tty': {
        const file = name || phrase('a file');
        const own = kind === 'file' ? file : phrase('{kind} {file}', { kind, file });
        return line ? phrase('{what} opened at line {line}', { what: own, line }) : own;
      }
      case 'unknown':
        return '';
      default:
        return line ? phrase('{what} made at line {line}', { what: kind, line }) : kind;
    }
  }

  /** A few words to show behind a number. */
  hint(life: number): Value {
    const what = this.opened(this.world.lifeOpen.at(life));
    if (what.kind === 'pipe')
      return what.end === 'read' ? phrase('pipe, read end') : what.end ? phrase('pipe, write end') : 'pipe';
    if (what.kind === 'unknown') return '';
    return what.name && what.name !== 'socketpair' ? what.name : what.kind;
  }
}

const SOCKETS = {
  unix: phrase('Unix socket'),
  tcp: phrase('TCP socket'),
  udp: phrase('UDP socket'),
  netlink: phrase('NETLINK socket'),
  socket: 'socket',
} as const;

const busName = (path: string): Phrase =>
  /system_bus|dbus-system/.test(path)
    ? phrase('system bus')
    : /systemd\/private/.test(path)
      ? phrase("systemd's private bus")
      : phrase('D-Bus connection');

export const isSocket = (kind: string): boolean => /^(?:unix|tcp|udp|netlink|socket)$/.test(kind);

const FROM_OUTSIDE = /^killed by SIG(?:KILL|TERM|INT|HUP|QUIT)\b/;

/** Whether a task was killed by a signal that people send, and nothing but such ends comes after. */
export const endsWithLog = (task: Task, log: Log): boolean =>
  FROM_OUTSIDE.test(task.fate) && task.fateEvent > log.lastCall;

/** The closing parenthesis and what follows the equals sign, cut at the duration. */
function ending(text: string, from: number, stop: number): { close: number; result: string } {
  const close = argumentsEnd(text, from, stop);
  if (close < 0) return { close, result: '' };
  const found = /^ *= /.exec(text.slice(close + 1, Math.min(stop, close + 300)));
  if (!found) return { close: -1, result: '' };
  const at = close + 1 + found[0].length;
  return { close, result: text.slice(at, Math.min(stop, at + 4096)).replace(/ <\d+(?:\.\d+)?>$/, '') };
}

function familyOf(args: string): string {
  if (args.includes('AF_UNIX') || args.includes('AF_LOCAL') || args.includes('UNIX-') || args.includes('UNIX:'))
    return 'unix';
  if (args.includes('AF_NETLINK')) return 'netlink';
  if (/AF_INET6?/.test(args)) return /SOCK_DGRAM/.test(args) ? 'udp' : /SOCK_RAW/.test(args) ? 'socket' : 'tcp';
  return 'socket';
}

/** `sun_path="/run/x"`, `sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")`. */
export function addressOf(args: string): string {
  const at = args.search(/sun_path=@?"/);
  if (at >= 0) {
    const quote = args.indexOf('"', at);
    const printed = readString(args, quote, args.length);
    return printed ? `${args[quote - 1] === '@' ? '@' : ''}${plainString(printed.bytes)}` : '';
  }
  const port = /sin6?_port=htons\((\d+)\)/.exec(args)?.[1];
  const host = /inet_addr\("([\d.]+)"\)|inet_pton\(AF_INET6, "([0-9a-f:.]+)"/.exec(args);
  if (port === undefined || !host) return '';
  return host[2] !== undefined ? `[${host[2]}]:${port}` : `${host[1]}:${port}`;
}

/** What -y and -yy show of a descriptor. */
function readPath(path: string, call: string): Omit<Opened, 'bus'> {
  const bare = path.replace(/<(?:char|block) \d+:\d+>$/, '');
  const special = /^(pipe|socket|anon_inode|UNIX(?:-\w+)?|TCP(?:v6)?|UDP(?:v6)?|NETLINK|RAW(?:v6)?):\[?([^\]]*)/.exec(
    bare,
  );
  if (special) {
    const inside = special[2]!;
    const inode = /^\d+/.exec(inside)?.[0] ?? '';
    switch (special[1]) {
      case 'pipe': {
        const reads = /^(?:p?read|readv)/.test(call);
        const writes = /^(?:p?write|writev)/.test(call);
        return {
          kind: 'pipe',
          name: bare,
          inode,
          ...(reads ? { end: 'read' as const } : writes ? { end: 'write' as const } : {}),
        };
      }
      case 'anon_inode': {
        const kind = inside.replace(/^\[|\]$/g, '');
        return { kind: kind === 'eventpoll' ? 'epoll' : kind, name: bare, inode: '' };
      }
      case 'TCP':
      case 'TCPv6':
        return { kind: 'tcp', name: inode === inside ? '' : inside, inode: inode === inside ? inode : '' };
      case 'UDP':
      case 'UDPv6':
        return { kind: 'udp', name: inode === inside ? '' : inside, inode: inode === inside ? inode : '' };
      case 'NETLINK':
        return { kind: 'netlink', name: inside, inode: '' };
      case 'socket':
        return { kind: 'socket', name: bare, inode };
      default: {
        const at = inside.indexOf('"');
        return { kind: 'unix', name: at >= 0 ? inside.slice(at + 1).replace(/".*$/, '') : '', inode };
      }
    }
  }
  if (/^\/dev\/(?:pts\/|tty|console)/.test(bare)) return { kind: 'tty', name: bare, inode: '' };
  return bare.startsWith('/') ? { kind: 'file', name: bare, inode: '' } : { kind: 'unknown', name: bare, inode: '' };
}

/** A descriptor argument: `3`, `3</path>`, `0x3`. */
export const fdOf = (word: string): number => readNumber(word, 0, word.length);
