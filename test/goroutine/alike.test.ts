// Two goroutines that the same things tie to a lock: both are told, and which one comes first.

import { expect, it } from 'vitest';
import { goroutine } from '../../server/src/core/formats/goroutine/index.js';

const CACHE = '0xc000100000';
const waiter = (id: number): string =>
  `goroutine ${id} [semacquire]:\nsync.runtime_SemacquireMutex(0x0?, 0x0?, 0x0?)\n\t/go/src/runtime/sema.go:77 +0x25\nsync.(*Mutex).lockSlow(0xc000100020)\n\t/go/src/sync/mutex.go:171 +0x15d\nsync.(*Mutex).Lock(...)\n\t/go/src/sync/mutex.go:90\nmain.(*Cache).Get(${CACHE})\n\t/src/cache.go:20 +0x8d\ncreated by main.main\n\t/src/main.go:10 +0x1\n\n`;
const worker = (id: number): string =>
  `goroutine ${id} [chan receive]:\nmain.(*Cache).janitor(${CACHE})\n\t/src/cache.go:86 +0x8f\nmain.main.func1()\n\t/src/main.go:11 +0x2\ncreated by main.main\n\t/src/main.go:11 +0x1\n\n`;
const caller = (id: number): string =>
  `goroutine ${id} [select]:\nnet/http.(*persistConn).roundTrip(0xc0003, 0xc0004)\n\t/go/src/net/http/transport.go:2620 +0x974\nnet/http.(*Client).Do(...)\n\t/go/src/net/http/client.go:581\nmain.load(0x1)\n\t/src/cache.go:112 +0x6a\nmain.(*Cache).fill(${CACHE})\n\t/src/cache.go:63 +0x150\nmain.main.func2()\n\t/src/main.go:12 +0x2\ncreated by main.main\n\t/src/main.go:12 +0x1\n\n`;

it.each([
  ['the worker', worker(5) + caller(6), 6],
  ['the caller', caller(5) + worker(6), 5],
])('the one that is in a call of another program comes first, also where %s stands first', (_, text, first) => {
  const { holds, unheld } = goroutine.parse(text + waiter(20) + waiter(21), 'dump').facts;
  expect(holds.map(({ holder }) => holder).slice(0, 2)).toEqual([
    `goroutine:${first}@dump`,
    `goroutine:${11 - first}@dump`,
  ]);
  expect(holds.every(({ confidence }) => confidence === 'possible')).toBe(true);
  expect(unheld.map(({ reason }) => reason)).toEqual(['too-close']);
});
