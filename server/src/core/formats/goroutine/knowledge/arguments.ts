// What stands between the parentheses of a frame.

import type { Article } from '../../format.js';

export const ARGUMENTS: Readonly<Record<string, Article>> = {
  pointer: {
    title: 'an address',
    text: 'Probably a pointer: to data, to the method’s receiver (then it stands first), or to the bytes of a string. Equal addresses in one dump are the same object. A lock that is part of a struct lies a little above the struct’s own address. Addresses mean nothing in another process or after a restart.',
    source: 'runtime/traceback.go printArgs',
  },
  stale: {
    title: 'a value that may be stale',
    text: 'The argument was passed in a register, and the place on the stack that is printed here may hold an old value: the variable was not in use any more at this point. Such values are wrong more often than right and prove nothing. Marked with `?` since Go 1.18; Go 1.17 prints them unmarked.',
    source: 'runtime/traceback.go printArgs, cmd/compile live information for arguments',
  },
  word: {
    title: 'a plain value',
    text: 'A number, a length, a flag, a code address or nil, as one machine word. A string is printed as address and length, a slice as address, length and capacity, an interface as type and value. Go before 1.17 prints raw words of the stack, results included, without grouping.',
    source: 'runtime/traceback.go printArgs',
  },
  inlined: {
    title: 'an inlined call',
    text: 'The compiler put this function’s body into its caller, so it has no arguments of its own to print. What it works on can only be seen in the frames above and below.',
    source: 'runtime/traceback.go traceback2',
  },
  more: {
    title: 'more values, not printed',
    text: 'At most ten values are printed, and structs only five levels deep.',
    source: 'internal/abi/symtab.go TraceArgsLimit, TraceArgsMaxDepth',
  },
  'not stored': {
    title: 'a value that is not stored',
    text: 'The value lies too far into the argument area to be described. Nothing is known of it.',
    source: 'internal/abi/symtab.go TraceArgsOffsetTooLarge',
  },
};
