// Traces without their texts tell an investigation all that the whole ones tell: the same report, the same JSON, the same exit status.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { parseText, together } from '../../server/src/core/formats/index.js';
import { journal } from '../../server/src/core/formats/journal/index.js';
import { anythingStuck } from '../../server/src/core/investigation/findings.js';
import { buildGraph } from '../../server/src/core/investigation/graph.js';
import { investigationJson } from '../../server/src/core/investigation/json.js';
import { terminalReport } from '../../server/src/core/investigation/report.js';
import { EDITOR_ROOM } from '../../server/src/core/text/excerpt.js';
import { condense } from '../../server/src/core/trace/condense.js';
import type { Trace } from '../../server/src/core/trace/trace.js';
import { Shelf } from '../../server/src/host/cli/shelf.js';

const root = join(import.meta.dirname, '../..');

/** What the command line prints of the traces. */
function printed(traces: readonly Trace[]) {
  const graph = buildGraph(traces);
  return {
    report: terminalReport(graph, { color: false, width: 120 }),
    json: JSON.stringify(investigationJson(graph, []), null, 1),
    stuck: anythingStuck(graph),
  };
}

/** The traces of each file of a folder, in the order of the names. */
function filesOf(folder: string): (readonly Trace[])[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => parseText(readFileSync(path, 'utf8'), path).filter((trace) => trace.sections.length > 0));
}

const samples = join(root, 'samples');
const formats = join(root, 'server/src/core/formats');
const fixtures = join(root, 'test/fixtures');
const folders = [
  ...['docker-exec-hang', 'node-not-ready', 'two-locks-deadlock', 'bus-write-hang'].map((name) => join(samples, name)),
  ...readdirSync(formats, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(formats, name, 'samples')),
  ...readdirSync(fixtures, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(fixtures, name)),
];

describe.each(folders.map((folder) => [folder.slice(root.length + 1), folder] as const))('%s', (_, folder) => {
  const files = filesOf(folder);

  it('is told alike with and without the texts', () => {
    const whole = together(files.flat());
    const expected = printed(whole);
    expect(printed(condense(whole))).toEqual(expected);
    // Read one after the other, with room for nothing but what belongs together.
    const shelf = new Shelf({ whole: 0, joined: Number.POSITIVE_INFINITY });
    for (const file of files) shelf.add(file);
    expect(printed(shelf.all())).toEqual(expected);
  });

  it('is told alike where only the later files come without theirs', () => {
    const half = files.slice(0, files.length >> 1).reduce((sum, [first]) => sum + (first?.text.length ?? 0), 0);
    const shelf = new Shelf({ whole: half, joined: Number.POSITIVE_INFINITY });
    for (const file of files) shelf.add(file);
    expect(printed(shelf.all())).toEqual(printed(together(files.flat())));
  });

  it('keeps where each wait stands', () => {
    const whole = together(files.flat());
    const places = (traces: readonly Trace[]) => traces.map(({ facts }) => facts.waits.map(({ span }) => span));
    expect(places(condense(whole))).toEqual(places(whole));
  });

  it('keeps no text', () => {
    for (const trace of condense(together(files.flat()))) {
      expect(trace.text).toBe('');
      expect(trace.outline).toBeUndefined();
      if (trace.sections.length > 0) expect(trace.inside(0)).toEqual({ items: [], mentions: [] });
    }
  });

  it('lists the places to land on wherever a trace has its own answer', () => {
    for (const trace of files.flat()) {
      expect(trace.landings !== undefined).toBe(trace.sectionOf !== undefined);
      for (const [entity, section] of trace.landings?.() ?? []) expect(trace.sectionOf?.(entity)).toBe(section);
    }
  });
});

describe('files of one process tree', () => {
  const thread = (tid: number, line: string): Trace[] => parseText(`${line}\n`, `log.${tid}`);
  const files = [
    thread(
      100,
      '10:00:00.000001 pipe2([3, 4], O_CLOEXEC) = 0\n10:00:00.000100 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD) = 101\n10:00:00.000200 read(3, ',
    ),
    thread(101, '10:00:00.000300 getpid() = 101\n10:00:05.000300 read(3, '),
  ];

  it('wait for each other, and tell of places in one another', () => {
    const whole = together(files.flat());
    expect(whole[1]!.facts.waits[0]?.target?.opened?.scope).toBe('log.100');
    const shelf = new Shelf({ whole: 0, joined: 10_000 });
    for (const file of files) shelf.add(file);
    expect(printed(shelf.all())).toEqual(printed(whole));
    expect(printed(condense(whole))).toEqual(printed(whole));
  });

  it('are read one by one where there is too much of them, and the report says so', () => {
    const shelf = new Shelf({ whole: 0, joined: 10 });
    for (const file of files) shelf.add(file);
    const all = shelf.all();
    expect(all.map(({ text }) => text)).toEqual(['', '']);
    expect(printed(all).report.replace(/\s+/g, ' ')).toContain('were read one by one');
    expect(printed(together(files.flat())).report).not.toContain('one by one');
  });
});

it('keeps the lines of the file that an excerpt is of', () => {
  const text = readFileSync(join(samples, 'node-not-ready/journal.log'), 'utf8');
  const sieve = journal.sieve!(EDITOR_ROOM);
  const noise = Array.from({ length: 5000 }, (_, at) => `Nov 25 22:00:00 node-3 cron[9]: job ${at}\n`);
  sieve.take(noise.join(''));
  sieve.take(text);
  const excerpt = sieve.end();
  const traces = parseText(excerpt.text, 'journal.log', journal, { excerpt });
  const { report } = printed(traces);
  expect(report).toContain(`journal.log:${5000 + 56}`);
  expect(printed(condense(traces)).report).toBe(report);
});

it('lets go of the whole traces', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const path = join(samples, 'two-locks-deadlock/goroutine.txt');
  const make = (): { kept: readonly Trace[]; whole: WeakRef<Trace> } => {
    const traces = parseText(readFileSync(path, 'utf8'), path);
    return { kept: condense(traces), whole: new WeakRef(traces[0]!) };
  };
  const { kept, whole } = make();
  await new Promise((resolve) => setTimeout(resolve, 0));
  collect();
  expect(whole.deref()).toBeUndefined();
  expect(kept[0]!.facts.waits.length).toBeGreaterThan(0);
});
