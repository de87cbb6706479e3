// What a finding is, and what all kinds of findings are made with.

import type { Span } from '../text/span.js';
import type { EntityId, Hold, Note, Trace } from '../trace/trace.js';
import type { WaitEdge, WaitForGraph } from './graph.js';
import { describeWait, entityName, lockedAt, originPlain, sourceName, verifiedBy } from './phrases.js';
import type { Place } from './places.js';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** The worst first. */
export const SEVERITY_RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2, hint: 3 };

export interface Related {
  readonly trace: Trace;
  readonly span: Span;
  readonly message: string;
  /** The line of source code that is meant, where it can be opened. */
  readonly source?: { readonly uri: string; readonly line: number };
}

export interface Finding {
  /**
   * `deadlock`, `root-blocker`, `lock-holder`, `unclear-lock`, `unheld-lock`, `long-wait`, `many-identical`, `limit`; for a note
   * of a format its code.
   */
  readonly id: string;
  readonly severity: Severity;
  readonly trace: Trace;
  /** The head line of the section that the finding is about. */
  readonly span: Span;
  /** -1 where it is about the text as a whole. */
  readonly section: number;
  readonly entity: EntityId | undefined;
  /** Plain text. */
  readonly message: string;
  readonly related: readonly Related[];
  /** The note that it tells, where a format made it. */
  readonly note?: Note;
  /** Of a `limit`: the code of the problem. */
  readonly problem?: string;
}

/** Places below one finding: an editor shows them all at once. */
export const MOST_RELATED = 4;

/** A finding and its rank among those of its kind. */
export interface Weighed {
  readonly finding: Finding;
  readonly weight: number;
}

/** A waiter as a related place. */
export function waiterNote(graph: WaitForGraph, edge: WaitEdge | undefined): Related[] {
  if (!edge) return [];
  const { trace, wait } = edge;
  const message = `${entityName(graph, wait.waiter)} ${describeWait(graph, edge)}`;
  return [{ trace, span: trace.sections.at(wait.section).head, message }];
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The line of source code that locks, where it can be opened. */
export function sourceNote({ trace, span }: Place, hold: Hold): Related[] {
  const shown = verifiedBy(hold);
  if (shown?.uri === undefined) return [];
  const message = `${lockedAt(sourceName(shown))}${originPlain(shown)}`;
  return [{ trace, span, message, source: { uri: shown.uri, line: shown.line } }];
}
