// What the descriptor of a call is and where it was made, and for how long a call has waited.

import type { Target } from '../../trace/trace.js';
import type { Open, Opens } from './opens.js';
import { Mark } from './state.js';
import type { View } from './view.js';

/** The time of the log's end, from which waits are counted back. */
export class LogClock {
  readonly #view: View;
  /** Seconds; -Infinity for logs without times. */
  readonly end: number;

  constructor(view: View) {
    this.#view = view;
    this.end = Math.max(...view.logs.map((log) => (Number.isNaN(log.clock) ? Number.NEGATIVE_INFINITY : log.clock)));
  }

  /** Seconds that an open call has waited. */
  of(one: Open): number | undefined {
    const seconds = this.end - one.since;
    return Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1e6) / 1e6 : undefined;
  }

  /** Seconds from a call to the end of the log. */
  since(source: number, event: number): number | undefined {
    const log = this.#view.log(source);
    const seconds = this.end - log.timeOf(event);
    return Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1e6) / 1e6 : undefined;
  }
}

/** What the descriptor of a call is. A connection was made by its connect, unless that is the call itself. */
export function targetOf(view: View, opens: Opens, life: number, event: number): { target?: Target } {
  if (life < 0) return {};
  const { world } = view;
  const what = view.opened(world.lifeOpen.at(life));
  const file = world.lifeOpen.at(life);
  const connect = world.marks.at(file) & Mark.connected ? world.namedEvent.at(file) : -1;
  const source = world.namedSource.at(file);
  const made =
    connect >= 0 && connect !== event
      ? { source, span: view.nameSpan(source, connect) }
      : (view.madeAt(life) ?? madeFirst(view, opens, life));
  return {
    target: {
      kind: what.kind,
      name: what.name || what.kind,
      ...(made && { opened: { scope: view.log(made.source).scope, span: made.span } }),
    },
  };
}

/** The call that made the file of a descriptor first. */
export function madeFirst(
  view: View,
  opens: Opens,
  life: number,
): { source: number; span: { start: number; end: number } } | undefined {
  const { source, event } = opens.made(life);
  return event < 0 ? undefined : { source, span: view.nameSpan(source, event) };
}
