// What client and server say to each other beyond the Language Server Protocol: method names and the shapes of their
// messages. Strings and types only, so that both bundles can have it.

import type { Arrow, Box } from '../core/investigation/picture.js';
import type { Axis, Bar } from '../core/investigation/timeline.js';
import type { Position, Range } from '../core/text/source.js';

export interface Location {
  readonly uri: string;
  readonly range: Range;
}

/** Which kind of trace a text is, from its first code units. Params: DetectParams. Result: language id or null. */
export const DETECT = 'traceInvestigator/detect';
export interface DetectParams {
  readonly head: string;
}

/** How much of a text DETECT wants to see, in UTF-16 code units. */
export const DETECT_SIZE = 256 * 1024;

/** The locks that somebody waits for in all open traces, most waiters first. No params. Result: ContendedLock[]. */
export const CONTENDED_LOCKS = 'traceInvestigator/contendedLocks';
export interface ContendedLock {
  readonly name: string;
  /** Who holds it, how surely. */
  readonly description: string;
  readonly detail: string;
  readonly holders: readonly Candidate[];
}

/** Who holds what is waited for at a place. Params: PlaceParams. Result: Holders or null, where nothing is waited for. */
export const HOLDERS = 'traceInvestigator/holders';
export interface PlaceParams {
  readonly uri: string;
  readonly position: Position;
}
export interface Holders {
  readonly name: string;
  /** Where nobody is named: why. Plain text. */
  readonly reason?: string;
  /** Surest first. */
  readonly candidates: readonly Candidate[];
}
export interface Candidate {
  /** `likely held by goroutine 20`. */
  readonly label: string;
  readonly description: string;
  /** The evidence, for one line. */
  readonly detail: string;
  /** Sure enough to go there without asking. */
  readonly sure: boolean;
  readonly location: Location;
}

/** What the formats note about a subject in all open traces, the weightiest first. Params: NotesParams. Result: NoteItem[]. */
export const NOTES = 'traceInvestigator/notes';
export interface NotesParams {
  readonly about: 'blocked' | 'outage';
}
export interface NoteItem {
  readonly label: string;
  /** `runc.strace:120`. */
  readonly description: string;
  readonly detail: string;
  readonly location: Location;
}

/** What is wrong in all open traces, the most important first. No params. Result: FindingItem[]. */
export const FINDINGS = 'traceInvestigator/findings';
export interface FindingItem extends Step {
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  /** From who it is about to the root; empty where nobody waits. */
  readonly chain: readonly Step[];
  /** Other places that belong to it. */
  readonly related: readonly Step[];
}
/** One line about one place. */
export interface Step {
  readonly label: string;
  /** Where it is, or what is to be said besides. */
  readonly description: string;
  readonly location?: Location;
}

/** The way from who waits at a place to the root. Params: PlaceParams. Result: WaitChain or null, where nobody waits. */
export const WAIT_CHAIN = 'traceInvestigator/waitChain';
export interface WaitChain {
  readonly steps: readonly {
    readonly label: string;
    readonly description: string;
    readonly detail: string;
    readonly location?: Location;
  }[];
}

/** The dumps that can be compared, in the order of the open documents. No params. Result: DumpItem[]. */
export const DUMPS = 'traceInvestigator/dumps';
export interface DumpId {
  readonly uri: string;
  /** A document can hold traces of several formats, and each of them several dumps. */
  readonly format: string;
  readonly part: number;
}
export interface DumpItem extends DumpId {
  /** `dump.log:12` */
  readonly label: string;
  readonly description: string;
}

/** A text about the open traces, shown as a virtual document. Params: DocumentParams. Result: VirtualText or null. */
export const VIRTUAL_TEXT = 'traceInvestigator/virtualText';
export type VirtualKind = 'waitChain' | 'groupedStacks' | 'report' | 'compare';
export interface VirtualParams {
  readonly kind: VirtualKind;
  /** The document it is about; none for the report about all. */
  readonly uri?: string;
  /** For `waitChain`: whose chain. */
  readonly position?: Position;
  /** For `compare`: which dumps, in the order in which they were taken. */
  readonly dumps?: readonly DumpId[];
}
export interface VirtualText {
  readonly text: string;
  readonly links: readonly { readonly range: Range; readonly target: Location }[];
}

/** The report as Markdown without secrets. Params: TicketParams. Result: Ticket or null. */
export const TICKET = 'traceInvestigator/ticket';
export interface TicketParams {
  /** Taken out too. */
  readonly words: readonly string[];
}
export interface Ticket {
  readonly text: string;
  /** What was taken out, in a sentence. */
  readonly redacted: string;
}

/** Who waits for whom in all open traces, as boxes and arrows, and since when. No params. Result: PictureView or null. */
export const PICTURE = 'traceInvestigator/picture';
export interface PictureView {
  readonly boxes: readonly (Omit<Box, 'place'> & { readonly location?: Location })[];
  readonly arrows: readonly Arrow[];
  /** How many boxes there is no room for. */
  readonly more: number;
  readonly timeline: readonly (Omit<Axis, 'bars'> & {
    readonly bars: readonly (Omit<Bar, 'place'> & { readonly location?: Location })[];
  })[];
}

/** Notification from the server: what is known of the open traces may have changed. No params. */
export const CHANGED = 'traceInvestigator/changed';

/** Commands that the server's lenses call in the client. */
export const SHOW_LOCATIONS_COMMAND = 'traceInvestigator.showLocations';
