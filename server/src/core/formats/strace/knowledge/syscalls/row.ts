// What the tables of system calls hold, and the steps that many of them advise.

/** One system call. */
export interface Syscall {
  /** As the manual writes it. */
  readonly usage: string;
  /** A few words: what it does. */
  readonly title: string;
  /** What one must know of it. May be empty. */
  readonly text: string;
  /** What it means that it does not return; absent: it never waits for anybody. */
  readonly blocks?: string;
  /** What to do when it does not return. */
  readonly next?: string;
  readonly source: string;
}

/** Whoever waits for the other end of something. */
export const PEER =
  'Find the other end. Pipe: `readlink /proc/<pid>/fd/<fd>` prints `pipe:[inode]`, and `ls -l /proc/[0-9]*/fd 2>/dev/null | grep <inode>` lists everyone who has it open. Unix socket: `ss -xp | grep <inode>`; the last number of its line is the peer’s inode. Network: `ss -tnp`. Or `lsof +E -p <pid>`. Then see what the other end does: `strace -f -tt -T -yy -s 256 -p <peer>`.';

/** Whoever waits for a disk or a file server. */
export const DISK =
  'See where the kernel waits: `cat /proc/<pid>/task/<tid>/stack` (as root), `cat /proc/<pid>/task/<tid>/wchan`; `ps -eo pid,stat,wchan:30,args | grep " D"`; `dmesg -T | tail -50`; `findmnt -T <path>` for the file system.';

/** Whoever waits in an open. */
export const OPEN =
  '`stat <path>`: a FIFO? Then `lsof <path>` shows who has it open; it needs a partner for the other direction. Else `findmnt -T <path>` for the file system, and `cat /proc/<pid>/task/<tid>/stack`.';
