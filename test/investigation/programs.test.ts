// Who is meant where somebody waits for a program by its name: a process of a listing, and how sure that is.

import { expect, it } from 'vitest';
import { parseText } from '../../server/src/core/formats/index.js';

const HEAD = 'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n';
const row = (pid: number, command: string, state = 'Sl'): string =>
  `root    ${String(pid).padStart(8)}  0.0  0.0   5468  2756 ?        ${state.padEnd(4)} 23:54   0:00 ${command}\n`;

const named = (...rows: string[]) =>
  parseText(HEAD + rows.join(''), 'ps.txt')[0]!
    .facts.holds.filter(({ of }) => of.startsWith('program:'))
    .map(({ holder, of, confidence }) => `${holder} ${of} ${confidence}`);

it('the only one is likely meant; what it has started, and what has ended, is not', () => {
  expect(
    named(
      row(251, '/usr/bin/containerd-shim-runc-v2 -namespace moby'),
      row(262, '\\_ /usr/sbin/runc --systemd-cgroup create web'),
      row(274, '|   \\_ /usr/sbin/runc init', 'S'),
      row(280, '\\_ [runc] <defunct>', 'Z'),
    ),
  ).toEqual(['process:262 program:runc likely']);
});

it('of several each is possibly meant', () => {
  expect(named(row(262, 'runc create web'), row(300, '/usr/bin/docker-runc exec batch'))).toEqual([
    'process:262 program:runc possible',
    'process:300 program:runc possible',
  ]);
});
