// D-Bus messages out of the strings that strace prints: the header is there even where the rest was cut. Wire format: D-Bus
// specification, "Message Protocol". Byte counts come from results, so a stream stays in step where its strings do not tell.

export interface Message {
  /** 1 method call, 2 reply, 3 error, 4 signal. */
  readonly type: number;
  readonly flags: number;
  readonly serial: number;
  readonly bodyLength: number;
  readonly bigEndian: boolean;
  readonly size: number;
  readonly fields: Fields;
  /** Fields of which the bytes show only a part, filled in from what has that length and that beginning. */
  readonly probable: ReadonlySet<keyof Fields>;
  /** The bytes end before the last field. */
  readonly cut: boolean;
}

export interface Fields {
  path?: string;
  interface?: string;
  member?: string;
  error?: string;
  replySerial?: number;
  destination?: string;
  sender?: string;
  signature?: string;
}

const NAMES: readonly (keyof Fields | undefined)[] = [
  undefined,
  'path',
  'interface',
  'member',
  'error',
  'replySerial',
  'destination',
  'sender',
  'signature',
];

/** Well-known strings, by field: what a beginning and a length stand for. From the interfaces of the bus, systemd, logind. */
const KNOWN: Readonly<Partial<Record<keyof Fields, readonly string[]>>> = {
  path: ['/org/freedesktop/systemd1', '/org/freedesktop/DBus', '/org/freedesktop/login1', '/org/freedesktop/hostname1'],
  interface: [
    'org.freedesktop.systemd1.Manager',
    'org.freedesktop.systemd1.Unit',
    'org.freedesktop.systemd1.Service',
    'org.freedesktop.systemd1.Scope',
    'org.freedesktop.DBus',
    'org.freedesktop.DBus.Peer',
    'org.freedesktop.DBus.Local',
    'org.freedesktop.DBus.Properties',
    'org.freedesktop.DBus.Introspectable',
    'org.freedesktop.DBus.Monitoring',
    'org.freedesktop.DBus.ObjectManager',
    'org.freedesktop.login1.Manager',
    'org.freedesktop.PolicyKit1.Authority',
  ],
  destination: [
    'org.freedesktop.systemd1',
    'org.freedesktop.DBus',
    'org.freedesktop.login1',
    'org.freedesktop.hostname1',
    'org.freedesktop.resolve1',
    'org.freedesktop.machine1',
    'org.freedesktop.timedate1',
    'org.freedesktop.NetworkManager',
    'org.freedesktop.PolicyKit1',
    'org.fedoraproject.FirewallD1',
  ],
  member: [
    'StartTransientUnit',
    'StartUnit',
    'StopUnit',
    'RestartUnit',
    'KillUnit',
    'ResetFailedUnit',
    'SetUnitProperties',
    'GetUnit',
    'GetUnitByPID',
    'LoadUnit',
    'ListUnits',
    'ListUnitsByPatterns',
    'Subscribe',
    'Unsubscribe',
    'AttachProcessesToUnit',
    'Get',
    'GetAll',
    'Set',
    'Hello',
    'AddMatch',
    'RemoveMatch',
    'RequestName',
    'ReleaseName',
    'GetNameOwner',
    'NameHasOwner',
    'ListNames',
    'StartServiceByName',
    'GetConnectionUnixProcessID',
    'Introspect',
    'Ping',
    'CreateSession',
    'ReleaseSession',
    'Inhibit',
  ],
  error: [
    'org.freedesktop.DBus.Error.NoReply',
    'org.freedesktop.DBus.Error.ServiceUnknown',
    'org.freedesktop.DBus.Error.AccessDenied',
  ],
};

/** Whom a method is asked of, where only one known service has it. */
const SERVED: Readonly<Record<string, string>> = {
  StartTransientUnit: 'org.freedesktop.systemd1',
  StartUnit: 'org.freedesktop.systemd1',
  StopUnit: 'org.freedesktop.systemd1',
  RestartUnit: 'org.freedesktop.systemd1',
  KillUnit: 'org.freedesktop.systemd1',
  ResetFailedUnit: 'org.freedesktop.systemd1',
  SetUnitProperties: 'org.freedesktop.systemd1',
  ListUnits: 'org.freedesktop.systemd1',
  ListUnitsByPatterns: 'org.freedesktop.systemd1',
  AttachProcessesToUnit: 'org.freedesktop.systemd1',
  Hello: 'org.freedesktop.DBus',
  AddMatch: 'org.freedesktop.DBus',
  RemoveMatch: 'org.freedesktop.DBus',
  RequestName: 'org.freedesktop.DBus',
  GetNameOwner: 'org.freedesktop.DBus',
  CreateSession: 'org.freedesktop.login1',
  ReleaseSession: 'org.freedesktop.login1',
};

