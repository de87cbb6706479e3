// When it happened, as bars: outages by the clock of the log that tells them, waits counted back from the end of their file. A dump
// prints no clock, so the two have an axis each.

import { fromTable, t } from '../text/l10n.js';
import type { Episode } from '../trace/trace.js';
import type { WaitForGraph } from './graph.js';
import { fileName, type Place } from './places.js';
import { counted, duration } from './words.js';

/** Times in seconds: below 0 before the end of the file, or the clock's count within one year. */
export interface Axis {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  readonly bars: readonly Bar[];
  /** How many bars there is no room for. */
  readonly more: number;
}

export interface Bar {
  readonly title: string;
  /** What the bar shows, in words. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** It began then or earlier; it went on when the text ended. */
  readonly openStart: boolean;
  readonly openEnd: boolean;
  readonly bad: boolean;
  readonly place: Place | undefined;
}

/** What of a picture's box the time needs. */
interface Timed {
  readonly title: string;
  readonly kind: string;
  readonly seconds: number | undefined;
  readonly lasted: string;
  readonly place: Place | undefined;
  readonly mark: string | undefined;
}

const MOST_BARS = 30;

/** The axes that have something on them. */
export const timeline = (graph: WaitForGraph, boxes: readonly Timed[]): Axis[] => [...outages(graph), ...waits(boxes)];

// ---- waits, counted back

function waits(boxes: readonly Timed[]): Axis[] {
  const timed = boxes.filter((box) => (box.seconds ?? 0) >= 1).sort((a, b) => b.seconds! - a.seconds!);
  const longest = timed[0]?.seconds;
  if (longest === undefined) return [];
  const several = new Set(timed.map((box) => box.place?.trace.scope)).size > 1;
  return [
    {
      title: several
        ? t('Waits, counted back from the end of each file')
        : t('Waits, counted back from the end of the file'),
      from: -longest,
      to: 0,
      ticks: ticks(longest).map((at) => ({
        at: -at,
        label: at === 0 ? t('the end') : `−${at % MINUTE > 0 ? `${at} s` : duration(at)}`,
      })),
      bars: timed.slice(0, MOST_BARS).map(
        (box): Bar => ({
          title: box.title,
          text:
            box.kind === 'group'
              ? t('{0}: the longest waits {1}', box.title, box.lasted)
              : t('{0}: waits {1}', box.title, box.lasted),
          from: -box.seconds!,
          to: 0,
          openStart: true,
          openEnd: true,
          bad: box.mark !== undefined,
          place: box.place,
        }),
      ),
      more: Math.max(0, timed.length - MOST_BARS),
    },
  ];
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;
const STEPS = [
  1,
  2,
  5,
  10,
  30,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  30 * DAY,
  90 * DAY,
];

/** Round numbers of seconds from 0 up to a length, at most seven. */
function ticks(length: number): number[] {
  const step = STEPS.find((one) => length / one <= 6) ?? Math.ceil(length / 6);
  const found: number[] = [];
  for (let at = 0; at <= length; at += step) found.push(at);
  return found;
}

// ---- outages, by the clock

/** What outages are called; others by their kind. */
export const OUTAGE_BARS: Readonly<Record<string, string>> = {
  stale: 'PLEG not healthy',
  'never-relisted': 'PLEG never relisted',
  'cannot-list': 'cannot list pods',
  'runtime-down': 'container runtime is down',
};

function outages(graph: WaitForGraph): Axis[] {
  const rows = graph.traces.flatMap((trace) =>
    (trace.facts.episodes ?? []).flatMap((episode) => {
      const from = clock(episode.from ?? episode.lastRelist);
      return from === undefined ? [] : [{ trace, episode, from, to: clock(episode.to) }];
    }),
  );
  if (rows.length === 0) return [];
  const first = Math.min(...rows.map(({ from }) => from));
  // A log that goes on into January counts on.
  const times = rows.map((row) => ({
    ...row,
    to: row.to !== undefined && row.to < row.from ? row.to + 365 * DAY : row.to,
  }));
  const last = Math.max(...times.map(({ from, to }) => to ?? from));
  const length = Math.max(1, last - first);
  const open = last + Math.max(1, length * 0.05);
  const weighty = times.sort((a, b) => Number(b.episode.outage) - Number(a.episode.outage) || a.from - b.from);
  const bars = weighty.slice(0, MOST_BARS).map(({ trace, episode, from, to }): Bar => {
    const kind = fromTable(OUTAGE_BARS[episode.kind] ?? episode.kind.replaceAll('-', ' '));
    const start = clockName(episode.from ?? episode.lastRelist!);
    const since = episode.from === undefined ? t('since the last relist at {0}', start) : t('from {0}', start);
    const end = episode.to === undefined ? t('still so as the log ends') : t('to {0}', clockName(episode.to));
    const text = t(
      '{0}: {1} {2}, {3} in {4}',
      kind,
      since,
      end,
      counted(episode.count, 'line'),
      fileName(graph, trace),
    );
    return {
      title: episode.outage ? kind : t('{0} (no outage)', kind),
      text: episode.outage ? text : t('{0}, no outage', text),
      from,
      to: to ?? open,
      openStart: false,
      openEnd: to === undefined,
      bad: episode.outage,
      place: { trace, span: trace.sections.at(episode.section).head },
    };
  });
  const files = new Set(rows.map(({ trace }) => fileName(graph, trace)));
  return [
    {
      title: t('Outages, by the clock of {0}', files.size === 1 ? [...files][0]! : t('the logs')),
      from: first,
      to: bars.some((bar) => bar.openEnd) ? open : last,
      ticks: ticks(length).map((at) => ({ at: first + at, label: atClock(first + at, length) })),
      bars: bars.sort((a, b) => a.from - b.from),
      more: Math.max(0, rows.length - MOST_BARS),
    },
  ];
}

const CLOCK = /^(\d\d)(\d\d) (\d\d):(\d\d):(\d\d)(\.\d{1,9})?$/;
const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/** Seconds of the year of a klog time (no year is printed; February has 28 days here, 29 February is 1 March). */
export function clock(time: Episode['from']): number | undefined {
  const [, month, day, hour, minute, second, rest] = CLOCK.exec(time ?? '') ?? [];
  const before = DAYS_BEFORE[Number(month) - 1];
  if (before === undefined) return undefined;
  return (
    (before + Number(day) - 1) * DAY +
    Number(hour) * HOUR +
    Number(minute) * MINUTE +
    Number(second) +
    Number(rest ?? 0)
  );
}

/** `1008 16:18:22.376` as `10-08 16:18:22`. */
const clockName = (time: string): string => `${time.slice(0, 2)}-${time.slice(2, 4)} ${time.slice(5, 13)}`;

const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');

/** `16:18`, with seconds where the axis is short, with the day where it is long. */
function atClock(at: number, length: number): string {
  const inYear = at % (365 * DAY);
  const day = Math.floor(inYear / DAY);
  let month = 11;
  while (DAYS_BEFORE[month]! > day) month--;
  const s = inYear % DAY;
  const time = `${two(s / HOUR)}:${two((s % HOUR) / MINUTE)}${length < 10 * MINUTE ? `:${two(s % MINUTE)}` : ''}`;
  return length > 20 * HOUR ? `${two(month + 1)}-${two(day - DAYS_BEFORE[month]! + 1)} ${time}` : time;
}
