// What the graph knows, in phrases. Unless a function says Markdown, it returns plain text on one line, with untrusted
// parts already made visible; a caller that puts it into Markdown still escapes it (escape.ts).

import type { Article } from '../formats/format.js';
import { articleOf, formatById } from '../formats/index.js';
import { fromTable, plural, said, saysEnglish, t, type Value, type Values } from '../text/l10n.js';
import { readEntity } from '../trace/entity.js';
import type { EntityId, EntityKind, Evidence, Hold, Note, Topic, Trace, Wait } from '../trace/trace.js';
import { began, CLOCKS_APART, surelyBefore } from './clock.js';
import { escapeText, fillMarkdown, fillPlain, link, plainText } from './escape.js';
import type { Chain, HoldEdge, Link, WaitEdge, WaitForGraph } from './graph.js';
import {
  fileName,
  headcount,
  homeOf,
  lineOf,
  longest,
  notesAbout,
  populationOfSection,
  sectionOf,
  unheldOf,
} from './places.js';
import { publicSource } from './publicSource.js';
import { counted, HELD, lasted, listed, nobody, WAITS } from './words.js';

const namesIn = new WeakMap<WaitForGraph, ReadonlyMap<EntityId, Value>>();

/** What the traces call the entity; where they differ, the first. Thousands of traces may share their names. */
function nameOf(graph: WaitForGraph, entity: EntityId): Value | undefined {
  let names = namesIn.get(graph);
  if (!names) {
    const all = [...new Set(graph.traces.map(({ facts }) => facts.names))];
    names = all.length === 1 ? all[0]! : new Map(all.reverse().flatMap((one) => [...one]));
    namesIn.set(graph, names);
  }
  return names.get(entity);
}

/**
 * What people call the entity: `goroutine 12`, `mutex #1`, `rpc Tasks/Start`. With `from`, the file is added where it is
 * another one than that trace's.
 */
export function entityName(graph: WaitForGraph, entity: EntityId, from?: Trace): string {
  const { kind, name } = readEntity(entity);
  const home = homeOf(graph, entity);
  const known = nameOf(graph, entity);
  let text: string;
  if (known !== undefined) text = said(known);
  else if (kind === 'rpc')
    text = `rpc ${name
      .split('/')
      .slice(-2)
      .join('/')
      .replace(/^.*\.(?=[^./]+\/)/, '')}`;
  else if (kind === 'goroutine' && name.startsWith('at-') && home)
    text = t('{0} at line {1}', groupName(graph, entity), lineOf(home.trace, Number(name.slice(3))));
  else if (kind === 'bus') text = t('bus name {0}', name);
  else if (kind === 'program') text = name;
  else if (kind === 'process' && name.startsWith('children of ')) text = t('process children of {0}', name.slice(12));
  else if (kind === 'fd')
    text = `fd ${name.replace(/~.*$/, '')}`; // what follows keeps lives of one number apart
  else if (kind === 'container') text = `container ${name.slice(0, 12)}`;
  else text = `${kind} ${name}`;
  if (home && kind === 'goroutine' && home.part > 0) text = t('{0} of dump {1}', text, home.part + 1);
  if (from && home && home.trace !== from) text += ` (${fileName(graph, home.trace)})`;
  return plainText(text);
}

/** `goroutine`, or `group of 40 goroutines` where a profile counts several in one. */
function groupName(graph: WaitForGraph, entity: EntityId): string {
  const found = sectionOf(graph, entity);
  const count = found ? populationOfSection(found.trace, found.section) : 1;
  return count === 1 ? 'goroutine' : t('group of {0} goroutines', count.toLocaleString('en-US'));
}

/** `waits 5+ min for mutex #1`, `waits about 5 min for mutex #1`. */
export function describeWait(graph: WaitForGraph, edge: WaitEdge): string {
  const time = lasted(edge.wait);
  const what = whatFor(graph, edge);
  return time === '' ? t('waits {0}', what) : t('waits {0} {1}', time, what);
}

