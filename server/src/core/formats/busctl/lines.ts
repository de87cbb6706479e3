// What each line is.

import { ERRORS } from './knowledge/errors.js';

export enum Kind {
  Other,
  /** `NAME PID PROCESS USER CONNECTION UNIT SESSION DESCRIPTION` */
  ListHeader,
  /** `:1.0 1 systemd root :1.0 init.scope - -` */
  Name,
  /** `"name" : "org.freedesktop.DBus",` */
  JsonName,
  /** Another line of such JSON. */
  Json,
  /** `Service org.freedesktop.systemd1:` */
  TreeService,
  /** `└─/org/freedesktop` */
  Branch,
  IntrospectHeader,
  /** `org.freedesktop.systemd1.Manager  interface - - -` */
  Interface,
  /** `.ListUnits  method - a(ssssssouso) -` */
  Member,
  /** `UniqueName=:1.0` */
  StatusField,
  /** A list that goes on, indented. */
  More,
  /** A line of the table of errors. */
  Error,
  /** `$ busctl tree org.freedesktop.systemd1` */
  Command,
}

const LIMIT = 800;
const BUS_NAME = String.raw`(?::\d{1,10}\.\d{1,20}|[A-Za-z_][\w-]{0,100}(?:\.[\w-]{1,100}){1,12}(?:…|\.…)?)`;
/** Name, pid, process (may have blanks), user, connection, unit, session, description. */
const NAME = new RegExp(`^(${BUS_NAME})( +)(\\d{1,10}|-)( +)(\\S.*)$`);
const COMMAND =
  /^[$#] (?:sudo )?(busctl|gdbus|dbus-send|systemctl|systemd-analyze|loginctl|hostnamectl|timedatectl|machinectl|systemd-run)\b/;

export function readLine(text: string, start: number, end: number): Kind {
  const line = text.slice(start, Math.min(end, start + LIMIT));
  if (/^NAME\s+PID\s+PROCESS\s+USER\s+CONNECTION\s/.test(line)) return Kind.ListHeader;
  if (/^NAME\s+TYPE\s+SIGNATURE\s+RESULT\/VALUE\s+FLAGS/.test(line)) return Kind.IntrospectHeader;
  if (/^Service :?\S{1,255}:$/.test(line.trimEnd())) return Kind.TreeService;
  if (/^[ │|]{0,200}(?:└─|├─|`-|\|-)\/\S/.test(line) || /^\/(?:\w+(?:\/\w+)*)?$/.test(line)) return Kind.Branch;
  if (errorOf(line)) return Kind.Error;
  if (COMMAND.test(line)) return Kind.Command;
  if (/^\s{0,8}"name"\s?:\s?"[^"]{1,255}",?$/.test(line)) return Kind.JsonName;
  if (/^\s{0,8}(?:[[\]{}],?|"(?:pid|process|user|connection|unit|session|description)"\s?:\s?.{1,300})$/.test(line))
    return Kind.Json;
  if (/^\.\S{1,255}\s+(?:method|property|signal)\s/.test(line)) return Kind.Member;
  if (/^\S{1,255}\s+interface\s+-\s+-\s+-/.test(line)) return Kind.Interface;
  if (nameParts(line)) return Kind.Name;
  if (
    /^(?:PID|PPID|TTY|[EF]?S?UID|[EF]?S?GID|SUID|SGID|SupplementaryGIDs|Comm|TID|TIDComm|Exe|CommandLine|Label|CGroup|Unit|Slice|UserUnit|UserSlice|Session|OwnerUID|AuditLoginUID|AuditSessionID|UniqueName|WellKnownNames|PIDFDId|BusID|Scope|Description|(?:Effective|Permitted|Inheritable|Bounding)Capabilities)=/.test(
      line,
    )
  )
    return Kind.StatusField;
  if (/^ {6,12}cap_\w+/.test(line)) return Kind.More;
  return Kind.Other;
}

export interface NameParts {
  readonly name: string;
  readonly pid: string | undefined;
  readonly pidAt: number;
  readonly process: string;
  /** `:1.0`; undefined for `(activatable)` and the bus itself. */
  readonly connection: string | undefined;
  readonly connectionAt: number;
  readonly activatable: boolean;
  readonly unit: string;
}

/** A row of `busctl list`, aligned or not. */
export function nameParts(line: string): NameParts | undefined {
  const found = NAME.exec(line);
  if (!found) return undefined;
  const [, name, gap, pid, , rest] = found as unknown as string[];
  const pidAt = name!.length + gap!.length;
  const activatable = /\s\(activatable\)(?:\s|$)/.test(rest!);
  // The connection is the first word that looks like one; what stands before the user is the process.
  const connection = /(?<=\s)(:\d{1,10}\.\d{1,20}|-)(?=\s)/.exec(rest!);
  if (!activatable && !connection) return undefined;
  const words = rest!.split(/ +/);
  if (words.length < 4) return undefined;
  const at = connection?.[0] === '-' ? -1 : (connection?.index ?? -1);
  const before =
    at < 0
      ? words[0]!
      : rest!
          .slice(0, at)
          .trimEnd()
          .replace(/ +\S+$/, '');
  return {
    name: name!,
    pid: pid === '-' ? undefined : pid,
    pidAt,
    process: before,
    connection: at < 0 ? undefined : connection![0],
    connectionAt: at < 0 ? -1 : line.length - rest!.length + at,
    activatable,
    unit: /(?<=\s)[\w@\\:.-]{1,200}\.(?:service|scope|slice|socket)(?=\s|$)/.exec(rest!)?.[0] ?? '',
  };
}

export interface BusError {
  /** The note's code. */
  readonly code: string;
  /** What the message itself says it was about. */
  readonly service: string | undefined;
  readonly message: string;
  /** The program that prints such messages; '' where several do. */
  readonly tool: string;
}

/** The error that a line tells of. */
export function errorOf(line: string): BusError | undefined {
  for (const { code, pattern, service, tool } of ERRORS) {
    const found = pattern.exec(line);
    if (found)
      return { code, service: found.groups?.service ?? service, message: found.groups?.message ?? line.trim(), tool };
  }
  return undefined;
}

export interface Command {
  readonly tool: string;
  /** The bus name that the command is about, where it tells. */
  readonly service: string | undefined;
}

const SERVICES: Readonly<Record<string, string>> = {
  systemctl: 'org.freedesktop.systemd1',
  'systemd-analyze': 'org.freedesktop.systemd1',
  'systemd-run': 'org.freedesktop.systemd1',
  loginctl: 'org.freedesktop.login1',
  hostnamectl: 'org.freedesktop.hostname1',
  timedatectl: 'org.freedesktop.timedate1',
  machinectl: 'org.freedesktop.machine1',
};

/** A command line as a transcript shows it. */
export function commandOf(line: string): Command | undefined {
  const tool = COMMAND.exec(line)?.[1];
  if (!tool) return undefined;
  const dest = /--dest(?:=| +)(\S{1,255})/.exec(line)?.[1];
  const named = new RegExp(`(?<=\\s)${BUS_NAME}(?=\\s|$)`).exec(line)?.[0];
  return { tool, service: SERVICES[tool] ?? dest ?? (tool === 'busctl' ? named : undefined) };
}
