// The lines above waiting, holding and blocked sections, and which sections get one.

import { plural, t } from '../text/l10n.js';
import type { Span } from '../text/span.js';
import type { EntityId, Note, Trace } from '../trace/trace.js';
import { behind } from './behind.js';
import { plainText } from './escape.js';
import type { Cycle, WaitEdge, WaitForGraph } from './graph.js';
import {
  describeHeld,
  describeHolders,
  describeWait,
  entityName,
  lockedAt,
  noteWords,
  shortOrigin,
  sourceName,
  verifiedBy,
  worthTelling,
} from './phrases.js';
import { notesIn, waitIn } from './places.js';
import { listed, OUTSIDE } from './words.js';

/** One lens: what it says, and where a click leads. Titles are plain text that starts with an icon of ours. */
export interface Lens {
  readonly title: string;
  readonly kind: 'deadlock' | 'waits' | 'holds' | 'verified' | 'blocked' | 'note';
  /** The entity to go to, or whose waiters to list for `holds`; none where nobody is known. */
  readonly target?: { readonly entity: EntityId };
  /** For `note`: the places that belong to it. */
  readonly places?: readonly { readonly scope: string; readonly span: Span }[];
  /** Of `verified`: the file that shows it, where it can be opened, and the line. */
  readonly source?: { readonly uri: string; readonly line: number };
}

const NOTE_RANK = { error: 4e9, warning: 2e6, information: 1e5, hint: 0 } as const;

const ICONS: Readonly<Record<NonNullable<Note['lens']>, string>> = {
  blocked: '$(debug-pause)',
  unanswered: '$(question)',
  outage: '$(flame)',
  slow: '$(clock)',
  error: '$(error)',
  info: '$(info)',
};

/** Names of a deadlock's members in a title, and the mark for those left out. */
const MOST_NAMED = 8;

const isLock = (kind: string): boolean => kind === 'mutex' || kind.startsWith('rwmutex');

/**
 * The sections worth a lens, the most important first: members of a deadlock and holders, then waiters by time. Cheap: no
 * section is opened. Beyond `limit` the editor would slow down (500 is comfortable).
 */
export function sectionsWithLens(trace: Trace, limit = 500): number[] {
  const rank = new Map<number, number>();
  const { waits, holds, notes } = trace.facts;
  for (const note of notes ?? []) if (note.lens) rank.set(note.section, NOTE_RANK[note.severity ?? 'hint']);
  for (const wait of waits) {
    if (wait.state !== 'blocked' || rank.has(wait.section)) continue;
    if (isLock(wait.kind)) rank.set(wait.section, 1e6 + (wait.seconds ?? 0));
    else if (wait.on !== undefined || (OUTSIDE.has(wait.kind) && wait.kind !== 'io' && wait.kind !== 'syscall'))
      rank.set(wait.section, wait.seconds ?? 0);
  }
  const sure = { certain: 4e9, likely: 3e9, possible: 2e9 } as const;
  const surelyHeld = new Set(holds.filter((hold) => hold.confidence !== 'possible').map((hold) => hold.of));
  const best = new Map<number, number>();
  for (const hold of holds)
    if (hold.confidence !== 'possible' || !surelyHeld.has(hold.of))
      best.set(hold.section, Math.max(best.get(hold.section) ?? 0, sure[hold.confidence]));
  for (const [section, more] of best) rank.set(section, (rank.get(section) ?? 0) + more);
  return [...rank.entries()]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, limit)
    .map(([section]) => section);
}

/** `20 → 21 → 20`: the members from this one on, the first and the last of many; numbers alone where all are goroutines. */
function cycleTitle(graph: WaitForGraph, cycle: Cycle, entity: EntityId, trace: Trace): string {
  const { members } = cycle;
  const from = members.indexOf(entity);
  const steps = members.length + 1;
  const many = steps > MOST_NAMED;
  const shown = Array.from({ length: many ? MOST_NAMED - 1 : steps }, (_, at) =>
    many && at >= 4 ? steps - 7 + at : at,
  );
  const names = shown.map((step) => entityName(graph, members[(from + step) % members.length]!, trace));
  const short = names.every((name) => /^goroutine \d+$/.test(name)) ? names.map((name) => name.slice(10)) : names;
  if (many) short.splice(4, 0, '…');
  const word = cycle.confidence === 'certain' ? t('deadlock') : t('likely deadlock');
  return `${word}: ${members.length === 1 ? t('waits for a lock that it holds itself') : short.join(' → ')}`;
}

