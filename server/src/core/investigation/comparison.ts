// The comparison of dumps in words: a document with links, and the same for a terminal.

import { fromTable, plural, said, t } from '../text/l10n.js';
import { readEntity } from '../trace/entity.js';
import { siteOf } from './chains.js';
import { type Comparison, type Crowd, compare, type Dump, type Life, type LockOverTime, type Seen } from './compare.js';
import type { HoldEdge, WaitForGraph } from './graph.js';
import { describeWait, entityName, howHeld, shortFunction, whatFor } from './phrases.js';
import { placeName } from './places.js';
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
import { andMore, counted, duration, HELD, moreLocks } from './words.js';

const MOST_GROUPS = 20;
const MOST_NAMED = 3;
const MOST_CROWDS = 15;
const MOST_LOCKS = 20;

/** The comparison as Markdown, with the places in it that lead into the traces. At least two dumps. */
export const comparisonDocument = (graph: WaitForGraph, dumps: readonly Dump[]): LinkedText =>
  toMarkdown(blocks(graph, compare(graph, dumps)));

/** The same for a terminal; `stuck`: whether anybody is stuck in all dumps. */
export function comparisonReport(
  graph: WaitForGraph,
  dumps: readonly Dump[],
  options: TerminalOptions,
): { readonly text: string; readonly stuck: boolean } {
  const comparison = compare(graph, dumps);
  return { text: toTerminal(blocks(graph, comparison), options), stuck: comparison.stuck.length > 0 };
}

/** How a dump is called where several are chosen from: `dump.log:12`, and its own first words. */
export const dumpName = (graph: WaitForGraph, { trace, part }: Dump): string =>
  placeName(graph, { trace, span: trace.parts[part]!.span });

function blocks(graph: WaitForGraph, comparison: Comparison): Block[] {
  return [
    heading(1, t('Comparison of {0} dumps', comparison.dumps.length)),
    paragraph(verdict(comparison)),
    ...doubts(comparison),
    heading(2, t('Dumps')),
    list(
      comparison.dumps.map((dump, at): Line => [link(graph, dump), `: ${many(comparison, comparison.counts[at]!)}`]),
      true,
    ),
    ...stuckBlocks(graph, comparison),
    ...lockBlocks(graph, comparison),
    ...growingBlocks(graph, comparison),
    ...movedBlocks(comparison),
  ];
}

const many = ({ noun }: Comparison, count: number): string => counted(count, noun);
const all = ({ dumps }: Comparison): string =>
  dumps.length === 2 ? t('both dumps') : t('all {0} dumps', dumps.length);

function link(graph: WaitForGraph, dump: Dump): Piece {
  const { span } = dump.trace.parts[dump.part]!;
  return { place: dumpName(graph, dump), trace: dump.trace, span };
}

function verdict(comparison: Comparison): string {
  if (!comparison.numbered)
    return t(
      'These dumps give no goroutine numbers, so nobody can be followed from one to the next: only stacks that grow can be told.',
    );
  const { stuck, again, moved, idle, running, added, gone, locks } = comparison;
  const [many, where] = [counted(stuck.length, comparison.noun), all(comparison)];
  const sentences = [
    stuck.length === 0
      ? t('Nobody is stuck in {0}.', where)
      : stuck.length === 1
        ? t('{0} is stuck: in {1} in the same wait at the same place.', many, where)
        : t('{0} are stuck: in {1} in the same wait at the same place.', many, where),
  ];
  const kept = locks.filter(({ holder }) => holder === 'same place').length;
  const changed = locks.filter(({ holder }) => holder === 'changed' || holder === 'moves').length;
  if (kept > 0)
    sentences.push(
      plural(
        kept,
        '{0} lock has its holder still, at the same place.',
        '{0} locks have their holder still, at the same place.',
      ),
    );
  if (changed > 0)
    sentences.push(
      plural(
        changed,
        '{0} lock changed hands, or the holder works on: slow, not stuck.',
        '{0} locks changed hands, or the holder works on: slow, not stuck.',
      ),
    );
  const number = (list: readonly unknown[] | number): string =>
    (typeof list === 'number' ? list : list.length).toLocaleString('en-US');
  const rest = [
    ...(again.length > 0 ? [t('{0} wait at the same place again', number(again))] : []),
    t('{0} moved on', number(moved)),
    t('{0} are new', number(added)),
    t('{0} are gone', number(gone)),
    t('{0} are at rest', number(idle)),
    ...(running > 0 ? [t('{0} are not waiting, at the same place', number(running))] : []),
  ];
  return `${sentences.join(' ')} ${t('Of the others {0}.', rest.join(', '))}`;
}

