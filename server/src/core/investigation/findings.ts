// What deserves a line in Problems: few, the most important first. Facts are in hovers; a finding says that something is
// wrong, for whom, and who could end it.

import { articleOf } from '../formats/index.js';
import type { Problem, Trace } from '../trace/trace.js';
import { deadlocks } from './deadlocks.js';
import { fillPlain } from './escape.js';
import { type Finding, MOST_RELATED } from './finding.js';
import type { WaitForGraph } from './graph.js';
import { faultFindings } from './knownFaults.js';
import { lockFindings } from './lockFindings.js';
import { noteFindings } from './noteFindings.js';
import { crowds, longWaits } from './waitFindings.js';
import { counted } from './words.js';

export { cycleSentence } from './deadlocks.js';
export type { Finding, Related, Severity } from './finding.js';

const MOST = 60;

const cache = new WeakMap<WaitForGraph, readonly Finding[]>();

/** The findings of one document, most important first. */
export const findings = (graph: WaitForGraph, trace: Trace): readonly Finding[] =>
  allFindings(graph).filter((finding) => finding.trace === trace);

/** The findings of all documents together, most important first. */
export function allFindings(graph: WaitForGraph): readonly Finding[] {
  let all = cache.get(graph);
  if (!all) {
    const locks = lockFindings(graph);
    const notes = noteFindings(graph, MOST);
    all = [
      ...deadlocks(graph, MOST),
      ...faultFindings(graph),
      ...notes.filter((finding) => finding.severity === 'error'),
      ...locks.slice(0, MOST),
      ...notes.filter((finding) => finding.severity !== 'error'),
      ...longWaits(graph),
      ...crowds(graph),
      ...limits(graph),
    ];
    cache.set(graph, all);
  }
  return all;
}

// ---- what the text cannot tell

/** One hint for each kind of problem of a text, with how often it occurs. */
function limits(graph: WaitForGraph): Finding[] {
  return graph.traces.flatMap((trace) => {
    const byCode = new Map<string, Problem[]>();
    for (const problem of trace.problems) {
      const list = byCode.get(problem.code);
      if (list) list.push(problem);
      else byCode.set(problem.code, [problem]);
    }
    return [...byCode].map(([code, problems]): Finding => {
      const first = problems[0]!;
      return {
        id: 'limit',
        severity: 'hint',
        trace,
        span: first.span,
        section: trace.sections.find(first.span.start) ?? -1,
        entity: undefined,
        message: problemSentence(trace, code, problems),
        related: problems.slice(1, MOST_RELATED).map((problem) => ({ trace, span: problem.span, message: 'here too' })),
      };
    });
  });
}

const PROBLEMS: Readonly<Record<string, string>> = {
  'unknown-line': 'A line inside a goroutine could not be read.',
  'torn-header': 'A goroutine’s header line is cut off: its state may be missing.',
  excerpt:
    'The file is too large to be read whole: of its {lines} lines {kept} were kept, those that tell of waits, outages and what leads to them. {alike} goroutines were left out, since others like them are kept: who is counted is one of those kept. {crowded} more of that kind found no room.',
  'read-alone':
    'There is more in these files than fits in memory at once, so the logs of one program’s threads, each in a file of its own, were read one by one: what only several together tell (who passed a descriptor to whom) is missing. Give fewer files at once.',
  'torn-archive':
    'The packed file ends or is damaged here: what came after is missing, so what looks unfinished may not be.',
  headless: 'Frames without a header line: whose they are is unknown.',
};

/** What could not be read or known, once for each kind. */
export function problemSentence(trace: Trace, code: string, problems: readonly Problem[]): string {
  const article = articleOf(trace, { kind: 'problem', name: code });
  const text = article?.text ?? PROBLEMS[code] ?? `${code.replaceAll('-', ' ')}.`;
  const often = problems.length > 1 ? ` (${counted(problems.length, 'place')})` : '';
  return `${fillPlain(text, problems[0]?.values ?? {})}${often}`;
}

/** Whether somebody is stuck: what the command line's exit status tells. */
export const anythingStuck = (graph: WaitForGraph): boolean =>
  allFindings(graph).some((finding) => finding.severity === 'error' || finding.severity === 'warning');
