// One measurement of the core, in a process of its own: what the files beside it start. Takes a `Task` as JSON, and prints one line
// of JSON: milliseconds of each step by round, what was found, and the process's peak memory in bytes.

import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { CancellationToken, CodeLens, CodeLensParams, HoverParams } from 'vscode-languageserver';
import { formatById } from '../../server/src/core/formats/index.js';
import { buildGraph } from '../../server/src/core/investigation/graph.js';
import { SourceText } from '../../server/src/core/text/source.js';
import type { Trace } from '../../server/src/core/trace/trace.js';
import { codeLens } from '../../server/src/features/codeLens.js';
import { hover } from '../../server/src/features/hover.js';
import type { View } from '../../server/src/features/view.js';
import { decode } from '../../server/src/host/cli/read.js';

/** In this order; each needs the ones before it. */
const STEPS = ['read', 'scan', 'parse', 'facts', 'lenses'] as const;
type Step = (typeof STEPS)[number];

interface Task {
  readonly file: string;
  readonly format: string;
  /** The step to stop after. */
  readonly last: Step;
  readonly rounds: number;
  /** At so many places of the text, after the last round. */
  readonly hovers?: number;
}

const { file, format: id, last, rounds: count, hovers = 0 } = JSON.parse(process.argv[2]!) as Task;
const format = formatById(id)!;
const upTo = STEPS.indexOf(last);
const token = { isCancellationRequested: false } as CancellationToken;
const rounds: Partial<Record<Step, number>>[] = [];

function measure<T>(step: Step, action: () => T): T {
  const start = performance.now();
  const result = action();
  rounds[rounds.length - 1]![step] = performance.now() - start;
  return result;
}

/** The yardstick: one look at every code unit of the text. */
function countLines(text: string): number {
  let lines = 0;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) === 10) lines++;
  return lines;
}

/** What features see when this is the only document. */
function viewOf(trace: Trace): View {
  const document = { uri: file, traces: [trace], source: new SourceText(trace.text) };
  return {
    document: () => document,
    documents: [document],
    graph: buildGraph([trace]),
    version: '1',
    client: {},
    commands: true,
    hasSources: false,
    sourceOf: async () => undefined,
    sourceText: async () => undefined,
    articleUri: () => undefined,
  };
}

/** The list, and the first 50 resolved: what an editor asks for after it has opened a document. */
function firstLenses(view: View): number {
  const [list, resolve] = codeLens.handlers;
  const params: CodeLensParams = { textDocument: { uri: file } };
  const lenses = list!.handle(view, params, token) as CodeLens[];
  for (const lens of lenses.slice(0, 50)) resolve!.handle(view, lens, token);
  return lenses.length;
}

/** Milliseconds of hovers all over the text, in lines and columns that differ: the golden ratio meets no pattern of the text. */
async function hoverTimes(view: View, trace: Trace): Promise<number[]> {
  const { source } = view.documents[0]!;
  const times: number[] = [];
  for (let at = 0; at < hovers; at++) {
    const offset = Math.floor(((at * 0.618034) % 1) * (trace.text.length - 1));
    const params: HoverParams = { textDocument: { uri: file }, position: source.positionAt(offset) };
    const start = performance.now();
    await hover.handlers[0]!.handle(view, params, token);
    times.push(performance.now() - start);
  }
  return times;
}

async function main(): Promise<void> {
  let found = {};
  let times: number[] = [];
  for (let round = 1; round <= count; round++) {
    rounds.push({});
    const text = measure('read', () => decode(readFileSync(file)));
    if (upTo < 1) continue;
    const lines = measure('scan', () => countLines(text));
    if (upTo < 2) continue;
    const trace = measure('parse', () => format.parse(text, file));
    if (upTo < 3) continue;
    const { waits, holds } = measure('facts', () => trace.facts);
    const blocked = waits.flatMap(({ state, waiter }) => (state === 'blocked' ? [waiter] : []));
    found = { lines, sections: trace.sections.length, blocked: blocked.slice(0, 1000), holds: holds.length };
    if (upTo < 4) continue;
    let view = viewOf(trace);
    const lenses = measure('lenses', () => firstLenses((view = viewOf(trace))));
    found = { ...found, lenses };
    if (round === count) times = await hoverTimes(view, trace);
  }
  const peak = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(`${JSON.stringify({ rounds, hovers: times, peak, ...found })}\n`);
}

void main();
