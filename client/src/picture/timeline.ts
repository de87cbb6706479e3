// The timeline as SVG: a row for each bar, links to their lines.

import type { PictureView } from '../../../server/src/host/protocol.js';
import { clip, type Measure } from './layout.js';
import { svg } from './svg.js';

const ROW = 22;
const NAMES = 220;
const BARS = 520;
const TOP = 24;

type Axis = PictureView['timeline'][number];

/** Draws one axis. `open` is called with a bar's index when it is chosen. */
export function drawAxis(axis: Axis, measure: Measure, open: (at: number) => void): SVGSVGElement {
  const height = TOP + axis.bars.length * ROW + 6;
  const root = svg('svg', {
    class: 'time',
    role: 'group',
    'aria-label': axis.title,
    viewBox: `0 0 ${NAMES + BARS + 50} ${height}`,
  }) as SVGSVGElement;
  const place = (at: number): number => NAMES + (BARS * (at - axis.from)) / (axis.to - axis.from || 1);
  let free = Number.POSITIVE_INFINITY;
  for (const { at, label } of axis.ticks.toSorted((a, b) => b.at - a.at)) {
    const x = place(at);
    root.append(svg('line', { class: 'tick', x1: x, x2: x, y1: TOP - 4, y2: height - 4, 'aria-hidden': 'true' }));
    const half = measure(label, false) / 2 + 4;
    if (x + half > free) continue;
    free = x - half;
    root.append(svg('text', { class: 'tick', x, y: 14, 'aria-hidden': 'true' }, label));
  }
  const bars = axis.bars.map((bar, at) => {
    const y = TOP + at * ROW;
    const [from, to] = [place(bar.from), place(bar.to)];
    const group = svg('g', {
      class: `bar${bar.bad ? ' bad' : ''}`,
      role: bar.location ? 'link' : 'img',
      tabindex: 0,
      'aria-label': bar.text,
      'data-at': at,
    });
    group.append(svg('title', {}, bar.text));
    // The whole row is there for the mouse.
    group.append(svg('rect', { class: 'row', x: 0, y, width: NAMES + BARS + 50, height: ROW }));
    group.append(
      svg(
        'text',
        { class: 'line', x: 4, y: y + 15 },
        clip(bar.title, NAMES - 16, (t) => measure(t, false)),
      ),
    );
    const width = Math.max(3, to - from);
    group.append(svg('rect', { class: 'span', x: from, y: y + 5, width, height: ROW - 10, rx: 2 }));
    // An end that is not known points on.
    if (bar.openStart)
      group.append(svg('path', { class: 'end', d: `M${from} ${y + 5}l-7 ${(ROW - 10) / 2} 7 ${(ROW - 10) / 2}z` }));
    if (bar.openEnd)
      group.append(
        svg('path', { class: 'end', d: `M${from + width} ${y + 5}l7 ${(ROW - 10) / 2} -7 ${(ROW - 10) / 2}z` }),
      );
    return group;
  });
  root.append(...bars);
  const choose = (event: Event): void => {
    const at = bars.findIndex((bar) => event.target instanceof Node && bar.contains(event.target));
    if (at >= 0) open(at);
  };
  root.addEventListener('click', choose);
  root.addEventListener('keydown', (event) => {
    const at = bars.indexOf(event.target as SVGElement);
    const next = bars[at + (event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0)];
    if (event.key === 'Enter' || event.key === ' ') choose(event);
    else if (event.key.startsWith('Arrow') && next) next.focus();
    else return;
    event.preventDefault();
  });
  return root;
}
