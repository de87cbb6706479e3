// What a journal means: episodes and outages, what the kubelet waits for, and the marks of neighbours.

import { joined, type Phrase, phrase, type Value, type Values } from '../../text/l10n.js';
import type { Steps } from '../../text/steps.js';
import { globalEntity } from '../../trace/entity.js';
import type { EntityId, Episode, Facts, Note, Taken, Target, Wait } from '../../trace/trace.js';
import { unitIn } from './classes.js';
import { type EpisodeKind, Episodes, type Failure, type Spell } from './episodes.js';
import { containerIn, type Events } from './events.js';
import { CALLS } from './knowledge/calls.js';
import { ERRORS } from './knowledge/errors.js';
import { KINDS, PHRASES } from './knowledge/notes.js';
import { RUNTIMES } from './knowledge/runtimes.js';
import type { Journal } from './parse.js';
import { between, clockText, klogText, shortClock } from './time.js';

/** One outage: the episodes that belong together, the one that names it first. */
export interface Outage {
  readonly spells: readonly Spell[];
  /** The first and the last record of it. */
  readonly first: number;
  readonly last: number;
}

/** What `factsOf` found on its way, for the trace's outline, mentions and folds. */
export interface JournalFacts extends Facts {
  readonly outages: readonly Outage[];
  readonly spells: readonly Spell[];
  readonly events: Events;
  readonly runtime: string;
}

/** Which kind names an outage that has several. */
const RANK: readonly EpisodeKind[] = [
  'stale',
  'runtime-down',
  'cannot-list',
  'never-relisted',
  'runtime-check',
  'evented-channel-full',
  'evented-stream-failed',
  'kubelet-exits',
  'api-server',
  'network',
  'other',
];
/** Episodes of one process this close together are one outage. */
const TOGETHER_MS = 60_000;
/** Relists that fail so close together are a flapping node. */
const FLAPPING_MS = 600_000;
const MOST_MARKS = 100;
const MOST_NOTES = 300;
const MOST_RELATED = 20;

export function* factsOf(journal: Journal): Steps<JournalFacts> {
  const episodes = new Episodes(journal);
  yield* episodes.read();
  const { events, spells } = episodes;
  const runtime = runtimeOf(journal);
  const outages = outagesOf(events, spells);
  const groups = flapping(outages);
  const notes: Note[] = [
    ...groups.map((group) => outageNote(events, group, runtime)),
    ...harmlessNotes(events, spells),
    ...marks(events),
  ].sort((a, b) => a.section - b.section);
  return {
    waits: groups.flatMap((group) => {
      // A node that flaps hangs in the same call again, as long as nothing else is said.
      let suspect: Failure | undefined;
      return group.flatMap((outage) => {
        suspect = suspectIn(outage) ?? suspect;
        return waitOf(events, outage, runtime, suspect) ?? [];
      });
    }),
    holds: [],
    unheld: [],
    notes,
    episodes: spells.map((spell) => episodeOf(events, spell)),
    taken: outages.flatMap((outage) => takenOf(outage) ?? []),
    summary: { name: 'journal', values: summaryOf(journal, outages.length) },
    names: new Map([[KUBELET, 'kubelet']]),
    outages,
    spells,
    events,
    runtime,
  };
}

export const KUBELET: EntityId = globalEntity('program', 'kubelet');

const MOST_PROGRAMS = 4;

function summaryOf(journal: Journal, outages: number): Values {
  const count = (one: string, many: string, number: number): Phrase =>
    number === 1 ? fill(one) : fill(many, { count: number.toLocaleString('en-US') });
  const programs = journal.authors
    .filter(({ name, records }) => name !== '' && records > 0)
    .sort((a, b) => b.records - a.records)
    .map(({ name }) => name);
  const names = programs.slice(0, MOST_PROGRAMS).join(', ');
  return {
    records: count(PHRASES.entry, PHRASES.entries, journal.length),
    programs:
      programs.length > MOST_PROGRAMS
        ? fill(PHRASES.more, { names, count: String(programs.length - MOST_PROGRAMS) })
        : names,
    outages: outages === 0 ? fill(PHRASES.noOutage) : count(PHRASES.outage, PHRASES.outages, outages),
  };
}

