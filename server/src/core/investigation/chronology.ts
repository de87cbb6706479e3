// What happened when, by the clocks of all files: outages, waits along the chains, the moments at which dumps were taken. And
// whether the times along a chain agree.

import { fromTable, t } from '../text/l10n.js';
import { readEntity } from '../trace/entity.js';
import type { Taken, Trace } from '../trace/trace.js';
import {
  type Began,
  began,
  between,
  CLOCKS_APART,
  later,
  type Moment,
  middleOf,
  momentOf,
  momentText,
  surelyBefore,
} from './clock.js';
import type { Chain, Link, WaitForGraph } from './graph.js';
import { entityName, whatFor } from './phrases.js';
import { fileName, placeName } from './places.js';
import { type Block, heading, type Line, list, type Piece, paragraph } from './prose.js';
import { counted, duration } from './words.js';

const beganAt = (link: Link): Began | undefined => link.wait && began(link.wait.trace, link.wait.wait);

/**
 * Why the times of a link and of the next one in the chain speak against it; undefined where they agree, or nothing tells. Who
 * serves a call cannot have begun to wait for that call's sake before it was made. Who holds a lock and waits since later than
 * its waiters kept them waiting with something else at first.
 */
export function timesDoubt(graph: WaitForGraph, link: Link, next: Link): string | undefined {
  const [mine, theirs] = [beganAt(link), beganAt(next)];
  if (!mine || !theirs) return undefined;
  const lock = link.wait?.wait.on !== undefined && readEntity(link.wait.wait.on).kind === 'lock';
  const [first, second] = lock ? [mine, theirs] : [theirs, mine];
  const apart = surelyBefore(first, second);
  if (apart <= CLOCKS_APART) return undefined;
  const name = entityName(graph, next.entity);
  return lock
    ? t(
        '{0} has waited only since {1} or later, at least {2} after this wait began, so something else kept this one waiting first',
        name,
        momentText(theirs.earliest, false),
        duration(apart),
      )
    : t(
        '{0} has waited since {1} or earlier, at least {2} before this call was made, so it may be busy with another one',
        name,
        momentText(theirs.latest, false),
        duration(apart),
      );
}

const MOST_EVENTS = 60;

interface Event {
  readonly at: Moment;
  /** In which order events of one moment are told. */
  readonly rank: number;
  readonly exact: boolean;
  readonly line: Line;
}

/** The chapter; none where the files have no clocks, or tell of one moment only. */
export function timelineBlocks(graph: WaitForGraph, chains: readonly Chain[]): Block[] {
  const events = [...outages(graph), ...waits(graph, chains), ...takens(graph)];
  const anchor =
    events.find(({ at }) => at.known === 'year') ?? events.find(({ at }) => at.known === 'date') ?? events[0];
  if (!anchor || events.length < 2) return [];
  const since = (event: Event): number => between(anchor.at, event.at);
  const sorted = events.sort((a, b) => since(a) - since(b) || a.rank - b.rank);
  const placed = sorted.map((event) => ({ ...event, at: later(anchor.at, since(event)) }));
  const day = (moment: Moment): number => Math.floor(moment.seconds / 86_400);
  const dated = anchor.at.known !== 'time' && new Set(placed.map(({ at }) => day(at))).size > 1;
  const shown =
    placed.length <= MOST_EVENTS ? placed : [...placed.slice(0, MOST_EVENTS / 2), ...placed.slice(-MOST_EVENTS / 2)];
  const items = shown.map(
    ({ at, exact, line }): Line => [exact ? '' : `${t('about')} `, { strong: momentText(at, dated) }, ': ', ...line],
  );
  if (shown.length < placed.length)
    items.splice(MOST_EVENTS / 2, 0, [`… ${counted(placed.length - shown.length, 'more event')} …`]);
  const undated = anchor.at.known !== 'time' && events.some(({ at }) => at.known === 'time');
  return [
    heading(2, t('Timeline')),
    paragraph(
      t('Local times as the files print them.'),
      undated ? ` ${t('Some print no date: those are placed on the nearest day.')}` : '',
      events.some(({ exact }) => !exact)
        ? ` ${t('“About”: counted back by the minutes that a dump prints, which may be wrong by as much as 3.')}`
        : '',
    ),
    list(items),
  ];
}

const placeOf = (graph: WaitForGraph, trace: Trace, section: number): Piece => {
  const span = trace.sections.at(section).head;
  return { place: placeName(graph, { trace, span }), trace, span };
};

/** What outages are called; others by their kind. */
export const OUTAGES: Readonly<Record<string, string>> = {
  stale: 'PLEG is not healthy',
  'never-relisted': 'PLEG has never relisted',
  'cannot-list': 'the kubelet cannot list pods',
  'runtime-down': 'the container runtime is down',
};

function outages(graph: WaitForGraph): Event[] {
  return graph.traces.flatMap((trace) =>
    (trace.facts.episodes ?? [])
      .filter(({ outage }) => outage)
      .flatMap((episode): Event[] => {
        const name = fromTable(OUTAGES[episode.kind] ?? episode.kind.replaceAll('-', ' '));
        const event = (time: string | undefined, rank: number, section: number, text: string): Event[] => {
          const at = time === undefined ? undefined : momentOf(time);
          return at ? [{ at, rank, exact: true, line: [`${text} (`, placeOf(graph, trace, section), ')'] }] : [];
        };
        return [
          ...event(episode.lastRelist, 0, episode.section, t('the last relist that worked began')),
          ...event(episode.from, 1, episode.section, t('{0}, from here on', name)),
          ...event(episode.to, 0, episode.last, t('{0}: over', name)),
        ];
      }),
  );
}

/** When the waits along the chains began: calls first, then who serves them. */
function waits(graph: WaitForGraph, chains: readonly Chain[]): Event[] {
  const links = new Map(chains.flatMap((chain) => chain.links.map((link) => [link.entity, link] as const)));
  return [...links.values()].flatMap((link, rank): Event[] => {
    const since = beganAt(link);
    if (!since || !link.wait) return [];
    const { trace, wait } = link.wait;
    const exact = between(since.earliest, since.latest) < 1;
    const line: Piece[] = [
      { strong: entityName(graph, link.entity) },
      ` ${t('begins to wait {0}', whatFor(graph, { trace, wait }))}`,
      ' (',
      placeOf(graph, trace, wait.section),
      ')',
    ];
    return [{ at: middleOf(since), rank: 10 + rank, exact, line }];
  });
}

/** That it is written then, and what says so. */
export const WRITTEN: Readonly<Record<Exclude<Taken['from'], 'last line'>, string>> = {
  'file name': '{0} is written, as the file’s name says',
  'log line': '{0} is written, as its log line says',
};

/** When dumps were written. That a log ends is no event. */
function takens(graph: WaitForGraph): Event[] {
  return graph.traces.flatMap((trace) =>
    (trace.facts.taken ?? []).flatMap(({ at, from, sections }): Event[] => {
      const moment = momentOf(at);
      if (!moment || from === 'last line') return [];
      const part = trace.parts.findIndex((one) => one.sections.start === sections.start);
      const which =
        trace.parts.length > 1 ? t('dump {0} of {1}', part + 1, fileName(graph, trace)) : fileName(graph, trace);
      return [
        {
          at: moment,
          rank: 1000,
          exact: true,
          line: [`${fromTable(WRITTEN[from], which)} (`, placeOf(graph, trace, sections.start), ')'],
        },
      ];
    }),
  );
}
