// Finds the row of the table of events that a message fits.

import { phrase, type Value, type Values } from '../../text/l10n.js';
import { EVENTS, type EventRow } from './knowledge/events.js';

export interface Event {
  readonly row: EventRow;
  readonly values: Values;
  /** Of whom it speaks, where it names one. */
  readonly pid: string | undefined;
}

/** Longer messages are read as far as this. */
const LIMIT = 600;

export function eventOf(message: string): Event | undefined {
  const text = message.slice(0, LIMIT);
  for (const row of EVENTS) {
    const found = row.pattern.exec(text);
    if (!found) continue;
    const values: Record<string, Value> = {};
    for (const [key, value] of Object.entries(found.groups ?? {}))
      if (value !== undefined) values[key.replace(/\d$/, '')] = value;
    return { row, pid: found.groups?.pid, values: { device: phrase('the device'), cpu: '', ...values } };
  }
  return undefined;
}