/** What the entity does in this section: its wait, if that is where it waits now. */
function edgeIn(graph: WaitForGraph, trace: Trace, section: number, entity: EntityId): WaitEdge | undefined {
  const edge = graph.waitOf(entity);
  return edge && edge.trace === trace && waitIn(trace, section) === edge.wait ? edge : undefined;
}

/** Where a click on a note's lens leads: to who must act, else to the other places of the note. */
function noteTarget(graph: WaitForGraph, trace: Trace, note: Note): Pick<Lens, 'target' | 'places'> {
  const wait = waitIn(trace, note.section);
  const next = wait && wait.state === 'blocked' ? graph.blockerOf(wait.waiter) : undefined;
  if (next !== undefined) return { target: { entity: next } };
  return { places: note.related.map(({ span, scope }) => ({ scope: scope ?? trace.scope, span })) };
}

/** The lenses of one section: none unless it waits for somebody, holds something, or is blocked outside. */
export function lensOfSection(graph: WaitForGraph, trace: Trace, section: number): Lens[] {
  const entity = trace.sections.at(section).entity;
  const noted = notesIn(trace, section).filter((note) => note.lens);
  const lenses: Lens[] = noted.map((note) => ({
    kind: 'note',
    title: `${ICONS[note.lens!]} ${noteWords(trace, note).lens}`,
    ...noteTarget(graph, trace, note),
  }));
  if (entity === undefined) return lenses;
  const edge = edgeIn(graph, trace, section, entity);
  const cycle = edge && graph.cycleOf(entity);
  if (cycle) {
    const at = cycle.members.indexOf(entity);
    const next = cycle.members[(at + 1) % cycle.members.length]!;
    lenses.unshift({
      kind: 'deadlock',
      title: `$(error) ${cycleTitle(graph, cycle, entity, trace)}`,
      target: { entity: next },
    });
  }
  if (edge?.wait.state === 'blocked' && noted.length === 0) {
    const { wait } = edge;
    const waits = plainText(describeWait(graph, edge));
    const holder = wait.on === undefined ? undefined : graph.holdersOf(wait.on)[0];
    if (isLock(wait.kind)) {
      const icon = holder ? (holder.hold.confidence === 'possible' ? '$(question)' : '$(lock)') : '$(question)';
      const who = wait.on === undefined ? '' : ` — ${describeHolders(graph, wait.on, trace, entity)}`;
      lenses.push({
        kind: 'waits',
        title: `${icon} ${waits}${who}`,
        ...(holder ? { target: { entity: holder.hold.holder } } : {}),
      });
    } else if (holder) {
      const title = `$(arrow-right) ${waits} — ${describeHolders(graph, wait.on!, trace)}`;
      lenses.push({ kind: 'blocked', title, target: { entity: holder.hold.holder } });
    } else if (wait.kind === 'rpc' || wait.kind === 'dbus' || wait.kind === 'child' || behind(graph).of(entity) > 0)
      lenses.push({ kind: 'blocked', title: `$(debug-pause) ${waits}` });
  }
  const shown: NonNullable<ReturnType<typeof verifiedBy>>[] = [];
  for (const held of graph.heldBy(entity)) {
    // What its other sections hold is told there.
    if (held.trace !== trace || held.hold.section !== section || !worthTelling(graph, held)) continue;
    const waiters = graph.waitersOf(held.hold.of).length - Number(edge?.wait.on === held.hold.of);
    if (waiters === 0) continue;
    const all = held.hold.confidence === 'possible' ? waiters : behind(graph).of(entity) || waiters;
    const stuck = plural(waiters, '{0} waits', '{0} wait');
    const more = all > waiters ? t(', {0} in all are stuck behind it', all.toLocaleString('en-US')) : '';
    lenses.push({
      kind: 'holds',
      title: `$(key) ${describeHeld(graph, held)}: ${stuck}${more}`,
      target: { entity: held.hold.of },
    });
    const source = verifiedBy(held.hold);
    if (source && !shown.some(({ file, line }) => file === source.file && line === source.line)) shown.push(source);
  }
  const [first] = shown;
  if (first)
    lenses.push({
      kind: 'verified',
      title: `$(verified) ${lockedAt(listed(shown.map(sourceName)))}${shortOrigin(first)}`,
      ...(first.uri === undefined ? {} : { source: { uri: first.uri, line: first.line } }),
    });
  return lenses;
}