/** Without a verb: `5+ min for mutex #1`. */
export const describeAwaited = (graph: WaitForGraph, edge: WaitEdge): string =>
  [lasted(edge.wait), whatFor(graph, edge)].filter(Boolean).join(' ');

/** `for mutex #1`, `in write(5) on /run/dbus/system_bus_socket`. */
export const whatFor = (graph: WaitForGraph, edge: WaitEdge): string =>
  edge.wait.call === undefined ? awaited(graph, edge) : calling(graph, edge);

/** `is seen at rest in futex()` of a thread that waits in a call as it should, and so is stuck in nothing; else as `describeWait`. */
export const describeState = (graph: WaitForGraph, edge: WaitEdge): string =>
  edge.wait.state === 'idle' && edge.wait.call !== undefined
    ? t('is seen at rest in {0}', callName(edge.wait))
    : describeWait(graph, edge);

/** Whether a process or thread waits in a system call as it should, and nothing else is known to be wrong with it. */
export const isAtRest = (graph: WaitForGraph, entity: EntityId): boolean => {
  const wait = graph.waitOf(entity)?.wait;
  return wait?.state === 'idle' && wait.call !== undefined && troubleOf(graph, entity) === '';
};

/** `for mutex #1`, `in select on several channels`. */
function awaited(graph: WaitForGraph, { wait, trace }: WaitEdge): string {
  const words = WAITS[wait.kind];
  return wait.on === undefined ? fromTable(words.alone) : fromTable(words.named, entityName(graph, wait.on, trace));
}

/** `write(5)`. */
const callName = ({ call, fd }: Wait): string => plainText(`${call}(${fd ?? ''})`);

/** `in write(5) on /run/dbus/system_bus_socket`: what the call waits on, as far as it is known. */
function calling(graph: WaitForGraph, { wait, trace }: WaitEdge): string {
  const call = callName(wait);
  if (wait.kind === 'dbus' || wait.kind === 'rpc') return t('in {0} {1}', call, awaited(graph, { wait, trace }));
  if (wait.target) return t('in {0} on {1}', call, plainText(wait.target.name || wait.target.kind));
  if (wait.on === undefined || readEntity(wait.on).kind === 'fd') return t('in {0}', call);
  return t('in {0} for {1}', call, entityName(graph, wait.on, trace));
}

/** What those who wait are called, one and several. */
export const NOUNS = {
  goroutine: ['{0} goroutine', '{0} goroutines'],
  thread: ['{0} thread', '{0} threads'],
  process: ['{0} process', '{0} processes'],
  waiter: ['{0} waiter', '{0} waiters'],
} as const;

type Noun = keyof typeof NOUNS;

const nouns = new WeakMap<WaitForGraph, Noun>();

/** What those who wait are called: `goroutine` where all are, `thread`, … else `waiter`. */
export function waiterNoun(graph: WaitForGraph): Noun {
  let noun = nouns.get(graph);
  if (noun === undefined) {
    const kinds = new Set(
      graph.traces.flatMap(({ facts: { waits } }) => (waits[0] ? [readEntity(waits[0].waiter).kind] : [])),
    );
    noun = kinds.size === 0 ? 'goroutine' : kinds.size === 1 ? nounOf([...kinds][0]!) : 'waiter';
    nouns.set(graph, noun);
  }
  return noun;
}

const nounOf = (kind: EntityKind): Noun => (Object.hasOwn(NOUNS, kind) ? (kind as Noun) : 'waiter');

/** `1 goroutine`, `12 threads`, `2 processes`: as many of those who wait. */
export function countedWaiters(graph: WaitForGraph, count: number): string {
  const [one, several] = NOUNS[waiterNoun(graph)];
  return plural(count, one, several);
}

/** What is known to be wrong with an entity besides what it waits for; '' where nothing is. */
export const troubleOf = (graph: WaitForGraph, entity: EntityId): string =>
  notesAbout(graph, entity)
    .slice(0, 2)
    .map(({ trace, note }) => noteWords(trace, note).finding)
    .join(' ');

