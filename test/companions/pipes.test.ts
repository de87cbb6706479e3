// A pipe that a strace log does not know and a listing beside it does: who can end the wait, and what is said where that one rests.

import { expect, it } from 'vitest';
import { parseText } from '../../server/src/core/formats/index.js';
import { buildGraph } from '../../server/src/core/investigation/graph.js';
import { verdict } from '../../server/src/core/investigation/report.js';

const STRACE = [
  'strace: Process 700 attached with 2 threads',
  '[pid   701] futex(0x7fd008, FUTEX_WAIT, 0, NULL <unfinished ...>',
  '[pid   700] epoll_wait(4,  <unfinished ...>',
  'strace: Process 720 attached',
  '[pid   720] write(2, "goroutine 1 [running]:\\n"..., 23',
  '',
].join('\n');
const LSOF = [
  'COMMAND   PID USER   FD   TYPE DEVICE SIZE/OFF   NODE NAME',
  'warden    700 root    9r  FIFO   0,13      0t0  51515 pipe',
  'lender    720 root    2w  FIFO   0,13      0t0  51515 pipe',
  'helper    710 root    2w  FIFO   0,13      0t0  51515 pipe',
  '',
].join('\n');

const graph = buildGraph([...parseText(STRACE, 'w.strace'), ...parseText(LSOF, 'lsof.txt')]);
const writer = graph.traces[0]!.facts.waits.find(({ call }) => call === 'write')!;

it('a full pipe is emptied by who has its reading end, not by another writer', () => {
  expect(graph.endersOf(writer).map(({ hold }) => hold.holder)).toEqual(['process:700']);
  expect(graph.blockerOf(writer.waiter)).toBe('process:700');
});

it('who is at rest is not called what others are stuck behind', () => {
  const text = verdict(graph);
  expect(text).toMatch(/^Thread 720 .* waits in write\(2\)/);
  expect(text).toContain('likely holds pipe 51515 (reading end) and is seen at rest in epoll_wait(4).');
});
