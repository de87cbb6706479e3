// The whole story of an incident: what is stuck, behind whom, how sure that is, what the text could not tell, and what to
// collect next. One content, three renderings: Markdown, terminal, document with links.

import { readEntity } from '../trace/entity.js';
import type { EntityId, Problem, Trace } from '../trace/trace.js';
import { behind } from './behind.js';
import { plainText } from './escape.js';
import { allFindings, cycleSentence, problemSentence } from './findings.js';
import type { Chain, HoldEdge, WaitEdge, WaitForGraph } from './graph.js';
import { farthestBehind, type RejectedFile } from './json.js';
import {
  describeChain,
  describeHeld,
  describeHolders,
  describeWait,
  entityName,
  knowledge,
  populationOf,
  shortFunction,
  storyChain,
  summaryLine,
  unheldReason,
  worthTelling,
} from './phrases.js';
import { fileName, headOf, placeName } from './places.js';
import {
  type Block,
  heading,
  type Line,
  type LinkedText,
  list,
  type Piece,
  paragraph,
  type TerminalOptions,
  table,
  toMarkdown,
  toTerminal,
} from './prose.js';
import { atLeast, counted, listed, NEXT } from './words.js';

export type { LinkedText, Target } from './prose.js';
export { groupedStacksDocument } from './stacks.js';

const MOST_LOCKS = 20;
const MOST_CHAINS = 5;
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

function reportBlocks(graph: WaitForGraph, rejected: readonly RejectedFile[]): Block[] {
  return [
    heading(1, 'Investigation'),
    paragraph(verdict(graph)),
    ...filesBlocks(graph, rejected),
    ...chainsBlocks(graph),
    ...locksBlocks(graph),
    ...findingsBlocks(graph),
    ...unknownBlocks(graph),
    ...nextBlocks(graph),
  ];
}

// ---- verdict

/** Up to three sentences: what is stuck, behind whom, and what that one waits for. */
export function verdict(graph: WaitForGraph): string {
  if (graph.traces.length === 0) return 'None of the files could be read as a trace.';
  const sentences = crashes(graph).slice(0, 1);
  const cycle = graph.cycles[0];
  const from = cycle && graph.waitOf(cycle.members[0]!)?.trace;
  if (cycle && from) sentences.push(cycleSentence(graph, cycle, from));
  const { all, roots } = behind(graph);
  for (const root of roots.slice(0, 2)) {
    const edge = graph.waitOf(root);
    const does = edge
      ? `, which ${describeWait(graph, edge)}${siteOf(edge.wait.site)}`
      : ', which is not waiting itself';
    sentences.push(
      `${counted(all.get(root)!, 'goroutine is', 'goroutines are')} stuck behind ${nameIn(graph, root)}${does}.`,
    );
  }
  if (cycle || roots.length > 0) return sentences.slice(0, 3).join(' ');
  const lock = graph.contended[0];
  if (lock !== undefined) {
    const waiters = graph.waitersOf(lock);
    const time = atLeast(waiters[0]?.wait.seconds);
    sentences.push(
      `${counted(waiters.length, 'goroutine waits', 'goroutines wait')}${time ? ` up to ${time}` : ''} for ${entityName(graph, lock)}: ${describeHolders(graph, lock)}.`,
    );
    const reason = unheldReason(graph, lock);
    if (reason && graph.holdersOf(lock).length === 0) sentences.push('The section "What could not be known" says why.');
    return sentences.join(' ');
  }
  const long = allFindings(graph).find((finding) => finding.id === 'long-wait');
  if (long) return [...sentences, `No goroutine waits for a lock. ${long.message}`].join(' ');
  const count = graph.traces.reduce((sum, trace) => sum + populationOf(trace), 0);
  const calm = `Nothing here is seen to be stuck: ${counted(count, 'goroutine')}, and none waits for a lock.`;
  return [...sentences, calm].join(' ');
}

/** What ended a program, where it printed its goroutines on its way down. */
function crashes(graph: WaitForGraph): string[] {
  return graph.traces.flatMap((trace) =>
    trace.parts
      .filter((part) => /^(?:panic|fatal error|unexpected fault|SIG[A-Z]+): /.test(part.label))
      .slice(0, 1)
      .map(
        (part) =>
          `The program ended with “${plainText(part.label.trim(), 120)}” (${placeName(graph, { trace, span: part.span })}).`,
      ),
  );
}

const siteOf = (site: string): string => (site ? ` in ${shortFunction(site)}` : '');

/** With its file, where several are open. */
function nameIn(graph: WaitForGraph, entity: EntityId): string {
  const place = graph.traces.length > 1 ? headOf(graph, entity) : undefined;
  return `${entityName(graph, entity)}${place ? ` (${fileName(graph, place.trace)})` : ''}`;
}

function place(graph: WaitForGraph, entity: EntityId): Piece[] {
  const found = headOf(graph, entity);
  return found ? [{ place: placeName(graph, found), ...found }] : [];
}

