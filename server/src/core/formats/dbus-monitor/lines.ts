// How each monitor spells a message.

/** Which program's spelling. */
export type Form = 'dbus-monitor' | 'profile' | 'busctl' | 'json' | 'gdbus';

export type MessageType = 'call' | 'return' | 'error' | 'signal';

export interface Message {
  readonly type: MessageType;
  /** Seconds since 1970; undefined where the monitor prints no time. */
  readonly time: number | undefined;
  readonly sender: string;
  /** '' where the message is for everybody. */
  readonly destination: string;
  readonly serial: number | undefined;
  readonly replySerial: number | undefined;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly error: string;
  /** The sender wants no reply. Only busctl shows it. */
  readonly noReply: boolean;
}

/** Lines that monitors print before the first message. */
export const isBanner = (line: string): boolean =>
  /^(?:#type\ttimestamp\tserial\t|Monitoring (?:bus message stream\.|signals (?:from all objects owned by|on object \S+ owned by) \S)|The name \S{1,255} (?:is owned by|does not have an owner))/.test(
    line,
  );

/** Whose spelling a line that begins a message has; undefined where it begins none. */
export function startsMessage(line: string): Form | undefined {
  if (/^(?:method call|method return|error|signal) (?:time=\d|sender=)/.test(line)) return 'dbus-monitor';
  if (/^(?:mc|mr|err|sig)\t\d{1,12}(?:\.|\t)\d/.test(line)) return 'profile';
  if (/^(?:‣|\*|->) ?Type=(?:method_call|method_return|error|signal)\b/.test(line)) return 'busctl';
  if (/^\{"type":"(?:method_call|method_return|error|signal)","endian":/.test(line)) return 'json';
  if (/^\/[\w/]{0,300}: [A-Za-z_][\w]{0,100}(?:\.\w{1,100}){1,12} \(/.test(line)) return 'gdbus';
  return undefined;
}

const TYPES: Readonly<Record<string, MessageType>> = {
  'method call': 'call',
  'method return': 'return',
  mc: 'call',
  mr: 'return',
  err: 'error',
  sig: 'signal',
  method_call: 'call',
  method_return: 'return',
  error: 'error',
  signal: 'signal',
};

const whole = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;

const patterns = new Map<string, RegExp>();

/** The pattern for a key, made once. */
function patternOf(form: string, key: string, source: string): RegExp {
  const name = `${form} ${key}`;
  let pattern = patterns.get(name);
  if (!pattern) {
    pattern = new RegExp(source);
    patterns.set(name, pattern);
  }
  return pattern;
}

const none = (name: string | undefined): string =>
  name === undefined || name === '(null destination)' || name === '<none>' || name === 'n/a' ? '' : name;

/** The message that begins at `block`; its first lines are enough. Undefined where it is cut. */
export function messageOf(block: string, form: Form): Message | undefined {
  if (form === 'dbus-monitor') return plain(block);
  if (form === 'profile') return profile(block);
  if (form === 'json') return json(block);
  if (form === 'busctl') return busctl(block);
  const found = /^(\/\S{0,300}): (\S{1,400})\.(\w{1,100}) \(/.exec(block);
  if (!found) return undefined;
  return { ...EMPTY, type: 'signal', path: found[1]!, interface: found[2]!, member: found[3]! };
}

const EMPTY = {
  time: undefined,
  sender: '',
  destination: '',
  serial: undefined,
  replySerial: undefined,
  path: '',
  interface: '',
  member: '',
  error: '',
  noReply: false,
} as const;

const firstLine = (block: string): string => {
  const end = block.indexOf('\n');
  return (end < 0 ? block : block.slice(0, end)).trimEnd();
};

/** What stands behind a key, up to a blank or a semicolon. */
function valueAfter(line: string, key: string): string | undefined {
  const at = line.indexOf(key);
  if (at < 0) return undefined;
  const from = at + key.length;
  let end = from;
  while (end < line.length && line[end] !== ' ' && line[end] !== ';') end++;
  return line.slice(from, end);
}

const HEADS = ['method call', 'method return', 'error', 'signal'];

/** `method call time=… sender=:1.6 -> destination=org.example.Silent serial=2 path=/…; interface=…; member=…` */
function plain(block: string): Message | undefined {
  const line = firstLine(block);
  const head = HEADS.find((one) => line.startsWith(one));
  const sender = valueAfter(line, ' sender=');
  if (!head || !sender) return undefined;
  const time = valueAfter(line, ' time=');
  const destination = valueAfter(line, ' destination=');
  return {
    ...EMPTY,
    type: TYPES[head]!,
    time: time === undefined ? undefined : Number(time) || undefined,
    sender: none(sender),
    destination: destination === '(null' ? '' : none(destination),
    serial: whole(valueAfter(line, ' serial=')),
    replySerial: whole(valueAfter(line, ' reply_serial=')),
    path: valueAfter(line, ' path=') ?? '',
    interface: valueAfter(line, ' interface=') ?? '',
    member: valueAfter(line, ' member=') ?? '',
    error: valueAfter(line, ' error_name=') ?? '',
  };
}

/** `mc	time	serial	sender	destination	path	interface	member`; for replies the serial that they answer stands where the path is. */
function profile(block: string): Message | undefined {
  const words = firstLine(block).split('\t');
  const type = TYPES[words[0]!];
  if (!type || words.length < 5) return undefined;
  const reply = type === 'return' || type === 'error';
  return {
    ...EMPTY,
    type,
    time: Number(words[1]) || undefined,
    serial: whole(words[2]),
    sender: none(words[3]),
    destination: none(words[4]),
    replySerial: reply ? whole(words[5]) : undefined,
    path: reply ? '' : (words[5] ?? ''),
    interface: reply ? '' : (words[6] ?? ''),
    member: reply ? '' : (words[7] ?? ''),
  };
}

/** `‣ Type=method_call … Cookie=2 Timestamp="…"` and a second line with sender, destination and the rest. */
function busctl(block: string): Message | undefined {
  const [first = '', second = ''] = block.split('\n', 2);
  const head = `${first.trimEnd()} ${second.trimEnd()} `;
  const value = (key: string): string | undefined => patternOf('busctl', key, `\\s${key}=(\\S{1,400})`).exec(head)?.[1];
  const type = TYPES[value('Type') ?? ''];
  if (!type) return undefined;
  const stamp = /Timestamp="[A-Z][a-z]{2} (\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(\.\d{1,9})?/.exec(head);
  const [, year, month, day, hour, minute, second_, rest] = stamp ?? [];
  return {
    ...EMPTY,
    type,
    time: stamp
      ? Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second_)) / 1000 +
        Number(rest ?? 0)
      : undefined,
    sender: none(value('Sender')),
    destination: none(value('Destination')),
    serial: whole(value('Cookie')),
    replySerial: whole(value('ReplyCookie')),
    path: value('Path') ?? '',
    interface: value('Interface') ?? '',
    member: value('Member') ?? '',
    error: value('ErrorName') ?? '',
    noReply: ((whole(value('Flags')) ?? 0) & 1) === 1,
  };
}

/** One JSON object a line; read by its keys, for a line may be cut. */
function json(block: string): Message | undefined {
  const line = firstLine(block);
  const value = (key: string): string | undefined =>
    patternOf('json', key, `"${key}":(?:"([^"]{0,400})"|(\\d{1,20}))`)
      .exec(line)
      ?.slice(1)
      .find((one) => one !== undefined);
  const type = TYPES[value('type') ?? ''];
  if (!type) return undefined;
  const micros = Number(value('timestamp-realtime') ?? value('realtime'));
  return {
    ...EMPTY,
    type,
    time: micros > 0 ? micros / 1e6 : undefined,
    sender: none(value('sender')),
    destination: none(value('destination')),
    serial: whole(value('cookie')),
    replySerial: whole(value('reply_cookie')),
    path: value('path') ?? '',
    interface: value('interface') ?? '',
    member: value('member') ?? '',
    error: value('error_name') ?? value('error-name') ?? '',
    noReply: ((whole(value('flags')) ?? 0) & 1) === 1,
  };
}

/** The strings among a message's arguments, at most three: what NameOwnerChanged says. */
export function stringsOf(block: string): string[] {
  const data = /"data":\[("[^\]]{0,800})\]/.exec(block)?.[1];
  const gdbus = data === undefined ? /^\/\S{0,300}: \S{1,400} \(('[^\n]{0,800})\)/.exec(block)?.[1] : undefined;
  if (data !== undefined) return [...data.matchAll(/"([^"]{0,255})"/g)].slice(0, 3).map((found) => found[1]!);
  if (gdbus !== undefined) return [...gdbus.matchAll(/'([^']{0,255})'/g)].slice(0, 3).map((found) => found[1]!);
  return [...block.matchAll(/^\s{1,40}(?:string|STRING) "([^"]{0,255})";?\s*$/gm)]
    .slice(0, 3)
    .map((found) => found[1]!);
}