/** The words on a note: the lens and the finding as plain text, what to do next as a template. */
export function noteWords(trace: Trace, note: Note): { lens: string; finding: string; next: string | undefined } {
  const article = articleOf(trace, { kind: 'note', name: note.code });
  return {
    lens: fillPlain(article?.title ?? note.code.replaceAll('-', ' '), note.values),
    finding: fillPlain(article?.text ?? article?.title ?? note.code.replaceAll('-', ' '), note.values),
    next: article?.next,
  };
}

/** A process of the program that somebody waits for: it does not serve that, it is it. */
const isProgram = ({ of, mode }: Hold): boolean => mode === 'serves' && readEntity(of).kind === 'program';

/**
 * `likely held by goroutine 20`, `held by goroutine 20 (read lock)`, `served by goroutine 7 (containerd.log)`. With
 * `waiter`, a holder that is the waiter is `itself`.
 */
export function describeHold(graph: WaitForGraph, edge: HoldEdge, from?: Trace, waiter?: EntityId): string {
  const { hold } = edge;
  const words = HELD[hold.confidence];
  if (isProgram(hold)) return fromTable(words.is, entityName(graph, hold.holder, from));
  const by = hold.mode === 'serves' ? words.served : words.by;
  const name = hold.holder === waiter ? t('itself') : entityName(graph, hold.holder, from);
  return `${fromTable(by, name)}${howHeld(hold)}`;
}

/** ` (read lock)`, ` (reading end)`: what of it the holder has, where others may have the rest. */
export function howHeld({ of, mode }: Hold, several = false): string {
  if (readEntity(of).kind !== 'lock')
    return mode === 'serves' ? '' : ` (${mode === 'read' ? t('reading end') : t('writing end')})`;
  return mode === 'read' ? ` (${several ? t('read locks') : t('read lock')})` : '';
}

/** The same from the holder's side: `likely holds mutex #1`. */
export function describeHeld(graph: WaitForGraph, edge: HoldEdge): string {
  const { hold, trace } = edge;
  const words = HELD[hold.confidence];
  const name = entityName(graph, hold.of, trace);
  if (isProgram(hold)) return fromTable(words.isThe, name);
  return fromTable(hold.mode === 'serves' ? words.serves : words.holds, name);
}

/**
 * Who has what everybody waits for, and how sure that is: the surest holders, all readers of one lock among them; without
 * any, that nobody is seen holding it. `waiter` as in `describeHold`.
 */
export function describeHolders(graph: WaitForGraph, entity: EntityId, from?: Trace, waiter?: EntityId): string {
  const edges = graph.holdersOf(entity);
  const first = edges[0];
  if (!first) return nobody(readEntity(entity).kind);
  // Several texts may tell of one and the same holder.
  const holders = new Set<string>();
  const alike = edges.filter(({ hold }) => {
    if (hold.confidence !== first.hold.confidence || hold.mode !== first.hold.mode) return false;
    const name = entityName(graph, hold.holder);
    return !holders.has(name) && holders.add(name);
  });
  if (alike.length === 1) return describeHold(graph, first, from, waiter);
  // Two files may name the same one.
  const names = [...new Set(alike.map((edge) => entityName(graph, edge.hold.holder, from)))];
  if (names.length === 1) return describeHold(graph, first, from, waiter);
  const words = HELD[first.hold.confidence];
  const by = first.hold.mode === 'serves' ? words.served : words.by;
  if (first.hold.confidence === 'possible' && first.hold.mode !== 'read')
    return fromTable(first.hold.mode === 'serves' ? words.servedByOneOf : words.oneOf, names.length, listed(names, 3));
  return `${fromTable(by, listed(names, 3))}${howHeld(first.hold, true)}`;
}