/** How far into a text the runtime is looked for, from each of its failures and from its start. */
const RUNTIME_HEAD = 1 << 20;

function runtimeOf(journal: Journal): string {
  const head = journal.text.slice(0, RUNTIME_HEAD);
  for (const [name, { words }] of Object.entries(RUNTIMES)) if (words.some((word) => head.includes(word))) return name;
  return 'unknown';
}

function episodeOf(events: Events, spell: Spell): Episode {
  const over = spell.recovered ?? (spell.open ? undefined : spell.until);
  return {
    kind: spell.kind,
    outage: spell.harmless === undefined,
    section: events.record(spell.first),
    last: events.record(spell.last),
    count: spell.count,
    ...(spell.lastRelist !== undefined && { lastRelist: klogText(spell.lastRelist) }),
    ...(spell.thresholdSeconds !== undefined && { thresholdSeconds: spell.thresholdSeconds }),
    ...(spell.from !== undefined && { from: klogText(spell.from) }),
    ...(over !== undefined && { to: klogText(over) }),
  };
}

/** Outages: episodes of one process that overlap or follow each other at once. */
function outagesOf(events: Events, spells: readonly Spell[]): Outage[] {
  const groups: Spell[][] = [];
  const last = new Map<string, Spell[]>();
  for (const spell of spells) {
    if (spell.harmless) continue;
    const group = last.get(spell.who);
    const before = group?.at(-1);
    // Another last relist is another outage.
    const apart = spell.lastRelist !== undefined && group?.some((one) => one.lastRelist !== undefined);
    if (group && before && !apart && touching(before, spell)) group.push(spell);
    else {
      const fresh = [spell];
      groups.push(fresh);
      last.set(spell.who, fresh);
    }
  }
  return groups.map((group) => {
    const records = group.flatMap((spell) => [events.record(spell.first), events.record(spell.last)]);
    return {
      spells: group.toSorted((a, b) => RANK.indexOf(a.kind) - RANK.indexOf(b.kind)),
      first: records.reduce((a, b) => Math.min(a, b)),
      last: records.reduce((a, b) => Math.max(a, b)),
    };
  });
}

function touching(before: Spell, after: Spell): boolean {
  if (before.until === undefined || after.from === undefined) return true;
  const end = before.recovered ?? before.until;
  return between(end, after.from) <= Math.max(TOGETHER_MS, before.kind === 'cannot-list' ? 240_000 : 0);
}

/** Outages of one process with a short while between them, as one group: the node flaps. */
function flapping(outages: readonly Outage[]): Outage[][] {
  const groups: Outage[][] = [];
  for (const outage of outages) {
    const group = groups.at(-1);
    const before = group?.at(-1)?.spells[0];
    const spell = outage.spells[0]!;
    if (
      group &&
      before &&
      before.who === spell.who &&
      before.kind === spell.kind &&
      spell.from !== undefined &&
      before.until !== undefined &&
      between(before.until, spell.from) <= FLAPPING_MS
    )
      group.push(outage);
    else groups.push([outage]);
  }
  return groups;
}

/** The call that an outage hangs in, if the text shows one: of the relist's own calls the first that got no answer. */
export function suspectOf(spell: Spell): Failure | undefined {
  const named = spell.failures.filter((failure) => failure.call !== '');
  const hangs = named.filter((failure) => ERRORS[failure.error].means === 'hangs');
  const relist = (failures: readonly Failure[]): Failure | undefined =>
    failures.find((failure) => CALLS[failure.call]?.relist);
  return relist(hangs) ?? hangs[0] ?? relist(named) ?? named.find((failure) => ERRORS[failure.error].means === 'gone');
}

const suspectIn = (outage: Outage): Failure | undefined => {
  for (const spell of outage.spells) {
    const suspect = suspectOf(spell);
    if (suspect) return suspect;
  }
  return undefined;
};

