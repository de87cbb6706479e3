// The whole story of an incident: what is stuck, behind whom, how sure that is, what the text could not tell, and what to
// collect next. One content, three renderings: Markdown, terminal, document with links.

import { fromTable, plural, said, t } from '../text/l10n.js';
import { readEntity } from '../trace/entity.js';
import type { EntityId, Problem, Trace } from '../trace/trace.js';
import { chainsBlocks, place, stories } from './chains.js';
import { timelineBlocks } from './chronology.js';
import { allFindings, problemSentence } from './findings.js';
import type { WaitForGraph } from './graph.js';
import type { RejectedFile } from './json.js';
import { faultBlocks } from './knownFaults.js';
import { nextBlocks } from './nextSteps.js';
import { describeHolders, entityName, summaryLine, unheldReason } from './phrases.js';
import { fileName, headcount, placeName } from './places.js';
import {
  type Block,
  heading,
  type Line,
  type LinkedText,
  list,
  paragraph,
  type TerminalOptions,
  table,
  toMarkdown,
  toTerminal,
} from './prose.js';
import { Redactor } from './redact.js';
import { verdict } from './verdict.js';
import { lasted, listed, moreLocks } from './words.js';

export { waitChainDocument } from './chains.js';
export type { LinkedText, Target } from './prose.js';
export { groupedStacksDocument } from './stacks.js';
export { verdict } from './verdict.js';

const MOST_LOCKS = 20;
const MOST_FINDINGS = 30;

/** The report as Markdown, with the places in it that lead into the traces. */
export const investigationReport = (graph: WaitForGraph, rejected: readonly RejectedFile[] = []): LinkedText =>
  toMarkdown(reportBlocks(graph, rejected));

/** The same report for a terminal. */
export const terminalReport = (
  graph: WaitForGraph,
  options: TerminalOptions,
  rejected: readonly RejectedFile[] = [],
): string => toTerminal(reportBlocks(graph, rejected), options);

/** The report as Markdown for other eyes, without secrets, and what was taken out. `words` are taken out too. */
export function ticketReport(
  graph: WaitForGraph,
  words: readonly string[] = [],
): { readonly text: string; readonly redacted: string } {
  const redactor = new Redactor(words);
  const blocks = redactor.blocks(reportBlocks(graph, []));
  const redacted = redactor.summary;
  return { text: toMarkdown([...blocks, paragraph(redacted)]).text, redacted };
}

function reportBlocks(graph: WaitForGraph, rejected: readonly RejectedFile[]): Block[] {
  return [
    heading(1, t('Investigation')),
    paragraph(verdict(graph)),
    ...filesBlocks(graph, rejected),
    ...chainsBlocks(graph),
    ...timelineBlocks(
      graph,
      stories(graph).map(({ chain }) => chain),
    ),
    ...faultBlocks(graph),
    ...locksBlocks(graph),
    ...findingsBlocks(graph),
    ...unknownBlocks(graph),
    ...nextBlocks(graph),
  ];
}

// ---- files

function filesBlocks(graph: WaitForGraph, rejected: readonly RejectedFile[]): Block[] {
  const items: Line[] = graph.traces.map((trace) => [
    { strong: fileName(graph, trace) },
    `: ${summaryLine(graph, trace)}`,
  ]);
  for (const { file, reason } of rejected.slice(0, 10))
    items.push([{ strong: file }, `: ${t('not used: {0}', said(reason))}`]);
  if (rejected.length > 10)
    items.push([
      plural(
        rejected.length - 10,
        'and {0} more file that could not be used',
        'and {0} more files that could not be used',
      ),
    ]);
  return [heading(2, t('Files')), list(items)];
}

// ---- locks

