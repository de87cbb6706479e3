// How calls, tasks, times and counts of a log are said.

import { phrase, type Value } from '../../text/l10n.js';
import type { Task } from './state.js';
import type { View } from './view.js';

/** A time for people: `2 min 13 s`, `0.35 s`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '';
  if (seconds < 10) return `${Number(seconds.toPrecision(2))} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  const unit = (count: number, name: string): string => (count > 0 ? ` ${count} ${name}` : '');
  if (minutes < 60) return `${minutes} min${unit(Math.floor(seconds % 60), 's')}`;
  return `${Math.floor(minutes / 60)} h${unit(minutes % 60, 'min')}`;
}

/** Too short a time to be worth a word. */
const NO_TIME = 0.1;
export const atLeast = (seconds: number | undefined): string =>
  seconds === undefined || seconds < NO_TIME ? '' : `≥ ${duration(seconds)}`;

/** `write(5)`, or `wait4` for a call without a descriptor. */
export const whereOf = (call: string, fd: number | undefined): string => (fd === undefined ? call : `${call}(${fd})`);

/** `process 1246 (app)`, `thread 1249 (app)`. */
export function whoOf(view: View, task: Task): Value {
  const name = view.taskLabel(task);
  if (task.tid < 0) return name || phrase('the traced program');
  return task.tid === task.process.pid ? phrase('process {name}', { name }) : phrase('thread {name}', { name });
}

/** `2 slow calls`; '' for none. */
export const some = (count: number, one: string, several = `${one}s`): Value =>
  count === 0 ? '' : phrase(count === 1 ? `{0} ${one}` : `{0} ${several}`, { 0: count.toLocaleString('en-US') });

/** `3 threads in 2 processes`, `1 process`. */
export function threadsOf(tasks: readonly Task[]): Value {
  const count = new Set(tasks.map((task) => task.process)).size;
  const processes = some(count, 'process', 'processes');
  if (count === tasks.length) return processes;
  return phrase('{threads} in {processes}', { threads: some(tasks.length, 'thread'), processes });
}
