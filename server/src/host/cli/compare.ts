// The command "compare": reads dumps of one process and prints what changed from one to the next.

import { detectFormat, parseText } from '../../core/formats/index.js';
import { dumpsOf } from '../../core/investigation/compare.js';
import { comparisonDocument, comparisonReport } from '../../core/investigation/comparison.js';
import { counted, plainText } from '../../core/investigation/describe.js';
import { buildGraph } from '../../core/investigation/graph.js';
import type { Trace } from '../../core/trace/trace.js';
import { findInputs } from './inputs.js';
import { print } from './print.js';
import { readText } from './read.js';

const say = (message: string): void => {
  process.stderr.write(`trace-investigator: ${message}\n`);
};

/** Returns the exit status: 0 nobody is stuck in all dumps, 1 somebody is, 2 fewer than two dumps or an unreadable file. */
export async function compareFiles(
  paths: readonly string[],
  { color, format }: { readonly color: boolean; readonly format: 'text' | 'markdown' },
): Promise<number> {
  const traces: Trace[] = [];
  let failed = false;
  const { inputs, problems } = await findInputs(paths);
  for (const { input, reason } of problems) {
    say(`${plainText(input.name)}: ${reason}`);
    failed = true;
  }
  for (const input of inputs) {
    const read = await readText(input);
    const format = 'text' in read ? detectFormat(read.text) : undefined;
    if ('text' in read && read.missing !== undefined) say(`${plainText(input.name)}: ${read.missing}`);
    if ('text' in read && format) traces.push(...parseText(read.text, input.name, format, { excerpt: read.excerpt }));
    else if (input.named) {
      say(`${plainText(input.name)}: ${'reason' in read ? read.reason : 'not a trace that is known here'}`);
      failed = true;
    }
  }
  const graph = buildGraph(traces);
  const dumps = dumpsOf(graph);
  if (dumps.length < 2) {
    say(`to compare takes two dumps or more; found here: ${counted(dumps.length, 'dump')}`);
    return 2;
  }
  const width = Math.max(60, Math.min(process.stdout.columns || 100, 120));
  const { text, stuck } = comparisonReport(graph, dumps, { color, width });
  await print(format === 'text' ? text : comparisonDocument(graph, dumps).text);
  return failed ? 2 : stuck ? 1 : 0;
}
