// Dumps within logs: every form of a journal gives the same goroutines, and what a log cut is said.

import { describe, expect, test } from 'vitest';
import { goroutine } from '../../server/src/core/formats/goroutine/index.js';
import { detectFormat, parseText } from '../../server/src/core/formats/index.js';
import { readableAt } from '../../server/src/core/text/readable.js';

const frames = (id: number): string =>
  `goroutine ${id} [chan receive, 41 minutes]:
example.org/shop/till.(*Till).Wait(0xc0000140${(id % 90) + 10})
\t/src/shop/till/till.go:${id} +0x5a
main.main()
\t/src/shop/main.go:39 +0x2d
`;
const dump = (count: number): string => Array.from({ length: count }, (_, i) => frames(i + 1)).join('\n');
const escaped = (text: string): string => text.replaceAll('\n', '\\n').replaceAll('\t', '\\t');
const logrus = (text: string): string =>
  `time="2026-11-23T11:20:17Z" level=info msg="=== BEGIN goroutine stack dump ===\\n${escaped(text)}\\n=== END goroutine stack dump ==="`;
const SHORT = 'Nov 23 11:20:19 node-3 containerd[771]: ';
const ids = (text: string): string[] => {
  const trace = goroutine.parse(text, 'x');
  return Array.from({ length: trace.sections.length }, (_, index) => trace.sections.at(index).label);
};
const three = ['goroutine 1', 'goroutine 2', 'goroutine 3'];

const fields = (message: string, i: number): [string, string][] => [
  ['__CURSOR', `s=1;i=${i}`],
  ['_HOSTNAME', 'node-3'],
  ['MESSAGE', message],
  ['_PID', '771'],
];
const entries = dump(3)
  .split('\n')
  .filter((line) => line !== '');

/** A crash: each line of the dump is an entry of its own. */
const FORMS: Readonly<Record<string, string>> = {
  short: entries.map((line) => SHORT + line).join('\n'),
  json: entries.map((line, i) => JSON.stringify(Object.fromEntries(fields(line, i)))).join('\n'),
  'json-sse': entries.map((line, i) => `data: ${JSON.stringify(Object.fromEntries(fields(line, i)))}\n`).join('\n'),
  'json-pretty': entries
    .map(
      (line, i) =>
        `{\n${fields(line, i)
          .map(([key, value]) => `\t"${key}" : ${JSON.stringify(value)}`)
          .join(',\n')}\n}`,
    )
    .join('\n'),
  export: entries
    .map(
      (line, i) =>
        `${fields(line, i)
          .map(([key, value]) => `${key}=${value}`)
          .join('\n')}\n`,
    )
    .join('\n'),
  verbose: entries
    .map(
      (line, i) =>
        `Mon 2026-11-23 11:20:19.000000 UTC [s=1;i=${i}]\n${fields(line, i)
          .slice(1)
          .map(([key, value]) => `    ${key}=${value}`)
          .join('\n')}`,
    )
    .join('\n'),
  'json-file': entries
    .map((line) => JSON.stringify({ log: `${line}\n`, stream: 'stderr', time: '2026-11-23T11:20:19Z' }))
    .join('\n'),
  rsyslog: entries.map((line) => SHORT + line.replaceAll('\t', '#011')).join('\n'),
};

describe('a dump with an entry for each line', () => {
  for (const [name, text] of Object.entries(FORMS))
    test(name, () => {
      expect(ids(text)).toEqual(three);
      expect(detectFormat(text)?.id).toBe('goroutine-dump');
      const { facts, sections } = goroutine.parse(text, 'x');
      expect(facts.waits.map(({ site }) => site)).toEqual(three.map(() => 'example.org/shop/till.(*Till).Wait'));
      expect(sections.at(1).span.start).toBeGreaterThan(sections.at(0).span.end - 1);
    });

  test('the export form of a message with line ends', () => {
    const text = `__CURSOR=s=1;i=1\n_HOSTNAME=node-3\nMESSAGE\n\u0040\u0001\u0000\u0000\u0000\u0000\u0000\u0000${dump(3)}\n_PID=771\n\n`;
    expect(ids(text)).toEqual(three);
  });
});

