// Trace: what a format says about one document. Who is there, who waits for what, who holds what. Every feature, the
// command line and the report read only this.

import type { Value, Values } from '../text/l10n.js';
import type { Span } from '../text/span.js';

/**
 * Names one thing that can wait or be waited for: `kind:name`, or `kind:name@scope` where the name means something only
 * inside one document (`goroutine:12@file:///dump.log`, `lock:0xc000aa1234@…`). Equal strings are the same thing: that is
 * the whole join across files.
 */
export type EntityId = string;

export type EntityKind =
  | 'goroutine'
  | 'thread'
  | 'process'
  | 'lock'
  | 'address'
  | 'channel'
  | 'waitgroup'
  | 'fd'
  | 'socket'
  | 'pipe'
  | 'rpc'
  | 'bus'
  | 'container'
  | 'unit'
  | 'program'
  | 'file';

/** What a reader looks at as one: a goroutine with its frames, a system call, a log entry. */
export interface Section {
  readonly index: number;
  readonly kind: string; // 'goroutine', 'goroutine group', 'call', 'process', 'log entry', …
  readonly span: Span;
  /** The line that names it. */
  readonly head: Span;
  /** `goroutine 12`, `write`: the field's own name for it, spelled as in `head` where that prints it. */
  readonly label: string;
  /** One line more: `sync.Mutex.Lock, 5 minutes · main.(*Pool).Get`. */
  readonly detail: Value;
  /** Who it is, or whose it is: the goroutine; the thread that made the call. */
  readonly entity: EntityId | undefined;
  /** Index into `parts`. */
  readonly part: number;
  /** Sections with the same shape are alike (identical stacks); index into `shapes`. */
  readonly shape: number;
}

/** The top-level sections, ordered by place, not overlapping. Made one by one when asked: a dump has 50,000. */
export interface Sections {
  readonly length: number;
  at(index: number): Section;
  /** The section that holds the offset, or undefined between sections. */
  find(offset: number): number | undefined;
}

/** One program's part of a document: a log may hold the dumps of several processes, or of one at several times. */
export interface Part {
  readonly label: string;
  readonly span: Span;
  /** First section and the one after the last. */
  readonly sections: Span;
}

/** A kind of section that occurs many times: one distinct stack. */
export interface Shape {
  /** The frame a person would name it by. */
  readonly title: Value;
  /** The lines that all its sections share, outermost last. */
  readonly lines: readonly string[];
  /** What it is known by in other dumps of the program, of whatever kind; absent: its lines. */
  readonly key?: string;
  /** Sections of this shape, in document order. */
  readonly sections: readonly number[];
}

/** One entry of the outline and what stands under it. */
export interface Outline {
  readonly label: Value;
  readonly detail: Value;
  /** `blocked`: somebody in it waits for something or holds it. */
  readonly kind: 'group' | 'plain' | 'blocked';
  readonly span: Span;
  /** The line a reader wants to land on; inside `span`. */
  readonly head: Span;
  readonly children: readonly Outline[];
}

/** A part of a section: one frame, one line of creation. */
export interface Item {
  readonly kind: 'frame' | 'creator' | 'note';
  readonly span: Span;
  readonly label: string;
}

/** Names one article of a format's knowledge. */
export interface Topic {
  readonly kind: string;
  readonly name: string;
}

export type MentionKind = 'entity' | 'address' | 'state' | 'duration' | 'function' | 'source' | 'term';

/** A place where the text names an entity or a known term. */
export interface Mention {
  readonly span: Span;
  readonly kind: MentionKind;
  readonly topic?: Topic;
  readonly entity?: EntityId;
  /**
   * Where the thing came to be: the call that opened a descriptor, the first half of a resumed call, the first of many
   * equal messages. What F12 goes to.
   */
  readonly origin?: Span;
  /** A short name to show behind it, where the text does not tell. Untrusted text. */
  readonly hint?: Value;
  /** Fills the `{name}` places of the topic's article. Raw text of the trace. */
  readonly values?: Values;
  /** For `source`: the file as printed and the line, counted from 1. */
  readonly file?: string;
  readonly line?: number;
  /** Of a `source`: whether the source at hand is the one that the program was built of; undefined where nobody looked. */
  readonly fits?: boolean;
}