/** One of the phrases, to be said. */
const fill = (template: string, values: Values = {}): Phrase => ({ phrase: template, values });

function outageNote(events: Events, group: readonly Outage[], runtime: string): Note {
  const outage = group[0]!;
  const final = group.at(-1)!;
  const spell = outage.spells[0]!;
  const end = final.spells[0]!;
  const lines = group.reduce((sum, one) => sum + one.spells.reduce((all, { count }) => all + count, 0), 0);
  const suspect = suspectIn(outage);
  const relist = outage.spells.find((one) => one.lastRelist !== undefined)?.lastRelist;
  const from = outage.spells.reduce<number | undefined>(
    (least, one) => (one.from === undefined || (least !== undefined && least <= one.from) ? least : one.from),
    undefined,
  );
  const over = end.recovered ?? (end.open ? undefined : end.until);
  const start = from === undefined ? '' : shortClock(from);
  let when = fill(PHRASES.untimed);
  if (from !== undefined) {
    if (over === undefined) when = fill(PHRASES.since, { from: start });
    else if (shortClock(over) === start) when = fill(PHRASES.once, { from: start });
    else when = fill(PHRASES.during, { from: start, to: shortClock(over) });
  }
  const period = periodOf(group);
  let flaps: Value = '';
  if (group.length > 1)
    flaps =
      period === undefined
        ? fill(PHRASES.longFlapping, { count: String(group.length) })
        : fill(PHRASES.flapping, { count: String(group.length), seconds: String(period) });
  let call: Value = '';
  let because: Value = '';
  if (suspect) {
    const phrase = ERRORS[suspect.error].means === 'hangs' ? PHRASES.timedOut : PHRASES.failed;
    call = fill(phrase, { call: suspect.call, error: suspect.error });
    const container = containerIn(events.words(suspect.event))?.id;
    because = container ? joined('', [call, fill(PHRASES.container, { id: container })]) : call;
  }
  const also = [...new Set(outage.spells.slice(1).map((one) => KINDS[one.kind]))].filter(
    (name) => name !== KINDS[spell.kind],
  );
  return {
    code: `${spell.kind}.${runtime}.${meaning(outage, suspect)}`,
    about: 'outage',
    severity: 'error',
    lens: 'outage',
    section: outage.first,
    span: lineOf(events.journal, outage.first),
    entity: KUBELET,
    values: {
      when,
      relist: relist === undefined ? '' : shortClock(relist),
      lastRelist: relist === undefined ? '' : clockText(relist),
      before: relist !== undefined && firstTime(events, relist) ? fill(PHRASES.before) : '',
      flaps,
      lines: lines === 1 ? fill(PHRASES.line) : fill(PHRASES.lines, { count: lines.toLocaleString('en-US') }),
      count: String(lines),
      call,
      because,
      also: joined(
        ', ',
        also.map((kind) => fill(kind)),
      ),
    },
    related: [
      ...(suspect ? [{ span: lineOf(events.journal, events.record(suspect.event)), name: 'call' }] : []),
      ...group.slice(1, MOST_RELATED).map((one) => ({ span: lineOf(events.journal, one.first), name: 'again' })),
      ...(final.last > outage.first ? [{ span: lineOf(events.journal, final.last), name: 'last' }] : []),
    ],
  };
}

/** Whether the runtime hangs or is gone, as the failed calls say; where none does, by the kind's own nature. */
function meaning(outage: Outage, suspect: Failure | undefined): 'hangs' | 'gone' {
  if (suspect) return ERRORS[suspect.error].means === 'gone' ? 'gone' : 'hangs';
  for (const spell of outage.spells)
    for (const error of spell.errors) if (ERRORS[error].means === 'gone') return 'gone';
  return 'hangs';
}

/** Whether the instant lies before the first time that the text gives. */
function firstTime(events: Events, instant: number): boolean {
  const { journal } = events;
  const first = journal.klog >= 0 ? events.klogOf(journal.klog) : undefined;
  return first !== undefined && between(instant, first) > 0;
}

