// The words of one line, with their places: what listings (`ps`, `ss`, `lsof`, `busctl`) are read by.

/** A word of a line and where it stands in the text. */
export interface Field {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Longer lines are read as far as this; no listing needs more. */
const LINE_LIMIT = 16_384;

const isBlank = (code: number): boolean => code === 32 || code === 9;

/** The blank-separated words in `[start, end)`, at most `most`; what follows the last one is not looked at. */
export function fieldsOf(text: string, start: number, end: number, most = 4096): Field[] {
  const fields: Field[] = [];
  const stop = Math.min(end, start + LINE_LIMIT);
  for (let at = start; at < stop && fields.length < most; ) {
    while (at < stop && isBlank(text.charCodeAt(at))) at++;
    if (at >= stop) break;
    const from = at;
    while (at < stop && !isBlank(text.charCodeAt(at))) at++;
    fields.push({ text: text.slice(from, at), start: from, end: at });
  }
  return fields;
}

/** The rest of the line from a field on, without blanks at its end. */
export function restFrom(text: string, from: number, end: number): Field {
  let stop = Math.min(end, from + LINE_LIMIT);
  while (stop > from && isBlank(text.charCodeAt(stop - 1))) stop--;
  return { text: text.slice(from, stop), start: from, end: stop };
}

/** The place of each match of the pattern (global) in `[start, end)`, at most the first 16,384 code units. */
export function* placesOf(pattern: RegExp, text: string, start: number, end: number): Generator<Field> {
  const line = text.slice(start, Math.min(end, start + LINE_LIMIT));
  for (const found of line.matchAll(pattern)) {
    const at = start + found.index;
    yield { text: found[0], start: at, end: at + found[0].length };
  }
}
