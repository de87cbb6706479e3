// Hostile texts for every format: real ones that were mutated, spliced and poisoned, and garbage made of a format's own pieces.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { formats } from '../../server/src/core/formats/index.js';

/** Code units of a sample that are used: what is beyond them is more of the same. */
const MOST = 8_000;
/** Code units of a text that is made. */
export const LARGEST = 20_000;

/** Words that would show if a text were obeyed; what is ours never says `evil`. */
export const POISON = [
  '[x](command:evil)',
  '[x](https://evil.example)',
  '![x](https://evil.example/i.png)',
  '<img src=x onerror=evil()>',
  '<a href="https://evil.example">',
  'https://evil.example/x',
  'www.evil.example',
  'evil@evil.example',
  '\n# evil\n',
  '\n| evil | evil |\n|---|---|\n',
  '```',
  '`',
  '\n```\nevil',
  '\n[evil]: https://evil.example\n',
  '$(error)',
  '**evil**',
  '\u001b[31m\u001b]8;;https://evil.example\u0007',
  '\u202e',
  '\u200b',
  '\u0000',
  '\ud800',
  '\udc00',
  '\r',
  '\r\n',
  '\u2028',
  '\u0085',
  '__proto__',
  'constructor',
];
const NUMBERS = [
  '-1',
  '0',
  '00',
  '4294967296',
  '9007199254740993',
  '9'.repeat(400),
  '1e999',
  'NaN',
  '0x',
  `0x${'f'.repeat(40)}`,
];

/** The samples of each format, in the order of their names. */
export function samplesOf(root: string): ReadonlyMap<string, readonly string[]> {
  const read = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => readFileSync(join(folder, name), 'utf8').slice(0, MOST));
  const samples = new Map(formats.map(({ id }) => [id, [] as string[]]));
  const base = join(root, 'server/src/core/formats');
  for (const folder of readdirSync(base).sort()) {
    const id = FOLDERS[folder] ?? folder;
    if (samples.has(id)) samples.get(id)!.push(...read(join(base, folder, 'samples')));
  }
  samples.get('strace')!.push(...read(join(root, 'test/fixtures/strace')).filter((text) => /^\d+ .*\(/.test(text)));
  for (const [id, texts] of samples) if (texts.length === 0) throw new Error(`no sample of ${id}`);
  return samples;
}

/** Folders that are not named like their format. */
const FOLDERS: Readonly<Record<string, string>> = { goroutine: 'goroutine-dump', journal: 'kubelet-journal' };

type Change = (text: string) => string;

/** A place of a text of unknown length. */
const part = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

/** Every way to spoil a text; `others` are texts to splice it with. */
function changes(others: readonly string[]): fc.Arbitrary<Change> {
  const at = (text: string, where: number): number => Math.floor(where * (text.length + 1));
  const put =
    (piece: string, where: number): Change =>
    (text) => {
      const place = at(text, where);
      return text.slice(0, place) + piece + text.slice(place);
    };
  const lines = (edit: (lines: string[], a: number, b: number) => void): fc.Arbitrary<Change> =>
    fc.tuple(part, part).map(([a, b]) => (text) => {
      const all = text.split('\n');
      edit(all, Math.floor(a * all.length), Math.floor(b * all.length));
      return all.join('\n');
    });
  // Where a word, a number or a mark of the format stands, another thing.
  const replace = (pattern: RegExp, pieces: readonly string[]): fc.Arbitrary<Change> =>
    fc.tuple(fc.constantFrom(...pieces), part, fc.boolean()).map(([piece, where, everywhere]) => (text) => {
      if (everywhere) return text.replace(pattern, () => piece);
      const found = [...text.matchAll(pattern)];
      const one = found[Math.floor(where * found.length)];
      return one ? text.slice(0, one.index) + piece + text.slice(one.index + one[0].length) : text;
    });
  const flip = fc.tuple(part, fc.integer({ min: 0, max: 0xffff })).map(
    ([where, code]): Change =>
      (text) => {
        const place = at(text, where);
        return text.slice(0, place) + String.fromCharCode(code) + text.slice(place + 1);
      },
  );
  const cut = fc.tuple(part, part).map(
    ([a, b]): Change =>
      (text) =>
        text.slice(at(text, Math.min(a, b)), at(text, Math.max(a, b))),
  );
  const splice = fc
    .tuple(fc.constantFrom(...others), part, part)
    .map(([other, from, where]) => put(other.slice(at(other, from), at(other, from) + 3000), where));
  const everyLine = fc.constantFrom<Change>(
    (text) => text.replaceAll('\n', '\r\n'),
    (text) => text.replaceAll('\n', '\r'),
    (text) => text.replaceAll('\n', '\\n'),
    (text) => text.replaceAll('\n', ' '),
    (text) => text.replace(/^/gm, 'Nov 23 09:20:01 node dockerd[812]: '),
  );
  return fc.oneof(
    flip,
    cut,
    splice,
    everyLine,
    lines((all, a, b) => {
      [all[a], all[b]] = [all[b]!, all[a]!];
    }),
    lines((all, a, b) => all.splice(a, Math.max(0, b - a))),
    lines((all, a, b) => all.splice(b, 0, ...all.slice(a, a + 20))),
    lines((all, a) => all.splice(a, 0, ...new Array<string>(12).fill(all[a]!))),
    fc.tuple(fc.constantFrom(...POISON), part).map(([piece, where]) => put(piece, where)),
    replace(/\d+/g, NUMBERS),
    replace(/[A-Za-z_]{3,}/g, POISON),
    // What strace prints with -X raw.
    replace(/\b[A-Z][A-Z_|0-9]{3,}\b/g, ['0x', '0x80', '0x189', '0xffffffff']),
    replace(
      /"[^"\n]*"/g,
      POISON.map((one) => `"${one}"`),
    ),
    replace(/[()[\]<>{}"=]/g, ['', '((', ']]', '<<', '"', '=']),
    fc.tuple(fc.constantFrom(...'([{<"\\= \t:,0a'), part).map(([mark, where]) => put(mark.repeat(4000), where)),
  );
}

/** Texts that are or once were of the format; `all` are the samples of every format. */
export function hostileTexts(format: string, all: ReadonlyMap<string, readonly string[]>): fc.Arbitrary<string> {
  const own = all.get(format)!;
  const every = [...all.values()].flat();
  const mutated = fc
    .tuple(fc.constantFrom(...own), fc.array(changes(every), { maxLength: 6 }))
    .map(([text, edits]) => edits.reduce((now, edit) => edit(now).slice(0, LARGEST), text));
  // A grammar of the format: its own lines and the pieces they are made of, in any order.
  const words = own.flatMap((text) => text.match(/[A-Za-z_]+|\d+|[^\sA-Za-z_\d]+|\s+/g) ?? []);
  const pieces = [...new Set(words)].slice(0, 1500);
  const lines = [...new Set(own.flatMap((text) => text.split('\n')))].slice(0, 1500);
  const piece = fc.constantFrom(...pieces, ...POISON, ...NUMBERS);
  const line = fc.oneof(
    fc.constantFrom(...lines),
    fc.array(piece, { maxLength: 30 }).map((found) => found.join('')),
  );
  const grown = fc
    .tuple(fc.array(line, { maxLength: 60 }), fc.constantFrom('\n', '\n', '\n', '\r\n', '\r'))
    .map(([found, end]) => found.join(end).slice(0, LARGEST));
  return fc.oneof(
    { weight: 5, arbitrary: mutated },
    { weight: 3, arbitrary: grown },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 2000 }) },
  );
}