/** The signature of StartTransientUnit is its own. */
const START_TRANSIENT = 'ssa(sv)a(sa(sv))';

const HEADER = 16;
const pad = (n: number, to: number): number => Math.ceil(n / to) * to;

/**
 * Reads as much of a message as there are bytes; undefined where they are none of D-Bus.
 *
 * Example input:  bytes of `l\1\4\1\0\0\0\0\30\1\0\0\222\0\0\0\2\1s\0 \0\0\0org.free`
 * Example output: method call, serial 280, interface probably org.freedesktop.systemd1.Manager
 */
export function readMessage(bytes: string): Message | undefined {
  if (bytes.length < HEADER) return undefined;
  const order = bytes[0];
  if (order !== 'l' && order !== 'B') return undefined;
  const big = order === 'B';
  const u32 = (at: number): number => {
    const b = [0, 1, 2, 3].map((i) => bytes.charCodeAt(at + (big ? i : 3 - i)));
    return ((b[0]! << 24) | (b[1]! << 16) | (b[2]! << 8) | b[3]!) >>> 0;
  };
  const type = bytes.charCodeAt(1);
  const flags = bytes.charCodeAt(2);
  if (type < 1 || type > 4 || flags > 7 || bytes.charCodeAt(3) !== 1) return undefined;
  const bodyLength = u32(4);
  const serial = u32(8);
  const fieldsLength = u32(12);
  if (serial === 0 || fieldsLength > 65536 || bodyLength > 1 << 27) return undefined;
  const fields: Fields = {};
  const probable = new Set<keyof Fields>();
  const end = HEADER + fieldsLength;
  let cut = false;
  for (let at = HEADER; at < end; ) {
    at = pad(at, 8);
    if (at >= end) break;
    if (at + 4 > bytes.length) {
      cut = true;
      break;
    }
    const name = NAMES[bytes.charCodeAt(at)];
    if (bytes.charCodeAt(at + 1) !== 1) break; // no field of one basic type: none that we know
    const kind = bytes[at + 2];
    at += 4;
    if (kind === 'u') {
      if (at + 4 > bytes.length) {
        cut = true;
        break;
      }
      if (name === 'replySerial') fields.replySerial = u32(at);
      at += 4;
    } else if (kind === 's' || kind === 'o' || kind === 'g') {
      const sized = kind === 'g' ? 1 : 4;
      if (at + sized > bytes.length) {
        cut = true;
        break;
      }
      const size = kind === 'g' ? bytes.charCodeAt(at) : u32(at);
      at += sized;
      if (at + size > end) break;
      const value = bytes.slice(at, Math.min(at + size, bytes.length));
      at += size + 1;
      if (name && name !== 'replySerial') {
        if (value.length === size) fields[name] = value;
        else {
          const guess = complete(name, value, size);
          if (guess !== undefined) {
            fields[name] = guess;
            probable.add(name);
          }
        }
      }
      if (value.length < size) {
        cut = true;
        break;
      }
    } else break;
  }
  if (fields.signature === START_TRANSIENT && fields.member === undefined) {
    fields.member = 'StartTransientUnit';
    probable.add('member');
  }
  if (type === 1 && fields.destination === undefined && cut) {
    const served =
      SERVED[fields.member ?? ''] ??
      /^org\.freedesktop\.(?:systemd1|login1|DBus)(?=$|\.Manager$|\.Unit$|\.Service$|\.Scope$)/.exec(
        fields.interface ?? '',
      )?.[0] ??
      (fields.path === '/org/freedesktop/systemd1' ? 'org.freedesktop.systemd1' : undefined);
    if (served !== undefined) {
      fields.destination = served;
      probable.add('destination');
    }
  }
  return {
    type,
    flags,
    serial,
    bodyLength,
    bigEndian: big,
    size: pad(end, 8) + bodyLength,
    fields,
    probable,
    cut,
  };
}

