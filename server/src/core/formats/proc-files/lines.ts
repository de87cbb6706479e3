// What each line of such a text is.

import { isKernelFunction } from '../../knowledge/kernelFunctions.js';

export enum Kind {
  Other,
  /** `==> /proc/12/stack <==`, `/proc/12/fd:`, `$ cat /proc/12/status` */
  Path,
  /** `[<0>] do_wait+0x5c/0xe0` */
  Stack,
  /** `wchan: do_wait`, `do_wait` alone, `/proc/12/wchan:do_wait` */
  Wchan,
  /** `1 0x3 0x7ffe… …`, `running` behind a path */
  Syscall,
  /** `Name:\trunc`: a status begins */
  StatusName,
  /** `State:\tS (sleeping)` */
  Status,
  /** `lrwx------ 1 root root 64 Nov 23 11:22 3 -> socket:[1053533]` */
  Descriptor,
  /** `1: -> FLOCK  ADVISORY  WRITE 5042 fe:00:1630472 0 EOF` */
  Lock,
  UnixHeader,
  /** A line of /proc/net/unix. */
  Unix,
  /** lslocks */
  LocksHeader,
  LocksRow,
  LimitsHeader,
  Limit,
  /** `11070 syncer futex_do_wait`: pid, name and wchan, as a loop of a shell prints them. */
  Task,
  /** `total 0` */
  Total,
}

/** Whose file it is, as a path says. */
export interface Owner {
  readonly pid: string;
  /** The thread; undefined for the process itself. */
  readonly tid: string | undefined;
}

export interface Line {
  readonly kind: Kind;
  /** Behind the path that `grep` puts in front. */
  readonly start: number;
  readonly end: number;
  readonly owner?: Owner;
}

const PATH = /\/proc\/(\d{1,10})(?:\/task\/(\d{1,10}))?\/([a-z]\w*)/;
const GREP = /^\/proc\/(\d{1,10})(?:\/task\/(\d{1,10}))?\/(\w+):(?=\S)/;
/** What a loop of a shell prints between files: `== 1234 ==`, `--- pid 1234 (runc)`, `PID: 1234`. */
const HEADING =
  /^(?:={2,40}>?|-{2,40}|#{1,40}|(?=pid))\s{0,4}(?:pid\s{0,2}[:=]?\s{0,2})?(\d{1,10})(?=[\s:=,-]|$)[^/]{0,80}$/i;
const LIMIT = 600;

/** Ownership as in a path: the first thread of a process is the process. */
const ownerOf = (pid: string, tid: string | undefined): Owner => ({ pid, tid: tid === pid ? undefined : tid });

export function readLine(text: string, start: number, end: number): Line {
  const line = text.slice(start, Math.min(end, start + LIMIT));
  const grep = GREP.exec(line);
  if (grep) {
    const inner = start + grep[0].length;
    const owner = ownerOf(grep[1]!, grep[2]);
    const kind = kindOf(line.slice(grep[0].length), grep[3]!);
    if (kind !== Kind.Other) return { kind, start: inner, end, owner };
  }
  const kind = kindOf(line, '');
  if (kind !== Kind.Other) return { kind, start, end };
  const heading = HEADING.exec(line);
  if (heading) return { kind: Kind.Path, start, end, owner: ownerOf(heading[1]!, undefined) };
  const path = PATH.exec(line);
  if (path && line.length < 300) return { kind: Kind.Path, start, end, owner: ownerOf(path[1]!, path[2]) };
  return { kind: Kind.Other, start, end };
}

/** Numbers 0 to 999 of a system call, then its six arguments, stack and instruction pointer. */
const SYSCALL = /^-?\d{1,3}(?: 0x[0-9a-f]{1,16}){2,8}\s*$/;

function kindOf(line: string, file: string): Kind {
  if (/^\s{0,8}\[<[0-9a-f]{1,16}>\] \S/.test(line)) return Kind.Stack;
  if (/^Name:\t/.test(line)) return Kind.StatusName;
  if (
    /^[A-Z][A-Za-z_]{1,40}(?:_[a-z]\w{0,40})?:\t/.test(line) ||
    /^(?:non)?voluntary_ctxt_switches:\t|^untag_mask:\t/.test(line)
  )
    return Kind.Status;
  if (/^l[r-][w-][x-][r-][w-][x-][r-][w-][x-][.+@]? .{1,200} \d{1,7} -> \S/.test(line)) return Kind.Descriptor;
  if (
    /^\d{1,7}: (?:-> )*(?:FLOCK|POSIX|OFDLCK|LEASE|ACCESS|DELEG)\s+\S+\s+\S+ -?\d{1,10} [0-9a-f]{1,6}:[0-9a-f]{1,6}:\d{1,20} /.test(
      line,
    )
  )
    return Kind.Lock;
  if (/^Num\s+RefCount Protocol Flags\s+Type St Inode Path/.test(line)) return Kind.UnixHeader;
  if (/^[0-9a-f]{8,16}: [0-9A-F]{8} [0-9A-F]{8} [0-9A-F]{8} [0-9A-F]{4} [0-9A-F]{2}\s+\d/.test(line)) return Kind.Unix;
  if (/^COMMAND\s+PID\s+TYPE\s+(?:SIZE\s+)?MODE\s+M\s+(?:START\s+END\s+)?PATH/.test(line)) return Kind.LocksHeader;
  if (
    /^\S.{0,40} \d{1,10}\s+(?:FLOCK|POSIX|OFDLCK|LEASE)\s+(?:\S+\s+)?(?:READ|WRITE|NONE|RW)\*?\s+\d\s+(?:\d+\s+\d+|\/)/.test(
      line,
    )
  )
    return Kind.LocksRow;
  if (/^Limit\s+Soft Limit\s+Hard Limit\s+Units/.test(line)) return Kind.LimitsHeader;
  if (/^Max [a-z ]{3,30}\s{2,}\S+\s+\S+/.test(line)) return Kind.Limit;
  if (SYSCALL.test(line) || (file === 'syscall' && /^(?:running|-1 0x)/.test(line))) return Kind.Syscall;
  if (/^wchan: ?\w/.test(line) || (file === 'wchan' && /^[\w.]{1,80}\s*$/.test(line))) return Kind.Wchan;
  if (/^[a-z_][\w.]{3,80}\s*$/.test(line) && isKernelFunction(line.trim())) return Kind.Wchan;
  const task = /^\s{0,8}\d{1,10} \S.{0,40} ([a-z_][\w.]{3,80})\s*$/.exec(line);
  if (task && isKernelFunction(task[1]!)) return Kind.Task;
  if (/^total \d+\s*$/.test(line)) return Kind.Total;
  return Kind.Other;
}

/** The function of a line of a stack; undefined for the `0xffffffffffffffff` that ended stacks of old kernels. */
export function stackFunction(line: string): { readonly name: string; readonly at: number } | undefined {
  const found = /^\s{0,8}\[<[0-9a-f]{1,16}>\] (\??\s?)([A-Za-z_][\w.]{0,100})/.exec(line);
  return found ? { name: found[2]!, at: found[0].length - found[2]!.length } : undefined;
}

/** Where a stack ends, whatever follows: the way in from user space, or the start of a kernel thread. */
export const endsStack = (line: string): boolean =>
  /entry_SYSCALL|entry_INT80|el0t?_(?:svc|sync|64_sync)\+|\bel0t_64_sync\b|ret_from_fork|system_call_fastpath|0xffffffffffffffff\b|ret_fast_syscall/.test(
    line,
  );