/** Why nobody is named as holder: a template of ours and its values, and what to do; undefined where somebody is named. */
export function unheldReason(
  graph: WaitForGraph,
  lock: EntityId,
): { text: string; next: string | undefined; values: Values } | undefined {
  const found = unheldOf(graph, lock);
  if (!found) return undefined;
  const article = articleOf(found.trace, { kind: 'unheld', name: found.unheld.reason });
  return {
    text: article?.text ?? article?.title ?? t('Nothing in this dump tells who holds it.'),
    next: article?.next,
    values: found.unheld.values,
  };
}

/** The same as plain text; '' where somebody is named. */
export function unheldWords(graph: WaitForGraph, lock: EntityId): string {
  const reason = unheldReason(graph, lock);
  return reason ? fillPlain(reason.text, reason.values) : '';
}

/** One reason, ready to be filled in: a template of ours and the trace's own words. */
export interface Reason {
  readonly speaksFor: boolean;
  readonly template: string;
  readonly values: Values;
  readonly source: Evidence['source'];
}

/** The reasons for and against a hold, those for it first, weightiest first. */
export const evidenceOf = (trace: Trace, hold: Hold): Reason[] =>
  [...hold.evidence]
    .sort((a, b) => Number(a.weight < 0) - Number(b.weight < 0) || Math.abs(b.weight) - Math.abs(a.weight))
    .map((evidence) => ({
      speaksFor: evidence.weight >= 0,
      template: evidenceTemplate(trace, evidence),
      values: evidence.values,
      source: evidence.source,
    }));

function evidenceTemplate(trace: Trace, evidence: Evidence): string {
  const article = articleOf(trace, { kind: 'evidence', name: evidence.rule });
  if (article) return article.text || article.title;
  const values = Object.keys(evidence.values).map((name) => `\`{${name}}\``);
  return [evidence.rule.replaceAll('-', ' '), ...values].join(' ');
}

/** The reasons as Markdown: `*for*: it is in `main.f` at line 42, past the line where the others wait`. */
export const evidenceLines = (trace: Trace, hold: Hold): string[] =>
  evidenceOf(trace, hold).map(
    ({ speaksFor, template, values, source }) =>
      `*${saysWhich(speaksFor)}*: ${fillMarkdown(template, values)}${source ? sourceLink(source) : ''}`,
  );

/** The same as plain text. */
export const evidencePlain = (trace: Trace, hold: Hold): string[] =>
  evidenceOf(trace, hold).map(
    ({ speaksFor, template, values, source }) =>
      `${saysWhich(speaksFor)}: ${fillPlain(template, values)}${source ? originPlain(source) : ''}`,
  );

const saysWhich = (speaksFor: boolean): string => (speaksFor ? t('for') : t('against'));

type SourceLine = NonNullable<Evidence['source']>;

/** ` (moby v20.10.24)`: what was read, where that is no plain file. */
export const originPlain = ({ origin }: SourceLine): string => (origin ? ` (${plainText(origin)})` : '');

/** The same for a lens: ` (moby v20.10.24)`, without what else is known of it. */
export const shortOrigin = (source: SourceLine): string =>
  originPlain({ ...source, origin: source.origin.replace(/[,;].*$/, '') });

/** The line's public page, where the file is not at hand; an address of ours. */
export const publicAddress = ({ file, line, origin, uri }: SourceLine): string | undefined =>
  uri === undefined ? publicSource(file, line, origin) : undefined;

/** What was read, and a link to the line: in the file at hand, else on its public page. */
function sourceLink(source: SourceLine): string {
  const { line, origin, uri } = source;
  const address = uri === undefined ? publicAddress(source) : `${uri}#L${line}`;
  const text = uri === undefined ? t('see {0}', sourceName(source)) : t('open {0}', sourceName(source));
  return `${origin ? ` (${escapeText(origin)})` : ''}${address === undefined ? '' : ` · ${link(text, address)}`}`;
}

/** `exec.go:171` */
export const sourceName = ({ file, line }: Pick<SourceLine, 'file' | 'line'>): string =>
  `${plainText(file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1), 80)}:${line}`;

