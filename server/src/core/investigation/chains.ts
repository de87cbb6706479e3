// Chains of waits, link by link: for the report, and as a document of their own.

import { plural, t } from '../text/l10n.js';
import { readEntity } from '../trace/entity.js';
import type { EntityId } from '../trace/trace.js';
import { behind, longestCall, storyStart } from './behind.js';
import { timesDoubt } from './chronology.js';
import type { Chain, HoldEdge, WaitEdge, WaitForGraph } from './graph.js';
import {
  countedWaiters,
  describeChain,
  describeHeld,
  describeHolders,
  describeState,
  describeWait,
  entityName,
  evidenceOf,
  knowledge,
  originPlain,
  publicAddress,
  shortFunction,
  storyChain,
  troubleOf,
  unheldReason,
  worthTelling,
} from './phrases.js';
import { fileName, headOf, placeName } from './places.js';
import { type Block, heading, type Line, type LinkedText, list, type Piece, paragraph, toMarkdown } from './prose.js';
import { counted, NEXT, notWaiting } from './words.js';

const MOST_CHAINS = 5;

/** ` in exec.(*Store).List`: where the program asked for what it waits for. */
export const siteOf = (site: string): string => (site ? ` ${t('in {0}', shortFunction(site))}` : '');

/** With its file, where several are open. */
export function nameIn(graph: WaitForGraph, entity: EntityId): string {
  const place = graph.traces.length > 1 ? headOf(graph, entity) : undefined;
  return `${entityName(graph, entity)}${place ? ` (${fileName(graph, place.trace)})` : ''}`;
}

/** The head line of the entity’s section as a link; nothing where it has none. */
export function place(graph: WaitForGraph, entity: EntityId): Piece[] {
  const found = headOf(graph, entity);
  return found ? [{ place: placeName(graph, found), ...found }] : [];
}

/** ` (dump.log:12)` */
export function placed(graph: WaitForGraph, entity: EntityId): Piece[] {
  const found = place(graph, entity);
  return found.length > 0 ? [' (', ...found, ')'] : [];
}

/** A chain to tell, and the end that it was looked up for; none for a deadlock, and where no end is sure. */
interface Story {
  readonly start: EntityId;
  readonly root: EntityId | undefined;
  readonly chain: Chain;
}

/** From the farthest waiter to the end, for each end: deadlocks first, then by how many are stuck. One inside another is left out. */
export function stories(graph: WaitForGraph): Story[] {
  const found: Story[] = graph.cycles.slice(0, MOST_CHAINS).map(({ members: [start] }) => ({
    start: start!,
    root: undefined,
    chain: storyChain(graph, start!),
  }));
  for (const root of behind(graph).roots.slice(0, MOST_CHAINS - found.length)) {
    const start = storyStart(graph, root);
    found.push({ start, root, chain: storyChain(graph, start) });
  }
  const call = found.length === 0 ? longestCall(graph) : undefined;
  if (call !== undefined) found.push({ start: call, root: undefined, chain: storyChain(graph, call) });
  const members = found.map(({ chain }) => new Set(chain.links.map(({ entity }) => entity)));
  return found.filter(
    (_, at) =>
      !members.some(
        (other, index) =>
          index !== at &&
          [...members[at]!].every((member) => other.has(member)) &&
          (other.size > members[at]!.size || index < at),
      ),
  );
}

export function chainsBlocks(graph: WaitForGraph): Block[] {
  const all = stories(graph);
  if (all.length === 0) return [];
  const blocks: Block[] = [heading(2, all.length === 1 ? t('The chain') : t('The chains'))];
  const shown: Chain[] = [];
  const told = new Set<string>();
  for (const { start, root, chain } of all) {
    // The same program is often dumped twice, into a log and into a file.
    const names = describeChain(graph, chain);
    if (told.has(names)) {
      const trace = graph.waitOf(start)?.trace;
      blocks.push(paragraph(t('The same chain stands in {0}.', trace ? fileName(graph, trace) : t('another file'))));
      continue;
    }
    told.add(names);
    if (all.length > 1)
      blocks.push(
        heading(
          3,
          root === undefined
            ? t('A deadlock of {0}', countedWaiters(graph, chain.links.length - chain.cycleAt))
            : t('{0} behind {1}', countedWaiters(graph, behind(graph).of(root)), nameIn(graph, root)),
        ),
      );
    blocks.push(list(chainLines(graph, chain), true));
    shown.push(chain);
  }
  return [...blocks, ...whyBlocks(graph, shown)];
}

/** So many holders of the chains are explained, with so many reasons each. */
const MOST_EXPLAINED = 8;
const MOST_REASONS = 4;

