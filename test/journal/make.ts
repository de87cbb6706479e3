// Makes logs of invented nodes: the kubelet's lines as each version writes them, in every wrapper that logs come in.

/** The clock of a made log: local time, as klog prints it. */
export interface Clock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Milliseconds since midnight, with fractions. */
  readonly ms: number;
}

export const at = (clock: string, date = '1008', year = 2024): Clock => {
  const [h, m, s] = clock.split(':').map(Number) as [number, number, number];
  return {
    year,
    month: Number(date.slice(0, 2)),
    day: Number(date.slice(2)),
    ms: (h * 60 + m) * 60_000 + s * 1000,
  };
};

export const plus = (clock: Clock, ms: number): Clock => {
  const date = new Date(Date.UTC(clock.year, clock.month - 1, clock.day) + clock.ms + ms);
  const day = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    ms: Date.UTC(clock.year, clock.month - 1, clock.day) + clock.ms + ms - day,
  };
};

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** `16:18:22.376000` */
export function clockText(clock: Clock, digits = 6): string {
  const micros = Math.round(clock.ms * 1000);
  const seconds = Math.floor(micros / 1_000_000);
  const text = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) => pad(Math.floor(part))).join(':');
  return digits === 0 ? text : `${text}.${pad(micros % 1_000_000, 6).slice(0, digits)}`;
}

export const dateText = (clock: Clock): string => `${pad(clock.month)}${pad(clock.day)}`;

/** `3m6.1357s`, as Go prints a duration of so many milliseconds. */
export function goText(ms: number): string {
  const seconds = ms / 1000;
  const h = Math.floor(seconds / 3600);
  const m = Math.floor(seconds / 60) % 60;
  const s = (seconds % 60).toFixed(9).replace(/\.?0+$/, '');
  return `${h > 0 ? `${h}h` : ''}${h > 0 || m > 0 ? `${m}m` : ''}${s}s`;
}

/** One message of the program: what is behind the wrapper. */
export interface Line {
  readonly clock: Clock;
  readonly severity: 'I' | 'W' | 'E' | 'F';
  readonly place: string;
  /** As klog prints it. */
  readonly message: string;
  /** The same as klog's JSON: the message and the error. */
  readonly json: { readonly msg: string; readonly err?: string };
  readonly pid: number;
}

export interface Version {
  readonly name: string;
  /** How "skipping pod synchronization" is written, and where. */
  readonly skip: (reasons: readonly string[]) => Pick<Line, 'severity' | 'place' | 'message' | 'json'>;
  readonly structured: boolean;
}

const plain = (severity: 'I' | 'E', place: string, join: (reasons: readonly string[]) => string): Version['skip'] => {
  return (reasons) => ({
    severity,
    place,
    message: `skipping pod synchronization - ${join(reasons)}`,
    json: { msg: `skipping pod synchronization - ${join(reasons)}` },
  });
};
const several = (reasons: readonly string[]): string => (reasons.length > 1 ? `[${reasons.join(', ')}]` : reasons[0]!);
const structured = (place: string): Version['skip'] => {
  return (reasons) => ({
    severity: 'E',
    place,
    message: `"Skipping pod synchronization" err="${several(reasons)}"`,
    json: { msg: 'Skipping pod synchronization', err: several(reasons) },
  });
};

export const VERSIONS: readonly Version[] = [
  { name: '1.11', structured: false, skip: plain('I', 'kubelet.go:1799', (reasons) => `[${reasons.join(' ')}]`) },
  {
    name: '1.14',
    structured: false,
    skip: plain('I', 'kubelet.go:1823', (reasons) => `[${reasons.map((r) => `${r}.`).join(', ')}]`),
  },
  { name: '1.15', structured: false, skip: plain('I', 'kubelet.go:1822', (reasons) => `[${reasons.join(', ')}]`) },
  { name: '1.19', structured: false, skip: plain('E', 'kubelet.go:1765', several) },
  { name: '1.23', structured: true, skip: structured('kubelet.go:2055') },
  { name: '1.29', structured: true, skip: structured('kubelet.go:2412') },
  { name: '1.32', structured: true, skip: structured('kubelet.go:2406') },
];

export const skipLine = (version: Version, clock: Clock, reasons: readonly string[], pid = 1174): Line => ({
  ...version.skip(reasons),
  clock,
  pid,
});

