// Which messages matter, found by their first four characters: one look in a table for a line that does not.

import { CALLS } from './knowledge/calls.js';
import { MESSAGES } from './knowledge/messages.js';
import { SYSTEM, UNITS } from './knowledge/system.js';

export type MessageName = keyof typeof MESSAGES | keyof typeof SYSTEM;

/** A class of messages: one of the tables' rows, or a call to the runtime that failed. */
export interface MessageClass {
  /** `call` for every call: which one is its first word. */
  readonly name: MessageName | 'call';
}

/** All classes; a class is known by its index. */
export const CLASSES: readonly MessageClass[] = [...Object.keys(MESSAGES), ...Object.keys(SYSTEM), 'call'].map(
  (name) => ({ name }) as MessageClass,
);

export const classOf = (name: MessageClass['name']): number => CLASSES.findIndex((one) => one.name === name);

const CALL = classOf('call');
const STARTED = classOf('unit-started');
const STOPPED = classOf('unit-stopped');
/** Severity F of klog: the program ends. */
export const FATAL = classOf('fatal');
/** How far behind the call's name the words are looked for that say that it failed. */
const CALL_LINE = 2000;

interface Start {
  readonly text: string;
  readonly index: number;
}

/** Beginnings by their first four characters. */
const STARTS: ReadonlyMap<number, readonly Start[]> = index();

function index(): Map<number, Start[]> {
  const starts = new Map<number, Start[]>();
  const add = (text: string, at: number): void => {
    const key = keyOf(text, 0);
    const known = starts.get(key);
    if (known) known.push({ text, index: at });
    else starts.set(key, [{ text, index: at }]);
  };
  for (const [name, row] of Object.entries({ ...MESSAGES, ...SYSTEM }))
    for (const text of row.starts) add(text, classOf(name as MessageName));
  for (const name of Object.keys(CALLS)) add(name, CALL);
  for (const known of starts.values()) known.sort((a, b) => b.text.length - a.text.length);
  return starts;
}

function keyOf(text: string, at: number): number {
  return (
    (text.charCodeAt(at) << 21) ^
    (text.charCodeAt(at + 1) << 14) ^
    (text.charCodeAt(at + 2) << 7) ^
    text.charCodeAt(at + 3)
  );
}

/** The class of the message that begins at the place; -1 where it tells nothing. */
export function classify(text: string, at: number, end: number): number {
  const starts = STARTS.get(keyOf(text, at));
  if (!starts) return -1;
  for (const start of starts) {
    if (!text.startsWith(start.text, at) || at + start.text.length > end) continue;
    if (start.index === STARTED || start.index === STOPPED) return unitIn(text, at, end) ? start.index : -1;
    if (start.index !== CALL) return start.index;
    const after = text.charCodeAt(at + start.text.length);
    if (after !== 32) continue;
    const line = text.slice(at, Math.min(end, at + CALL_LINE));
    if (line.includes('from runtime service failed') || line.includes('from image service failed')) return CALL;
  }
  return -1;
}

/** The unit of ours that a line of systemd speaks of: `docker`, `kubelet`; undefined for others. */
export function unitIn(text: string, at: number, end: number): string | undefined {
  const line = text.slice(at, Math.min(end, at + 160));
  for (const [unit, words] of Object.entries(UNITS)) if (words.some((word) => line.includes(word))) return unit;
  return undefined;
}
