// A large document is fetched in pieces: which documents, and what the pieces are.

import { beforeEach, expect, it } from 'vitest';
import { HandOver } from '../../client/src/handOver.js';
import {
  type InPieces,
  LARGE_DOCUMENT,
  type OfferParams,
  OPEN_LARGE,
  type OpenLarge,
} from '../../server/src/host/protocol.js';

const uri = 'file:///large.log';
let sent: [string, object][];
let handOver: HandOver;

beforeEach(() => {
  sent = [];
  handOver = new HandOver();
});

const send = (method: string, params: object): Promise<void> =>
  handOver.send(method, params, async (type, params) => void sent.push([type as string, params]));
const open = (text: string): Promise<void> =>
  send('textDocument/didOpen', { textDocument: { uri, languageId: 'strace', version: 3, text } });
const close = (): Promise<void> => send('textDocument/didClose', { textDocument: { uri } });

/** Of the last document that was announced. */
const pieceAt = (start: number): string | null =>
  handOver.piece({ uri, opening: (sent.findLast(([type]) => type === OPEN_LARGE)![1] as OpenLarge).opening, start });

/** All pieces, fetched as the server does. */
function pieces(length: number): string[] {
  const all: string[] = [];
  for (let start = 0; start < length; ) {
    const piece = pieceAt(start);
    if (!piece) throw new Error(`no piece at ${start}`);
    all.push(piece);
    start += piece.length;
  }
  return all;
}

it('a large document is announced with its length, and its pieces are its text', async () => {
  const text = 'x'.repeat(LARGE_DOCUMENT);
  await open(text);
  expect(sent).toEqual([[OPEN_LARGE, { uri, languageId: 'strace', version: 3, length: text.length, opening: 1 }]]);
  expect(pieces(text.length).join('')).toBe(text);
  expect(pieceAt(0)).toBeNull(); // not kept any longer
});

it('everything else is sent as it is', async () => {
  const small = { textDocument: { uri, languageId: 'strace', version: 1, text: 'x'.repeat(LARGE_DOCUMENT - 1) } };
  await send('textDocument/didOpen', small);
  await send('traceInvestigator/other', { some: 'thing' });
  await close();
  expect(sent).toEqual([
    ['textDocument/didOpen', small],
    ['traceInvestigator/other', { some: 'thing' }],
    ['textDocument/didClose', { textDocument: { uri } }],
  ]);
});

it.each([0, 1])('no surrogate pair is cut in two (%i units before them)', async (before) => {
  const text = 'x'.repeat(before) + '\u{1f600}'.repeat(LARGE_DOCUMENT / 2 + 7);
  await open(text);
  const all = pieces(text.length);
  expect(all.length).toBeGreaterThan(2);
  expect(all.every((piece) => !/^[\udc00-\udfff]|[\ud800-\udbff]$/.test(piece))).toBe(true);
  expect(all.join('')).toBe(text);
});

it('a large file that is offered is kept while the server takes it, and no longer', async () => {
  const text = 'x'.repeat(LARGE_DOCUMENT);
  let offered: OfferParams | undefined;
  const offer = (text: string, more = async (): Promise<void> => {}): Promise<string> =>
    handOver.offer({ uri, text }, async (params) => {
      offered = params;
      await more();
      return 'strace';
    });
  const piece = (): string | null => handOver.piece({ uri, opening: (offered as InPieces).opening, start: 0 });
  expect(await offer('small')).toBe('strace');
  expect(offered).toEqual({ uri, text: 'small' });
  await offer(text, async () => expect(piece()).toMatch(/^x+$/));
  expect(offered).toEqual({ uri, length: text.length, opening: 1 });
  expect(piece()).toBeNull();
  await expect(offer(text, () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  expect(piece()).toBeNull();
  // The document of that name, opened meanwhile, is another text.
  await offer(text, () => open('y'.repeat(LARGE_DOCUMENT)));
  expect(piece()).toBeNull();
  expect(pieceAt(0)).toMatch(/^y+$/);
});

it('of a document that is closed there are no pieces, and of one that is opened anew those of its last text', async () => {
  await open('a'.repeat(LARGE_DOCUMENT));
  await close();
  expect(pieceAt(0)).toBeNull();
  await open('b'.repeat(LARGE_DOCUMENT));
  await open('c'.repeat(LARGE_DOCUMENT));
  expect(pieceAt(0)).toMatch(/^c+$/);
  // Whatever is asked for late about the one before takes nothing from it.
  expect(handOver.piece({ uri, opening: 2, start: LARGE_DOCUMENT - 1 })).toBeNull();
  expect(pieces(LARGE_DOCUMENT).join('')).toBe('c'.repeat(LARGE_DOCUMENT));
  await open('d'.repeat(LARGE_DOCUMENT));
  await open('small now');
  expect(pieceAt(0)).toBeNull();
});
