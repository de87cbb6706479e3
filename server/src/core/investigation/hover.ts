// Hovers: Markdown for one section or one word of it. Complete by itself: what it is, what it means, what is known of it
// and how surely, what to do next. Untrusted text enters through escape.ts only.

import type { Article } from '../formats/format.js';
import { readEntity } from '../trace/entity.js';
import type { EntityId, Mention, Section, Trace } from '../trace/trace.js';
import { behind } from './behind.js';
import { escapeText, fillMarkdown, inlineCode } from './escape.js';
import type { HoldEdge, WaitEdge, WaitForGraph } from './graph.js';
import {
  describeChain,
  describeHeld,
  describeHold,
  describeHolders,
  describeWait,
  entityName,
  evidenceLines,
  knowledge,
  unheldReason,
} from './phrases.js';
import { lineOf, sectionOf } from './places.js';
import { counted, duration, listed, NEXT } from './words.js';

const MOST_CANDIDATES = 3;

/** The hover of a section's head: the whole story of one goroutine. */
export function hoverSection(graph: WaitForGraph, trace: Trace, section: number): string {
  const found = trace.sections.at(section);
  const blocks: string[] = [`**${escapeText(found.label)}** · ${escapeText(found.detail, 200)}`];
  const state = trace.inside(section).mentions.find((mention) => mention.kind === 'state');
  const article = knowledge(trace, state?.topic);
  if (article) blocks.push(articleText(article));
  const { entity } = found;
  const edge = entity === undefined ? undefined : graph.waitOf(entity);
  if (edge) blocks.push(...waitBlocks(graph, trace, edge, article));
  if (entity !== undefined) blocks.push(...entityBlocks(graph, trace, entity));
  const same = sameStack(trace, found);
  if (same) blocks.push(same);
  return blocks.join('\n\n');
}

function waitBlocks(graph: WaitForGraph, trace: Trace, edge: WaitEdge, stateArticle: Article | undefined): string[] {
  const { wait } = edge;
  const blocks: string[] = [];
  const time =
    wait.seconds === undefined
      ? ' The text gives no time: it may have begun just now.'
      : ` At least ${duration(wait.seconds)}: the time is a lower bound.`;
  const site = wait.site ? ` in ${inlineCode(wait.site)}` : '';
  const named = wait.on === undefined ? '' : addressOf(wait.on);
  blocks.push(`**Waits**: ${escapeText(describeWait(graph, edge))}${named}${site}.${time}`);
  const topic = knowledge(trace, wait.topic);
  if (topic && topic !== stateArticle) blocks.push(articleText(topic));
  if (wait.state === 'idle') blocks.push('This is a normal rest: it waits for work.');
  if (wait.on !== undefined && isHeldKind(wait.on)) blocks.push(...holderBlocks(graph, trace, wait.on));
  const next = topic?.next ?? stateArticle?.next ?? (wait.state === 'idle' ? undefined : nextStep(graph, edge));
  if (next) blocks.push(`**Next**: ${next}`);
  return blocks;
}

/** What to do about a wait, where its article says nothing: at the end of a chain only. */
function nextStep(graph: WaitForGraph, edge: WaitEdge): string | undefined {
  const { wait } = edge;
  if (wait.on !== undefined && graph.holdersOf(wait.on).length > 0) return undefined;
  return NEXT[wait.kind];
}

const isHeldKind = (entity: EntityId): boolean =>
  ['lock', 'rpc', 'fd', 'pipe', 'socket', 'bus'].includes(readEntity(entity).kind);

/** ` (0xc000aa1234)` for a lock that has a short name and an address. */
function addressOf(entity: EntityId): string {
  const { kind, name } = readEntity(entity);
  return kind === 'lock' && /^0x[0-9a-f]+$/.test(name) ? ` (${inlineCode(name)})` : '';
}

/** Who holds it, how surely, and the evidence; or why nobody is named. */
function holderBlocks(graph: WaitForGraph, trace: Trace, entity: EntityId): string[] {
  const edges = graph.holdersOf(entity);
  const name = entityName(graph, entity, trace);
  const blocks = [`**Holder**: ${escapeText(name)} is ${escapeText(sentence(describeHolders(graph, entity, trace)))}`];
  const reason = unheldReason(graph, entity);
  if (edges.length === 0) {
    if (readEntity(entity).kind !== 'lock')
      return ['**Who must answer**: nobody in the open files is seen serving it.'];
    blocks[0] = `**Holder**: ${escapeText(sentence(describeHolders(graph, entity, trace)))}`;
    if (reason) blocks.push(fillMarkdown(reason.text, reason.values));
    if (reason?.next) blocks.push(`**Next**: ${fillMarkdown(reason.next, reason.values)}`);
    return blocks;
  }
  for (const edge of edges.slice(0, MOST_CANDIDATES))
    blocks.push(...evidenceBlock(graph, trace, edge, edges.length > 1));
  if (edges.length > MOST_CANDIDATES)
    blocks.push(`${counted(edges.length - MOST_CANDIDATES, 'less likely candidate')}.`);
  if (reason) blocks.push(fillMarkdown(reason.text, reason.values));
  return blocks;
}

function evidenceBlock(graph: WaitForGraph, trace: Trace, edge: HoldEdge, several: boolean): string[] {
  const lines = evidenceLines(edge.trace, edge.hold);
  const head = several ? escapeText(describeHold(graph, edge, trace)) : 'Evidence';
  if (lines.length === 0) return several ? [head] : [];
  return [`${head}:\n${lines.map((line) => `- ${line}`).join('\n')}`];
}

