// What stands in one line of a /proc file.

import { FD_CALLS } from '../../knowledge/fdCalls.js';
import { type Field, restFrom } from '../../text/fields.js';
import { globalEntity } from '../../trace/entity.js';
import type { EntityId } from '../../trace/trace.js';
import { SYSCALLS } from './knowledge/syscalls.js';

/** The value of a line of status; undefined where there is no such line. */
export function statusField(
  text: string,
  lines: readonly { readonly start: number; readonly end: number }[],
  key: string,
): Field | undefined {
  for (const { start, end } of lines)
    if (text.startsWith(`${key}:\t`, start)) {
      let from = start + key.length + 2;
      while (from < end && (text.charCodeAt(from) === 32 || text.charCodeAt(from) === 9)) from++;
      return restFrom(text, from, end);
    }
  return undefined;
}

export interface SyscallParts {
  /** Undefined for numbers that are not in the table. */
  readonly name: string | undefined;
  readonly fd: number | undefined;
  /** The first argument as printed. */
  readonly first: string;
}

/** Above this a stack lies on arm64, whose calls have other numbers than those of x86-64. */
const ARM_STACK = 0xff_00_00_00_00_00;

/**
 * A line of /proc/PID/syscall: number, six arguments, stack and instruction pointer.
 *
 * Example input:  `1 0x3 0x7ffe70f227f0 0xa8 0x0 0x556bd80fd000 0x21001 0x7ffe70f227e8 0x7f4da334d350`
 * Example output: name `write`, fd 3
 */
export function syscallParts(line: string): SyscallParts | undefined {
  const words = line.trim().split(' ');
  if (!/^\d{1,3}$/.test(words[0] ?? '') || words.length < 3) return undefined;
  const first = words[1]!;
  const stack = Number(words.at(-2));
  const name = stack >= ARM_STACK ? undefined : SYSCALLS[Number(words[0])];
  const argument = Number(first);
  const fd = name !== undefined && FD_CALLS.includes(name) && argument < 1e6 ? argument : undefined;
  return { name, fd, first };
}

export interface DescriptorParts {
  readonly number: string;
  readonly numberAt: number;
  readonly target: string;
  readonly targetAt: number;
  /** r, w, or u for both; '' for neither (O_PATH). */
  readonly access: 'r' | 'w' | 'u' | '';
  readonly kind: 'pipe' | 'socket' | 'anon_inode' | 'file';
  readonly object: EntityId | undefined;
}

/** A line of `ls -l /proc/PID/fd`. */
export function descriptorParts(line: string): DescriptorParts | undefined {
  const found = /^(l([r-])([w-])[x-]\S{6,7} .{1,200} )(\d{1,7}) -> (.+)$/.exec(line);
  if (!found) return undefined;
  const target = found[5]!.trimEnd();
  const inode = /^(pipe|socket):\[(\d{1,20})\]$/.exec(target);
  const kind = inode ? (inode[1] as 'pipe' | 'socket') : target.startsWith('anon_inode') ? 'anon_inode' : 'file';
  const access = found[2] === 'r' ? (found[3] === 'w' ? 'u' : 'r') : found[3] === 'w' ? 'w' : '';
  return {
    number: found[4]!,
    numberAt: found[1]!.length,
    target,
    targetAt: found[1]!.length + found[4]!.length + 4,
    access,
    kind,
    object: inode ? globalEntity(inode[1] as 'pipe' | 'socket', inode[2]!) : undefined,
  };
}

export interface LockParts {
  readonly type: string;
  readonly typeAt: number;
  /** READ or WRITE. */
  readonly mode: string;
  /** Undefined for locks that belong to an open file and no process. */
  readonly pid: string | undefined;
  readonly pidAt: number;
  /** `fe:00:1630472`, or a path in lslocks. */
  readonly file: string;
  readonly fileAt: number;
  readonly entity: EntityId;
  readonly waits: boolean;
  readonly arrowAt: number;
}

/** A line of /proc/locks or of lslocks. */
export function lockParts(line: string): LockParts | undefined {
  const proc =
    /^(\d{1,7}: (?:-> )*)(FLOCK|POSIX|OFDLCK|LEASE|ACCESS|DELEG)(\s+\S+\s+)(\S+) (-?\d{1,10}) ([0-9a-f]{1,6}:[0-9a-f]{1,6}:\d{1,20}) /.exec(
      line,
    );
  if (proc) {
    const [, lead, type, kind, mode, pid, file] = proc as unknown as string[];
    const pidAt = lead!.length + type!.length + kind!.length + mode!.length + 1;
    return {
      type: type!,
      typeAt: lead!.length,
      mode: mode!,
      pid: Number(pid) > 0 ? pid : undefined,
      pidAt,
      file: file!,
      fileAt: pidAt + pid!.length + 1,
      entity: globalEntity('lock', file!),
      waits: lead!.includes('->'),
      arrowAt: lead!.indexOf('->'),
    };
  }
  const listed =
    /^(\S.{0,40}? +)(\d{1,10})( +)(FLOCK|POSIX|OFDLCK|LEASE) +(?:\S+ +)?(READ|WRITE|NONE|RW)(\*?) +\d +(?:\d+ +\d+ (.+)|(\/.+))$/.exec(
      line,
    );
  if (!listed) return undefined;
  const [, lead, pid, gap, type, mode, star] = listed as unknown as string[];
  const path = (listed[7] ?? listed[8]!).replace(/ +\d+$/, '').trim();
  if (!path) return undefined;
  return {
    type: type!,
    typeAt: lead!.length + pid!.length + gap!.length,
    mode: mode!,
    pid: pid!,
    pidAt: lead!.length,
    file: path,
    fileAt: line.lastIndexOf(path),
    entity: globalEntity('lock', path),
    waits: star === '*',
    arrowAt: -1,
  };
}

/** A line of /proc/net/unix. */
export function unixParts(
  line: string,
): { readonly inode: string; readonly inodeAt: number; readonly path: string } | undefined {
  const found = /^([0-9a-f]{8,16}: \S+ \S+ \S+ \S+ \S+ +)(\d{1,20})(?: (.+))?$/.exec(line);
  return found ? { inode: found[2]!, inodeAt: found[1]!.length, path: found[3]?.trim() ?? '' } : undefined;
}
