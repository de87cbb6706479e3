// The server dies or hangs over a file: it is started again without it, the user hears once, and nothing goes round in circles.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Guard, LONGEST_READING } from '../../client/src/guard.js';

const BAD = 'file:///bad.strace';
let told: [string, boolean][];
let restarts: number;
let sent: string[];
let again: boolean;
let guard: Guard;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  sent = [];
  restarts = 0;
  again = false;
  guard = new Guard({
    async tell(uri, hung) {
      told.push([uri, hung]);
      return again;
    },
    async restart() {
      restarts++;
    },
    send: (uri) => void sent.push(uri),
  });
});
afterEach(() => void vi.useRealTimers());

describe('a server that dies while it reads a file', () => {
  it('starts again without the file, which is named once', () => {
    guard.reading(BAD);
    expect(guard.closed(0)).toBe(true);
    expect(guard.isAside(BAD)).toBe(true);
    guard.reading(BAD); // by whatever way it came there
    expect(guard.closed(1)).toBe(true);
    expect(told).toEqual([[BAD, false]]);
  });

  it('gets the file again when it has changed', () => {
    guard.reading(BAD);
    guard.closed(0);
    expect(guard.release(BAD)).toBe(true);
    expect(guard.isAside(BAD)).toBe(false);
    expect(guard.release(BAD)).toBe(false);
  });

  it('gets the file again when the user asks, and is watched as before', async () => {
    again = true;
    guard.reading(BAD);
    guard.closed(0);
    await vi.runAllTimersAsync();
    expect(sent).toEqual([BAD]);
    guard.reading(BAD);
    again = false;
    guard.closed(1);
    await vi.runAllTimersAsync();
    expect(told).toHaveLength(2);
    expect(sent).toEqual([BAD]);
  });

  it('blames no file that was read to its end', () => {
    guard.reading(BAD);
    guard.reading(undefined);
    expect(guard.closed(0)).toBe(true);
    expect(guard.isAside(BAD)).toBe(false);
    expect(told).toEqual([]);
  });
});

it('a server that dies of nothing known is started again three times, and later again', () => {
  expect([0, 1, 2, 3].map((at) => guard.closed(at))).toEqual([true, true, true, false]);
  expect(guard.closed(1_000_000)).toBe(true);
});

it('a server that hangs over a file is ended, and one that only takes its time is not', async () => {
  guard.reading(BAD);
  await vi.advanceTimersByTimeAsync(LONGEST_READING - 1);
  guard.reading(undefined);
  await vi.advanceTimersByTimeAsync(LONGEST_READING);
  expect(restarts).toBe(0);
  guard.reading(BAD);
  await vi.advanceTimersByTimeAsync(LONGEST_READING);
  expect(restarts).toBe(1);
  expect(told).toEqual([[BAD, true]]);
  expect(guard.isAside(BAD)).toBe(true);
});