/** Seconds from one relist to the next, where they keep time within a tenth. */
function periodOf(group: readonly Outage[]): number | undefined {
  const starts = group.flatMap((one) => one.spells[0]!.lastRelist ?? one.spells[0]!.from ?? []);
  if (starts.length < group.length || starts.length < 2) return undefined;
  const steps = starts.slice(1).map((start, index) => between(starts[index]!, start) / 1000);
  const mean = steps.reduce((a, b) => a + b, 0) / steps.length;
  return steps.every((step) => Math.abs(step - mean) <= mean / 10) ? Math.round(mean) : undefined;
}

function harmlessNotes(events: Events, spells: readonly Spell[]): Note[] {
  const notes: Note[] = [];
  for (const spell of spells) {
    const code = spell.harmless;
    if (code !== 'start-up' && code !== 'planned' && code !== 'one-pod') continue;
    if (notes.length >= MOST_NOTES) break;
    const record = events.record(spell.first);
    if (notes.some((note) => note.section === record)) continue;
    notes.push({
      code,
      about: 'mark',
      severity: code === 'one-pod' ? 'information' : undefined,
      lens: 'info',
      section: record,
      span: lineOf(events.journal, record),
      values: { count: String(spell.count) },
      related: [],
    });
  }
  return notes;
}

/** The call as the runtime's own dump names it; docker's API behind dockershim. */
export function rpcOf(call: string, runtime: string): EntityId | undefined {
  const row = Object.hasOwn(CALLS, call) ? CALLS[call] : undefined;
  if (!row) return undefined;
  return globalEntity('rpc', runtime === 'docker' && row.docker ? `Docker/${row.docker}` : `${row.service}/${call}`);
}

/** The kubelet's wait in an outage: the first link of the chain. */
function waitOf(events: Events, outage: Outage, runtime: string, suspect: Failure | undefined): Wait | undefined {
  const spell = outage.spells[0]!;
  if (!['stale', 'runtime-down', 'cannot-list', 'never-relisted', 'runtime-check'].includes(spell.kind))
    return undefined;
  const since = outage.spells.find((one) => one.lastRelist !== undefined)?.lastRelist ?? spell.from;
  const until = spell.recovered ?? spell.until;
  const row = suspect && CALLS[suspect.call];
  const container = suspect && containerIn(events.words(suspect.event))?.id;
  const target: Target | undefined = container ? { kind: 'container', name: container } : undefined;
  const program = RUNTIMES[runtime]!.program;
  const ends = outage.spells.every((one) => !one.open);
  const on = row ? rpcOf(suspect.call, runtime) : runtime === 'unknown' ? undefined : globalEntity('program', program);
  return {
    waiter: KUBELET,
    section: outage.first,
    span: lineOf(events.journal, outage.first),
    on,
    kind: 'rpc',
    state: ends ? 'slow' : 'blocked',
    seconds: since === undefined || until === undefined ? undefined : Math.max(0, between(since, until) / 1000),
    topic: { kind: 'wait', name: row ? 'call' : 'relist' },
    site: suspect?.call ?? '',
    ...(target && { target }),
  };
}

/** An outage's wait is counted back from its last line. */
function takenOf(outage: Outage): Taken | undefined {
  const spell = outage.spells[0]!;
  const until = spell.recovered ?? spell.until;
  if (until === undefined) return undefined;
  const klog = klogText(until);
  return {
    at: `${klog.slice(0, 2)}-${klog.slice(2)}`,
    from: 'last line',
    sections: { start: outage.first, end: outage.first + 1 },
    within: 0,
  };
}

/** The record's first line. */
export function lineOf(journal: Journal, record: number): { start: number; end: number } {
  const start = journal.start.at(record);
  let end = journal.text.indexOf('\n', start);
  if (end < 0) end = journal.text.length;
  while (end > start && journal.text.charCodeAt(end - 1) === 13) end--;
  return { start, end };
}

