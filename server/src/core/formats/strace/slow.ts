// Calls that took long, also those that signals interrupted and that were made again.

import { IntColumn, NumberColumn } from '../../text/columns.js';
import type { CallNames } from './callNames.js';
import { Role } from './calls.js';
import type { Task } from './state.js';

/** What strace delays on request is worth a mention from this part of a slow call's time on. */
const DELAYED_PART = 0.5;

interface Here {
  readonly text: string;
  readonly source: number;
  readonly start: IntColumn;
}

export class SlowCalls {
  /** First and last event of each, and seconds. */
  readonly event = new IntColumn(16);
  readonly end = new IntColumn(16);
  readonly seconds = new NumberColumn(16);
  /** From when on a call is slow. */
  readonly from: number;
  readonly #log: Here;
  readonly #calls: CallNames;

  constructor(log: Here, calls: CallNames, from: number) {
    this.#log = log;
    this.#calls = calls;
    this.from = from;
  }

  add(event: number, end: number, seconds: number): void {
    this.event.push(event);
    this.end.push(end);
    this.seconds.push(seconds);
  }

  /** A signal interrupted the call: if it is made again, it began here. */
  interrupted(task: Task, event: number, call: number, time: number, args: number): void {
    if (task.interrupted >= 0 && this.#same(task, call, args)) return;
    task.interrupted = event;
    task.interruptedTime = time;
    task.interruptedCall = call;
    task.loops = 0;
  }

  /** Whether a call is the interrupted one again. */
  #same(task: Task, call: number, args: number): boolean {
    if (this.#calls.roles[call] === Role.restart) return true;
    if (call !== task.interruptedCall || task.source !== this.#log.source) return false;
    const { text } = this.#log;
    const before = text.indexOf('(', this.#log.start.at(task.interrupted)) + 1;
    for (let k = 0; k < 48; k++) {
      const c = text.charCodeAt(args + k);
      if (c !== text.charCodeAt(before + k)) return false;
      if (c === 44 || c === 10 || c === 41 || Number.isNaN(c)) break;
    }
    return true;
  }

  /** Makes another call while one is interrupted: that one again, whose time goes on, or something else. `finished`: it has an end. */
  goesOn(task: Task, call: number, args: number, finished: boolean): void {
    if (this.#same(task, call, args)) {
      if (finished) task.interrupted = -1;
      return;
    }
    // A handler's calls come in between; a program that goes on with something else has given up.
    if (call === task.interruptedCall || ++task.loops > 16) task.interrupted = -1;
  }

  /** The call before was delayed by strace (`inject=…:delay_exit`): the next line tells how long. */
  delayed(task: Task, now: number): void {
    const seconds = now - task.delayedTime;
    const event = task.delayed;
    task.delayed = -1;
    const known = this.event.length > 0 && this.event.at(this.event.length - 1) === event;
    if (!known && seconds >= this.from * DELAYED_PART) this.add(event, event, seconds);
  }
}
