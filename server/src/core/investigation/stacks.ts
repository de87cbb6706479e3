// A dump with each distinct stack printed once: what 50,000 goroutines do fits on a few screens.

import { said, t } from '../text/l10n.js';
import type { Trace, Wait } from '../trace/trace.js';
import { plainText, visible } from './escape.js';
import { inStacks, shortFunction } from './phrases.js';
import { lineOf, populationOfSection } from './places.js';
import type { LinkedText, Target } from './prose.js';
import { andMore, counted, duration } from './words.js';

/** So many goroutines of one stack are listed by name. */
const MOST_LISTED = 200;

interface Group {
  readonly shape: number;
  readonly idle: boolean;
  readonly count: number;
  readonly waits: readonly Wait[];
}

/**
 * Every distinct stack once: how many goroutines have it, for how long they have waited, and which they are. Most frequent
 * first, idle ones last. Plain text; the links lead back to each goroutine.
 */
export function groupedStacksDocument(trace: Trace): LinkedText {
  const waits = new Map<number, Wait>();
  for (const wait of trace.facts.waits) waits.set(wait.section, wait);
  const groups = trace.shapes
    .map((shape, index): Group => {
      const own = shape.sections.flatMap((section) => waits.get(section) ?? []);
      return {
        shape: index,
        idle: own.length === shape.sections.length && own.length > 0 && own.every((wait) => wait.state === 'idle'),
        count: shape.sections.reduce((sum, section) => sum + populationOfSection(trace, section), 0),
        waits: own,
      };
    })
    .sort((a, b) => Number(a.idle) - Number(b.idle) || b.count - a.count || a.shape - b.shape);
  const out: string[] = [];
  let length = 0;
  const links: { span: { start: number; end: number }; target: Target }[] = [];
  const put = (text: string): void => {
    out.push(text);
    length += text.length;
  };
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  put(`${inStacks(total, groups.length)}\n`);
  let idleBegun = false;
  for (const group of groups) {
    if (group.idle && !idleBegun) {
      idleBegun = true;
      put(`\n---- ${t('at rest: waiting for work, signals or timers')} ----\n`);
    }
    const shape = trace.shapes[group.shape]!;
    put(`\n${counted(group.count, 'goroutine')}${times(group)} ${t('in {0}', shortFunction(said(shape.title)))}\n`);
    for (const line of shape.lines) put(`    ${visible(line.replaceAll('\t', ' '), 1000)}\n`);
    put('  ');
    shape.sections.slice(0, MOST_LISTED).forEach((section, at) => {
      const { label, head } = trace.sections.at(section);
      if (at > 0) put(at % 8 === 0 ? ',\n  ' : ', ');
      const text = plainText(label);
      links.push({
        span: { start: length, end: length + text.length },
        target: { scope: trace.scope, span: head },
      });
      put(`${text}:${lineOf(trace, head.start)}`);
    });
    const rest = shape.sections.length - MOST_LISTED;
    put(rest > 0 ? `${andMore('', rest)}\n` : '\n');
  }
  return { text: out.join(''), links };
}

/** ` for 2 min to 21 h`, ` for about 5 min`; '' where no time is printed. */
function times(group: Group): string {
  const seconds = group.waits.flatMap((wait) => wait.seconds ?? []);
  if (seconds.length === 0) return '';
  let least = seconds[0]!;
  let most = least;
  for (const value of seconds) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (seconds.length < group.count) return ` ${t('for up to {0}', duration(most))}`;
  return least === most
    ? ` ${t('for about {0}', duration(most))}`
    : ` ${t('for {0} to {1}', duration(least), duration(most))}`;
}
