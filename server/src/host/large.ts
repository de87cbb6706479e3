// A file too large for one text joins the investigation: read block by block, through its format's sieve, and kept as an excerpt.

import type { CancellationToken } from 'vscode-languageserver';
import type { Format } from '../core/formats/format.js';
import { detectFormat, HEAD_SIZE } from '../core/formats/index.js';
import { EDITOR_ROOM } from '../core/text/excerpt.js';
import { isPhrase, type Phrase, phrase, phraseFromTable } from '../core/text/l10n.js';
import type { Block, Host, LargeFile } from './host.js';
import { LARGE_PROGRESS, type Large, type LargeParams } from './protocol.js';
import type { Tell } from './questions.js';
import { wordOf } from './sourceTree.js';
import type { Workspace } from './workspace.js';

/** Code units that are sieved at once of a text that is at hand. */
const PIECE = 1024 * 1024;
/** Milliseconds between two words about how far it is. */
const OFTEN = 200;

/** The format of a file of the disk, by its beginning, if it is one that is read block by block. */
export async function kindOfLarge(host: Host, uri: string): Promise<Format | undefined> {
  if (!host.openLarge) return undefined;
  const file = await host.openLarge(uri);
  try {
    const format = detectFormat(await file.head(HEAD_SIZE));
    return format?.sieve ? format : undefined;
  } finally {
    await file.close();
  }
}

/** Why it could not be read. */
const reasonOf = (error: unknown): Phrase =>
  error instanceof Error && isPhrase(error.cause) ? error.cause : phraseFromTable(wordOf(error));

/** Answers OFFER_LARGE: reads the file and keeps its excerpt, or says why not. */
export async function offerLarge(
  workspace: Workspace,
  params: LargeParams,
  token: CancellationToken,
  tell: Tell,
): Promise<Large> {
  const investigation = workspace.investigation;
  const unwanted = (): Phrase | undefined => {
    if (token.isCancellationRequested) return phrase('the reading was cancelled');
    return workspace.investigation === investigation ? undefined : phrase('another investigation began');
  };
  let file: LargeFile | undefined;
  try {
    if (params.text === undefined && !workspace.host.openLarge)
      return { language: null, reason: phrase('the server has no disk here') };
    file =
      params.text === undefined ? await workspace.host.openLarge!(params.uri, params.within) : inMemory(params.text);
    const format = detectFormat(await file.head(HEAD_SIZE));
    if (!format) return { language: null };
    if (!format.sieve) return { language: format.id, whole: true };
    const sieve = format.sieve(EDITOR_ROOM, workspace.readOptions);
    let said = 0;
    for await (const { text, read } of file.blocks()) {
      sieve.take(ofLines(text));
      const reason = unwanted();
      if (reason) return { language: format.id, reason };
      if (performance.now() - said < OFTEN) continue;
      said = performance.now();
      tell(LARGE_PROGRESS, { uri: params.uri, percent: Math.floor((100 * read) / file.size) });
    }
    const excerpt = sieve.end();
    const reason = unwanted();
    if (reason) return { language: format.id, reason };
    workspace.offerExcerpt(params.excerpt, { file: params.uri, format, excerpt });
    return { language: format.id };
  } catch (error) {
    return { language: null, reason: reasonOf(error) };
  } finally {
    await file?.close().catch(() => {});
  }
}

/**
 * Lines as an editor has them: it ends lines at a carriage return too, and writes all ends alike. A return within a line becomes its
 * picture, so that the line keeps its length and its number.
 */
const ofLines = (text: string): string =>
  text.includes('\r') ? text.replaceAll('\r\n', '\n').replaceAll('\r', '\u240d') : text;

function inMemory(text: string): LargeFile {
  return {
    size: text.length,
    head: async (bytes) => text.slice(0, bytes),
    async *blocks(): AsyncGenerator<Block> {
      for (let at = 0; at < text.length; ) {
        let end = text.length - at > PIECE ? text.indexOf('\n', at + PIECE) + 1 : text.length;
        if (end === 0) end = text.length;
        yield { text: text.slice(at, end), read: end };
        at = end;
        // Whoever waits for an answer gets it.
        await new Promise((resolve) => setTimeout(resolve));
      }
    },
    close: async () => {},
  };
}