/** What stands inside one section, in the order of the text. */
export interface Inside {
  readonly items: readonly Item[];
  readonly mentions: readonly Mention[];
}

export type WaitKind =
  | 'mutex'
  | 'rwmutex-read'
  | 'rwmutex-write'
  | 'waitgroup'
  | 'cond'
  | 'chan-send'
  | 'chan-receive'
  | 'select'
  | 'io'
  | 'sleep'
  | 'rpc'
  | 'dbus'
  | 'child'
  | 'syscall';

/** `blocked`: cannot go on. `idle`: waits as it should (accept loops, timers). `slow`: ended late. `ended`: killed in it. */
export type WaitState = 'blocked' | 'idle' | 'slow' | 'ended';

/** What a file descriptor is. */
export interface Target {
  /** `pipe`, `unix`, `tcp`, `file`, `fifo`, `eventfd`, … */
  readonly kind: string;
  /** As the text names it: a path, an address, `pipe:[215179]`. Untrusted text. */
  readonly name: string;
  /** The call that made it, where the text has it. */
  readonly opened?: { readonly scope: string; readonly span: Span };
}

export interface Wait {
  readonly waiter: EntityId;
  /** Index of the waiter's section. */
  readonly section: number;
  /** Where the text says so. */
  readonly span: Span;
  /** What it waits for, where the text names it. */
  readonly on: EntityId | undefined;
  /** Only who holds that in this mode can end the wait: whoever has the reading end of a full pipe. Absent: any holder. */
  readonly by?: 'read' | 'write';
  readonly kind: WaitKind;
  readonly state: WaitState;
  /** At least so long; undefined where the text does not tell. */
  readonly seconds: number | undefined;
  /** The knowledge about this kind of wait. */
  readonly topic: Topic;
  /** Where the program asked for it: the first frame outside the runtime and the lock's own package. '' where unknown. */
  readonly site: string;
  /** The system call that it waits in, and the descriptor that it waits on. */
  readonly call?: string;
  readonly fd?: number;
  readonly target?: Target;
}

export type Confidence = 'certain' | 'likely' | 'possible';

/** One reason for or against a hold. The words come from the format's knowledge: `article({kind: 'evidence', name: rule})`. */
export interface Evidence {
  readonly rule: string;
  /** Above 0 speaks for it, below 0 against. */
  readonly weight: number;
  /** Fills the article's `{name}` places. Raw text of the trace. */
  readonly values: Values;
  /** Where the text shows it. */
  readonly span?: Span;
  /** The line of source code that shows it: the file as the text prints it. `sure`: the code leaves no other way. */
  readonly source?: {
    readonly file: string;
    readonly line: number;
    readonly sure: boolean;
    /** What was read, in plain words: `moby v20.10.24`; '' for plain files. */
    readonly origin: string;
    /** The file, where an editor can open it. */
    readonly uri?: string | undefined;
  };
}

/** An entity holds, serves or is the peer of another. Ordered by rank among the holds of the same entity. */
export interface Hold {
  readonly holder: EntityId;
  /** Index of the holder's section. */
  readonly section: number;
  readonly of: EntityId;
  readonly mode: 'write' | 'read' | 'serves';
  readonly confidence: Confidence;
  readonly evidence: readonly Evidence[];
  /** Merely possible, yet nobody else in the text fits: a story may go on through it, and says so. */
  readonly only?: boolean;
}

/** An entity that somebody waits for and nobody in the text is known to hold. */
export interface Unheld {
  readonly of: EntityId;
  /** Why: an article of kind `unheld`. */
  readonly reason: string;
  readonly values: Values;
}

/** A line that could not be read, or a limit of what this text can tell. */
export interface Problem {
  readonly span: Span;
  /** An article of kind `problem`. */
  readonly code: string;
  readonly values: Values;
}

/**
 * What a format has to say about one place, beyond waits and holds: a call that never returned, an outage. Its words are the
 * article `{kind: 'note', name: code}`: the title is the lens, the text the finding, `next` what to do.
 */
