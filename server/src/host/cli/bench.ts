// One measurement, in a process of its own: what scripts/bench.mjs starts. Arguments: a file, the step to stop after, and how
// many rounds to make. Prints one line of JSON: milliseconds of each step by round, and the process's peak memory in bytes.

import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { CancellationToken, CodeLens, CodeLensParams } from 'vscode-languageserver';
import { detectFormat } from '../../core/formats/index.js';
import { buildGraph } from '../../core/investigation/graph.js';
import { SourceText } from '../../core/text/source.js';
import type { Trace } from '../../core/trace/trace.js';
import { codeLens } from '../../features/codeLens.js';
import type { View } from '../../features/view.js';
import { decode } from './read.js';

/** In this order; each needs the ones before it. */
const STEPS = ['read', 'scan', 'parse', 'lenses'] as const;
type Step = (typeof STEPS)[number];

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

/** The list, and the first 50 resolved: what an editor asks for after it has opened a document. */
function firstLenses(trace: Trace, uri: string): number {
  const document = { uri, traces: [trace], source: new SourceText(trace.text) };
  const view: View = {
    document: () => document,
    documents: [document],
    graph: buildGraph([trace]),
    version: '1',
    client: {},
    commands: true,
    articleUri: () => undefined,
    hasSources: false,
    sourceOf: async () => undefined,
    sourceText: async () => undefined,
  };
  const [list, resolve] = codeLens.handlers;
  const token = { isCancellationRequested: false } as CancellationToken;
  const params: CodeLensParams = { textDocument: { uri } };
  const lenses = list!.handle(view, params, token) as CodeLens[];
  for (const lens of lenses.slice(0, 50)) resolve!.handle(view, lens, token);
  return lenses.length;
}

const [file, last, count] = process.argv.slice(2) as [string, Step, string];
const upTo = STEPS.indexOf(last);
let lines = 0;
let sections = 0;
let lenses = 0;
for (let round = 0; round < Number(count); round++) {
  rounds.push({});
  const text = measure('read', () => decode(readFileSync(file)));
  if (upTo >= 1) lines = measure('scan', () => countLines(text));
  if (upTo < 2) continue;
  const trace = measure('parse', () => {
    const format = detectFormat(text);
    if (!format) throw new Error('the generated dump is not recognised');
    const parsed = format.parse(text, file);
    parsed.facts; // waits and holds are worked out when first asked for
    return parsed;
  });
  sections = trace.sections.length;
  if (upTo >= 3) lenses = measure('lenses', () => firstLenses(trace, file));
}
const peak = process.resourceUsage().maxRSS * 1024;
process.stdout.write(`${JSON.stringify({ rounds, peak, lines, sections, lenses })}\n`);