describe('a dump escaped into one entry', () => {
  test('in every form', () => {
    const one = logrus(dump(3));
    expect(ids(SHORT + one)).toEqual(three);
    expect(ids(JSON.stringify({ MESSAGE: one, _HOSTNAME: 'node-3' }))).toEqual(three);
    expect(ids(`__CURSOR=s=1\nMESSAGE=${one}\n_PID=1\n`)).toEqual(three);
  });

  test('cut by journald in the middle of a word: no wrong name comes of it', () => {
    const one = logrus(dump(500));
    const first = one.slice(0, 48 * 1024);
    const second = one.slice(48 * 1024, 96 * 1024);
    const text = [first, second, one.slice(96 * 1024)]
      .filter(Boolean)
      .map((part) => SHORT + part)
      .join('\n');
    const trace = goroutine.parse(text, 'x');
    expect(trace.sections.length).toBeGreaterThan(497);
    const names = new Set(trace.shapes.flatMap(({ lines }) => lines.map((line) => line.split('  ')[0])));
    expect([...names].sort()).toEqual(['example.org/shop/till.(*Till).Wait', 'main.main']);
  });

  test('cut for good: said so', () => {
    const text = `${(SHORT + logrus(dump(200))).slice(0, 8000)}\n${SHORT}time="2026-11-23T11:20:17Z" level=info msg="ok"\n`;
    const { problems, sections } = goroutine.parse(text, 'x');
    expect(sections.length).toBeGreaterThan(20);
    expect(problems.map(({ code }) => code)).toContain('cut-log');
  });

  test('left out by journalctl: said so', () => {
    const text = `${JSON.stringify({ MESSAGE: logrus(dump(1)) })}\n{"MESSAGE":null,"_HOSTNAME":"node-3"}\n`;
    expect(goroutine.parse(text, 'x').problems.map(({ code }) => code)).toContain('message-null');
  });
});

describe('a log with a dump in it is both', () => {
  test('a kubelet’s journal, then containerd’s dump', () => {
    const skip =
      'Nov 23 11:20:18 node-3 kubelet[1174]: E1123 11:20:18.512204    1174 kubelet.go:2412] "Skipping pod synchronization" err="PLEG is not healthy: pleg was last seen active 3m4.135720s ago; threshold is 3m0s"\n';
    const traces = parseText(skip.repeat(3) + SHORT + logrus(dump(3)), 'x');
    expect(traces.map(({ format }) => format)).toEqual(['kubelet-journal', 'goroutine-dump']);
    expect(traces[1]!.sections.length).toBe(3);
    expect(traces[0]!.facts.episodes).toHaveLength(1);
  });

  test('dockerd 1.12 prints the dump into its log, line by line', () => {
    const skip =
      'Nov 23 11:20:18 node-3 kubelet[1174]: I1123 11:20:18.512204    1174 kubelet.go:1799] skipping pod synchronization - [PLEG is not healthy: pleg was last seen active 3m4.135720s ago; threshold is 3m0s]\n';
    const text =
      skip.repeat(2) +
      dump(60)
        .split('\n')
        .map((line) => SHORT + line)
        .join('\n');
    const formats = parseText(text, 'x').map(({ format }) => format);
    expect(formats.toSorted()).toEqual(['goroutine-dump', 'kubelet-journal']);
  });

  test('a dump behind prefixes alone is a dump', () => {
    expect(parseText(FORMS.short!, 'x').map(({ format }) => format)).toEqual(['goroutine-dump']);
  });
});

describe('a readable text of an escaped dump', () => {
  test('is the dump, and leads back to the log', () => {
    const text = `${SHORT}before\n${SHORT}${logrus(dump(3))}\n${SHORT}after\n`;
    expect(readableAt(text, 3)).toBeUndefined();
    const readable = readableAt(text, text.indexOf('goroutine 2'))!;
    expect(readable.text).toContain(`\n${dump(3)}`);
    expect(goroutine.parse(readable.text, 'x').sections.length).toBe(3);
    for (const word of ['goroutine 2 [', 'till.go:3 ', '=== END']) {
      const source = readable.sourceOf(readable.text.indexOf(word));
      expect(text.slice(source, source + word.length)).toBe(word);
    }
    expect(text.slice(readable.span.start, readable.span.end)).toBe(SHORT + logrus(dump(3)));
  });

  test('joins what journald cut, in the middle of a word too', () => {
    const one = logrus(dump(500));
    const text = `${[one.slice(0, 48 * 1024), one.slice(48 * 1024)].map((part) => SHORT + part).join('\n')}\n`;
    expect(readableAt(text, 0)!.text).toContain(dump(500));
  });

  test('#012 and #011', () => {
    const text = `${SHORT}x ${dump(3).replaceAll('\n', '#012').replaceAll('\t', '#011')}`;
    expect(readableAt(text, 0)!.text).toContain(dump(3).trimEnd());
  });

  test('any place and any text', () => {
    const text = `${SHORT}${logrus(dump(3))}`;
    for (let end = 0; end < text.length; end += 7) {
      const readable = readableAt(text.slice(0, end), end);
      if (readable) expect(readable.sourceOf(readable.text.length)).toBeLessThanOrEqual(end);
    }
  });
});