function locksBlocks(graph: WaitForGraph): Block[] {
  if (graph.contended.length === 0) return [];
  const rows = graph.contended.slice(0, MOST_LOCKS).map((lock): Line[] => {
    const waiters = graph.waitersOf(lock);
    const { name } = readEntity(lock);
    const holder = graph.holdersOf(lock)[0];
    return [
      [entityName(graph, lock), ...(/^0x/.test(name) ? [' ', { code: name }] : [])],
      [headcount(waiters).toLocaleString('en-US')],
      [lasted(waiters[0]?.wait) || '—'],
      [describeHolders(graph, lock)],
      holder ? place(graph, holder.hold.holder) : ['—'],
    ];
  });
  const rest = graph.contended.length - rows.length;
  return [
    heading(2, t('Contended locks')),
    table([t('Lock'), t('Waiters'), t('Longest'), t('Holder'), t('Where')], rows),
    ...(rest > 0 ? [paragraph(`${moreLocks(rest)}.`)] : []),
  ];
}

// ---- findings

function findingsBlocks(graph: WaitForGraph): Block[] {
  const all = allFindings(graph).filter((finding) => finding.id !== 'limit');
  if (all.length === 0) return [];
  const items = all
    .slice(0, MOST_FINDINGS)
    .map(
      (finding): Line => [
        { place: placeName(graph, finding), trace: finding.trace, span: finding.span },
        ` ${fromTable(finding.severity)}: ${finding.message}`,
      ],
    );
  if (all.length > items.length)
    items.push([plural(all.length - items.length, 'and {0} more finding', 'and {0} more findings')]);
  return [heading(2, t('Findings')), list(items)];
}

// ---- what could not be known

function unknownBlocks(graph: WaitForGraph): Block[] {
  const items: Line[] = [];
  const byReason = new Map<string, { locks: EntityId[]; line: Line }>();
  for (const lock of graph.contended) {
    const reason = unheldReason(graph, lock);
    if (!reason) continue;
    const kept = byReason.get(reason.text);
    if (kept) kept.locks.push(lock);
    else byReason.set(reason.text, { locks: [lock], line: [{ template: reason.text, values: reason.values }] });
  }
  for (const { locks, line } of byReason.values())
    items.push([
      t(
        'The holder of {0}: ',
        listed(
          locks.slice(0, 5).map((lock) => entityName(graph, lock)),
          5,
          locks.length,
        ),
      ),
      ...line,
    ]);
  const guessed = graph.contended.filter((lock) => graph.holdersOf(lock)[0]?.hold.confidence === 'likely').length;
  if (guessed > 0)
    items.push([
      plural(
        guessed,
        '{0} holder is named as likely: Go does not record who holds a mutex, so each is concluded from its stack. The evidence is in the hovers and in --json.',
        '{0} holders are named as likely: Go does not record who holds a mutex, so each is concluded from its stack. The evidence is in the hovers and in --json.',
      ),
    ]);
  const untimed = graph.traces.filter(({ facts: { waits } }) => {
    const locks = waits.filter(
      ({ on, waiter }) => on !== undefined && readEntity(on).kind === 'lock' && readEntity(waiter).kind === 'goroutine',
    );
    return locks.length > 0 && waits.every((wait) => wait.seconds === undefined);
  });
  if (untimed.length > 0)
    items.push([
      t(
        'How long anybody has waited ({0}): the runtime notes the time at a garbage collection only, so a young dump prints none.',
        listed(untimed.map((trace) => fileName(graph, trace))),
      ),
    ]);
  for (const trace of graph.traces) items.push(...problemLines(graph, trace));
  return items.length > 0 ? [heading(2, t('What could not be known')), list(items)] : [];
}

function problemLines(graph: WaitForGraph, trace: Trace): Line[] {
  const byCode = new Map<string, Problem[]>();
  for (const problem of trace.problems) {
    const kept = byCode.get(problem.code);
    if (kept) kept.push(problem);
    else byCode.set(problem.code, [problem]);
  }
  return [...byCode].map(([code, problems]): Line => {
    const { span } = problems[0]!;
    return [{ place: placeName(graph, { trace, span }), trace, span }, ` ${problemSentence(trace, code, problems)}`];
  });
}