/** What goroutines or threads are called in the words about them. */
export const NOUNS = {
  goroutine: {
    none: 'No goroutine is in the first and the last dump: they may be of two processes.',
    one: '{0} goroutine number',
    several: '{0} goroutine numbers',
    growing: 'Stacks that more goroutines have in the last dump than in the first.',
  },
  thread: {
    none: 'No thread is in the first and the last dump: they may be of two processes.',
    one: '{0} thread number',
    several: '{0} thread numbers',
    growing: 'Stacks that more threads have in the last dump than in the first.',
  },
} as const;

const nounsOf = ({ noun }: Comparison) => NOUNS[noun === 'thread' ? noun : 'goroutine'];

function doubts(comparison: Comparison): Block[] {
  const { known, backwards, numbered } = comparison;
  const nouns = nounsOf(comparison);
  const doubts: string[] = [];
  if (numbered && known.both === 0) doubts.push(fromTable(nouns.none));
  else if (numbered && known.alike * 2 < known.both) {
    const numbers = plural(known.both, nouns.one, nouns.several);
    const alike = known.alike.toLocaleString('en-US');
    doubts.push(
      known.alike === 1
        ? t(
            'Of {0} in the first and the last dump only {1} stands for the same function: they may be of two processes, and then nothing here holds.',
            numbers,
            alike,
          )
        : t(
            'Of {0} in the first and the last dump only {1} stand for the same function: they may be of two processes, and then nothing here holds.',
            numbers,
            alike,
          ),
    );
  }
  if (backwards)
    doubts.push(
      t('A later dump has lower numbers than an earlier one: are they in the order in which they were taken?'),
    );
  return doubts.map((doubt) => paragraph({ strong: t('Doubtful') }, `: ${doubt}`));
}

/** `goroutine 12`, as a link. */
function named({ dump, section }: Seen): Piece[] {
  const { label, head } = dump.trace.sections.at(section);
  return [{ place: label, trace: dump.trace, span: head }];
}

function stuckBlocks(graph: WaitForGraph, comparison: Comparison): Block[] {
  if (comparison.stuck.length === 0) return [];
  const groups = grouped(
    comparison.stuck,
    ({ stack, wait }) => `${stack} ${wait?.on === undefined ? '' : readEntity(wait.on).name}`,
  );
  const items = groups.slice(0, MOST_GROUPS).map((lives): Line => {
    const last = lives[0]!.at(-1)!;
    const edge = { trace: last.dump.trace, wait: { ...last.wait!, seconds: undefined } };
    const does = lives.length === 1 ? describeWait(graph, edge) : t('wait {0}', whatFor(graph, edge));
    const line: Piece[] = [
      { strong: many(comparison, lives.length) },
      ` ${does}${siteOf(edge.wait.site)}${times(lives)}: `,
    ];
    lives.slice(0, MOST_NAMED).forEach((life, at) => {
      line.push(...(at > 0 ? [', '] : []), ...named(life.at(-1)!));
    });
    if (lives.length > MOST_NAMED) line.push(andMore('', lives.length - MOST_NAMED));
    return line;
  });
  if (groups.length > items.length)
    items.push([plural(groups.length - items.length, 'and {0} more group', 'and {0} more groups')]);
  return [heading(2, t('Stuck in {0}', all(comparison))), list(items)];
}

/** `, the longest 2 min, then 7 min`: what the dumps say of the one that waits longest. */
function times(lives: readonly Life[]): string {
  const seconds = lives[0]!.map(({ wait }) => wait?.seconds);
  if (seconds.every((one) => one === undefined)) return '';
  const words = seconds.map((one) => (one === undefined ? t('no time printed') : duration(one)));
  const told = words.reduce((before, next) => t('{0}, then {1}', before, next));
  return lives.length === 1 ? `, ${told}` : t(', the longest {0}', told);
}

/** What became of a lock's holder. */
export const HOLDER: Readonly<Record<LockOverTime['holder'], string>> = {
  'same place': 'unchanged, at the same place',
  moves: 'unchanged, but it works on',
  changed: 'changed',
  unknown: 'not known',
};

