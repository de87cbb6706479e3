// What a format is: four members. One folder per format; `index.ts` is the registry.

import type { PrintedFrame, SourceEvidence } from '../source/evidence.js';
import type { Excerpt, Room, Sieve } from '../text/excerpt.js';
import type { Lines } from '../text/lines.js';
import type { Steps } from '../text/steps.js';
import type { Topic, Trace } from '../trace/trace.js';

/** A piece of knowledge in words for the user. Plain Markdown of ours; places `{name}` take raw text of the trace. */
export interface Article {
  /** A few words: what it is. */
  readonly title: string;
  /** What it means. */
  readonly text: string;
  /** What to do next, if anything. */
  readonly next?: string;
  /** Of a note or a problem: how sure it is, where that differs from what is true of all of its format (`Format.sure`). */
  readonly sure?: string;
  /** Where the fact comes from: the upstream file or measurement. */
  readonly source: string;
}

/** A finished call counts as slow from so many seconds on, unless the reader says otherwise. */
export const SLOW_SECONDS = 1;
/** The least that can be asked for: below it every call of a log would be told. */
export const LEAST_SLOW_SECONDS = 0.001;

/** What the reader of a trace decides about its reading. */
export interface ReadOptions {
  /** From how many seconds on a call that finished counts as slow, for formats that time calls. Default: `SLOW_SECONDS`. */
  readonly slowSeconds?: number;
  /** What the text is an excerpt of, if it is one. */
  readonly excerpt?: Excerpt | undefined;
}

/** Whether calls can be called slow from so many seconds on. */
export const isSlowSeconds = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= LEAST_SLOW_SECONDS;

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
  parse(text: string, scope: string, lines?: Lines, options?: ReadOptions): Trace;
  /**
   * The same trace, read in pieces of a few milliseconds, with its facts worked out: for large texts, behind which others wait. Absent:
   * reading is quick. `before` is the trace of the text's beginning, which may end within a line, that nobody asks any more: what was
   * read of it may be taken over, so that a log that grows is not read anew each time.
   */
  read?(text: string, scope: string, options?: ReadOptions, before?: Trace): Steps<Trace>;
  /**
   * Whether a text that another format recognised has something of this one in it: a goroutine dump printed into a log. A quick
   * look at the whole text. The format then parses the whole text too, and takes what is its own. Absent: never. `from`: what is before
   * that line has been looked at, and has nothing.
   */
  occurs?(text: string, from?: number): boolean;
  /** Programs print it into their logs: `occurs` is asked of every log. Else only of texts with lines that nobody has read. */
  readonly logged?: true;
  /** Its lines may be another format's, as those of a log are: `occurs` is asked even where all lines are understood. */
  readonly wraps?: true;
  /** For files too large to be one text: reads them line by line and keeps what matters. Absent: every line may matter. */
  sieve?(room: Room, options?: ReadOptions): Sieve;
  /**
   * Traces of this format that tell more together: the files of one process tree, one for each thread. The same traces in the same
   * order, with what the others add, read as the first of those that join was.
   */
  together?(traces: readonly Trace[]): readonly Trace[];
  /** Whether others may add to the trace, or it to them: only such ones must be there whole for `together`. */
  joins?(trace: Trace): boolean;
  /**
   * How source code is taken as evidence; absent where it tells a format nothing. Neither parses again, and both yield often,
   * so that whoever runs them can let other work pass.
   */
  readonly sourced?: {
    /** The distinct frames of the trace; made anew for each who goes through them. */
    frames(trace: Trace): Iterable<PrintedFrame>;
    /** Asks the sources all that judging would ask them, so that they know what is wanted. False: none has an answer. */
    ask(trace: Trace, sources: readonly SourceEvidence[]): Steps<boolean>;
    /** The same trace, judged with the first source that fits, file by file, as evidence too. */
    refine(trace: Trace, sources: readonly SourceEvidence[]): Steps<Trace>;
    /** No source is asked about the trace any more: gives back what was kept for that. */
    forget(trace: Trace): void;
  };
  /** The format's knowledge on a topic. */
  article(topic: Topic): Article | undefined;
  /** The names of its articles of a kind: `note`, `problem`. A note's code may go on behind a dot. */
  names(kind: string): readonly string[];
  /** How sure its notes are, as long as their articles do not say: what they rest on, what they do not tell. Absent: it makes none. */
  readonly sure?: string;
}
