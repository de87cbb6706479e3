// The language of what is said. Each sentence is written in English where it is made, as a template with places: `t('waits for {0}', name)`.
// A table of translations, in the form of VS Code's `bundle.l10n.LANG.json`, is set once at the start; without one English is said.

/** English templates -> the same in another language. */
let words: ReadonlyMap<string, string> | undefined;

/** Says everything in another language from now on. The table comes from outside: what is no text in it is left out. */
export function speak(table: unknown): void {
  const rows = typeof table === 'object' && table !== null ? Object.entries(table) : [];
  const texts = rows.filter((row): row is [string, string] => typeof row[1] === 'string' && row[1] !== '');
  words = texts.length > 0 ? new Map(texts) : undefined;
}

/** Whether English is said at the moment: what is kept of things said is kept for each language. */
export const saysEnglish = (): boolean => words === undefined;

/** What `make` says in English, whatever language is set: for programs and language models. */
export function inEnglish<T>(make: () => T): T {
  const before = words;
  words = undefined;
  try {
    return make();
  } finally {
    words = before;
  }
}

const PLACE = /\{(\d)\}/g;

/** The template in the language that is set, its places `{0}`, `{1}`, … filled. Values are not looked at for places. */
export function t(english: string, ...values: readonly (string | number)[]): string {
  const text = words?.get(english) ?? english;
  if (values.length === 0) return text;
  return text.replace(PLACE, (place, at: string) => String(values[Number(at)] ?? place));
}

/** The same of a template that stands in a table, which `test/l10n/tables.ts` collects; `t` takes literals, which are found in the source. */
export const fromTable = t;

/** What a trace says in words of ours, untranslated: a template, and what stands in its places `{name}`. */
export interface Phrase {
  readonly phrase: string;
  readonly values: Values;
}

/** What stands in a place: the trace's own words, or ours. */
export type Value = string | Phrase;
export type Values = Readonly<Record<string, Value>>;

/** A phrase to be said later, in the language that is set then. */
export const phrase = (template: string, values: Values = {}): Phrase => ({ phrase: template, values });

/** The same of a template that stands in a table. */
export const phraseFromTable: (template: string) => Phrase = phrase;

export const isPhrase = (value: unknown): value is Phrase =>
  typeof value === 'object' && value !== null && 'phrase' in value && 'values' in value;

/** An error whose message is for the user: English in a log, its `cause` the phrase to be said. */
export function failure(template: string, values: Values = {}): Error {
  const cause = phrase(template, values);
  return new Error(
    inEnglish(() => said(cause)),
    { cause },
  );
}

/** Those that say something, with a sign between them. */
export function joined(between: string, values: readonly (Value | undefined)[]): Value {
  const [first = '', ...rest] = values.filter((value) => value !== undefined && value !== '');
  return rest.reduce<Value>(
    (a, b) =>
      typeof a === 'string' && typeof b === 'string'
        ? `${a}${between}${b}`
        : { phrase: `{a}${between}{b}`, values: { a, b: b! } },
    first,
  );
}

const NAMED = /\{([\w-]+)\}/g;

/** The value in words. */
export function said(value: Value): string {
  if (typeof value === 'string') return value;
  const { phrase, values } = value;
  const text = words?.get(phrase) ?? phrase;
  return text.replace(NAMED, (place, name: string) => (Object.hasOwn(values, name) ? said(values[name]!) : place));
}

/** A sentence about a count, which stands in its place `{0}`; the other values follow it. */
export const plural = (count: number, one: string, several: string, ...values: readonly (string | number)[]): string =>
  t(count === 1 ? one : several, count.toLocaleString('en-US'), ...values);
