// Where boxes, arrows and lines of text go: layered from who waits (top) to who is waited for (bottom) by dagre, each connected
// part by itself, the parts packed in rows. No DOM: text is measured by the caller.

import { Graph, layout as layered } from '@dagrejs/dagre';
import type { PictureView } from '../../../server/src/host/protocol.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedBox extends Point {
  /** x and y are the upper left corner. */
  readonly width: number;
  readonly height: number;
  /** What is written, cut to fit: the title, then the other lines. */
  readonly lines: readonly string[];
}

export interface PlacedArrow {
  /** Where it bends, from end to end. */
  readonly points: readonly Point[];
  /** The middle of its label. */
  readonly label: Point | undefined;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly arrows: readonly PlacedArrow[];
}

/** The width of a text in pixels; titles are bold. */
export type Measure = (text: string, bold: boolean) => number;

export const LINE = 17;
const PADDING = 10;
/** Room for the mark above the title. */
export const MARK = 16;
const WIDEST = 340;
const GAP = 36;
const LOOP = 24;
/** Parts are put side by side up to this width, or to the widest of them. */
const ROW = 1000;

/** The layout of a picture. Deterministic; takes well below a second for 150 boxes. */
export function layout({ boxes, arrows }: Pick<PictureView, 'boxes' | 'arrows'>, measure: Measure): Layout {
  const sizes = boxes.map(({ title, lines, mark }) => {
    const texts = [title, ...lines].map((text, at) => clip(text, WIDEST - 2 * PADDING, (t) => measure(t, at === 0)));
    const width = Math.max(60, ...texts.map((text, at) => measure(text, at === 0))) + 2 * PADDING;
    return { texts, width: Math.ceil(width), height: texts.length * LINE + PADDING + (mark ? MARK : 0) };
  });
  // Whoever waits for itself gets a loop at its side, which dagre would put far away.
  const loops = new Set(arrows.flatMap(({ from, to }) => (from === to ? [from] : [])));
  const placedBoxes: PlacedBox[] = [];
  const placedArrows: PlacedArrow[] = [];
  let [x, y, rowHeight, width] = [0, 0, 0, 0];
  const parts = components(boxes.length, arrows).map((members) => {
    const inside = new Set(members);
    const graph = new Graph({ multigraph: true });
    graph.setGraph({ rankdir: 'TB', nodesep: 24, edgesep: 12, ranksep: 34, marginx: 4, marginy: 4 });
    for (const at of members) {
      const { width, height } = sizes[at]!;
      graph.setNode(String(at), { width: width + (loops.has(at) ? 2 * LOOP : 0), height });
    }
    const own = arrows.flatMap((arrow, at) => (inside.has(arrow.from) ? [at] : []));
    for (const at of own) {
      const { from, to, label } = arrows[at]!;
      if (from === to) continue;
      const size = label === '' ? { width: 0, height: 0 } : { width: measure(label, false) + 8, height: LINE };
      graph.setEdge(String(from), String(to), { ...size, labelpos: 'c' }, String(at));
    }
    layered(graph);
    return { members, own, graph, ...bounds(graph) };
  });
  const widest = Math.max(ROW, ...parts.map((part) => part.width));
  for (const part of parts) {
    if (x > 0 && x + part.width > widest) {
      y += rowHeight + GAP;
      x = 0;
      rowHeight = 0;
    }
    for (const at of part.members) {
      const { x: cx, y: cy } = part.graph.node(String(at)) as Point;
      const { width, height, texts } = sizes[at]!;
      placedBoxes[at] = {
        x: x + part.left + cx - width / 2,
        y: y + part.top + cy - height / 2,
        width,
        height,
        lines: texts,
      };
    }
    for (const at of part.own) {
      const { from, to, label } = arrows[at]!;
      if (from === to) {
        placedArrows[at] = { points: loop(placedBoxes[from]!), label: undefined };
        continue;
      }
      const edge = part.graph.edge(String(from), String(to), String(at)) as Partial<Point> & { points: Point[] };
      placedArrows[at] = {
        points: edge.points.map((point) => ({ x: x + part.left + point.x, y: y + part.top + point.y })),
        label:
          label === '' || edge.x === undefined ? undefined : { x: x + part.left + edge.x, y: y + part.top + edge.y! },
      };
    }
    x += part.width + GAP;
    width = Math.max(width, x - GAP);
    rowHeight = Math.max(rowHeight, part.height);
  }
  return { width, height: y + rowHeight, boxes: placedBoxes, arrows: placedArrows };
}

