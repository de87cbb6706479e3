// Hovers: Markdown for one section or one word of it. Complete by itself: what it is, what it means, what is known of it
// and how surely, what to do next. Untrusted text enters through escape.ts only.

import type { Article } from '../formats/format.js';
import { fromTable, plural, said, t, type Values } from '../text/l10n.js';
import { readEntity } from '../trace/entity.js';
import type { EntityId, Mention, Note, Section, Trace } from '../trace/trace.js';
import { behind } from './behind.js';
import { escapeText, fillMarkdown, inlineCode } from './escape.js';
import type { HoldEdge, WaitEdge, WaitForGraph } from './graph.js';
import {
  countedWaiters,
  describeAwaited,
  describeChain,
  describeHeld,
  describeHold,
  describeHolders,
  describeWait,
  entityName,
  evidenceLines,
  knowledge,
  MOST_CANDIDATES,
  noteWords,
  storyChain,
  troubleOf,
  unheldReason,
  waiterNoun,
  worthTelling,
} from './phrases.js';
import { headcount, lineOf, notesIn, sectionOf, waitIn } from './places.js';
import { andLongest, counted, isRough, listed, NEXT, notWaiting } from './words.js';

/** So many reasons are shown for one hold. */
const MOST_EVIDENCE = 5;

/** The hover of a section's head: the whole story of one goroutine. */
export function hoverSection(graph: WaitForGraph, trace: Trace, section: number): string {
  const found = trace.sections.at(section);
  const blocks: string[] = [`**${escapeText(found.label)}** · ${escapeText(said(found.detail))}`];
  const { entity } = found;
  const own = waitIn(trace, section);
  const edge = own && { trace, wait: own };
  const state = trace.inside(section).mentions.find((mention) => mention.kind === 'state');
  // What the wait is, once it is known, tells more than the printed word: `semacquire` may be five things.
  const article = (edge && knowledge(trace, edge.wait.topic)) ?? knowledge(trace, state?.topic);
  const noted = notesIn(trace, section);
  for (const note of noted) blocks.push(...noteBlocks(trace, note));
  if (article) blocks.push(articleText(article, state?.values));
  if (edge) blocks.push(...waitBlocks(graph, trace, edge, article));
  if (entity !== undefined && (edge || !trace.sectionOf))
    blocks.push(...heldBlocks(graph, trace, entity), ...chainBlocks(graph, trace, entity));
  const next = noted.some((note) => noteWords(trace, note).next)
    ? undefined
    : edge
      ? nextStep(graph, trace, edge, article)
      : article?.next && fromTable(article.next);
  if (next) blocks.push(nextText(next));
  const same = sameStack(trace, found);
  if (same) blocks.push(same);
  return blocks.join('\n\n');
}

/** What to do next: Markdown. */
const nextText = (text: string): string => t('**Next**: {0}', text);

/** What it waits for, since when, and who has that. `told` is the article that stands above already. */
function waitBlocks(graph: WaitForGraph, trace: Trace, edge: WaitEdge, told: Article | undefined): string[] {
  const { wait } = edge;
  const blocks: string[] = [];
  const words = escapeText(describeAwaited(graph, edge));
  const address = wait.on === undefined ? '' : addressOf(wait.on);
  const site = wait.site ? ` ${t('in {0}', inlineCode(wait.site))}` : '';
  const time =
    wait.seconds === undefined
      ? t('No time is printed: it may have begun just now.')
      : isRough(wait)
        ? t('Printed minutes are rough: they count from a garbage collection, and can be two off.')
        : t('It is a lower bound: the text ends before the wait.');
  const what = `${words}${address}${site}`;
  if (wait.state === 'slow') blocks.push(t('**Waited** {0}.', what));
  else if (wait.state === 'ended') blocks.push(t('**Was ended in its wait** {0}.', what));
  else blocks.push(`${t('**Waits** {0}.', what)} ${time}`);
  const article = knowledge(trace, wait.topic);
  if (article && article !== told) blocks.push(articleText(article));
  if (wait.state === 'idle') blocks.push(t('This is a normal rest: it waits for work.'));
  if (wait.state === 'slow' || wait.state === 'ended') return blocks;
  if (wait.on !== undefined && canBeHeld(wait.on)) blocks.push(...holderBlocks(graph, trace, wait.on, wait.waiter));
  return blocks;
}