/** ` (dump.log:12)` */
function placed(graph: WaitForGraph, entity: EntityId): Piece[] {
  const found = place(graph, entity);
  return found.length > 0 ? [' (', ...found, ')'] : [];
}

// ---- files

function filesBlocks(graph: WaitForGraph, rejected: readonly RejectedFile[]): Block[] {
  const items: Line[] = graph.traces.map((trace) => [
    { strong: fileName(graph, trace) },
    `: ${summaryLine(graph, trace)}`,
  ]);
  for (const { file, reason } of rejected.slice(0, 10)) items.push([{ strong: file }, `: not used: ${reason}`]);
  if (rejected.length > 10) items.push([`and ${counted(rejected.length - 10, 'more file')} that could not be used`]);
  return [heading(2, 'Files'), list(items)];
}

// ---- chains

function chainsBlocks(graph: WaitForGraph): Block[] {
  const starts = graph.cycles.slice(0, MOST_CHAINS).map((cycle) => cycle.members[0]!);
  const { all, roots } = behind(graph);
  for (const root of roots.slice(0, MOST_CHAINS - starts.length)) starts.push(farthestBehind(graph, root));
  if (starts.length === 0) return [];
  const blocks: Block[] = [heading(2, starts.length === 1 ? 'The chain' : 'The chains')];
  for (const start of starts) {
    const chain = storyChain(graph, start);
    const last = chain.links[chain.links.length - 1]!;
    if (starts.length > 1)
      blocks.push(
        heading(
          3,
          chain.cycleAt >= 0
            ? `A deadlock of ${counted(chain.links.length - chain.cycleAt, 'goroutine')}`
            : `${counted(all.get(last.entity) ?? 0, 'goroutine')} behind ${nameIn(graph, last.entity)}`,
        ),
      );
    blocks.push(list(chainLines(graph, chain), true));
  }
  return blocks;
}

/** One line a link: who, where, waits for what, and who has it. */
function chainLines(graph: WaitForGraph, chain: Chain): Line[] {
  const lines: Line[] = [];
  const shown = chain.links.length <= 24 ? chain.links : [...chain.links.slice(0, 12), ...chain.links.slice(-12)];
  shown.forEach((link, at) => {
    if (shown.length < chain.links.length && at === 12)
      lines.push([`… ${counted(chain.links.length - 24, 'more link')} …`]);
    const { wait, entity } = link;
    const line: Piece[] = [{ strong: entityName(graph, entity) }, ...placed(graph, entity)];
    if (wait) {
      line.push(` ${describeWait(graph, wait)}${siteOf(wait.wait.site)}`);
      const { on } = wait.wait;
      const alike = on === undefined ? 0 : graph.waitersOf(on).length - 1;
      if (alike > 0) line.push(` (as ${counted(alike, 'other does', 'others do')})`);
      if (on !== undefined && (graph.holdersOf(on).length > 0 || readEntity(on).kind === 'lock'))
        line.push(` — ${describeHolders(graph, on, undefined, entity)}`);
    } else line.push(' is not waiting itself');
    lines.push(line);
  });
  const again = chain.links[chain.cycleAt];
  if (again) lines.push([{ strong: entityName(graph, again.entity) }, ' again: a deadlock']);
  return lines;
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
      [String(waiters.length)],
      [atLeast(waiters[0]?.wait.seconds) || '—'],
      [describeHolders(graph, lock)],
      holder ? place(graph, holder.hold.holder) : ['—'],
    ];
  });
  const rest = graph.contended.length - rows.length;
  return [
    heading(2, 'Contended locks'),
    table(['Lock', 'Waiters', 'Longest', 'Holder', 'Where'], rows),
    ...(rest > 0 ? [paragraph(`and ${counted(rest, 'more lock')}.`)] : []),
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
        ` ${finding.severity}: ${finding.message}`,
      ],
    );
  if (all.length > items.length) items.push([`and ${counted(all.length - items.length, 'more finding')}`]);
  return [heading(2, 'Findings'), list(items)];
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
      `The holder of ${listed(
        locks.slice(0, 5).map((lock) => entityName(graph, lock)),
        5,
        locks.length,
      )}: `,
      ...line,
    ]);
  const guessed = graph.contended.filter((lock) => graph.holdersOf(lock)[0]?.hold.confidence === 'likely').length;
  if (guessed > 0)
    items.push([
      `${counted(guessed, 'holder is', 'holders are')} named as likely: Go does not record who holds a mutex, so each is concluded from its stack. The evidence is in the hovers and in --json.`,
    ]);
  const untimed = graph.traces.filter(({ facts: { waits } }) => {
    const locks = waits.filter((wait) => wait.on !== undefined && readEntity(wait.on).kind === 'lock');
    return locks.length > 0 && waits.every((wait) => wait.seconds === undefined);
  });
  if (untimed.length > 0)
    items.push([
      `How long anybody has waited (${listed(untimed.map((trace) => fileName(graph, trace)))}): the runtime notes the time at a garbage collection only, so a young dump prints none.`,
    ]);
  for (const trace of graph.traces) items.push(...problemLines(graph, trace));
  return items.length > 0 ? [heading(2, 'What could not be known'), list(items)] : [];
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

