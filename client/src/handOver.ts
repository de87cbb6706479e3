// The server fetches the text of a large document in pieces: one message of 50 MB would hold up both ends, and with them whoever asks
// about another document. Knows no editor, so that it can be tried without one.

import type { MessageSignature } from 'vscode-languageclient';
import { LARGE_DOCUMENT, OPEN_LARGE, type OpenLarge, type PieceParams } from '../../server/src/host/protocol.js';

/** Code units: some milliseconds of work. */
const PIECE = 1_000_000;

const OPEN = 'textDocument/didOpen';
const CLOSE = 'textDocument/didClose';

export class HandOver {
  /** What the server has not fetched to its end, by document: the text as it was opened, and which opening that was. */
  readonly #texts = new Map<string, { readonly text: string; readonly opening: number }>();
  #openings = 0;

  /** Every notification to the server comes here; `next` sends it. Says of a large document only how long it is. */
  send<P>(
    type: string | MessageSignature,
    params: P,
    next: (type: string | MessageSignature, params: P) => Promise<void>,
  ): Promise<void> {
    const method = typeof type === 'string' ? type : type.method;
    if (method !== OPEN && method !== CLOSE) return next(type, params);
    const { text, ...document } = (params as { textDocument: Omit<OpenLarge, 'length' | 'opening'> & { text: string } })
      .textDocument;
    this.#texts.delete(document.uri);
    if (method === CLOSE || text.length < LARGE_DOCUMENT) return next(type, params);
    const opening = ++this.#openings;
    this.#texts.set(document.uri, { text, opening });
    const large: OpenLarge = { ...document, length: text.length, opening };
    return next(OPEN_LARGE, large as P);
  }

  /** The text from a place on, no character cut in two; null where nobody waits for it any more. */
  piece({ uri, opening, start }: PieceParams): string | null {
    const kept = this.#texts.get(uri);
    if (kept?.opening !== opening) return null;
    const { text } = kept;
    const last = text.charCodeAt(start + PIECE - 1);
    const end = start + PIECE - (last >= 0xd800 && last < 0xdc00 ? 1 : 0);
    if (end >= text.length) this.#texts.delete(uri);
    return text.slice(start, end);
  }
}
