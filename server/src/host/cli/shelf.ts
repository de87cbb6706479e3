// What the command line keeps of the files that it has read: all of it while they are small, without their texts from then on.
// Traces that belong together wait for each other, within a limit of their own.

import { setFlagsFromString } from 'node:v8';
import { formatById, together } from '../../core/formats/index.js';
import { condense } from '../../core/trace/condense.js';
import type { Trace } from '../../core/trace/trace.js';

/** Code units of text. `whole`: so much is kept of all; `joined`: of one format's traces that belong together. */
export interface Room {
  readonly whole: number;
  readonly joined: number;
}

const MEGABYTE = 1024 * 1024;
export const ROOM: Room = { whole: 100 * MEGABYTE, joined: 200 * MEGABYTE };

const joins = (trace: Trace): boolean => {
  const format = formatById(trace.format);
  return format?.together !== undefined && (format.joins?.(trace) ?? true);
};

export class Shelf {
  readonly #room: Room;
  /** In the order of the files; those of one text together. */
  readonly #files: { traces: readonly Trace[]; whole: boolean }[] = [];
  #size = 0;
  /** By format: how much text waits to be read together. */
  readonly #waiting = new Map<string, number>();
  /** Formats of which too much belongs together. */
  readonly #alone = new Set<string>();

  constructor(room = ROOM) {
    this.#room = room;
  }

  /** The traces of one text. */
  add(traces: readonly Trace[]): void {
    if (traces.length === 0) return;
    const file = { traces, whole: true };
    this.#files.push(file);
    const before = this.#size;
    this.#size += traces[0]!.text.length;
    if (this.#size <= this.#room.whole) return;
    if (before <= this.#room.whole) tidyOften();
    for (const one of before <= this.#room.whole ? this.#files : [file]) this.#settle(one);
  }

  /** All traces, those that belong together read so. */
  all(): readonly Trace[] {
    const traces = together(this.#files.flatMap((file) => file.traces));
    const told = new Set<string>();
    return traces.map((trace) => {
      if (!this.#alone.has(trace.format) || told.has(trace.format)) return trace;
      told.add(trace.format);
      return { ...trace, problems: [...trace.problems, READ_ALONE] };
    });
  }

  #settle(file: { traces: readonly Trace[]; whole: boolean }): void {
    const waits = file.traces.find(joins);
    if (waits && !this.#alone.has(waits.format)) {
      const size = (this.#waiting.get(waits.format) ?? 0) + waits.text.length;
      this.#waiting.set(waits.format, size);
      if (size <= this.#room.joined) return;
      this.#alone.add(waits.format);
      for (const other of this.#files)
        if (
          other.whole &&
          other !== file &&
          other.traces.some((trace) => trace.format === waits.format && joins(trace))
        )
          drop(other);
    }
    drop(file);
  }
}

/**
 * Each text that was dropped is garbage of many megabytes. Left alone, the engine lets the heap grow to a multiple of what is in use
 * before it looks; now it looks when a quarter more is used. V8 reads this flag at each collection (heap/memory-controller.cc).
 */
const tidyOften = (): void => setFlagsFromString('--heap-growing-percent=25');

function drop(file: { traces: readonly Trace[]; whole: boolean }): void {
  if (!file.whole) return;
  file.traces = condense(file.traces);
  file.whole = false;
}

const READ_ALONE = { span: { start: 0, end: 0 }, code: 'read-alone', values: {} };
