// What client and server say to each other beyond the Language Server Protocol: method names and the shapes of their
// messages. Strings and types only, so that both bundles can have it.

import type { ArticleKey } from '../core/investigation/articles.js';
import type { Arrow, Box } from '../core/investigation/picture.js';
import type { Axis, Bar } from '../core/investigation/timeline.js';
import type { ToolInput, ToolName } from '../core/investigation/tools.js';
import type { Value } from '../core/text/l10n.js';
import type { Position, Range } from '../core/text/source.js';

/** What is said of a file that cannot be read: words, or a template of the bundle and what stands in its places. */
export type { Value };

export interface Location {
  readonly uri: string;
  readonly range: Range;
}

/** Bytes of the largest file whose text VS Code gives to extensions (`TextModel` of the editor: 50 MiB). */
export const LARGEST_DOCUMENT = 50 * 1024 * 1024;

/** From so many code units on a document is handed over and read in pieces, between which others get their answers. */
export const LARGE_DOCUMENT = 2_000_000;

/**
 * Notification to the server, instead of `textDocument/didOpen`: a large document is open, whose text is to be fetched. Changes and
 * requests that come before it is whole wait for it; `didClose` ends it, and so does opening it again. Params: OpenLarge.
 */
export const OPEN_LARGE = 'traceInvestigator/openLarge';
export interface OpenLarge extends InPieces {
  readonly languageId: string;
  readonly version: number;
}

/** A text that the server fetches. */
export interface InPieces {
  readonly uri: string;
  /** Code units. */
  readonly length: number;
  /** Another number each time that a text is handed over. */
  readonly opening: number;
}

/** From server to client: the next piece of such a text. Params: PieceParams. Result: a string, or null where nobody has it any more. */
export const FETCH_PIECE = 'traceInvestigator/fetchPiece';
export interface PieceParams {
  readonly uri: string;
  readonly opening: number;
  readonly start: number;
}

/**
 * Which kind of trace a file on the server's disk is, if one that can be read block by block. Only its beginning is read. Params:
 * FileParams. Result: language id or null.
 */
export const DETECT_LARGE = 'traceInvestigator/detectLarge';

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

/** Forgets the files that were offered before: another investigation begins. No params. Result: true. */
export const NEW_INVESTIGATION = 'traceInvestigator/newInvestigation';

/**
 * A file that is not open but belongs to the investigation: it joins the open traces, if it is one. A large text may be fetched in
 * pieces (FETCH_PIECE). Params: OfferParams. Result: its language id, or null where it is no trace.
 */
export const OFFER = 'traceInvestigator/offer';
export type OfferParams = Offered | InPieces;
export interface Offered {
  readonly uri: string;
  readonly text: string;
}

/**
 * A file too large to be a document or a text of a message. The server reads it block by block and keeps an excerpt, which joins the
 * open traces as the document `excerpt`. It tells how far it is (LARGE_PROGRESS), and stops when it is cancelled. Params: LargeParams.
 * Result: Large.
 */
export const OFFER_LARGE = 'traceInvestigator/offerLarge';
export interface LargeParams extends FileParams {
  /** The URI of the virtual document that will show the excerpt. */
  readonly excerpt: string;
  /** The folder that it was found in: a file that is not in it (behind a link) is not read. Absent: the user named the file itself. */
  readonly within?: string;
  /** The text, where the server has no disk. */
  readonly text?: string;
}
export interface Large {
  /** Its language id; null where it is no trace. */
  readonly language: string | null;
  /** It is one, but of a kind that is read whole or not at all; it is not kept. */
  readonly whole?: true;
  /** Where it could not be read: why. */
  readonly reason?: Value;
}

/** Notification from the server: how much of a file that was offered so is read. Params: LargeProgress. */
export const LARGE_PROGRESS = 'traceInvestigator/largeProgress';
export interface LargeProgress extends FileParams {
  readonly percent: number;
}

/** A file that the investigation left out, and why; for the report. Params: LeftOutParams. Result: true. */
export const LEFT_OUT = 'traceInvestigator/leftOut';
export interface LeftOutParams {
  readonly file: string;
  readonly reason: Value;
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
  /** Dumps that look like one process's have the same number. */
  readonly process: number;
}

