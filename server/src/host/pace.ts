// Long work in short pieces: between them whoever waits for an answer gets it.

import type { Steps } from '../core/text/steps.js';

/** Milliseconds of work before others have their turn. */
const SLICE = 12;

/** Thrown where the work is not wanted any more. */
export class Abandoned extends Error {}

export class Pace {
  readonly #wanted: () => boolean;
  readonly #rests: boolean;
  #end = 0;

  /** `wanted` is asked after each rest. Without it the work runs through: nobody else waits. */
  constructor(wanted?: () => boolean) {
    this.#wanted = wanted ?? (() => true);
    this.#rests = wanted !== undefined;
    this.#begin();
  }

  #begin(): void {
    this.#end = performance.now() + SLICE;
  }

  /** Whether it is others' turn. */
  get due(): boolean {
    return this.#rests && performance.now() > this.#end;
  }

  /** Gives others their turn, if it is. Rejects with Abandoned where the work is not wanted any more. */
  async rest(): Promise<void> {
    if (!this.due) return;
    await new Promise((resolve) => setTimeout(resolve));
    if (!this.#wanted()) throw new Abandoned();
    this.#begin();
  }

  /** Runs steps to their end. */
  async run<T>(steps: Steps<T>): Promise<T> {
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      if (this.due) await this.rest();
    }
  }
}
