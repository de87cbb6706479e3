// The comparison of dumps in words: a document with links, and the same for a terminal.

import { readEntity } from '../trace/entity.js';
import { siteOf } from './chains.js';
import { type Comparison, type Crowd, compare, type Dump, type Life, type LockOverTime, type Seen } from './compare.js';
import type { HoldEdge, WaitForGraph } from './graph.js';
import { describeWait, entityName, howHeld, shortFunction } from './phrases.js';
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
import { counted, duration, HELD } from './words.js';

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
    heading(1, `Comparison of ${comparison.dumps.length} dumps`),
    paragraph(verdict(comparison)),
    ...doubts(comparison),
    heading(2, 'Dumps'),
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
const all = ({ dumps }: Comparison): string => (dumps.length === 2 ? 'both dumps' : `all ${dumps.length} dumps`);

function link(graph: WaitForGraph, dump: Dump): Piece {
  const { span } = dump.trace.parts[dump.part]!;
  return { place: dumpName(graph, dump), trace: dump.trace, span };
}

function verdict(comparison: Comparison): string {
  if (!comparison.numbered)
    return 'These dumps give no goroutine numbers, so nobody can be followed from one to the next: only stacks that grow can be told.';
  const { stuck, again, moved, idle, running, added, gone, locks } = comparison;
  const sentences = [
    stuck.length === 0
      ? `Nobody is stuck in ${all(comparison)}.`
      : `${many(comparison, stuck.length)} ${stuck.length === 1 ? 'is' : 'are'} stuck: in ${all(comparison)} in the same wait at the same place.`,
  ];
  const kept = locks.filter(({ holder }) => holder === 'same place').length;
  const changed = locks.filter(({ holder }) => holder === 'changed' || holder === 'moves').length;
  if (kept > 0) sentences.push(`${counted(kept, 'lock has its', 'locks have their')} holder still, at the same place.`);
  if (changed > 0)
    sentences.push(`${counted(changed, 'lock', 'locks')} changed hands, or the holder works on: slow, not stuck.`);
  const rest = [
    ...(again.length > 0 ? [`${again.length.toLocaleString('en-US')} wait at the same place again`] : []),
    `${moved.length.toLocaleString('en-US')} moved on`,
    `${added.length.toLocaleString('en-US')} are new`,
    `${gone.toLocaleString('en-US')} are gone`,
    `${idle.toLocaleString('en-US')} are at rest`,
    ...(running > 0 ? [`${running.toLocaleString('en-US')} are not waiting, at the same place`] : []),
  ];
  return `${sentences.join(' ')} Of the others ${rest.join(', ')}.`;
}

function doubts({ known, backwards, numbered, noun }: Comparison): Block[] {
  const doubts: string[] = [];
  if (numbered && known.both === 0)
    doubts.push(`No ${noun} is in the first and the last dump: they may be of two processes.`);
  else if (numbered && known.alike * 2 < known.both)
    doubts.push(
      `Of ${counted(known.both, `${noun} number`)} in the first and the last dump only ${known.alike.toLocaleString('en-US')} ${known.alike === 1 ? 'stands' : 'stand'} for the same function: they may be of two processes, and then nothing here holds.`,
    );
  if (backwards)
    doubts.push('A later dump has lower numbers than an earlier one: are they in the order in which they were taken?');
  return doubts.map((doubt) => paragraph({ strong: 'Doubtful' }, `: ${doubt}`));
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
    const does = describeWait(graph, edge);
    const line: Piece[] = [
      { strong: many(comparison, lives.length) },
      ` ${lives.length === 1 ? does : does.replace(/^waits/, 'wait')}${siteOf(edge.wait.site)}${times(lives)}: `,
    ];
    lives.slice(0, MOST_NAMED).forEach((life, at) => {
      line.push(...(at > 0 ? [', '] : []), ...named(life.at(-1)!));
    });
    if (lives.length > MOST_NAMED) line.push(` and ${(lives.length - MOST_NAMED).toLocaleString('en-US')} more`);
    return line;
  });
  if (groups.length > items.length) items.push([`and ${counted(groups.length - items.length, 'more group')}`]);
  return [heading(2, `Stuck in ${all(comparison)}`), list(items)];
}