/** Out of the right side of a box and back into it. */
function loop({ x, y, width, height }: PlacedBox): Point[] {
  const right = x + width;
  const out = right + LOOP - 4;
  return [
    { x: right, y: y + height / 3 },
    { x: out, y: y + height / 3 },
    { x: out, y: y + (2 * height) / 3 },
    { x: right, y: y + (2 * height) / 3 },
  ];
}

/** The size of a part, and what it must be moved by: arrows that lead upwards reach out of what dagre reckons. */
function bounds(graph: Graph): { left: number; top: number; width: number; height: number } {
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  let [x1, y1, x2, y2] = [0, 0, width, height];
  for (const edge of graph.edges())
    for (const { x, y } of (graph.edge(edge) as { points: Point[] }).points) {
      x1 = Math.min(x1, x - 4);
      x2 = Math.max(x2, x + 4);
      y1 = Math.min(y1, y - 4);
      y2 = Math.max(y2, y + 4);
    }
  return { left: -x1, top: -y1, width: x2 - x1, height: y2 - y1 };
}

/** The text, cut with `…` where it is too wide. */
export function clip(text: string, width: number, measure: (text: string) => number): string {
  if (measure(text) <= width) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(`${text.slice(0, middle)}…`) <= width) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low)}…`;
}

/** The connected parts, each in the order of its boxes, the one with the first box first. */
function components(count: number, arrows: PictureView['arrows']): number[][] {
  const near: number[][] = Array.from({ length: count }, () => []);
  for (const { from, to } of arrows) {
    near[from]!.push(to);
    near[to]!.push(from);
  }
  const seen = new Set<number>();
  const found: number[][] = [];
  for (let start = 0; start < count; start++) {
    if (seen.has(start)) continue;
    seen.add(start);
    const part = [start];
    for (let at = 0; at < part.length; at++)
      for (const next of near[part[at]!]!)
        if (!seen.has(next)) {
          seen.add(next);
          part.push(next);
        }
    found.push(part.sort((a, b) => a - b));
  }
  return found;
}

/**
 * Which box a key leads to from another one: down and up along the arrows, left and right among the boxes
 * beside it, Home and End. Undefined where there is none.
 */
export function neighbour(
  key: string,
  at: number,
  { boxes, arrows }: { readonly boxes: readonly PlacedBox[]; readonly arrows: PictureView['arrows'] },
): number | undefined {
  const middle = (index: number): Point => {
    const { x, y, width, height } = boxes[index]!;
    return { x: x + width / 2, y: y + height / 2 };
  };
  const here = middle(at);
  const nearest = (indexes: readonly number[]): number | undefined =>
    indexes.toSorted((a, b) => Math.abs(middle(a).x - here.x) - Math.abs(middle(b).x - here.x))[0];
  if (key === 'ArrowDown') return nearest(arrows.flatMap(({ from, to }) => (from === at && to !== at ? [to] : [])));
  if (key === 'ArrowUp') return nearest(arrows.flatMap(({ from, to }) => (to === at && from !== at ? [from] : [])));
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    const side = key === 'ArrowLeft' ? -1 : 1;
    const row = boxes.flatMap(({ y, height }, index) => {
      const level = y < here.y && here.y < y + height;
      return index !== at && level && (middle(index).x - here.x) * side > 0 ? [index] : [];
    });
    return nearest(row);
  }
  if (key === 'Home') return boxes.length > 0 ? 0 : undefined;
  if (key === 'End') return boxes.length > 0 ? boxes.length - 1 : undefined;
  return undefined;
}
