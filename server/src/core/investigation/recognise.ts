// Recognises known faults (faults.ts) by their marks over all traces. A fault is named only on a proof or on enough signs;
// fewer signs make a suspicion, and what speaks against it is said too.

import { inEnglish, said, type Values } from '../text/l10n.js';
import type { Span } from '../text/span.js';
import type { Trace, Wait } from '../trace/trace.js';
import { FAULTS, type Fault, type Mark } from './faults.js';
import type { WaitForGraph } from './graph.js';

/** A mark that was found, and where. */
export interface Seen {
  readonly mark: Mark;
  readonly trace: Trace;
  readonly span: Span;
  readonly section: number;
}

export interface Recognised {
  readonly fault: Fault;
  /** `recognised`: on a proof, or enough signs. `suspected`: some signs only. */
  readonly verdict: 'recognised' | 'suspected';
  /** One mark of it is enough alone: then it is the first that was seen. */
  readonly proven: boolean;
  readonly seen: readonly Seen[];
  readonly against: readonly Seen[];
}

const cache = new WeakMap<WaitForGraph, readonly Recognised[]>();

/** The known faults that the traces show, recognised ones first. */
export function recognise(graph: WaitForGraph): readonly Recognised[] {
  let found = cache.get(graph);
  if (!found) {
    found = FAULTS.flatMap((fault) => judge(graph, fault) ?? []).sort(
      (a, b) => Number(a.verdict === 'suspected') - Number(b.verdict === 'suspected'),
    );
    cache.set(graph, found);
  }
  return found;
}

function judge(graph: WaitForGraph, fault: Fault): Recognised | undefined {
  const all = (marks: readonly Mark[]): Seen[] => marks.flatMap((mark) => find(graph, mark) ?? []);
  const proofs = all(fault.proofs);
  const signs = distinct(all(fault.signs));
  const against = all(fault.against);
  const sure = proofs.length > 0 || signs.length >= fault.enough;
  if (!sure && signs.length < fault.suspicious) return undefined;
  return {
    fault,
    verdict: sure && against.length === 0 ? 'recognised' : 'suspected',
    proven: proofs.length > 0 && against.length === 0,
    seen: [...proofs, ...signs],
    against,
  };
}

/** One line that shows two signs is one sign. */
const distinct = (seen: readonly Seen[]): Seen[] =>
  seen.filter(
    (one, at) => !seen.slice(0, at).some((other) => other.trace === one.trace && other.section === one.section),
  );

/** The first place that has the mark. */
function find(graph: WaitForGraph, mark: Mark): Seen | undefined {
  for (const trace of graph.traces) {
    if (mark.notes) {
      const note = trace.facts.notes?.find(
        ({ code, values }) => noteIs(code, mark.notes!) && (!mark.about || has(values, mark.about)),
      );
      if (note) return { mark, trace, span: note.span, section: note.section };
      continue;
    }
    const shapes = new Map<number, boolean>();
    const wait = trace.facts.waits.find(
      (wait) =>
        wait.state === 'blocked' &&
        (mark.waits?.includes(wait.kind) ?? true) &&
        (mark.on === undefined || isOn(graph, wait, mark.on)) &&
        (mark.call === undefined || wait.call === mark.call) &&
        (mark.frames === undefined || hasFrames(trace, wait, mark.frames, shapes)),
    );
    if (wait) return { mark, trace, span: trace.sections.at(wait.section).head, section: wait.section };
  }
  return undefined;
}

/** Whether what is waited for has such a name: its own, or that by which others hold it. */
const isOn = (graph: WaitForGraph, { on }: Wait, start: string): boolean =>
  on !== undefined && (on.startsWith(start) || graph.holdersOf(on).some(({ hold }) => hold.of.startsWith(start)));

/** Codes may carry details behind a dot: `stale.docker.outage`. */
const noteIs = (code: string, wanted: readonly string[]): boolean => wanted.includes(code.split('.', 1)[0]!);

/** In English, whatever is said: what a trace is recognised by does not depend on the reader's language. */
const has = (values: Values, text: string): boolean =>
  Object.values(values).some((value) => inEnglish(() => said(value)).includes(text));

/** Whether the stack has each of the names; asked once for each distinct stack. */
function hasFrames(trace: Trace, wait: Wait, names: readonly string[], known: Map<number, boolean>): boolean {
  const { shape } = trace.sections.at(wait.section);
  let answer = known.get(shape);
  if (answer === undefined) {
    const lines = trace.shapes[shape]?.lines ?? [];
    answer = names.every((name) => lines.some((line) => !line.startsWith('created by ') && line.includes(name)));
    known.set(shape, answer);
  }
  return answer;
}