/** `, the longest 2 min, then 7 min`: what the dumps say of the one that waits longest. */
function times(lives: readonly Life[]): string {
  const seconds = lives[0]!.map(({ wait }) => wait?.seconds);
  if (seconds.every((one) => one === undefined)) return '';
  const words = seconds.map((one) => (one === undefined ? 'no time printed' : duration(one)));
  return `, ${lives.length === 1 ? '' : 'the longest '}${words.join(', then ')}`;
}

const HOLDER: Readonly<Record<LockOverTime['holder'], string>> = {
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
      edge ? heldBy(edge) : lock.ids[at] === undefined ? '—' : 'not known',
    );
    const last = lock.holders.findLast((edge) => edge !== undefined);
    const head = last?.trace.sections.at(last.hold.section).head;
    return [
      [entityName(graph, id)],
      [lock.waiters.map((count) => count.toLocaleString('en-US')).join(' → ')],
      [[...new Set(holders)].join(' → ')],
      [HOLDER[lock.holder]],
      last && head
        ? [{ place: placeName(graph, { trace: last.trace, span: head }), trace: last.trace, span: head }]
        : ['—'],
    ];
  });
  const rest = locks.length - rows.length;
  return [
    heading(2, 'Locks'),
    table(['Lock', 'Waiters', 'Holder', 'Over time', 'Where'], rows),
    ...(rest > 0 ? [paragraph(`and ${counted(rest, 'more lock')}.`)] : []),
  ];
}

/** `likely held by goroutine 20`: the name as every dump prints it. */
const heldBy = ({ trace, hold }: HoldEdge): string =>
  `${HELD[hold.confidence].by} ${trace.sections.at(hold.section).label}${howHeld(hold)}`;

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
      ` in ${shortFunction(trace.shapes[shape]?.title ?? '')}${does}${steady(crowd)}: `,
      ...named(crowd.example),
    ];
  });
  if (growing.length > items.length) items.push([`and ${counted(growing.length - items.length, 'more stack')}`]);
  return [
    heading(2, 'Growing'),
    paragraph(
      `Stacks that more ${comparison.noun}s have in the last dump than in the first. One that grows without end is a leak or a jam; ${comparison.dumps.length === 2 ? 'two dumps alone cannot tell it from load' : 'one that grows from dump to dump is suspect'}.`,
    ),
    list(items),
  ];
}

const steady = ({ counts }: Crowd): string =>
  counts.length > 2 && counts.every((count, at) => at === 0 || count > counts[at - 1]!) ? ', more in every dump' : '';

function movedBlocks(comparison: Comparison): Block[] {
  const items: Line[] = [];
  const tell = (title: string, lives: readonly Life[], before: string): void => {
    if (lives.length === 0) return;
    const groups = grouped(lives, ({ stack }) => stack);
    const line: Piece[] = [{ strong: `${title}: ${many(comparison, lives.length)}` }];
    groups.slice(0, MOST_NAMED).forEach((group, at) => {
      const example = group[0]!.at(-1)!;
      const { trace } = example.dump;
      const func = shortFunction(trace.shapes[trace.sections.at(example.section).shape]?.title ?? '');
      const often = group.length > 1 ? `${group.length.toLocaleString('en-US')} ` : '';
      line.push(`${at === 0 ? ': ' : '; '}${often}${before}in ${func} (`, ...named(example), ')');
    });
    if (groups.length > MOST_NAMED) line.push(`; and ${counted(groups.length - MOST_NAMED, 'more stack')}`);
    items.push(line);
  };
  tell('At the same place again, the time started over', comparison.again, '');
  tell('Moved on', comparison.moved, 'now ');
  const added = comparison.added.map((seen) => [seen]);
  tell('New', added, '');
  return items.length > 0 ? [heading(2, 'The others'), list(items)] : [];
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
