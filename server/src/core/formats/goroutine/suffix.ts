// Function names by their end: a table says `daemon.(*Daemon).containerStart`, a dump prints any path before it.

/** What the compiler appends for functions inside functions: `.func1`, `.func2.1`, `.gowrap3`, `-fm`, `.func·001` (Go 1.4). */
const INNER = /(?:\.func·\d+|\.(?:func|gowrap|deferwrap)\d+|\.\d+|-fm|·\d+)+$/;

/**
 * The name with its closure numbers taken off, which change from version to version; `.func` stands for all of them.
 *
 * Example input:  `github.com/x/y.(*T).Run.func2.1`
 * Example output: `github.com/x/y.(*T).Run.func`
 */
export function plainName(func: string): string {
  const end = func.charCodeAt(func.length - 1);
  // Only digits and `-fm` end such a name: most names need no expression.
  if (!((end >= 48 && end <= 57) || end === 109)) return func;
  return func.replace(INNER, '.func');
}

/** Whether a plain name ends with `ends`, at the start of a path element or of a name. */
export function endsAt(name: string, ends: string): boolean {
  if (!name.endsWith(ends)) return false;
  if (name.length === ends.length || ends.startsWith('.')) return true;
  const before = name.charCodeAt(name.length - ends.length - 1);
  return before === 47 || before === 46; // `/` or `.`
}

/** Rows found by the end of a function's name: the last word picks a few rows, which are then compared. */
export class SuffixTable<Row extends { readonly ends: string }> {
  readonly #rows = new Map<string, Row[]>();

  constructor(rows: readonly Row[]) {
    for (const row of rows) {
      const word = lastWord(row.ends);
      const known = this.#rows.get(word);
      if (known) known.push(row);
      else this.#rows.set(word, [row]);
    }
    // The longest end is the most exact: it comes first.
    for (const list of this.#rows.values()) list.sort((a, b) => b.ends.length - a.ends.length);
  }

  /** Rows that may match a plain name, longest end first. */
  candidates(name: string): readonly Row[] {
    return this.#rows.get(lastWord(name)) ?? [];
  }

  /** The row with the longest end that matches a plain name. */
  find(name: string): Row | undefined {
    return this.candidates(name).find((row) => endsAt(name, row.ends));
  }
}

const lastWord = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
