// Reads strace logs for the tests: from the fixtures, or written in the test.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strace } from '../../server/src/core/formats/strace/index.js';
import { buildGraph } from '../../server/src/core/investigation/graph.js';
import { readEntity } from '../../server/src/core/trace/entity.js';
import type { Trace, Wait } from '../../server/src/core/trace/trace.js';

export const folder = join(import.meta.dirname, '../fixtures/strace');

/** The recorded logs, by name. */
export const recorded = readdirSync(folder)
  .filter((name) => name.includes('.strace'))
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

export const read = (name: string): string => recorded.find((one) => one.name === name)!.text;

export const parse = (text: string, scope = 'log.strace'): Trace => strace.parse(text, scope);

/** The line of an offset, counted from 1. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** The line of its file, counted from 1. */
const lineOf = (trace: Trace, offset: number): number =>
  trace.lineAt ? trace.lineAt(offset) + 1 : lineAt(trace.text, offset);

/** A wait in one line: `write(4) of 12 at 42: blocked, pipe of line 30, by 13`. */
export function tell(trace: Trace, wait: Wait, traces: readonly Trace[] = [trace]): string {
  const name = (id: string): string => readEntity(id).name;
  const graph = buildGraph(traces);
  const holder = wait.on === undefined ? undefined : graph.holdersOf(wait.on)[0]?.hold;
  const { target } = wait;
  const opened = target?.opened;
  return [
    `${wait.call}${wait.fd === undefined ? '' : `(${wait.fd})`} of ${name(wait.waiter) || '?'} at ${lineOf(trace, trace.sections.at(wait.section).head.start)}: ${wait.state}`,
    target
      ? `, ${target.kind}${opened ? ` of line ${lineOf(traces.find(({ scope }) => scope === opened.scope)!, opened.span.start)}` : ''}`
      : '',
    holder ? `, ${holder.confidence} by ${name(holder.holder)}` : '',
  ].join('');
}

/** All waits of a log in order, without the slow ones. */
export const waitsOf = (trace: Trace, traces?: readonly Trace[]): string[] =>
  trace.facts.waits
    .filter(({ state }) => state !== 'slow')
    .toSorted((a, b) => a.section - b.section)
    .map((wait) => tell(trace, wait, traces));

/** The cycles, members sorted. */
export const cyclesOf = (traces: readonly Trace[]): string[] =>
  buildGraph(traces).cycles.map(({ members }) =>
    members
      .map((member) => readEntity(member).name)
      .toSorted()
      .join(' '),
  );