/** What the format says of the section, and what to do about it. */
function noteBlocks(trace: Trace, note: Note): string[] {
  const article = knowledge(trace, { kind: 'note', name: note.code });
  if (!article) return [];
  const next = article.next ? [nextText(fillMarkdown(article.next, note.values))] : [];
  return [fillMarkdown(article.text || article.title, note.values), ...next];
}

/** Where to look next: at the holder, if there is one; else what the knowledge says. */
function nextStep(graph: WaitForGraph, trace: Trace, edge: WaitEdge, told: Article | undefined): string | undefined {
  const { wait } = edge;
  if (wait.state === 'idle') return undefined;
  const holder = wait.on === undefined ? undefined : graph.holdersOf(wait.on)[0];
  if (holder && holder.hold.confidence !== 'possible') {
    const own = graph.waitOf(holder.hold.holder);
    const name = escapeText(entityName(graph, holder.hold.holder, trace));
    const line = lineOf(holder.trace, holder.trace.sections.at(holder.hold.section).head.start);
    return t('look at {0}, line {1}: it {2}.', name, line, own ? escapeText(describeWait(graph, own)) : notWaiting());
  }
  if (holder && holder.hold.mode === 'serves') {
    const name = escapeText(entityName(graph, holder.hold.holder, trace));
    return t('look at {0}, which may be serving this call.', name);
  }
  const advice = told?.next ?? knowledge(trace, wait.topic)?.next ?? NEXT[wait.kind];
  return advice && fromTable(advice);
}

const HOLDABLE: ReadonlySet<string> = new Set(['lock', 'rpc', 'fd', 'pipe', 'socket', 'bus']);
const canBeHeld = (entity: EntityId): boolean => HOLDABLE.has(readEntity(entity).kind);

/** ` (0xc000aa1234)` for a lock that has a short name and an address. */
function addressOf(entity: EntityId): string {
  const { kind, name } = readEntity(entity);
  return kind === 'lock' && /^0x[0-9a-f]+$/.test(name) ? ` (${inlineCode(name)})` : '';
}

/** Who holds it, how surely, and the evidence; or why nobody is named. */
function holderBlocks(graph: WaitForGraph, trace: Trace, entity: EntityId, waiter?: EntityId): string[] {
  const edges = graph.holdersOf(entity);
  const first = edges[0];
  const name = escapeText(entityName(graph, entity, trace));
  const who = escapeText(describeHolders(graph, entity, trace, waiter));
  const reason = unheldReason(graph, entity);
  const why = reason ? [fillMarkdown(reason.text, reason.values)] : [];
  if (!first) {
    if (readEntity(entity).kind !== 'lock') return [t('Nobody in the open files is seen serving {0}.', name)];
    const next = reason?.next ? [nextText(fillMarkdown(reason.next, reason.values))] : [];
    return [t('**Holder**: {0}.', who), ...why, ...next];
  }
  const blocks = [
    first.hold.mode === 'serves' ? t('**Served**: {0} is {1}.', name, who) : t('**Holder**: {0} is {1}.', name, who),
  ];
  const sure = first.hold.confidence !== 'possible';
  const told = sure
    ? edges.filter((edge) => edge.hold.confidence !== 'possible').slice(0, MOST_CANDIDATES)
    : edges.slice(0, MOST_CANDIDATES);
  for (const edge of told) blocks.push(...evidenceBlock(graph, trace, edge, told.length > 1));
  const rest = edges.length - told.length;
  if (rest > 0)
    blocks.push(
      sure
        ? plural(rest, 'Less likely: {0} other.', 'Less likely: {0} others.')
        : `${counted(rest, 'more candidate')}.`,
    );
  return [...blocks, ...why];
}

