// Reading stacks and wait channels of the kernel with the table of kernelWaits.ts.

import { bare } from './kernelFunctions.js';
import { KERNEL_WAITS, type KernelWait } from './kernelWaits.js';
import { ownRow } from './lookup.js';

/** A function of the table, as the table spells it. */
export interface KnownWait {
  readonly name: string;
  readonly row: KernelWait;
}

const NAMES = Object.keys(KERNEL_WAITS);
/** `ps` cuts `wchan` to six letters unless told otherwise. */
const CUT = 6;

/**
 * What the function waits for; undefined where the table does not know it. With `cut`, a name of six letters counts where all that
 * begin so mean the same.
 */
export function kernelWait(printed: string, cut = false): KnownWait | undefined {
  const name = bare(printed);
  const row = ownRow(KERNEL_WAITS, name);
  if (row) return { name, row };
  if (!cut || name.length !== CUT) return undefined;
  const like = NAMES.filter((known) => known.startsWith(name));
  const first = like[0];
  if (first === undefined) return undefined;
  const alike = like.every((known) => KERNEL_WAITS[known]!.title === KERNEL_WAITS[first]!.title);
  return alike ? { name: first, row: KERNEL_WAITS[first]! } : undefined;
}

/** What a stack (innermost first) waits for: the innermost function that tells, one that many parts call only if no other does. */
export function stackWait(functions: readonly string[]): KnownWait | undefined {
  let general: KnownWait | undefined;
  for (const name of functions) {
    const known = kernelWait(name);
    if (!known) continue;
    if (!known.row.generic) return known;
    general ??= known;
  }
  return general;
}

/**
 * The system call that a stack is in, by its outermost function that names one.
 *
 * Example input:  `vfs_write`, `ksys_write`, `do_syscall_64`
 * Example output: `write`
 */
export function stackCall(functions: readonly string[]): string | undefined {
  for (let at = functions.length - 1; at >= 0; at--) {
    const found = /^(?:__(?:x64|arm64|ia32|se|do|s390x)_(?:compat_)?sys_|ksys_|SyS_|sys_)([a-z]\w*)$/.exec(
      bare(functions[at]!),
    );
    if (found) return found[1];
  }
  return undefined;
}
