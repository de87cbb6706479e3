// The events of a log, as rows of number columns.

import { ByteColumn, IntColumn } from '../../text/columns.js';

export class Events {
  /** How many there are. In the order of the text, each is a row: */
  length = 0;
  /** Where its line begins. */
  readonly start: IntColumn;
  readonly shape: ByteColumn;
  /** Index of the task. */
  readonly task: IntColumn;
  /** The number of the call's name; -1 for other events. */
  readonly call: IntColumn;
  /** The life of the descriptor that is the first argument; -1. */
  readonly life: IntColumn;
  /** The other half; -1. */
  readonly link: IntColumn;
  #capacity: number;

  /** @param expected so many there may be. */
  constructor(expected: number) {
    this.start = new IntColumn(expected);
    this.shape = new ByteColumn(expected);
    this.task = new IntColumn(expected);
    this.call = new IntColumn(expected);
    this.life = new IntColumn(expected);
    this.link = new IntColumn(expected);
    this.#capacity = this.start.items.length;
  }

  /** A row of all columns: one test for room, where each column's own would be six. */
  protected push(start: number, shape: number, task: number, call: number, life: number, link: number): void {
    const row = this.length;
    if (row === this.#capacity) this.#grow();
    this.start.items[row] = start;
    this.shape.items[row] = shape;
    this.task.items[row] = task;
    this.call.items[row] = call;
    this.life.items[row] = life;
    this.link.items[row] = link;
    this.length = row + 1;
  }

  #grow(): void {
    const size = Math.max(64, this.#capacity * 2);
    for (const column of [this.start, this.task, this.call, this.life, this.link])
      column.items = grown(column.items, new Int32Array(size));
    this.shape.items = grown(this.shape.items, new Uint8Array(size));
    this.#capacity = size;
  }
}

function grown<A extends Int32Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
