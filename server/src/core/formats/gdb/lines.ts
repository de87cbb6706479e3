// What stands in one line of a transcript: a thread's head, a frame, a command, a value.

/** A thread's head line. */
export interface ThreadHead {
  /** The kernel's number of the thread; undefined where the line does not tell. */
  readonly lwp: string | undefined;
  readonly lwpAt: number;
  /** gdb's own number. */
  readonly number: string;
  readonly name: string;
}

/**
 * The head of a thread's stack.
 *
 * Example input:  `Thread 7 (Thread 0x7ff01e45d6c0 (LWP 11075) "status"):`
 * Example output: number 7, lwp 11075, name `status`
 */
export function threadOf(line: string): ThreadHead | undefined {
  const gdb =
    /^Thread (\d{1,7}) \((?:Thread 0x[0-9a-f]{1,16} \()?(?:LWP|process|Thread) (\d{1,10})\)?(?: "([^"]{0,64})")?[^:]{0,80}\)?:/.exec(
      line,
    );
  if (gdb)
    return { number: gdb[1]!, lwp: gdb[2]!, lwpAt: line.indexOf(gdb[2]!, line.indexOf('(', 7)), name: gdb[3] ?? '' };
  // elfutils' eu-stack; systemd-coredump.
  const other = /^(?:TID |\s{0,20}Stack trace of thread )(\d{1,10}):\s*$/.exec(line);
  return other ? { number: '', lwp: other[1]!, lwpAt: line.indexOf(other[1]!), name: '' } : undefined;
}

/** A thread in a line of `info threads` or of `[Switching to thread …]`. */
export function currentThread(line: string): ThreadHead | undefined {
  const found =
    /^(?:\* {1,4}(\d{1,7})\s{1,8}|\[Switching to thread (\d{1,7}) \()Thread 0x[0-9a-f]{1,16} \(LWP (\d{1,10})\)\)?(?: "([^"]{0,64})")?/.exec(
      line,
    );
  if (!found) return undefined;
  return { number: (found[1] ?? found[2])!, lwp: found[3]!, lwpAt: -1, name: found[4] ?? '' };
}

/** A frame of a stack. */
export interface Frame {
  readonly level: number;
  /** `??` where there are no symbols. */
  readonly name: string;
  readonly nameAt: number;
  /** What stands behind the name: arguments and place. */
  readonly rest: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly placeAt: number;
}

/** Long argument lists are read as far as this. */
const LIMIT = 2000;

/**
 * A frame.
 *
 * Example input:  `#3  0x000055735f8b1235 in update_cache (s=0x55735f8b40e0 <pods>) at deadlock.c:11`
 * Example output: level 3, name `update_cache`, file `deadlock.c`, line 11
 */
export function frameOf(whole: string): Frame | undefined {
  const line = whole.slice(0, LIMIT);
  const head = /^\s{0,20}#(\d{1,6})\s{1,4}(?:0x[0-9a-fA-F]{1,16}(?: in)? )?/.exec(line);
  if (!head) return undefined;
  const nameAt = head[0].length;
  const end = nameEnd(line, nameAt);
  const name = line.slice(nameAt, end).trim();
  if (!name || /^(?:0x|[<(])/.test(name)) return undefined;
  const rest = line.slice(end);
  const place = / at ([^\s:]{1,400}):(\d{1,7})\s*$/.exec(rest);
  return {
    level: Number(head[1]),
    name,
    nameAt,
    rest,
    file: place?.[1],
    line: place ? Number(place[2]) : undefined,
    placeAt: place ? end + place.index + 4 : -1,
  };
}

/** Where a function's name ends: at the blank before its arguments, outside `<…>`. */
function nameEnd(line: string, from: number): number {
  let depth = 0;
  for (let at = from; at < line.length; at++) {
    const c = line[at];
    if (c === '<') depth++;
    else if (c === '>' && depth > 0 && line[at - 1] !== '-') depth--;
    else if (c === ' ' && depth === 0 && line[at + 1] === '(') return at;
  }
  const blank = line.indexOf(' ', from);
  return blank < 0 ? line.length : blank;
}

/** A hexadecimal argument of a frame, with the symbol that gdb names behind it. */
export function argumentOf(
  rest: string,
  name: string,
): { readonly address: string; readonly symbol: string | undefined } | undefined {
  const found = new RegExp(`[(, ]${name}=(?:${name}@entry=)?(0x[0-9a-f]{1,16})(?: <([^>]{1,200})>)?`).exec(rest);
  return found ? { address: found[1]!, symbol: found[2] } : undefined;
}

/** The command behind the prompt; undefined where the line is none. */
export const commandOf = (line: string): string | undefined => /^\(gdb\) (.*)$/.exec(line.slice(0, LIMIT))?.[1]?.trim();

/** The expression of a print command, without its format. */
export const printedBy = (command: string): string | undefined =>
  /^(?:p|print|inspect|output|call)(?:\s?\/[a-z]{1,3})?\s+(.+)$/.exec(command)?.[1]?.trim();

/** The print commands in a shell's command line that calls gdb: `gdb -p 1 -batch -ex "p /x bus->cookie"`. */
export const printsIn = (line: string): string[] =>
  /\bgdb\b/.test(line)
    ? [...line.slice(0, LIMIT).matchAll(/-ex(?:=| )(?:"([^"]{1,300})"|'([^']{1,300})')/g)].flatMap(
        (found) => printedBy((found[1] ?? found[2])!) ?? [],
      )
    : [];

/** `$2 = …`: the number of a value. */
export const valueNumber = (line: string): number | undefined => {
  const found = /^\$(\d{1,7}) = /.exec(line);
  return found ? Number(found[1]) : undefined;
};

/** A process that gdb names: `[Inferior 1 (process 11069) detached]`, `Attaching to process 11069`. */
export const processIn = (line: string): string | undefined =>
  /^(?:\[Inferior \d{1,4} \(process (\d{1,10})\)|Attaching to (?:program: \S{1,400}, )?process (\d{1,10}))/
    .exec(line.slice(0, 600))
    ?.slice(1)
    .find((one) => one !== undefined);
