// What deserves a line in Problems: few, the most important first. Facts are in hovers; a finding says that something is
// wrong, for whom, and who could end it.

import { saysEnglish, t } from '../text/l10n.js';
import type { Problem, Trace } from '../trace/trace.js';
import { problemArticle } from './articles.js';
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

/** What was found, in English and in the language that is set. */
const caches = [new WeakMap<WaitForGraph, readonly Finding[]>(), new WeakMap<WaitForGraph, readonly Finding[]>()];

/** The findings of one document, most important first. */
export const findings = (graph: WaitForGraph, trace: Trace): readonly Finding[] =>
  allFindings(graph).filter((finding) => finding.trace === trace);

/** The findings of all documents together, most important first. */
export function allFindings(graph: WaitForGraph): readonly Finding[] {
  const cache = caches[Number(saysEnglish())]!;
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
        problem: code,
        related: problems
          .slice(1, MOST_RELATED)
          .map((problem) => ({ trace, span: problem.span, message: t('here too') })),
      };
    });
  });
}

/** What could not be read or known, once for each kind. */
export function problemSentence(trace: Trace, code: string, problems: readonly Problem[]): string {
  const text = problemArticle(trace.format, code)?.text ?? `${code.replaceAll('-', ' ')}.`;
  const often = problems.length > 1 ? ` (${counted(problems.length, 'place')})` : '';
  return `${fillPlain(text, problems[0]?.values ?? {})}${often}`;
}

/** Whether somebody is stuck: what the command line's exit status tells. */
export const anythingStuck = (graph: WaitForGraph): boolean =>
  allFindings(graph).some((finding) => finding.severity === 'error' || finding.severity === 'warning');
