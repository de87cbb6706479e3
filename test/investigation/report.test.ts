// The report, the wait chain, the grouped stacks and the JSON: same content in each rendering, and safe in each.

import { describe, expect, it } from 'vitest';
import { allFindings } from '../../server/src/core/investigation/findings.js';
import { buildGraph } from '../../server/src/core/investigation/graph.js';
import { investigationJson } from '../../server/src/core/investigation/json.js';
import { list, paragraph, toMarkdown, toTerminal } from '../../server/src/core/investigation/prose.js';
import {
  groupedStacksDocument,
  investigationReport,
  type LinkedText,
  terminalReport,
  verdict,
  waitChainDocument,
} from '../../server/src/core/investigation/report.js';
import { CHAIN, CHAIN_NAMES, fake, fakeTrace } from './fake.js';

const plain = { color: false, width: 100 };
const { graph, trace } = fake(CHAIN, { names: CHAIN_NAMES });

/** What the links of a text say and where they lead. */
const linkTexts = (document: LinkedText) =>
  document.links.map(({ span, target }) => [
    document.text.slice(span.start, span.end),
    trace.text.slice(target.span.start, target.span.end),
  ]);

describe('the verdict', () => {
  it('says who is stuck behind whom, and what that one waits for', () => {
    expect(verdict(graph)).toBe(
      '4 goroutines are likely stuck behind goroutine 30, which waits about 7 min for the answer to rpc Tasks/Start in main.f.',
    );
  });

  it('is sure only where every holder is', () => {
    const certain = fake([
      { id: 1, waitsFor: 'a' },
      { id: 2, kind: 'io', holds: [{ of: 'a', confidence: 'certain' }] },
    ]);
    expect(verdict(certain.graph)).toBe(
      '1 goroutine is stuck behind goroutine 2, which waits for network or pipe I/O in main.f.',
    );
  });

  it('goes on into another program, as possible only', () => {
    const server = fakeTrace(
      [
        {
          id: 7,
          kind: 'child',
          minutes: 7,
          holds: [{ of: 'rpc:Tasks/Start', mode: 'serves', confidence: 'possible' }],
        },
      ],
      { scope: 'containerd.log' },
    );
    expect(verdict(buildGraph([trace, server]))).toBe(
      '4 goroutines are likely stuck behind goroutine 30 (dump.txt), which waits about 7 min for the answer to rpc Tasks/Start in main.f; that call is possibly served by goroutine 7 (containerd.log), which waits about 7 min for a child process to end.',
    );
  });

  it('tells a lock that nobody holds', () => {
    const leaked = fake([{ id: 1, waitsFor: 'a', minutes: 4 }], { names: { a: 'mutex #1' } });
    expect(verdict(leaked.graph)).toBe(
      '1 goroutine waits up to about 4 min for mutex #1: nobody here is seen holding it.',
    );
  });

  it('tells what ended the program, unless somebody asked for the dump', () => {
    const died = fake([{ id: 1 }], { part: 'panic: no such berth' });
    expect(verdict(died.graph)).toBe(
      'The program ended with “panic: no such berth” (dump.txt:1). Nothing here is seen to be stuck: 1 goroutine, and none waits for a lock.',
    );
    expect(verdict(fake([{ id: 1 }], { part: 'SIGQUIT: quit' }).graph)).not.toContain('ended with');
  });

  it('tells that nothing is stuck', () => {
    expect(verdict(fake([{ id: 1 }, { id: 2 }]).graph)).toBe(
      'Nothing here is seen to be stuck: 2 goroutines, and none waits for a lock.',
    );
    expect(verdict(buildGraph([]))).toBe('None of the files could be read as a trace.');
  });
});

