// Every template that can be translated: what client and server say, and what stands in tables. `l10n/bundle.l10n.json` holds them.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Call, callsIn } from './calls.js';
import { tableTemplates } from './tables.js';

const root = join(import.meta.dirname, '../..');

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, folder, name))
    .sort();

export const clientFiles = sources('client/src');
/** The command line and the tools for agents speak English. */
export const serverFiles = sources('server/src').filter((name) => !/[/\\]host[/\\](?:cli|mcp)/.test(name));

const CONFIG = join(root, 'tsconfig.json');

export const clientCalls = callsIn(CONFIG, clientFiles, { 'l10n.t': [0, 1, 1], because: [0, 1, 1] });

/** Where each function of `core/text/l10n.ts` and of `words.ts` has its templates and its values. */
export const serverCalls = callsIn(CONFIG, serverFiles, {
  t: [0, 1, 1],
  plural: [1, 2, 3],
  phrase: [0, 1, 1],
  failure: [0, 1, 1],
  counted: [1, 2, 3],
  some: [1, 2, 3],
});

/** The templates of a call, those that it makes of its words among them. */
export function templatesOf({ name, texts }: Call): (string | undefined)[] {
  if (name !== 'counted' && name !== 'some') return [...texts];
  const [one, several = one && `${one}s`] = texts;
  return [one, several].map((noun) => noun && `{0} ${noun}`);
}

/** The bundle, in its order. */
export async function bundle(): Promise<Record<string, string>> {
  const said = [...clientCalls, ...serverCalls].flatMap(templatesOf).filter((text) => text !== undefined);
  const texts = [...said, ...(await tableTemplates())].filter((text) => /\p{L}/u.test(text.replace(/\{[\w-]+\}/g, '')));
  return Object.fromEntries([...new Set(texts)].toSorted().map((text) => [text, text]));
}