/** What the entity holds and who waits for it, and the chain to the root. */
function entityBlocks(graph: WaitForGraph, trace: Trace, entity: EntityId): string[] {
  const blocks: string[] = [];
  for (const edge of graph.heldBy(entity).slice(0, 5)) {
    const waiters = graph.waitersOf(edge.hold.of).filter((waiter) => waiter.wait.waiter !== entity);
    const who = listed(
      waiters.slice(0, 4).map((waiter) => entityName(graph, waiter.wait.waiter, trace)),
      4,
      waiters.length,
    );
    const wait =
      waiters.length === 0 ? 'nobody waits for it' : `${waiters.length === 1 ? 'waiter' : 'waiters'}: ${who}`;
    blocks.push(
      `**Holds**: ${escapeText(describeHeld(graph, edge))}${addressOf(edge.hold.of)}; ${escapeText(wait)}.`,
      ...evidenceBlock(graph, trace, edge, false),
    );
  }
  const count = behind(graph).all.get(entity) ?? 0;
  if (count > 1) blocks.push(`${count.toLocaleString('en-US')} are stuck behind it, directly or through others.`);
  const chain = graph.chain(entity);
  if (chain.links.length > 1 || chain.cycleAt >= 0) {
    const last = chain.links[chain.links.length - 1]!;
    const end = chain.cycleAt >= 0 || !last.wait ? '' : `, which ${escapeText(describeWait(graph, last.wait))}`;
    blocks.push(`**Chain**: ${escapeText(describeChain(graph, chain, trace), 800)}${end}.`);
  }
  return blocks;
}

function sameStack(trace: Trace, section: Section): string | undefined {
  const count = trace.shapes[section.shape]?.sections.length ?? 1;
  return count > 1 ? `${counted(count - 1, 'more goroutine has', 'more goroutines have')} the same stack.` : undefined;
}

const sentence = (text: string): string => `${text}.`;
const articleText = (article: Article): string => `*${article.title}* — ${article.text}`;

/** The hover of one word: its article, and what is known of the thing that it names. */
export function hoverMention(graph: WaitForGraph, trace: Trace, mention: Mention, section: number): string {
  const own = trace.sections.at(section).entity;
  const { entity } = mention;
  if (mention.kind === 'entity' && entity !== undefined && entity === own) return hoverSection(graph, trace, section);
  const blocks: string[] = [];
  const article = knowledge(trace, mention.topic);
  if (mention.kind === 'function') blocks.push(inlineCode(trace.text.slice(mention.span.start, mention.span.end)));
  if (mention.kind === 'source' && mention.file !== undefined)
    blocks.push(`${inlineCode(mention.file)}, line ${mention.line ?? '?'}`);
  if (entity !== undefined) {
    const { kind } = readEntity(entity);
    if (kind === 'lock') blocks.push(...lockBlocks(graph, trace, entity));
    else if (kind === 'address') blocks.push(addressBlock(trace, readEntity(entity).name));
    else blocks.push(otherEntity(graph, trace, entity));
  }
  if (article) {
    blocks.push(articleText(article));
    if (article.next) blocks.push(`**Next**: ${article.next}`);
  }
  const edge = own === undefined ? undefined : graph.waitOf(own);
  if ((mention.kind === 'state' || mention.kind === 'duration') && edge) {
    const more = waitBlocks(graph, trace, edge, article);
    blocks.push(...(article?.next ? more.filter((block) => !block.startsWith('**Next**')) : more));
  }
  return blocks.filter(Boolean).join('\n\n');
}

/** A lock: who waits, who holds. */
function lockBlocks(graph: WaitForGraph, trace: Trace, lock: EntityId): string[] {
  const waiters = graph.waitersOf(lock);
  const names = waiters.slice(0, 5).map((edge) => entityName(graph, edge.wait.waiter, trace));
  const oldest = waiters[0]?.wait.seconds;
  const time = oldest === undefined ? '' : `, the longest at least ${duration(oldest)}`;
  return [
    `**${escapeText(entityName(graph, lock, trace))}**${addressOf(lock)} · ${counted(waiters.length, 'waiter')}${time}`,
    ...(waiters.length > 0 ? [`Waiting: ${escapeText(listed(names, 5, waiters.length))}.`] : []),
    ...holderBlocks(graph, trace, lock),
  ];
}

const MOST_HITS = 2000;

/** Where else the same address is printed. One search over the text, cut off after many hits. */
function addressBlock(trace: Trace, address: string): string {
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
  const often = hits > MOST_HITS ? `more than ${MOST_HITS} times` : counted(hits, 'time');
  const head = `${inlineCode(address)} is printed ${often}`;
  if (places.size <= 1) return `${head}, in this goroutine only.`;
  return `${head}, in ${counted(places.size, 'goroutine')}: ${escapeText(listed(labels, 5, places.size))}.`;
}

/** A goroutine, process, rpc, … that is named here and stands somewhere else. */
function otherEntity(graph: WaitForGraph, trace: Trace, entity: EntityId): string {
  const name = escapeText(entityName(graph, entity, trace));
  const found = sectionOf(graph, entity);
  if (found) {
    const section = found.trace.sections.at(found.section);
    const edge = graph.waitOf(entity);
    const does = edge ? `; it ${escapeText(describeWait(graph, edge))}` : '';
    return `**${name}** · line ${lineOf(found.trace, section.head.start)} · ${escapeText(section.detail, 200)}${does}.`;
  }
  if (readEntity(entity).kind === 'goroutine')
    return `**${name}** is not in this dump: it has ended, or the text is cut.`;
  const waiters = graph.waitersOf(entity).length;
  const who = escapeText(describeHolders(graph, entity, trace));
  return `**${name}** · ${counted(waiters, 'waiter')}${graph.holdersOf(entity).length > 0 ? ` · ${who}` : ''}`;
}