describe('the report', () => {
  it('tells the chain from the farthest waiter to the root', () => {
    const { text } = investigationReport(graph);
    const lines = text.split('\n').filter((line) => /^\d+\. /.test(line));
    expect(lines).toEqual([
      '1. **goroutine 1** (`dump.txt:1`) waits about 5 min for mutex \\#1 in b.(\\*Pool).Get (as 2 others do) — likely held by goroutine 20',
      '2. **goroutine 20** (`dump.txt:10`) waits about 6 min for mutex \\#2 in main.f — held by goroutine 30',
      '3. **goroutine 30** (`dump.txt:13`) waits about 7 min for the answer to rpc Tasks/Start in main.f',
    ]);
  });

  it('has a table of the contended locks', () => {
    const rows = investigationReport(graph)
      .text.split('\n')
      .filter((line) => line.startsWith('| mutex'));
    expect(rows).toEqual([
      '| mutex \\#1 `0xc000010000` | 3 | about 5 min | likely held by goroutine 20 | `dump.txt:10` |',
      '| mutex \\#2 `0xc000020000` | 1 | about 6 min | held by goroutine 30 | `dump.txt:13` |',
    ]);
  });

  it('has links to every place that it names', () => {
    const document = investigationReport(graph);
    expect(linkTexts(document)).toContainEqual(['`dump.txt:13`', 'goroutine 30 [running]:']);
    for (const [text] of linkTexts(document)) expect(text).toMatch(/^`dump\.txt:\d+`$/);
  });

  it('says the same on a terminal, without Markdown signs', () => {
    const text = terminalReport(graph, plain);
    expect(text).toContain(
      ' 2. goroutine 20 (dump.txt:10) waits about 6 min for mutex #2 in main.f — held by goroutine 30',
    );
    expect(text).toMatch(/mutex #1 0xc000010000 +3 +about 5 min +likely held by goroutine 20 +dump\.txt:10/);
    expect(text).not.toMatch(/[`|\\]|\*\*/);
    expect(text).not.toContain('\u001b');
    for (const line of text.split('\n')) expect(line).not.toMatch(/\s$/);
  });

  it('is coloured only when told so, and the words stay the same', () => {
    const colored = terminalReport(graph, { color: true, width: 100 });
    expect(colored).toContain('\u001b[');
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(terminalReport(graph, plain));
  });

  it('counts all whom a section of a profile stands for', () => {
    const profile = fake([{ id: 1, waitsFor: 'a', count: 717_594 }], { names: { a: 'mutex #1' } });
    expect(verdict(profile.graph)).toContain('717,594 goroutines wait for mutex #1');
    expect(terminalReport(profile.graph, plain)).toMatch(/mutex #1 +717,594 /);
    expect(allFindings(profile.graph)[0]!.message).toContain('717,594 goroutines wait for mutex #1');
  });

  it('says what could not be known, and what to do next', () => {
    const { text } = investigationReport(graph);
    expect(text).toContain('## What could not be known');
    expect(text).toContain('1 holder is named as likely');
    expect(text).toContain('## What to do next');
    expect(text).toContain('**goroutine 30 waits for what no file here shows. Take containerd’s goroutine dump**: ');
  });

  it('tells that times are missing only where somebody waits for a lock', () => {
    const untimed = 'How long anybody has waited';
    expect(investigationReport(fake([{ id: 1, waitsFor: 'a' }]).graph).text).toContain(untimed);
    expect(investigationReport(fake([{ id: 1, kind: 'select' }]).graph).text).not.toContain(untimed);
    expect(investigationReport(graph).text).not.toContain(untimed);
  });

  it('lists files that could not be used', () => {
    const { text } = investigationReport(graph, [{ file: 'x[1].bin', reason: 'binary, no trace' }]);
    expect(text).toContain('**x\\[1\\].bin**: not used: binary, no trace');
  });

  it('names a deadlock', () => {
    const cycle = fake([
      { id: 20, waitsFor: 'a', holds: [{ of: 'b', confidence: 'certain' }] },
      { id: 21, waitsFor: 'b', holds: [{ of: 'a', confidence: 'certain' }] },
    ]);
    const { text } = investigationReport(cycle.graph);
    expect(text).toContain('Deadlock: goroutine 20 waits');
    expect(text).toContain('3. **goroutine 20** again: a deadlock');
  });

  it('says why these are taken for the holders', () => {
    const judged = fake(
      [
        { id: 1, waitsFor: 'a' },
        {
          id: 2,
          holds: [
            {
              of: 'a',
              evidence: [
                { rule: 'no-such-rule', weight: 1, values: { frame: 'main.(*T).f' } },
                { rule: 'no-such-doubt', weight: -1, values: {} },
              ],
            },
          ],
        },
      ],
      { names: { a: 'mutex #1' } },
    );
    expect(investigationReport(judged.graph).text).toContain(
      '- **goroutine 2** likely holds mutex \\#1: no such rule `main.(*T).f`; but no such doubt.',
    );
  });

  it('tells the same chain of two files once', () => {
    const twice = buildGraph([trace, fakeTrace(CHAIN, { names: CHAIN_NAMES, scope: 'log.txt' })]);
    const { text } = investigationReport(twice);
    expect(text).toContain('The same chain stands in log.txt.');
    expect(text.match(/^1\. /gm)).toHaveLength(1);
  });

  it('is safe against names made to break it', () => {
    const evil = 'x](command:y)\n# <b>`|$(zap)\u001b[31m\u202e';
    const hostile = fakeTrace([{ id: 1, waitsFor: 'a', minutes: 3, site: evil }], { names: { a: evil }, scope: evil });
    const graph = buildGraph([hostile]);
    const { text } = investigationReport(graph);
    expect(text).not.toContain('\n# <');
    expect(text).not.toMatch(/[\u001b\u202e]|\$\(/);
    expect(text.replace(/(`+)(?!`).*?[^`]\1(?!`)/g, '')).not.toMatch(/(?<!\\)[[\]<]/);
    expect(terminalReport(graph, plain)).not.toMatch(/[\u001b\u202e]/);
  });
});

it('continues a chain into another program, as possible only', () => {
  const server = fakeTrace(
    [
      {
        id: 7,
        kind: 'child',
        minutes: 7,
        holds: [{ of: 'rpc:Tasks/Start', mode: 'serves', confidence: 'possible' }],
      },
    ],
    { scope: 'containerd.log' },
  );
  const both = buildGraph([trace, server]);
  const { text } = waitChainDocument(both, 'goroutine:1@dump.txt');
  expect(text).toContain('possibly served by goroutine 7');
  expect(text).toContain('4. **goroutine 7** (`containerd.log:1`) waits about 7 min for a child process to end');
});

it('the wait chain lists who is stuck behind', () => {
  const { text } = waitChainDocument(graph, 'goroutine:20@dump.txt');
  expect(text).toContain('# Wait chain of goroutine 20');
  expect(text).toContain('It likely holds mutex \\#1; 3 waiters:');
  expect(text).toContain('- **goroutine 3** (`dump.txt:7`) waits for mutex \\#1');
});

it('the wait chain of a mere candidate does not blame it', () => {
  const { graph } = fake([
    { id: 1, waitsFor: 'a' },
    { id: 2, holds: [{ of: 'a', confidence: 'possible' }] },
    { id: 3, holds: [{ of: 'a' }] },
  ]);
  expect(waitChainDocument(graph, 'goroutine:2@dump.txt').text).not.toContain('Stuck behind it');
  expect(waitChainDocument(graph, 'goroutine:3@dump.txt').text).toContain('Stuck behind it');
});

describe('the two renderings', () => {
  const long = 'word '.repeat(40).trim();
  const blocks = [
    paragraph(long),
    list([[{ strong: 'who' }, ': ', { template: 'Take:\n- `one`\n- two' }]]),
    list([['first'], ['second']], true),
  ];

  it('keep a list inside an item inside it', () => {
    expect(toMarkdown(blocks).text).toContain('- **who**: Take:\n  - `one`\n  - two\n');
    expect(toTerminal(blocks, plain)).toContain('  - who: Take:\n    - one\n    - two\n');
    expect(toMarkdown(blocks).text).toContain('1. first\n2. second\n');
    expect(toTerminal(blocks, plain)).toContain(' 1. first\n 2. second\n');
  });

  it('wrap on a terminal, without cutting words', () => {
    const lines = toTerminal([paragraph(`${long} ${'x'.repeat(80)} ${long}`)], { color: false, width: 40 })
      .trimEnd()
      .split('\n');
    expect(lines.filter((line) => line.length > 40)).toEqual(['x'.repeat(80)]);
    expect(lines.join(' ')).toBe(`${long} ${'x'.repeat(80)} ${long}`);
  });
});

describe('grouped stacks', () => {
  const grouped = fake([
    { id: 1, kind: 'select', waitState: 'idle', stack: 'idle' },
    { id: 2, kind: 'select', waitState: 'idle', stack: 'idle' },
    { id: 3, kind: 'select', waitState: 'idle', stack: 'idle' },
    { id: 4, waitsFor: 'a', minutes: 2, stack: 'lock' },
    { id: 5, waitsFor: 'a', minutes: 9, stack: 'lock' },
    { id: 6, stack: 'run' },
  ]);
  const { text, links } = groupedStacksDocument(grouped.trace);

  it('print each stack once, most frequent first, idle ones last', () => {
    expect(text.match(/^\d+ goroutines?.* in .*$/gm)).toEqual([
      '6 goroutines in 3 distinct stacks',
      '2 goroutines for 2 min to 9 min in main.f',
      '1 goroutine in main.f',
      '3 goroutines in main.f',
    ]);
    expect(text.indexOf('---- at rest')).toBeGreaterThan(text.indexOf('1 goroutine in'));
  });

  it('say up to where some print no time', () => {
    const mixed = fake([
      { id: 1, waitsFor: 'a', minutes: 3, stack: 's' },
      { id: 2, waitsFor: 'a', stack: 's' },
    ]);
    expect(groupedStacksDocument(mixed.trace).text).toContain('2 goroutines for up to 3 min in main.f');
  });

  it('link every goroutine to its place', () => {
    expect(links.map(({ span }) => text.slice(span.start, span.end))).toEqual([
      'goroutine 4',
      'goroutine 5',
      'goroutine 6',
      'goroutine 1',
      'goroutine 2',
      'goroutine 3',
    ]);
    const first = links[0]!.target;
    expect(first.scope).toBe('dump.txt');
    expect(grouped.trace.text.slice(first.span.start, first.span.end)).toBe('goroutine 4 [running]:');
  });
});

describe('the JSON', () => {
  const json = JSON.parse(
    JSON.stringify(investigationJson(graph, [{ file: 'x.bin', reason: 'binary, no trace' }])),
  ) as Record<string, Record<string, unknown>[]>;

  it('names files, waits and holds without scopes', () => {
    expect(json.schema).toBe(1);
    expect(json.files).toEqual([
      {
        file: 'dump.txt',
        format: 'goroutine-dump',
        lines: 15,
        understood: 15,
        sections: 5,
        parts: 1,
        problems: 0,
      },
      { file: 'x.bin', format: null, reason: 'binary, no trace', lines: 0, sections: 0, problems: 0 },
    ]);
    expect(json.waits![0]).toEqual({
      file: 'dump.txt',
      line: 1,
      waiter: 'goroutine:1',
      on: 'lock:0xc000010000',
      kind: 'mutex',
      state: 'blocked',
      seconds: 300,
      peer: 'goroutine:20',
      site: 'example.com/a/b.(*Pool).Get',
    });
    expect(json.holds![1]).toEqual({
      file: 'dump.txt',
      line: 13,
      holder: 'goroutine:30',
      of: 'lock:0xc000020000',
      mode: 'write',
      confidence: 'certain',
      because: [],
    });
    expect(json.episodes).toEqual([]);
    expect(JSON.stringify(json)).not.toContain('@dump.txt');
  });

  it('has null where no time is printed', () => {
    expect(json.waits!.map((wait) => wait.seconds)).toEqual([300, 240, null, 360, 420]);
  });

  it('has the findings and the chain', () => {
    expect(json.findings!.map(({ id, line }) => [id, line])).toEqual([
      ['root-blocker', 13],
      ['lock-holder', 10],
    ]);
    expect(json.chains).toEqual([
      [
        { file: 'dump.txt', line: 1, entity: 'goroutine:1', text: 'goroutine 1 waits about 5 min for mutex #1' },
        { file: 'dump.txt', line: 10, entity: 'goroutine:20', text: 'goroutine 20 waits about 6 min for mutex #2' },
        {
          file: 'dump.txt',
          line: 13,
          entity: 'goroutine:30',
          text: 'goroutine 30 waits about 7 min for the answer to rpc Tasks/Start',
        },
      ],
    ]);
  });

  it('has cycles', () => {
    const cycle = fake([
      { id: 20, waitsFor: 'a', holds: [{ of: 'b' }] },
      { id: 21, waitsFor: 'b', holds: [{ of: 'a' }] },
    ]);
    expect(investigationJson(cycle.graph)).toMatchObject({
      cycles: [{ file: 'dump.txt', members: ['goroutine:20', 'goroutine:21'], confidence: 'likely' }],
    });
  });
});

describe('what is said about a reader that asks again', () => {
  // A reader holds the lock, a writer waits for it, the reader asks again and waits behind the writer.
  const again = fake(
    [
      { id: 1, waitsFor: 'a', kind: 'rwmutex-read', holds: [{ of: 'a', mode: 'read' }] },
      { id: 2, waitsFor: 'a', kind: 'rwmutex-write' },
    ],
    { names: { a: 'RWMutex #1' } },
  );

  it('names the writer in between, which holds nothing', () => {
    expect(verdict(again.graph)).toBe(
      'Likely deadlock: goroutine 1 waits to read-lock RWMutex #1 behind goroutine 2, which asked for it first; goroutine 2 waits to write-lock RWMutex #1, which goroutine 1 likely holds (read lock).',
    );
  });

  it('calls the holder itself', () => {
    expect(investigationReport(again.graph).text).toContain('likely held by itself (read lock)');
  });
});