/** The only known string of that length with that beginning. */
function complete(name: keyof Fields, beginning: string, size: number): string | undefined {
  if (name === 'signature')
    return START_TRANSIENT.length === size && START_TRANSIENT.startsWith(beginning) && beginning.length > 3
      ? START_TRANSIENT
      : undefined;
  const fit = (KNOWN[name] ?? []).filter((known) => known.length === size && known.startsWith(beginning));
  return fit.length === 1 && (beginning.length >= 3 || name === 'member') && beginning.length > 0 ? fit[0] : undefined;
}

/** What one call moved: the bytes that strace shows, at their offsets, and how many there were. */
export interface Moved {
  readonly pieces: readonly { readonly at: number; readonly bytes: string }[];
  readonly size: number;
}

/** A message and the calls that carried it. */
export interface Carried<T> {
  readonly message: Message;
  readonly first: T;
  readonly last: T;
}

const HANDSHAKE = /^\0?(?:AUTH|OK |DATA|REJECTED|ERROR|NEGOTIATE_UNIX_FD|AGREE_UNIX_FD|BEGIN|CANCEL)/;

/** One direction of a connection. */
export class Stream<T> {
  readonly messages: Carried<T>[] = [];
  /** Calls whose bytes could not be told. */
  readonly lost: T[] = [];
  /** Calls of the handshake. */
  readonly handshake: T[] = [];
  #first: T | undefined;
  #known = '';
  #got = 0;
  #size = -1;

  feed(call: T, moved: Moved): void {
    const { size } = moved;
    const start = bytesAt(moved, 0);
    if (this.#got === 0 && (HANDSHAKE.test(start) || start === '\0')) {
      this.handshake.push(call);
      const begin = start.indexOf('BEGIN\r\n');
      if (begin < 0 || begin + 7 >= size) {
        // All of it may be text; a second piece may begin with BEGIN.
        const later = moved.pieces.find(({ bytes }) => bytes.includes('BEGIN\r\n'));
        const after = later ? later.at + later.bytes.indexOf('BEGIN\r\n') + 7 : size;
        if (after >= size) return;
        this.#feed(call, moved, after);
        return;
      }
      this.#feed(call, moved, begin + 7);
      return;
    }
    this.#feed(call, moved, 0);
  }

  #feed(call: T, moved: Moved, from: number): void {
    for (let at = from; at < moved.size; ) {
      this.#first ??= call;
      const rest = moved.size - at;
      const want = this.#size >= 0 ? this.#size - this.#got : rest;
      if (this.#known.length === this.#got && this.#known.length < 65536)
        this.#known += bytesAt(moved, at).slice(0, want);
      if (this.#size < 0) {
        if (this.#known.length >= HEADER) {
          const message = readMessage(this.#known);
          if (!message) {
            this.#lose(call);
            return;
          }
          this.#size = message.size;
          this.#known = this.#known.slice(0, message.size);
        } else if (this.#known.length < this.#got + rest) {
          this.#lose(call);
          return;
        }
      }
      const take = this.#size >= 0 ? Math.min(rest, this.#size - this.#got) : rest;
      this.#got += take;
      at += take;
      if (this.#size >= 0 && this.#got >= this.#size) {
        const message = readMessage(this.#known);
        if (message) this.messages.push({ message, first: this.#first, last: call });
        this.#reset();
      }
    }
  }

  /** A message whose rest has not come: its header may be known already. */
  pending(): Carried<T> | undefined {
    if (this.#first === undefined) return undefined;
    const message = readMessage(this.#known);
    return message ? { message, first: this.#first, last: this.#first } : undefined;
  }

  #lose(call: T): void {
    this.lost.push(call);
    this.#reset();
  }

  #reset(): void {
    this.#first = undefined;
    this.#known = '';
    this.#got = 0;
    this.#size = -1;
  }
}

/** The known bytes that begin at an offset, as far as they reach. */
function bytesAt(moved: Moved, at: number): string {
  let out = '';
  let next = at;
  for (const { at: start, bytes } of moved.pieces) {
    if (start > next || start + bytes.length <= next) continue;
    out += bytes.slice(next - start);
    next = start + bytes.length;
  }
  return out;
}