/** `verified by source: locked at exec.go:171` */
export const lockedAt = (places: string): string => t('verified by source: locked at {0}', places);

/** The line of source that leaves no doubt that this one holds it; undefined where none does. */
export const verifiedBy = ({ confidence, evidence }: Hold): SourceLine | undefined =>
  confidence === 'possible' ? undefined : evidence.find(({ weight, source }) => weight > 0 && source?.sure)?.source;

/** The article on a topic, if the trace's format has one. */
export const knowledge = (trace: Trace, topic: Topic | undefined): Article | undefined =>
  topic && articleOf(trace, topic);

/**
 * The chain as a story tells it: it goes on through a call into another program, too, where one goroutine is seen serving
 * it, though that is only possible (the dumps do not say which call is which), and through the only one that may hold a lock. No
 * deadlock is ever concluded from that.
 */
export function storyChain(graph: WaitForGraph, entity: EntityId): Chain {
  const links: Link[] = [];
  const seen = new Set<EntityId>();
  for (let next: EntityId | undefined = entity; next !== undefined; ) {
    const chain = graph.chain(next);
    if (chain.cycleAt >= 0) return { links: [...links, ...chain.links], cycleAt: links.length + chain.cycleAt };
    for (const link of chain.links) {
      if (seen.has(link.entity)) return { links, cycleAt: -1 };
      seen.add(link.entity);
      links.push(link);
    }
    const last = links[links.length - 1]!;
    const on = last.wait?.wait.on;
    next = on === undefined ? undefined : likeliestServer(graph, on, seen, last.entity);
  }
  return { links, cycleAt: -1 };
}

const MOST_SERVERS = 500;

/** Whether all of one wait's beginning lies before that of another, by their clocks. */
function beganBefore(graph: WaitForGraph, first: EntityId, second: EntityId): boolean {
  const [one, other] = [first, second].map((entity) => {
    const edge = graph.waitOf(entity);
    return edge && began(edge.trace, edge.wait);
  });
  return one !== undefined && other !== undefined && surelyBefore(one, other) > CLOCKS_APART;
}

/**
 * Of several who may serve a call, the one to look at: who is stuck itself, behind whom the way goes on the farthest, who has
 * waited the longest. The text does not tell which call is whose.
 */
function likeliestServer(
  graph: WaitForGraph,
  on: EntityId,
  seen: ReadonlySet<EntityId>,
  caller: EntityId,
): EntityId | undefined {
  let best: { entity: EntityId; rank: readonly number[] } | undefined;
  for (const { hold } of graph.holdersOf(on).slice(0, MOST_SERVERS)) {
    const entity = hold.holder;
    if ((hold.mode !== 'serves' && !hold.only) || seen.has(entity)) continue;
    const wait = graph.waitOf(entity)?.wait;
    const { links, cycleAt } = graph.chain(entity);
    const depth = cycleAt >= 0 ? 1000 : links.length;
    // Who waited already before the call was made is busy with another one.
    const fits = wait && beganBefore(graph, entity, caller) ? 0 : 1;
    const rank = [fits, wait?.state === 'blocked' ? 1 : 0, depth, wait?.seconds ?? 0];
    const at = best ? rank.findIndex((value, index) => value !== best!.rank[index]) : 0;
    if (!best || (at >= 0 && rank[at]! > best.rank[at]!)) best = { entity, rank };
  }
  return best?.entity;
}

/**
 * The names along a chain: each waiter, what it waits for, who has that, … Who only may have it is `possibly …`. A
 * deadlock names its first member again.
 */
export function chainNames(graph: WaitForGraph, chain: Chain, from?: Trace): string[] {
  const names: string[] = [];
  chain.links.forEach((link, at) => {
    const before = chain.links[at - 1];
    const itself = before?.wait?.wait.on === link.entity;
    const name = entityName(graph, link.entity, from);
    if (!itself) names.push(before && !before.hold ? fromTable(HELD.possible.is, name) : name);
    const on = link.wait?.wait.on;
    if (on !== undefined) names.push(entityName(graph, on, from));
  });
  const again = chain.links[chain.cycleAt];
  if (again) names.push(entityName(graph, again.entity, from));
  return names;
}

