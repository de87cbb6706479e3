// The registry: every format, one line each.

import { finish, type Steps } from '../text/steps.js';
import { markAlike, markExcerpt } from '../trace/builder.js';
import type { Topic, Trace } from '../trace/trace.js';
import { busctl } from './busctl/index.js';
import { dbusMonitor } from './dbus-monitor/index.js';
import { detectId } from './detect.js';
import type { Article, Format, ReadOptions } from './format.js';

export { HEAD_SIZE } from './detect.js';

import { gdb } from './gdb/index.js';
import { goroutine } from './goroutine/index.js';
import { journal } from './journal/index.js';
import { kernelLog } from './kernel-log/index.js';
import { lsof } from './lsof/index.js';
import { procFiles } from './proc-files/index.js';
import { processList } from './process-list/index.js';
import { socketList } from './socket-list/index.js';
import { strace } from './strace/index.js';

export const formats: readonly Format[] = [
  goroutine,
  journal,
  strace,
  processList,
  lsof,
  socketList,
  procFiles,
  busctl,
  dbusMonitor,
  gdb,
  kernelLog,
];

/** The surest format, if any is sure enough, from the document's first `HEAD_SIZE` code units. */
export function detectFormat(text: string): Format | undefined {
  const id = detectId(text);
  return id === undefined ? undefined : formatById(id);
}

/**
 * The traces of a text: one of the format that it is (by `detectFormat`, unless the caller knows better), then one for each other
 * format that finds something of its own in it. None where it is no trace.
 */
export const parseText = (
  text: string,
  scope: string,
  known = detectFormat(text),
  options: ReadOptions = {},
): Trace[] => finish(traces(text, scope, known, options));

/**
 * The same in pieces of a few milliseconds, where the formats can, with the facts worked out. `before`: what its
 * beginning said.
 */
export const readText = (
  text: string,
  scope: string,
  known: Format,
  options: ReadOptions,
  before: Beginning = { length: 0, traces: [] },
): Steps<Trace[]> => traces(text, scope, known, options, before);

/** A text to which more has been written since. */
export interface Beginning {
  /** Code units. */
  readonly length: number;
  /** Nobody asks them any more. */
  readonly traces: readonly Trace[];
}

function* traces(
  text: string,
  scope: string,
  known: Format | undefined,
  options: ReadOptions,
  before?: Beginning,
): Steps<Trace[]> {
  if (!known) return [];
  const then = (format: Format): Trace | undefined => before?.traces.find((trace) => trace.format === format.id);
  /** Whether others were looked for: where all lines are understood there are none. */
  const mixed = ({ lines }: Trace): boolean => known.wraps || lines.understood < lines.total;
  const beginning = then(known);
  /** Where the first line begins that others were not looked for in. */
  const from = before && beginning && mixed(beginning) ? text.lastIndexOf('\n', before.length - 1) + 1 : 0;
  function* read(format: Format): Steps<Trace> {
    const trace =
      before && format.read
        ? yield* format.read(text, scope, options, then(format))
        : format.parse(text, scope, undefined, options);
    if (options.excerpt) markExcerpt(trace, options.excerpt);
    return trace;
  }
  const first = yield* read(known);
  const traces = [first];
  if (!mixed(first)) return traces;
  for (const format of formats) {
    if (format === known || (known.wraps && !format.logged)) continue;
    yield;
    if (!then(format) && !format.occurs?.(text, from)) continue;
    const trace = yield* read(format);
    if (trace.sections.length > 0) traces.push(trace);
  }
  return traces;
}

/** The same traces, each with what the others of its format add. */
export function together(traces: readonly Trace[]): readonly Trace[] {
  const all = [...traces];
  for (const format of formats) {
    if (!format.together) continue;
    const places = traces.flatMap((trace, at) => (trace.format === format.id ? [at] : []));
    if (places.length < 2) continue;
    const refined = format.together(places.map((at) => traces[at]!));
    places.forEach((at, index) => {
      all[at] = refined[index]!;
      markAlike(all[at], traces[at]!);
    });
  }
  return all;
}

export const formatById = (id: string): Format | undefined => formats.find((format) => format.id === id);

/** The article on a topic of a trace's format. */
export const articleOf = (trace: Trace, topic: Topic): Article | undefined => formatById(trace.format)?.article(topic);