function evidenceBlock(graph: WaitForGraph, trace: Trace, edge: HoldEdge, several: boolean): string[] {
  const lines = evidenceLines(edge.trace, edge.hold);
  const head = several ? capital(escapeText(describeHold(graph, edge, trace))) : t('Evidence');
  if (lines.length === 0) return several ? [`${head}.`] : [];
  // Reasons against stand last and must not be cut off.
  const against = lines.filter((line) => line.startsWith(`*${t('against')}*`));
  const shown = [...lines.slice(0, Math.max(1, MOST_EVIDENCE - against.length))];
  for (const line of against) if (!shown.includes(line)) shown.push(line);
  return [`${head}:\n${shown.map((line) => `- ${line}`).join('\n')}`];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What the entity holds, and who waits for it. */
function heldBlocks(graph: WaitForGraph, trace: Trace, entity: EntityId): string[] {
  const blocks: string[] = [];
  for (const edge of graph
    .heldBy(entity)
    .filter((held) => worthTelling(graph, held))
    .slice(0, 5)) {
    const waiters = graph.waitersOf(edge.hold.of).filter((waiter) => waiter.wait.waiter !== entity);
    const names = waiters.slice(0, 4).map((waiter) => entityName(graph, waiter.wait.waiter, trace));
    const who = waiters.length === 0 ? t('nobody waits for it') : t('waiting: {0}', listed(names, 4, waiters.length));
    blocks.push(
      `**${capital(escapeText(describeHeld(graph, edge)))}**${addressOf(edge.hold.of)}; ${escapeText(who)}.`,
      ...evidenceBlock(graph, trace, edge, false),
    );
  }
  const count = behind(graph).of(entity);
  if (count > 1) blocks.push(t('{0} are stuck behind it, directly or through others.', count.toLocaleString('en-US')));
  return blocks;
}

/** From here to the root, on one line. */
function chainBlocks(graph: WaitForGraph, trace: Trace, entity: EntityId): string[] {
  const chain = storyChain(graph, entity);
  if (chain.links.length < 2 && chain.cycleAt < 0) return [];
  const last = chain.links[chain.links.length - 1]!;
  const blocks = [t('**Chain**: {0}', escapeText(describeChain(graph, chain, trace), 800))];
  if (chain.cycleAt < 0) {
    const does = last.wait ? describeWait(graph, last.wait) : notWaiting();
    const trouble = troubleOf(graph, last.entity);
    const more = trouble ? ` ${escapeText(trouble, 600)}` : '';
    blocks.push(
      `${t('It ends at {0}, which {1}.', escapeText(entityName(graph, last.entity, trace)), escapeText(does))}${more}`,
    );
  }
  return blocks;
}

function sameStack(trace: Trace, section: Section): string | undefined {
  if (section.kind !== 'goroutine') return undefined;
  const count = trace.shapes[section.shape]?.sections.length ?? 1;
  return count > 1
    ? plural(count - 1, '{0} more goroutine has the same stack.', '{0} more goroutines have the same stack.')
    : undefined;
}

/** Values are raw text of the trace. */
const articleText = (article: Article, values: Values = {}): string =>
  `*${fillMarkdown(article.title, values)}* — ${fillMarkdown(article.text, values)}`;

/** The hover of one word: its article, and what is known of the thing that it names. */
export function hoverMention(graph: WaitForGraph, trace: Trace, mention: Mention, section: number): string {
  const own = trace.sections.at(section).entity;
  const { entity } = mention;
  if (mention.kind === 'entity' && entity !== undefined && entity === own) return hoverSection(graph, trace, section);
  const blocks: string[] = [];
  const article = knowledge(trace, mention.topic);
  if (mention.kind === 'function') blocks.push(inlineCode(trace.text.slice(mention.span.start, mention.span.end)));
  if (mention.kind === 'source' && mention.file !== undefined)
    blocks.push(t('{0}, line {1}', inlineCode(mention.file), mention.line ?? '?'));
  if (entity !== undefined) {
    const { kind } = readEntity(entity);
    if (kind === 'lock') blocks.push(...lockBlocks(graph, trace, entity));
    else if (kind === 'address') blocks.push(addressBlock(graph, trace, readEntity(entity).name));
    else blocks.push(otherEntity(graph, trace, entity));
  }
  const wait = waitIn(trace, section);
  const edge = wait && { trace, wait };
  if (mention.origin) blocks.push(t('From line {0}.', lineOf(trace, mention.origin.start)));
  if (mention.kind === 'state' && edge) {
    if (article) blocks.push(articleText(article, mention.values));
    blocks.push(...waitBlocks(graph, trace, edge, article));
    const next = nextStep(graph, trace, edge, article);
    if (next) blocks.push(nextText(next));
  } else if (article) {
    blocks.push(articleText(article, mention.values));
    if (article.next) blocks.push(nextText(fillMarkdown(article.next, mention.values)));
  }
  return blocks.filter(Boolean).join('\n\n');
}

/** A lock: who waits, who holds. */
function lockBlocks(graph: WaitForGraph, trace: Trace, lock: EntityId): string[] {
  const waiters = graph.waitersOf(lock);
  const names = waiters.slice(0, 5).map((edge) => entityName(graph, edge.wait.waiter, trace));
  const time = andLongest(waiters[0]?.wait);
  return [
    `**${escapeText(entityName(graph, lock, trace))}**${addressOf(lock)} · ${counted(headcount(waiters), 'waiter')}${time}`,
    ...(waiters.length > 0 ? [t('Waiting: {0}.', escapeText(listed(names, 5, waiters.length)))] : []),
    ...holderBlocks(graph, trace, lock),
  ];
}

const MOST_HITS = 2000;

/** Where else the same address is printed. One search over the text, cut off after many hits. */
function addressBlock(graph: WaitForGraph, trace: Trace, address: string): string {
  const places = new Set<number>();
  let hits = 0;
  for (let at = trace.text.indexOf(address); at >= 0; at = trace.text.indexOf(address, at + address.length)) {
    const behindIt = trace.text.charCodeAt(at + address.length);
    if ((behindIt >= 48 && behindIt <= 57) || (behindIt >= 97 && behindIt <= 102)) continue;
    if (++hits > MOST_HITS) break;
    const section = trace.sections.find(at);
    if (section !== undefined) places.add(section);
  }
  const labels = [...places].slice(0, 5).map((section) => trace.sections.at(section).label);
  const often = hits > MOST_HITS ? t('more than {0} times', MOST_HITS) : counted(hits, 'time');
  const code = inlineCode(address);
  if (places.size <= 1) return fromTable(ONLY_HERE[waiterNoun(graph)], code, often);
  const where = countedWaiters(graph, places.size);
  return t('{0} is printed {1}, in {2}: {3}.', code, often, where, escapeText(listed(labels, 5, places.size)));
}

/** Where an address is printed: here and nowhere else. */
export const ONLY_HERE = {
  goroutine: '{0} is printed {1}, in this goroutine only.',
  thread: '{0} is printed {1}, in this thread only.',
  process: '{0} is printed {1}, in this process only.',
  waiter: '{0} is printed {1}, in this waiter only.',
} as const;

/** A goroutine, process, rpc, … that is named here and stands somewhere else. */
function otherEntity(graph: WaitForGraph, trace: Trace, entity: EntityId): string {
  const name = escapeText(entityName(graph, entity, trace));
  const found = sectionOf(graph, entity);
  if (found) {
    const section = found.trace.sections.at(found.section);
    const edge = graph.waitOf(entity);
    const does = edge ? t('; it {0}', escapeText(describeWait(graph, edge))) : '';
    const line = t('line {0}', lineOf(found.trace, section.head.start));
    return `**${name}** · ${line} · ${escapeText(said(section.detail), 200)}${does}.`;
  }
  if (readEntity(entity).kind === 'goroutine')
    return t('**{0}** is not in this dump: it has ended, or the text is cut.', name);
  // A descriptor that nobody waits for: its article and its hint say all.
  if (graph.waitersOf(entity).length === 0 && graph.holdersOf(entity).length === 0) return `**${name}**`;
  const waiters = headcount(graph.waitersOf(entity));
  const who = escapeText(describeHolders(graph, entity, trace));
  return `**${name}** · ${counted(waiters, 'waiter')}${graph.holdersOf(entity).length > 0 ? ` · ${who}` : ''}`;
}