/** A text about the open traces, shown as a virtual document. Params: DocumentParams. Result: VirtualText or null. */
export const VIRTUAL_TEXT = 'traceInvestigator/virtualText';
export type VirtualKind =
  | 'waitChain'
  | 'groupedStacks'
  | 'report'
  | 'compare'
  | 'readable'
  | 'source'
  | 'excerpt'
  | 'article';
export interface VirtualParams {
  readonly kind: VirtualKind;
  /**
   * The document it is about; none for the report about all. For `source`: the file as a trace prints it. For `excerpt`: the large
   * file, which must have been offered before.
   */
  readonly uri?: string;
  /** For `waitChain`: whose chain. For `readable`: the log line that holds a dump. */
  readonly position?: Position;
  /** For `compare`: which dumps, in the order in which they were taken. */
  readonly dumps?: readonly DumpId[];
  /** For `article`: what finding it is about. */
  readonly article?: ArticleKey;
}
/** The scheme of their URIs. The query is a VirtualParams as JSON; an excerpt's URI has its file's path instead. */
export const VIRTUAL_SCHEME = 'trace-investigator';
/** What a client says at the start, in its initialization options. */
export interface ClientOptions {
  /** It shows such documents. */
  readonly virtualDocuments?: boolean;
  /** It runs the commands of the lenses, and hears CHANGED. */
  readonly commands?: boolean;
  /** The server's sentences in the user's language: the contents of `l10n/bundle.l10n.LANG.json`. Absent: English. */
  readonly words?: Readonly<Record<string, string>>;
}
export interface VirtualText {
  readonly text: string;
  /** The language id, where the document's name does not say it. */
  readonly language?: string;
  readonly links: readonly { readonly range: Range; readonly target: Location }[];
}

/** The report as Markdown without secrets. Params: TicketParams. Result: Ticket, or null without traces. */
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

/** The answer of a tool for agents. Params: AnswerParams. Result: ToolAnswer or null. */
export type { ToolInput, ToolName };
export const ANSWER = 'traceInvestigator/answer';
export interface AnswerParams {
  readonly tool: ToolName;
  readonly input: ToolInput;
  /** URIs of the files that it is about, in this order; none: all open traces, and those of the investigation. */
  readonly files?: readonly string[];
  /** Words that are taken out, as for a ticket. */
  readonly secrets: readonly string[];
}
export interface ToolAnswer {
  readonly text: string;
  /** What was asked for is not there; the text says so. */
  readonly failed: boolean;
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

/**
 * Notification from the server: it begins to read a document, or, without `uri`, has read it. When the server dies in between,
 * the client knows which file did it. Params: ReadingParams.
 */
export const READING = 'traceInvestigator/reading';
export interface ReadingParams {
  readonly uri?: string;
}

/** Commands that the server's lenses call in the client. */
export const SHOW_LOCATIONS_COMMAND = 'traceInvestigator.showLocations';

/**
 * From server to client: what a folder holds that only the editor can read. Links are left out. Params: FileParams. Result:
 * ListedFolder. The client answers for workspace folders and configured source roots, and for nothing else.
 */
export const LIST_FOLDER = 'traceInvestigator/listFolder';
export interface FileParams {
  readonly uri: string;
}
export interface ListedFolder {
  readonly entries?: readonly { readonly name: string; readonly kind: 'file' | 'folder' }[];
  /** Where there are none: why. */
  readonly reason?: string;
}

/** Bytes of one file of source code. */
export const LARGEST_SOURCE = 4 * 1024 * 1024;

/** From server to client: the text of such a file. Params: FileParams. Result: ReadFile. */
export const READ_FILE = 'traceInvestigator/readFile';
export interface ReadFile {
  readonly text?: string;
  readonly reason?: string;
}

/** From server to client: a file of the extension, which a worker cannot read itself. Params: AssetParams. Result: Asset. */
export const READ_ASSET = 'traceInvestigator/readAsset';
export interface AssetParams {
  readonly name: string;
}
export interface Asset {
  /** Base64. */
  readonly bytes: string;
}
