// The wait-for graph as SVG: boxes that are links to their lines, arrows between them.

import type { PictureView } from '../../../server/src/host/protocol.js';
import { type Layout, LINE, layout, MARK, type Measure, neighbour, type Point } from './layout.js';
import { svg } from './svg.js';

/** Draws the graph. `keys` says how it is used by keyboard; `open` is called with a box's index when it is chosen. */
export function drawGraph(
  picture: PictureView,
  keys: string,
  measure: Measure,
  open: (at: number) => void,
): SVGSVGElement {
  const placed = layout(picture, measure);
  const root = svg('svg', {
    class: 'graph',
    role: 'group',
    'aria-label': keys,
    viewBox: `0 0 ${Math.ceil(placed.width)} ${Math.ceil(placed.height)}`,
  }) as SVGSVGElement;
  root.append(heads());
  root.append(...picture.arrows.map((arrow, at) => drawArrow(arrow, placed.arrows[at]!)));
  const boxes = picture.boxes.map((box, at) => drawBox(box, placed.boxes[at]!, at));
  root.append(...boxes);
  const indexOf = (event: Event): number =>
    boxes.findIndex((box) => event.target instanceof Node && box.contains(event.target));
  root.addEventListener('click', (event) => {
    const at = indexOf(event);
    if (at >= 0) open(at);
  });
  root.addEventListener('keydown', (event) => {
    const at = indexOf(event);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' || event.key === ' ') open(at);
    else {
      const next = neighbour(event.key, at, { boxes: placed.boxes, arrows: picture.arrows });
      if (next === undefined) return;
      boxes[next]!.focus();
      boxes[next]!.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
    event.preventDefault();
  });
  return root;
}

/** One arrow head for each colour: a marker does not take that of its line everywhere. */
function heads(): SVGElement {
  const head = (id: string): SVGElement =>
    svg(
      'marker',
      {
        id,
        viewBox: '0 0 10 10',
        refX: 9,
        refY: 5,
        markerWidth: 9,
        markerHeight: 9,
        markerUnits: 'userSpaceOnUse',
        orient: 'auto',
      },
      svg('path', { d: 'M0 0 10 5 0 10z', class: id }),
    );
  return svg('defs', {}, head('head'), head('head-cycle'));
}

function drawArrow(arrow: PictureView['arrows'][number], { points, label }: Layout['arrows'][number]): SVGElement {
  const group = svg('g', { class: `arrow ${arrow.sure}${arrow.cycle ? ' cycle' : ''}`, 'aria-hidden': 'true' });
  group.append(svg('path', { d: curve(points), 'marker-end': `url(#head${arrow.cycle ? '-cycle' : ''})` }));
  if (label) group.append(svg('text', { x: label.x, y: label.y + 4 }, arrow.label));
  return group;
}

/** A line through the middles of the bends, rounded there. */
function curve(points: readonly Point[]): string {
  const number = (value: number): string => value.toFixed(1);
  const at = ({ x, y }: Point): string => `${number(x)} ${number(y)}`;
  const [first, ...rest] = points;
  if (!first) return '';
  let path = `M${at(first)}`;
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    if (!next) path += `L${at(point)}`;
    else path += `Q${at(point)} ${at({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`;
  });
  return path;
}

function drawBox(box: PictureView['boxes'][number], placed: Layout['boxes'][number], at: number): SVGElement {
  const { x, y, width, height, lines } = placed;
  const mark = box.mark?.includes('deadlock') ? 'cycle' : box.mark ? 'root' : '';
  const group = svg('g', {
    class: `box ${box.kind} ${mark}`.trim(),
    role: box.location ? 'link' : 'img',
    tabindex: 0,
    'aria-label': box.text,
    'data-at': at,
  });
  group.append(svg('title', {}, box.text));
  if (box.kind === 'group') group.append(svg('rect', { x: x + 4, y: y + 4, width, height, rx: 4 }));
  group.append(svg('rect', { x, y, width, height, rx: box.kind === 'thing' ? 14 : 4 }));
  let line = y + 4;
  if (box.mark) {
    group.append(svg('text', { class: 'mark', x: x + 10, y: line + 12 }, box.marked));
    line += MARK;
  }
  lines.forEach((text, index) => {
    group.append(svg('text', { class: index === 0 ? 'title' : 'line', x: x + 10, y: line + index * LINE + 13 }, text));
  });
  return group;
}
