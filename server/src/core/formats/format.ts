// What a format is: four members. One folder per format; `index.ts` is the registry.

import type { PrintedFrame, SourceEvidence } from '../source/evidence.js';
import type { Lines } from '../text/lines.js';
import type { Topic, Trace } from '../trace/trace.js';

/** A piece of knowledge in words for the user. Plain Markdown of ours; places `{name}` take raw text of the trace. */
export interface Article {
  /** A few words: what it is. */
  readonly title: string;
  /** What it means. */
  readonly text: string;
  /** What to do next, if anything. */
  readonly next?: string;
  /** Where the fact comes from: the upstream file or measurement. */
  readonly source: string;
}

export interface Format {
  /** Also the VS Code language id. */
  readonly id: string;
  /** As people say it: `Goroutine dump`. */
  readonly name: string;
  /** How sure that the text is of this format, 0 to 1, from its first lines. */
  detect(head: string): number;
  /**
   * Total: any text gives a Trace; it never throws. `scope` names the document. `lines` are the lines of the text that
   * belong to this format, where another format found them in a log of its own; else the format splits the text itself.
   */
  parse(text: string, scope: string, lines?: Lines): Trace;
  /** How source code is taken as evidence; absent where it tells a format nothing. Neither parses again. */
  readonly sourced?: {
    /** The distinct frames of the trace. */
    frames(trace: Trace): Iterable<PrintedFrame>;
    /** Asks the source all that judging would ask it, so that it knows what is wanted. False: it has no answer to anything. */
    ask(trace: Trace, source: SourceEvidence): boolean;
    /** The same trace, judged with the source as evidence too. */
    refine(trace: Trace, source: SourceEvidence): Trace;
  };
  /** The format's knowledge on a topic. */
  article(topic: Topic): Article | undefined;
}
