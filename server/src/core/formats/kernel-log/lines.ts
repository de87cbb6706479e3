// What stands in one line of the kernel's log.

import { peel } from '../../text/lines.js';

/** `[ 7175.399217] `, `[Mon Nov 23 11:20:01 2026] `, `<6>[…]`, with the caller's id behind it where that is printed. */
const STAMP =
  /(?:<\d{1,3}>)?\[(?: {0,11}\d{1,10}\.\d{3,9}|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})\](?:\[ {0,6}[TC]\d{1,8}\])? ?/y;
/** A journal in monotonic time looks alike at first: a host and a program follow. */
const PROGRAM = /^[\w.-]{1,255} ([\w./@:+-]{1,128}?)(?:\[\d{1,10}\])?: /;

export interface KernelLine {
  /** Where the message begins. */
  readonly start: number;
  /** Nothing but a time stamp stands before it: dmesg. */
  readonly bare: boolean;
}

/** The message of a line that the kernel printed; undefined where another program did, or nobody tells. */
export function kernelLine(text: string, start: number, end: number): KernelLine | undefined {
  STAMP.lastIndex = start;
  if (STAMP.test(text) && STAMP.lastIndex <= end) {
    const at = STAMP.lastIndex;
    const program = PROGRAM.exec(text.slice(at, Math.min(end, at + 400)));
    if (program?.[0].includes(']: ') && program[1] !== 'kernel') return undefined;
    if (program?.[1] === 'kernel') return { start: at + program[0].length, bare: false };
    return { start: at, bare: true };
  }
  const peeled = peel(text, start);
  if (!peeled || peeled.start > end || !/^kernel(?:\[|$)/.test(peeled.author)) return undefined;
  STAMP.lastIndex = peeled.start;
  return { start: STAMP.test(text) && STAMP.lastIndex <= end ? STAMP.lastIndex : peeled.start, bare: false };
}

/** A report of a task that hangs (kernel/hung_task.c). */
export const HUNG = /^INFO: task (.{1,80}):(\d{1,10}) blocked (?:in I\/O wait )?for more than (\d{1,9}) seconds?\./;
/** Who has what it waits for (since Linux 6.16). */
export const OWNER =
  /^INFO: task .{1,80}:(\d{1,10}) (?:<\S{0,80}> )?(?:is )?blocked on an? (mutex|semaphore|rw-semaphore)(?: likely (?:owned|last held) by (?:task|writer|reader) (?:task )?(.{1,80}):(\d{1,10}))?/;
/** The state line of a task, from 5.9 on, and before. */
const TASK =
  /^task:(.{1,40}?)\s{1,20}state:([A-Z])\b.{0,80}? pid:\s?(\d{1,10})\s+(?:tgid:\s?(\d{1,10})\s+)?ppid:\s?(\d{1,10})/;
const OLD_TASK =
  /^(\S.{0,30}?)\s{1,20}([RSDTtZXI])(?: [a-z()]{0,30})?\s{1,8}\d{1,6}\s{1,8}(\d{1,10})\s{1,8}(\d{1,10}) 0x[0-9a-f]{8}/;

export interface TaskLine {
  readonly name: string;
  readonly state: string;
  readonly pid: string;
  readonly tgid: string | undefined;
}

export function taskLine(message: string): TaskLine | undefined {
  const found = TASK.exec(message);
  if (found) return { name: found[1]!, state: found[2]!, pid: found[3]!, tgid: found[4] };
  const old = OLD_TASK.exec(message);
  return old ? { name: old[1]!, state: old[2]!, pid: old[3]!, tgid: undefined } : undefined;
}

/** The end of an OOM report. */
export const KILLED =
  /(?:Memory cgroup out|Out) of memory(?: \([^)]{1,80}\))?: Kill(?:ed)? process (\d{1,10}) \(([^)]{0,64})\)/;
export const INVOKED = /^(\S.{0,60}?) invoked oom-killer:/;

/** A frame of the kernel. `sure`: false for one with a question mark, which may be left over from an earlier call. */
export function kernelFrame(
  message: string,
): { readonly name: string; readonly at: number; readonly sure: boolean } | undefined {
  const found =
    /^\s{0,8}(?:\[<[0-9a-f]{1,16}>\] )?(\? )?([A-Za-z_][\w.]{0,100})\+0x[0-9a-f]{1,8}\/0x[0-9a-f]{1,8}/.exec(message);
  return found
    ? { name: found[2]!, at: found[0].lastIndexOf(`${found[2]}+`), sure: found[1] === undefined }
    : undefined;
}

/** Whether the line goes on with a report: frames, registers, what the kernel says around them. */
export const goesOn = (message: string): boolean =>
  /^(?:\s|\[<[0-9a-f]|Call Trace:|<\/?\w{1,8}>|R[A-Z0-9]{1,2}: |RIP: |RSP: |EFLAGS|ORIG_RAX|CR2: |FS: |CS: |Code: |Modules linked in|CPU: \d|Hardware name|Workqueue: |Tainted|Not tainted|"echo 0|\? |---\[|task:|pc : |lr : |sp : |x\d{1,2}\s?: |pstate: |Sending NMI|NMI backtrace|rcu: \s|\(detected|\(t=|Blocked by|INFO: task .{1,80} is blocked on|Showing all locks|\d{1,4} locks? held by| #\d)/.test(
    message,
  ) ||
  kernelFrame(message) !== undefined ||
  taskLine(message) !== undefined;
