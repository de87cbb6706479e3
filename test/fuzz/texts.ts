// Texts to try: real ones damaged, pieces of several formats mixed, lines made up after the formats' own words, and noise. All
// of it by fast-check, so that a failure is shrunk and can be made again from its seed.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { formats } from '../../server/src/core/formats/index.js';

const root = join(import.meta.dirname, '../..');

/** Files below a folder, in the order of their names. */
function* filesBelow(folder: string): Generator<string> {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

/** A real text is tried up to so many code units: a window of a larger one is as good. */
const WINDOW = 6000;

/** Real texts of each format, by its id. */
export const seeds: ReadonlyMap<string, readonly string[]> = new Map(
  formats.map(({ id }) => {
    const folder = id === 'goroutine-dump' ? 'goroutine' : id === 'kubelet-journal' ? 'journal' : id;
    const places = [join(root, 'server/src/core/formats', folder, 'samples')];
    if (id === 'goroutine-dump' || id === 'strace') places.push(join(root, 'test/fixtures', folder));
    const texts = places
      .filter((place) => statSync(place, { throwIfNoEntry: false }))
      .flatMap((place) => [...filesBelow(place)])
      .filter((path) => /\.(?:txt|log|jsonl|strace(?:\.\d+)?)$|messages$/.test(path) && !path.includes('/source/'))
      .map((path) => readFileSync(path, 'utf8'));
    if (texts.length === 0) throw new Error(`no real text of ${id}`);
    return [id, texts];
  }),
);

/** What a hostile trace would have in it: each must stay text wherever it is shown. */
export const HOSTILE = [
  '[run](command:workbench.action.quit)',
  '![x](http://evil.example/x.png)',
  '<img src=http://evil.example onerror=alert(1)>',
  '<script>alert(1)</script>',
  '<http://evil.example/>',
  'http://evil.example/',
  '[ref]: http://evil.example',
  '```',
  '~~~',
  '# evil',
  '- [ ] evil',
  '| a | b |\n|---|---|',
  '***',
  '&lt;b&gt;',
  '$(trash)',
  '\u202e\u2066evil\u2069',
  '\u200b\ufeff',
  '\u001b[31mred\u001b[0m\u001b]8;;http://evil.example\u0007',
  '\u0000\u0001\u007f\u0085\u2028\u2029',
  '\ud800',
  '\\n\\t\\\\',
  '{name}',
  '__proto__',
  'constructor',
] as const;

const NUMBERS = [
  '0',
  '-1',
  '4294967295',
  '4294967296',
  '18446744073709551615',
  '9007199254740993',
  '1e309',
  '0x',
  '٣',
  '٠١',
];

/** One change of a text. */
const change = (scraps: readonly string[]): fc.Arbitrary<(text: string) => string> => {
  const at = fc.double({ min: 0, max: 1, noNaN: true });
  const place = (text: string, where: number): number => Math.min(text.length, Math.floor(where * (text.length + 1)));
  const lined = (edit: (lines: string[], where: number) => void) =>
    at.map((where) => (text: string) => {
      const lines = text.split('\n');
      edit(lines, Math.min(lines.length - 1, Math.floor(where * lines.length)));
      return lines.join('\n');
    });
  const insert = fc.constantFrom<string>(
    ...HOSTILE,
    ...scraps,
    '\n',
    '\r\n',
    '\r',
    '\t',
    ' '.repeat(300),
    '"',
    "'",
    '>',
    '<',
    '[',
    '(',
  );
  return fc.oneof(
    fc.tuple(at, insert).map(([where, what]) => (text: string) => {
      const from = place(text, where);
      return text.slice(0, from) + what + text.slice(from);
    }),
    fc.tuple(at, at).map(([a, b]) => (text: string) => {
      const [from, to] = [place(text, a), place(text, b)].sort((x, y) => x - y) as [number, number];
      return text.slice(0, from) + text.slice(Math.min(to, from + 400));
    }),
    at.map((where) => (text: string) => text.slice(0, place(text, where))),
    at.map((where) => (text: string) => text.slice(place(text, where))),
    fc.tuple(at, fc.integer({ min: 0, max: 0xffff })).map(([where, unit]) => (text: string) => {
      const from = place(text, where);
      return text.slice(0, from) + String.fromCharCode(unit) + text.slice(from + 1);
    }),
    // A word takes the place of a word: a function's name, a path, a command.
    fc.tuple(at, fc.constantFrom(...HOSTILE)).map(([where, what]) => (text: string) => {
      const words = [...text.matchAll(/[A-Za-z][\w.*/-]{2,}/g)];
      const word = words[Math.floor(where * words.length)];
      return word ? text.slice(0, word.index) + what + text.slice(word.index + word[0].length) : text;
    }),
    fc.tuple(at, fc.constantFrom(...NUMBERS)).map(([where, what]) => (text: string) => {
      const numbers = [...text.matchAll(/\d+/g)];
      const number = numbers[Math.floor(where * numbers.length)];
      return number ? text.slice(0, number.index) + what + text.slice(number.index + number[0].length) : text;
    }),
    lined((lines, line) => lines.splice(line, 1)),
    lined((lines, line) => lines.splice(line, 0, lines[line]!)),
    lined((lines, line) => lines.splice(line, 0, ...lines.slice(Math.max(0, line - 12), line))),
    lined((lines, line) => lines.push(...lines.splice(line, 2))),
    lined((lines, line) => lines.splice(line, 2, `${lines[line]}${lines[line + 1] ?? ''}`)),
    fc.constant((text: string) => text.replaceAll('\n', '\r\n')),
    fc.constant((text: string) => text.replaceAll('\n', '\\n')),
    fc.constant((text: string) => text.replaceAll('\n', '\nJan  2 03:04:05 node-1 dockerd[9]: ')),
    fc.constant((text: string) => text + text),
  );
};

/** Texts around one format: real ones with changes, parts of another format in them, lines of made-up garbage. */
export function around(format: string): fc.Arbitrary<string> {
  const own = seeds.get(format)!;
  const others = [...seeds].filter(([id]) => id !== format).flatMap(([, texts]) => texts);
  const window = (text: string, where: number): string => {
    if (text.length <= WINDOW) return text;
    const from = text.lastIndexOf('\n', Math.floor(where * (text.length - WINDOW))) + 1;
    return text.slice(from, from + WINDOW);
  };
  // The beginning counts most: it says what the text is.
  const where = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true }));
  const real = fc.tuple(fc.constantFrom(...own), where).map(([text, at]) => window(text, at));
  const lines = own.flatMap((text) => text.slice(0, 4000).split('\n'));
  const words = [...new Set(lines.flatMap((line) => line.split(/(\W)/)).filter((word) => word !== ''))].slice(0, 600);
  const scraps = [...words.slice(0, 60), ...lines.slice(0, 60)];
  const changed = fc
    .tuple(real, fc.array(change(scraps), { minLength: 1, maxLength: 8 }))
    .map(([text, changes]) => changes.reduce((before, edit) => edit(before), text).slice(0, 4 * WINDOW));
  const line = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.array(fc.constantFrom<string>(...words, ...HOSTILE), { maxLength: 14 }).map((all) => all.join('')),
    },
    { weight: 3, arbitrary: fc.constantFrom(...lines) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
  );
  const garbage = fc.array(line, { maxLength: 40 }).map((all) => all.join('\n'));
  const mixed = fc.tuple(real, fc.constantFrom(...others), where).map(([text, other, at]) => {
    const cut = Math.floor(at * text.length);
    return text.slice(0, cut) + window(other, at).slice(0, 2000) + text.slice(cut);
  });
  return fc.oneof(
    { weight: 6, arbitrary: changed },
    { weight: 2, arbitrary: garbage },
    { weight: 2, arbitrary: mixed },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 2000 }) },
  );
}
