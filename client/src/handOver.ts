// The server fetches the text of a large document, or of a file of the investigation, in pieces: one message of 50 MB would hold up both
// ends, and with them whoever asks about another document. Knows no editor, so that it can be tried without one.

import type { MessageSignature } from 'vscode-languageclient';
import {
  type InPieces,
  LARGE_DOCUMENT,
  type Offered,
  type OfferParams,
  OPEN_LARGE,
  type OpenLarge,
  type PieceParams,
} from '../../server/src/host/protocol.js';

/** Code units: some milliseconds of work. */
const PIECE = 1_000_000;

const OPEN = 'textDocument/didOpen';
const CLOSE = 'textDocument/didClose';

export class HandOver {
  /** What the server has not fetched to its end, by URI: the text as it was handed over, and which time that was. */
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
    return next(OPEN_LARGE, { ...document, ...this.#keep(document.uri, text) } satisfies OpenLarge as P);
  }

  /** The same of a file that is not open: `offer` asks the server whether it takes it. */
  async offer<R>(params: Offered, offer: (params: OfferParams) => Promise<R>): Promise<R> {
    const { uri, text } = params;
    if (text.length < LARGE_DOCUMENT) return offer(params);
    const large = this.#keep(uri, text);
    try {
      return await offer(large);
    } finally {
      // Not of the document, where it was opened meanwhile.
      if (this.#texts.get(uri)?.opening === large.opening) this.#texts.delete(uri);
    }
  }

  #keep(uri: string, text: string): InPieces {
    const opening = ++this.#openings;
    this.#texts.set(uri, { text, opening });
    return { uri, length: text.length, opening };
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
