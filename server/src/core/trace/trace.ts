// Trace: what a format says about one document. Who is there, who waits for what, who holds what. Every feature, the
// command line and the report read only this.

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
  | 'program';

/** What a reader folds at the top level of a document. */
export interface Section {
  readonly index: number;
  readonly kind: string; // 'goroutine', 'goroutine group', 'process', 'log entry', …
  readonly span: Span;
  /** The line that names it. */
  readonly head: Span;
  /** `goroutine 12`: the field's own name for it. */
  readonly label: string;
  /** One line more: `sync.Mutex.Lock, 5 minutes · main.(*Pool).Get`. */
  readonly detail: string;
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
  readonly title: string;
  /** The lines that all its sections share, outermost last. */
  readonly lines: readonly string[];
  /** Sections of this shape, in document order. */
  readonly sections: readonly number[];
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

export interface Wait {
  readonly waiter: EntityId;
  /** Index of the waiter's section. */
  readonly section: number;
  /** Where the text says so. */
  readonly span: Span;
  /** What it waits for, where the text names it. */
  readonly on: EntityId | undefined;
  readonly kind: WaitKind;
  readonly state: WaitState;
  /** At least so long; undefined where the text does not tell. */
  readonly seconds: number | undefined;
  /** The knowledge about this kind of wait. */
  readonly topic: Topic;
  /** Where the program asked for it: the first frame outside the runtime and the lock's own package. */
  readonly site: string;
}

export type Confidence = 'certain' | 'likely' | 'possible';

/** One reason for or against a hold. The words come from the format's knowledge: `article({kind: 'evidence', name: rule})`. */
export interface Evidence {
  readonly rule: string;
  /** Above 0 speaks for it, below 0 against. */
  readonly weight: number;
  /** Fills the article's `{name}` places. Raw text of the trace. */
  readonly values: Readonly<Record<string, string>>;
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
}

/** An entity that somebody waits for and nobody in the text is known to hold. */
export interface Unheld {
  readonly of: EntityId;
  /** Why: an article of kind `unheld`. */
  readonly reason: string;
  readonly values: Readonly<Record<string, string>>;
}

/** A line that could not be read, or a limit of what this text can tell. */
export interface Problem {
  readonly span: Span;
  /** An article of kind `problem`. */
  readonly code: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Waits and holds, computed together when first asked for. */
export interface Facts {
  readonly waits: readonly Wait[];
  readonly holds: readonly Hold[];
  readonly unheld: readonly Unheld[];
  /** Short names for entities that have no good name of their own: `mutex #1`. */
  readonly names: ReadonlyMap<EntityId, string>;
}

/** An immutable value; its parts are worked out when first asked for and then kept. Only `buildTrace` makes one. */
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
  inside(section: number): Inside;
  /** How many lines there are, and how many of them the format could read. */
  readonly lines: { readonly total: number; readonly understood: number };
}