function lockBlocks(graph: WaitForGraph, { locks }: Comparison): Block[] {
  if (locks.length === 0) return [];
  const rows = locks.slice(0, MOST_LOCKS).map((lock): Line[] => {
    const id = lock.ids.findLast((one) => one !== undefined)!;
    const holders = lock.holders.map((edge, at) =>
      edge ? heldBy(edge) : lock.ids[at] === undefined ? '—' : fromTable(HOLDER.unknown),
    );
    const last = lock.holders.findLast((edge) => edge !== undefined);
    const head = last?.trace.sections.at(last.hold.section).head;
    return [
      [entityName(graph, id)],
      [lock.waiters.map((count) => count.toLocaleString('en-US')).join(' → ')],
      [[...new Set(holders)].join(' → ')],
      [fromTable(HOLDER[lock.holder])],
      last && head
        ? [{ place: placeName(graph, { trace: last.trace, span: head }), trace: last.trace, span: head }]
        : ['—'],
    ];
  });
  const rest = locks.length - rows.length;
  return [
    heading(2, t('Locks')),
    table([t('Lock'), t('Waiters'), t('Holder'), t('Over time'), t('Where')], rows),
    ...(rest > 0 ? [paragraph(`${moreLocks(rest)}.`)] : []),
  ];
}

/** `likely held by goroutine 20`: the name as every dump prints it. */
const heldBy = ({ trace, hold }: HoldEdge): string =>
  fromTable(HELD[hold.confidence].by, trace.sections.at(hold.section).label) + howHeld(hold);

function growingBlocks(graph: WaitForGraph, comparison: Comparison): Block[] {
  const { growing } = comparison;
  if (growing.length === 0) return [];
  const items = growing.slice(0, MOST_CROWDS).map((crowd): Line => {
    const { trace } = crowd.example.dump;
    const { shape } = trace.sections.at(crowd.example.section);
    const { wait } = crowd.example;
    const does = wait
      ? `, ${describeWait(graph, { trace, wait: { ...wait, seconds: undefined, on: undefined } })}`
      : '';
    return [
      { strong: crowd.counts.map((count) => count.toLocaleString('en-US')).join(' → ') },
      ` ${t('in {0}', shortFunction(said(trace.shapes[shape]?.title ?? '')))}${does}${steady(crowd)}: `,
      ...named(crowd.example),
    ];
  });
  if (growing.length > items.length) items.push([moreStacks(growing.length - items.length)]);
  return [
    heading(2, t('Growing')),
    paragraph(
      fromTable(nounsOf(comparison).growing),
      ' ',
      comparison.dumps.length === 2
        ? t('One that grows without end is a leak or a jam; two dumps alone cannot tell it from load.')
        : t('One that grows without end is a leak or a jam; one that grows from dump to dump is suspect.'),
    ),
    list(items),
  ];
}

const moreStacks = (count: number): string => plural(count, 'and {0} more stack', 'and {0} more stacks');

const steady = ({ counts }: Crowd): string =>
  counts.length > 2 && counts.every((count, at) => at === 0 || count > counts[at - 1]!)
    ? t(', more in every dump')
    : '';

function movedBlocks(comparison: Comparison): Block[] {
  const items: Line[] = [];
  const tell = (title: string, lives: readonly Life[], now: boolean): void => {
    if (lives.length === 0) return;
    const groups = grouped(lives, ({ stack }) => stack);
    const line: Piece[] = [{ strong: `${title}: ${many(comparison, lives.length)}` }];
    groups.slice(0, MOST_NAMED).forEach((group, at) => {
      const example = group[0]!.at(-1)!;
      const { trace } = example.dump;
      const func = shortFunction(said(trace.shapes[trace.sections.at(example.section).shape]?.title ?? ''));
      const often = group.length > 1 ? `${group.length.toLocaleString('en-US')} ` : '';
      line.push(
        `${at === 0 ? ': ' : '; '}${often}${now ? t('now in {0}', func) : t('in {0}', func)} (`,
        ...named(example),
        ')',
      );
    });
    if (groups.length > MOST_NAMED) line.push(`; ${moreStacks(groups.length - MOST_NAMED)}`);
    items.push(line);
  };
  tell(t('At the same place again, the time started over'), comparison.again, false);
  tell(t('Moved on'), comparison.moved, true);
  const added = comparison.added.map((seen) => [seen]);
  tell(t('New'), added, false);
  return items.length > 0 ? [heading(2, t('The others')), list(items)] : [];
}

/** Lives that end alike, the most first; the order within a group stays. */
function grouped(lives: readonly Life[], key: (last: Seen) => string): (readonly Life[])[] {
  const groups = new Map<string, Life[]>();
  for (const life of lives) {
    const name = key(life.at(-1)!);
    const group = groups.get(name);
    if (group) group.push(life);
    else groups.set(name, [life]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}