/** What the neighbours' lines say. */
function marks(events: Events): Note[] {
  const notes: Note[] = [];
  const seen = new Map<string, number>();
  let slices = 0;
  let firstSlice = -1;
  let lastSlice = -1;
  let lastOom: number | undefined;
  const add = (
    event: number,
    code: string,
    severity: Note['severity'],
    lens: Note['lens'],
    values: Values = {},
  ): void => {
    const count = seen.get(code) ?? 0;
    seen.set(code, count + 1);
    if (count >= MOST_MARKS) return;
    const record = events.record(event);
    if (notes.at(-1)?.section === record) return;
    notes.push({
      code,
      about: 'mark',
      severity,
      lens,
      section: record,
      span: lineOf(events.journal, record),
      values,
      related: [],
    });
  };
  for (let event = 0; event < events.length; event++) {
    switch (events.name(event)) {
      case 'bus-release':
        if (events.words(event).includes('Operation not supported') && !seen.has('bus-overrun'))
          add(event, 'bus-overrun', 'error', 'error');
        break;
      case 'pending-replies':
        if (events.words(event).includes('maximum number of pending replies') && !seen.has('bus-silent'))
          add(event, 'bus-silent', 'warning', 'error');
        break;
      case 'test-slice':
        if (slices++ === 0) firstSlice = event;
        lastSlice = event;
        break;
      case 'oom': {
        if (events.plain(event)) break; // the kernel log's own format tells
        const words = events.words(event);
        const killed = /(?:Killed? process|task=)\s?(?:\d{1,10} ?[(,]? ?)?\(?([^(),\s]{1,40})/.exec(words)?.[1];
        const stamp = events.stamp(event);
        const same = lastOom !== undefined && (stamp === undefined || Math.abs(between(lastOom, stamp)) <= 2000);
        lastOom = stamp ?? lastOom;
        if (same) break;
        const cgroup = words.includes('cgroup') || words.includes('memcg');
        add(event, 'oom', 'warning', 'error', {
          process: killed ?? '?',
          where: cgroup ? phrase('a memory cgroup') : phrase('the node'),
        });
        break;
      }
      case 'hung-task': {
        if (events.plain(event)) break;
        const found = /^INFO: task (\S{1,40}):(\d{1,10}) blocked for more than (\d{1,6}) seconds/.exec(
          events.words(event),
        );
        if (found)
          add(event, 'hung-task', 'warning', 'blocked', { process: `${found[1]} ${found[2]}`, seconds: found[3]! });
        break;
      }
      case 'crash':
        add(event, 'crash', 'error', 'error');
        break;
      case 'panic':
        add(event, 'panic', 'error', 'error');
        break;
      case 'fatal':
        add(event, 'fatal', 'error', 'error');
        break;
      case 'dump-written':
        add(event, 'dump-here', undefined, 'info');
        break;
      case 'unit-failed': {
        const words = events.words(event);
        const how = /(?:main process exited|Main process exited), (code=\S{1,20}, status=\S{1,30})/i.exec(words)?.[1];
        if (!how || /status=0\/SUCCESS|status=143|status=15\/TERM/.test(how)) break;
        const unit = /([\w-]{1,40})\.service/.exec(words)?.[1] ?? unitIn(words, 0, words.length) ?? '?';
        add(event, 'unit-ended', 'warning', 'error', { unit, how: how.replace(/,$/, '') });
        break;
      }
      default:
    }
  }
  if (slices > 1) {
    const from = events.stamp(firstSlice);
    const to = events.stamp(lastSlice);
    const hours = from === undefined || to === undefined ? 0 : between(from, to) / 3_600_000;
    const count = Math.round((slices - 1) / hours).toLocaleString('en-US');
    const rate = hours > 0 ? phrase(', {count} an hour', { count }) : '';
    seen.clear();
    add(firstSlice, 'test-slices', 'information', 'info', { count: String(slices), rate });
  }
  return notes;
}