/** Why these are taken for the holders: each hold along the chains once, with its reasons for and against. */
function whyBlocks(graph: WaitForGraph, chains: readonly Chain[]): Block[] {
  const edges = new Set<HoldEdge>();
  for (const chain of chains)
    for (const [at, link] of chain.links.entries()) {
      const on = link.wait?.wait.on;
      const all = on === undefined ? [] : graph.holdersOf(on);
      const next = chain.links[at + 1]?.entity;
      const edge = link.hold ?? all.find(({ hold }) => hold.holder === next) ?? all[0];
      if (edge) edges.add(edge);
    }
  const items = [...edges].slice(0, MOST_EXPLAINED).flatMap((edge): Line[] => {
    const reasons = evidenceOf(edge.trace, edge.hold);
    if (reasons.length === 0) return [];
    const against = reasons.filter((reason) => !reason.speaksFor);
    const told = [
      ...reasons.filter((reason) => reason.speaksFor).slice(0, Math.max(1, MOST_REASONS - against.length)),
      ...against,
    ];
    const line: Piece[] = [{ strong: entityName(graph, edge.hold.holder) }, ` ${describeHeld(graph, edge)}: `];
    told.forEach(({ speaksFor, template, values, source }, at) => {
      line.push(at === 0 ? '' : '; ', speaksFor ? '' : `${t('but')} `, { template, values });
      if (!source) return;
      const address = publicAddress(source);
      line.push(originPlain(source), address === undefined ? '' : { template: ` [${address}](${address})` });
    });
    return [[...line, '.']];
  });
  return items.length > 0 ? [heading(2, t('Why these holders')), list(items)] : [];
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
      line.push(` ${describeState(graph, wait)}${siteOf(wait.wait.site)}`);
      const { on } = wait.wait;
      const alike = on === undefined || readEntity(on).kind !== 'lock' ? 0 : graph.waitersOf(on).length - 1;
      if (alike > 0) line.push(` (${plural(alike, 'as {0} other does', 'as {0} others do')})`);
      if (on !== undefined && (graph.holdersOf(on).length > 0 || readEntity(on).kind === 'lock'))
        line.push(` — ${describeHolders(graph, on, wait.trace, entity)}`);
    }
    const trouble = troubleOf(graph, entity);
    if (trouble !== '') line.push(`: ${trouble}`);
    else if (!wait) line.push(` ${notWaiting()}`);
    const next = chain.links[chain.links.indexOf(link) + 1];
    const doubt = next && timesDoubt(graph, link, next);
    if (doubt) line.push(` — ${t('doubtful: {0}', doubt)}`);
    lines.push(line);
  });
  const again = chain.links[chain.cycleAt];
  if (again) lines.push([{ strong: entityName(graph, again.entity) }, ` ${t('again: a deadlock')}`]);
  return lines;
}

/** From one entity to the end of its chain, every link with its evidence; then who is stuck behind it. */
export function waitChainDocument(graph: WaitForGraph, entity: EntityId): LinkedText {
  const chain = storyChain(graph, entity);
  const blocks: Block[] = [
    heading(1, t('Wait chain of {0}', nameIn(graph, entity))),
    paragraph(`${describeChain(graph, chain)}`),
    list(chainLines(graph, chain), true),
  ];
  blocks.push(...whyBlocks(graph, [chain]));
  const last = chain.links[chain.links.length - 1];
  const on = last?.wait?.wait.on;
  if (last?.wait && chain.cycleAt < 0) {
    if (on !== undefined && readEntity(on).kind === 'lock') {
      const reason = unheldReason(graph, on);
      const holders = describeHolders(graph, on);
      const name = entityName(graph, on);
      const who =
        graph.holdersOf(on).length > 0
          ? t('The chain ends here: {0} is {1}.', name, holders)
          : t('The chain ends here: {0}: {1}.', name, holders);
      blocks.push(paragraph(who, ...(reason ? [' ', { template: reason.text, values: reason.values }] : [])));
    }
    const text = knowledge(last.wait.trace, last.wait.wait.topic)?.next ?? NEXT[last.wait.wait.kind];
    if (text) blocks.push(paragraph({ strong: t('Next') }, ': ', { template: text }));
  }
  const held = graph
    .heldBy(entity)
    .filter((edge) => worthTelling(graph, edge) && othersWaiting(graph, edge).length > 0);
  if (held.length > 0) {
    blocks.push(heading(2, t('Stuck behind it')));
    for (const edge of held.slice(0, 10)) {
      const waiters = othersWaiting(graph, edge);
      blocks.push(
        paragraph(t('It {0}; {1}:', describeHeld(graph, edge), counted(waiters.length, 'waiter'))),
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
