// What the tables of shapes are made of.

/** A format, how many parts a piece has, and a text of so many. */
export type Shape = readonly [format: string, n: number, text: (n: number) => string];

/** So many parts, joined. */
export const repeat = (count: number, make: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => make(i)).join('');

/** An address of Go's heap. */
export const hex = (n: number): string => `0xc${n.toString(16).padStart(9, '0')}`;