export const line = (clock: Clock, severity: Line['severity'], place: string, message: string, pid = 1174): Line => {
  const found = /^"((?:[^"\\]|\\.)*)"(?:.*? err="((?:[^"\\]|\\.)*)")?/.exec(message);
  return {
    clock,
    severity,
    place,
    message,
    pid,
    json: found
      ? { msg: found[1]!, ...(found[2] !== undefined && { err: found[2].replace(/\\(.)/g, '$1') }) }
      : { msg: message },
  };
};

export const klog = (one: Line): string =>
  `${one.severity}${dateText(one.clock)} ${clockText(one.clock)} ${String(one.pid).padStart(7)} ${one.place}] ${one.message}`;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const FRENCH = ['janv.', 'févr.', 'mars', 'avril', 'mai', 'juin', 'juil.', 'août', 'sept.', 'oct.', 'nov.', 'déc.'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

const month = (clock: Clock, names = MONTHS): string => names[clock.month - 1]!;
const day = (clock: Clock): string => String(clock.day).padStart(2);
const isoDate = (clock: Clock): string => `${clock.year}-${pad(clock.month)}-${pad(clock.day)}`;
const unix = (clock: Clock): number => Date.UTC(clock.year, clock.month - 1, clock.day) + clock.ms;
const weekday = (clock: Clock): string => DAYS[new Date(unix(clock)).getUTCDay()]!;
const who = (one: Line): string => `node-3 kubelet[${one.pid}]: `;
const short = (one: Line, digits = 0): string =>
  `${month(one.clock)} ${day(one.clock)} ${clockText(one.clock, digits)} `;
const zulu = (clock: Clock): string => `${isoDate(clock)}T${clockText(clock)}000Z`;

const lines = (wrap: (one: Line) => string) => (all: readonly Line[]) => `${all.map(wrap).join('\n')}\n`;
const fields = (one: Line): Record<string, string> => ({
  __CURSOR: `s=0123;i=${unix(one.clock).toString(16)}`,
  __REALTIME_TIMESTAMP: String(Math.round(unix(one.clock) * 1000)),
  _HOSTNAME: 'node-3',
  SYSLOG_IDENTIFIER: 'kubelet',
  MESSAGE: klog(one),
  _PID: String(one.pid),
});

/** Wrappers by name: a whole log of the lines. */
export const WRAPPERS: Readonly<Record<string, (all: readonly Line[]) => string>> = {
  klog: lines(klog),
  'klog, CR LF': (all) => lines(klog)(all).replaceAll('\n', '\r\n'),
  'klog, one space before the pid': lines((one) => klog(one).replace(/ +(\d+ \S+:\d+\])/, ' $1')),
  short: lines((one) => short(one) + who(one) + klog(one)),
  'short, without pid': lines((one) => `${short(one)}node-3 kubelet: ${klog(one)}`),
  'short, without host': lines((one) => `${short(one)}kubelet[${one.pid}]: ${klog(one)}`),
  'short, blank host': lines((one) => `${short(one)} kubelet[${one.pid}]: ${klog(one)}`),
  'short, long host name': lines(
    (one) => `${short(one)}node-3.eu-west-1.compute.internal k3s[${one.pid}]: ${klog(one)}`,
  ),
  'short, other program names': lines((one) => `${short(one)}node-3 atomic-openshift-node[${one.pid}]: ${klog(one)}`),
  'short-precise': lines((one) => short(one, 6) + who(one) + klog(one)),
  'short-iso': lines((one) => `${isoDate(one.clock)}T${clockText(one.clock, 0)}+0000 ${who(one)}${klog(one)}`),
  'short-iso-precise': lines((one) => `${isoDate(one.clock)}T${clockText(one.clock)}+00:00 ${who(one)}${klog(one)}`),
  'short-full': lines(
    (one) => `${weekday(one.clock)} ${isoDate(one.clock)} ${clockText(one.clock, 0)} UTC ${who(one)}${klog(one)}`,
  ),
  'with-unit': lines(
    (one) =>
      `${weekday(one.clock)} ${isoDate(one.clock)} ${clockText(one.clock, 0)} CEST node-3 kubelet.service[${one.pid}]: ${klog(one)}`,
  ),
  'short-unix': lines((one) => `${(unix(one.clock) / 1000).toFixed(6)} ${who(one)}${klog(one)}`),
  'short-monotonic': lines((one) => `[${(one.clock.ms / 1000).toFixed(6).padStart(13)}] ${who(one)}${klog(one)}`),
  'time only': lines((one) => `${clockText(one.clock, 0)} ${who(one)}${klog(one)}`),
  'months in French': lines(
    (one) => `${month(one.clock, FRENCH)} ${day(one.clock)} ${clockText(one.clock, 0)} ${who(one)}${klog(one)}`,
  ),
  'months in Chinese': lines(
    (one) => `${one.clock.month}月 ${day(one.clock)} ${clockText(one.clock, 0)} ${who(one)}${klog(one)}`,
  ),
  'frozen journal stamps': lines((one) => `Oct 08 23:59:59 ${who(one)}${klog(one)}`),
  'docker logs -t': lines((one) => `${zulu(one.clock)} ${klog(one)}`),
  CRI: lines((one) => `${zulu(one.clock)} stderr F ${klog(one)}`),
  'json-file': lines((one) => JSON.stringify({ log: `${klog(one)}\n`, stream: 'stderr', time: zulu(one.clock) })),
  'docker compose': lines((one) => `kubelet-1  | ${klog(one)}`),
  'kubectl logs --prefix': lines((one) => `[pod/kubelet-node-3/kubelet] ${klog(one)}`),
  'grep of files': lines((one) => `/var/log/messages-20241008:${short(one)}${who(one)}${klog(one)}`),
  'grep -n': lines((one) => `1204:${short(one)}${who(one)}${klog(one)}`),
  'raw syslog': lines((one) => `<30>${short(one)}${who(one)}${klog(one)}`),
  'RFC 5424': lines((one) => `<30>1 ${zulu(one.clock)} node-3 kubelet ${one.pid} - - ${klog(one)}`),
  'quoted in a post': lines((one) => `> ${short(one)}${who(one)}${klog(one)}`),
  'JSON of a log service': lines(
    (one) =>
      `{\n  "insertId": "x",\n  "jsonPayload": {\n    "MESSAGE": ${JSON.stringify(klog(one))},\n    "_HOSTNAME": "node-3"\n  }\n},`,
  ),
  'a table of a log service': lines(
    (one) => `"Oct 8, 2024 @ 10:53:52.844","node-3","${klog(one).replaceAll('"', '""')}"`,
  ),
  'behind labels': lines((one) => `${zulu(one.clock)} {unit="kubelet.service"} ${klog(one)}`),
  'coloured by a terminal': lines((one) => `\u001b[36mkubelet-1 |\u001b[0m\u001b[31m${klog(one)}\u001b[0m`),
  'curly quotes of a post': lines((one) => {
    let odd = false;
    return `${short(one)}${who(one)}${klog(one).replace(/"/g, () => {
      odd = !odd;
      return odd ? '“' : '”';
    })}`;
  }),
  'from a web page': lines((one) => `${short(one)}${who(one)}${klog(one).replaceAll('"', '&quot;')}`),
  'tabs between columns': lines((one) => `${short(one).trim()}\tnode-3\tkubelet[${one.pid}]:\t${klog(one)}`),
  'JSON of a cloud': lines((one) =>
    JSON.stringify({ timestamp: Math.round(unix(one.clock)), message: klog(one) }).replaceAll('":', '": '),
  ),
  indented: lines((one) => `    ${klog(one)}`),
  json: lines((one) => JSON.stringify(fields(one))),
  'json-sse': lines((one) => `data: ${JSON.stringify(fields(one))}\n`),
  'json-pretty': lines(
    (one) =>
      `{\n${Object.entries(fields(one))
        .map(([key, value]) => `\t"${key}" : ${JSON.stringify(value)}`)
        .join(',\n')}\n}`,
  ),
  export: lines(
    (one) =>
      `${Object.entries(fields(one))
        .map(([key, value]) => `${key}=${value}`)
        .join('\n')}\n`,
  ),
  verbose: lines(
    (one) =>
      `${weekday(one.clock)} ${isoDate(one.clock)} ${clockText(one.clock)} UTC [s=0123456789abcdef0123456789abcdef;i=1;b=0;m=0;t=0;x=0]\n${Object.entries(
        fields(one),
      )
        .filter(([key]) => !key.startsWith('__'))
        .map(([key, value]) => `    ${key}=${value}`)
        .join('\n')}`,
  ),
  'klog JSON': lines((one) =>
    JSON.stringify({
      ts: unix(one.clock),
      caller: `kubelet/${one.place}`,
      msg: one.json.msg,
      ...(one.json.err === undefined ? { v: 0 } : { err: one.json.err }),
    }),
  ),
  'klog JSON behind an address': lines(
    (one) =>
      `10.5.0.2: ${JSON.stringify({ ts: unix(one.clock), caller: `kubelet/${one.place}`, msg: one.json.msg, err: one.json.err })}`,
  ),
  'klog JSON in json-file': lines((one) =>
    JSON.stringify({
      log: `${JSON.stringify({ ts: unix(one.clock), caller: one.place, msg: one.json.msg, err: one.json.err })}\n`,
      stream: 'stderr',
      time: zulu(one.clock),
    }),
  ),
};