/** `goroutine 12 → mutex #1 → goroutine 20 → rpc Tasks/Start`, the middle left out where it is long. */
export function describeChain(graph: WaitForGraph, chain: Chain, from?: Trace): string {
  const names = chainNames(graph, chain, from);
  const shown = names.length <= 15 ? names : [...names.slice(0, 8), '…', ...names.slice(-6)];
  return shown.join(' → ') + (chain.cycleAt >= 0 ? ` (${t('deadlock')})` : '');
}

/** Whether a hold is worth telling: a merely possible one only while nobody surer is known, among the first candidates. */
export function worthTelling(graph: WaitForGraph, edge: HoldEdge): boolean {
  if (edge.hold.confidence !== 'possible') return true;
  const edges = graph.holdersOf(edge.hold.of);
  return (
    edges[0]?.hold.confidence === 'possible' && edges.findIndex((other) => other.hold === edge.hold) < MOST_CANDIDATES
  );
}

/** So many possible holders of one lock are named. */
export const MOST_CANDIDATES = 3;

/** Short names of functions: `daemon.(*Daemon).ContainerInspect` for `github.com/docker/docker/daemon.(*Daemon)…`. */
export function shortFunction(func: string): string {
  const paren = func.indexOf('(');
  const slash = func.lastIndexOf('/', paren < 0 ? func.length : paren);
  return plainText(func.slice(slash + 1), 120);
}

/** How many goroutines (or processes) a document shows: pprof counts several in one section. */
export function populationOf(trace: Trace): number {
  let count = trace.sections.length;
  for (const { sections } of trace.parts) {
    // Where the first stands for one only, all of the part do.
    if (sections.end <= sections.start || trace.sections.at(sections.start).kind !== 'goroutine group') continue;
    for (let at = sections.start; at < sections.end; at++) count += populationOfSection(trace, at) - 1;
  }
  return count;
}

/** The whole document on one line: `156 goroutines in 41 distinct stacks · 3 contended locks · oldest lock wait 7+ min`. */
export function summaryLine(graph: WaitForGraph, trace: Trace): string {
  if (trace.sections.length === 0 && trace.text.trim() === '') return t('empty file');
  const name = formatById(trace.format)?.name ?? 'trace';
  if (trace.sections.length === 0)
    return t('nothing of a {0} found in this text', saysEnglish() ? name.toLowerCase() : fromTable(name));
  const { summary } = trace.facts;
  const article = summary && articleOf(trace, { kind: 'summary', name: summary.name });
  if (article) return fillPlain(article.text, summary.values);
  const locks = graph.contended.filter((lock) => graph.waitersOf(lock).some((edge) => edge.trace === trace));
  const waiters = locks.flatMap((lock) => graph.waitersOf(lock).filter((edge) => edge.trace === trace));
  const oldest = longest(waiters);
  const facts = [inStacks(populationOf(trace), trace.shapes.length)];
  if (trace.parts.length > 1) facts.push(t('{0} dumps', trace.parts.length));
  if (locks.length === 0) facts.push(t('nobody waits for a lock'));
  else facts.push(t('{0} for {1}', counted(headcount(waiters), 'waiter'), counted(locks.length, 'lock')));
  if (oldest !== undefined) facts.push(t('oldest lock wait {0}', lasted(oldest)));
  const deadlocks = graph.cycles.filter((cycle) =>
    cycle.members.some((member) => graph.waitOf(member)?.trace === trace),
  ).length;
  if (deadlocks > 0) facts.unshift(counted(deadlocks, 'deadlock'));
  return facts.join(' · ');
}

/** `156 goroutines in 41 distinct stacks` */
export const inStacks = (goroutines: number, stacks: number): string =>
  t('{0} in {1}', counted(goroutines, 'goroutine'), counted(stacks, 'distinct stack'));
