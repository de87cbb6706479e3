// The layout of the picture: nothing overlaps, arrows reach their boxes, keys lead along them.

import { describe, expect, test } from 'vitest';
import { clip, layout, neighbour } from '../../client/src/picture/layout.js';
import type { PictureView } from '../../server/src/host/protocol.js';

const measure = (text: string): number => text.length * 7;

function picture(count: number, pairs: readonly (readonly [number, number])[]): Pick<PictureView, 'boxes' | 'arrows'> {
  return {
    boxes: Array.from({ length: count }, (_, at) => ({
      kind: 'actor' as const,
      title: `goroutine ${at}`,
      lines: ['waits for mutex #1'],
      mark: undefined,
      marked: '',
      count: 1,
      text: '',
      seconds: undefined,
      lasted: '',
    })),
    arrows: pairs.map(([from, to], at) => ({
      from,
      to,
      label: at % 2 ? 'likely held by' : '',
      sure: 'certain' as const,
      cycle: false,
    })),
  };
}

const CHAIN = picture(4, [
  [0, 2],
  [1, 2],
  [2, 3],
]);
const LOOP = picture(3, [
  [0, 0],
  [0, 1],
  [1, 2],
  [2, 0],
]);
const PARTS = picture(
  120,
  Array.from({ length: 60 }, (_, at) => [at * 2, at * 2 + 1] as const),
);

describe.each([
  ['a chain', CHAIN],
  ['a deadlock with a loop', LOOP],
  ['sixty parts', PARTS],
])('%s', (_, graph) => {
  const placed = layout(graph, measure);

  test('has a place for everything, inside the picture', () => {
    expect(placed.boxes).toHaveLength(graph.boxes.length);
    expect(placed.arrows).toHaveLength(graph.arrows.length);
    const points = [
      ...placed.boxes.flatMap(({ x, y, width, height }) => [
        { x, y },
        { x: x + width, y: y + height },
      ]),
      ...placed.arrows.flatMap(({ points }) => points),
    ];
    for (const { x, y } of points) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(placed.width);
      expect(y).toBeLessThanOrEqual(placed.height);
    }
  });

  test('no two boxes overlap', () => {
    for (const [at, a] of placed.boxes.entries())
      for (const b of placed.boxes.slice(at + 1))
        expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(
          true,
        );
  });

  test('arrows end at their boxes, with a label where there is one', () => {
    graph.arrows.forEach(({ from, to, label }, at) => {
      const { points } = placed.arrows[at]!;
      for (const [point, index] of [
        [points[0]!, from],
        [points.at(-1)!, to],
      ] as const) {
        const { x, y, width, height } = placed.boxes[index]!;
        expect(point.x).toBeGreaterThanOrEqual(x - 1);
        expect(point.x).toBeLessThanOrEqual(x + width + 1);
        expect(point.y).toBeGreaterThanOrEqual(y - 1);
        expect(point.y).toBeLessThanOrEqual(y + height + 1);
      }
      expect(placed.arrows[at]!.label !== undefined).toBe(label !== '');
    });
  });
});

test('who waits stands above whom it waits for', () => {
  const { boxes } = layout(CHAIN, measure);
  expect(boxes[0]!.y).toBe(boxes[1]!.y);
  expect(boxes[0]!.y).toBeLessThan(boxes[2]!.y);
  expect(boxes[2]!.y).toBeLessThan(boxes[3]!.y);
});

test('parts are packed in rows', () => {
  const { width, height } = layout(PARTS, measure);
  expect(width).toBeLessThanOrEqual(1000);
  expect(height).toBeGreaterThan(1000);
});

test('the same picture is laid out the same', () => {
  expect(layout(PARTS, measure)).toEqual(layout(PARTS, measure));
});

describe('keys', () => {
  const { boxes } = layout(CHAIN, measure);
  const key = (name: string, at: number) => neighbour(name, at, { boxes, arrows: CHAIN.arrows });

  test('down and up go along the arrows', () => {
    expect(key('ArrowDown', 0)).toBe(2);
    expect(key('ArrowDown', 2)).toBe(3);
    expect(key('ArrowDown', 3)).toBeUndefined();
    expect(key('ArrowUp', 3)).toBe(2);
    expect([0, 1]).toContain(key('ArrowUp', 2));
    expect(key('ArrowUp', 0)).toBeUndefined();
  });

  test('left and right go to the boxes beside', () => {
    const [left, right] = boxes[0]!.x < boxes[1]!.x ? [0, 1] : [1, 0];
    expect(key('ArrowRight', left)).toBe(right);
    expect(key('ArrowLeft', right)).toBe(left);
    expect(key('ArrowLeft', left)).toBeUndefined();
    expect(key('ArrowRight', 2)).toBeUndefined();
  });

  test('Home and End go to the first and the last; other keys nowhere', () => {
    expect(key('Home', 3)).toBe(0);
    expect(key('End', 0)).toBe(3);
    expect(key('a', 0)).toBeUndefined();
  });
});

test('text that is too wide is cut', () => {
  expect(clip('short', 100, measure)).toBe('short');
  expect(clip('much too long', 49, measure)).toBe('much t…');
  expect(clip('none', 0, measure)).toBe('…');
});