// ---- what to collect next

function nextBlocks(graph: WaitForGraph): Block[] {
  const steps = new Map<string, Line>();
  const add = (name: string, text: string, values?: Readonly<Record<string, string>>): void => {
    if (!steps.has(text))
      steps.set(text, [...(name ? [{ strong: name }, ': '] : []), { template: text, ...(values ? { values } : {}) }]);
  };
  for (const root of behind(graph).roots.slice(0, 5)) {
    const edge = graph.waitOf(root);
    if (!edge) {
      add(
        nameIn(graph, root),
        'It runs, or it could. Take a second dump a minute later: if it holds the lock still, see where its time goes (a CPU profile).',
      );
      continue;
    }
    const article = knowledge(edge.trace, edge.wait.topic);
    const text = article?.next ?? NEXT[edge.wait.kind];
    if (text) add(nameIn(graph, root), text);
  }
  for (const cycle of graph.cycles.slice(0, 2))
    add(
      entityName(graph, cycle.members[0]!),
      'Compare the order in which these functions lock: two orders for the same locks, or a lock taken twice, are the bug. Only a restart ends it.',
    );
  for (const lock of graph.contended) {
    const reason = unheldReason(graph, lock);
    if (reason?.next) add(entityName(graph, lock), reason.next, reason.values);
  }
  if (steps.size === 0 && graph.contended[0] !== undefined) add('', NEXT.mutex!);
  for (const trace of graph.traces)
    for (const problem of trace.problems) {
      const next = knowledge(trace, { kind: 'problem', name: problem.code })?.next;
      if (next) add(graph.traces.length > 1 ? fileName(graph, trace) : '', next, problem.values);
    }
  const long = allFindings(graph).find((finding) => finding.id === 'long-wait');
  if (steps.size === 0 && long?.entity) {
    const edge = graph.waitOf(long.entity);
    const text = edge && (knowledge(edge.trace, edge.wait.topic)?.next ?? NEXT[edge.wait.kind]);
    if (text) add(nameIn(graph, long.entity), text);
  }
  return steps.size > 0 ? [heading(2, 'What to do next'), list([...steps.values()].slice(0, 8))] : [];
}

// ---- documents

/** From one entity to the end of its chain, every link with its evidence; then who is stuck behind it. */
export function waitChainDocument(graph: WaitForGraph, entity: EntityId): LinkedText {
  const chain = storyChain(graph, entity);
  const blocks: Block[] = [
    heading(1, `Wait chain of ${nameIn(graph, entity)}`),
    paragraph(`${describeChain(graph, chain)}`),
    list(chainLines(graph, chain), true),
  ];
  const last = chain.links[chain.links.length - 1];
  const on = last?.wait?.wait.on;
  if (last?.wait && chain.cycleAt < 0) {
    if (on !== undefined && readEntity(on).kind === 'lock') {
      const reason = unheldReason(graph, on);
      const who = `The chain ends here: ${entityName(graph, on)} is ${describeHolders(graph, on)}.`.replace(
        / is (nobody)/,
        ': $1',
      );
      blocks.push(paragraph(who, ...(reason ? [' ', { template: reason.text, values: reason.values }] : [])));
    }
    const text = knowledge(last.wait.trace, last.wait.wait.topic)?.next ?? NEXT[last.wait.wait.kind];
    if (text) blocks.push(paragraph({ strong: 'Next' }, ': ', { template: text }));
  }
  const held = graph
    .heldBy(entity)
    .filter((edge) => worthTelling(graph, edge) && othersWaiting(graph, edge).length > 0);
  if (held.length > 0) {
    blocks.push(heading(2, 'Stuck behind it'));
    for (const edge of held.slice(0, 10)) {
      const waiters = othersWaiting(graph, edge);
      blocks.push(
        paragraph(`It ${describeHeld(graph, edge)}; ${counted(waiters.length, 'waiter')}:`),
        list(
          waiters
            .slice(0, 50)
            .map(
              (waiter): Line => [
                { strong: entityName(graph, waiter.wait.waiter) },
                ...placed(graph, waiter.wait.waiter),
                ` ${describeWait(graph, waiter)}${siteOf(waiter.wait.site)}`,
              ],
            ),
        ),
      );
    }
  }
  return toMarkdown(blocks);
}

const othersWaiting = (graph: WaitForGraph, edge: HoldEdge): WaitEdge[] =>
  graph.waitersOf(edge.hold.of).filter((waiter) => waiter.wait.waiter !== edge.hold.holder);