export interface Note {
  readonly code: string;
  /** Lists notes for a command: blocked calls, outages. */
  readonly about: 'blocked' | 'outage' | 'mark';
  /** As a finding; none: it is a lens only. */
  readonly severity: 'error' | 'warning' | 'information' | 'hint' | undefined;
  /** The icon of its lens; none: no lens. */
  readonly lens: 'blocked' | 'unanswered' | 'outage' | 'slow' | 'error' | 'info' | undefined;
  readonly section: number;
  readonly span: Span;
  /** Who or what it is about. */
  readonly entity?: EntityId;
  /** Fills the article's `{name}` places. Raw text of the trace. */
  readonly values: Values;
  /** Other places that belong to it; each with an article of kind `note place`. In another document: with its scope. */
  readonly related: readonly { readonly span: Span; readonly name: string; readonly scope?: string }[];
}

/** An outage, or what looks like one: from its first line to its last. */
export interface Episode {
  /** `stale`, `never-relisted`, `cannot-list`, `runtime-down`, … */
  readonly kind: string;
  /** False: start-up noise, a planned shutdown, one pod's error. */
  readonly outage: boolean;
  /** Its first and last section. */
  readonly section: number;
  readonly last: number;
  /** How many lines belong to it. */
  readonly count: number;
  /** When the last relist that worked began: `1008 16:18:22.376` (klog: month, day, local time). */
  readonly lastRelist?: string;
  /** After so many seconds without a relist the kubelet calls itself unhealthy. */
  readonly thresholdSeconds?: number;
  /** When it became unhealthy, and well again, as `lastRelist`. */
  readonly from?: string;
  readonly to?: string;
}

/** The moment that waits are counted back from: when a dump was written, a log's last line. */
export interface Taken {
  /** Local time of the machine as printed: `2026-11-25 23:56:24.5`, `11-25 23:56:24` or `23:56:24`. */
  readonly at: string;
  /** What tells it. */
  readonly from: 'file name' | 'log line' | 'last line';
  /** The sections that it counts for: the first, and the one after the last. */
  readonly sections: Span;
  /** A wait may have lasted so many seconds longer or less long than told. */
  readonly within: number;
}

/** Waits and holds, computed together when first asked for. */
export interface Facts {
  /** Of several waits of one entity, `blocked` and `idle` ones are what it does now; `slow` and `ended` ones are past. */
  readonly waits: readonly Wait[];
  readonly holds: readonly Hold[];
  readonly unheld: readonly Unheld[];
  readonly notes?: readonly Note[];
  readonly episodes?: readonly Episode[];
  readonly taken?: readonly Taken[];
  /** Two names of one thing: the descriptor 5 of a process, and the socket that a listing says it is. */
  readonly same?: readonly (readonly [EntityId, EntityId])[];
  /** The whole text in one line: an article of kind `summary`; its text is filled with the values. */
  readonly summary?: { readonly name: string; readonly values: Values };
  /** Short names for entities that have no good name of their own: `mutex #1`. */
  readonly names: ReadonlyMap<EntityId, Value>;
}

/**
 * An immutable value; its parts are worked out when first asked for and then kept. Only `buildTrace` makes one, and `condense` a
 * smaller one of it.
 */
export interface Trace {
  readonly format: string;
  /** The document: its URI in the editor, its path on the command line. */
  readonly scope: string;
  readonly text: string;
  readonly sections: Sections;
  readonly parts: readonly Part[];
  readonly problems: readonly Problem[];
  readonly shapes: readonly Shape[];
  readonly facts: Facts;
  /** The outline, where it is more than the shapes. */
  readonly outline: readonly Outline[] | undefined;
  /** What folds, where it is not the sections: runs of alike lines. */
  readonly folds: readonly Span[] | undefined;
  inside(section: number): Inside;
  /** Where the text names the entity, in order, at most `limit`; absent where a search for its name finds that. */
  mentionsOf?(entity: EntityId, limit: number): readonly Span[];
  /** The section to land on for an entity that does not wait and holds nothing; absent: the first one whose entity it is. */
  sectionOf?(entity: EntityId): number | undefined;
  /**
   * All that `sectionOf` has an answer for, worked out in one pass; entities of this document that its own facts name may be left
   * out. Whoever has `sectionOf` has this.
   */
  landings?(): ReadonlyMap<EntityId, number>;
  /** The line of an offset, counted from 0, where the text does not tell it: it is gone (`condense`), or an excerpt (`ofExcerpt`). */
  lineAt?(offset: number): number;
  /** How many lines there are, and how many of them the format could read. */
  readonly lines: { readonly total: number; readonly understood: number };
}
