// The manifest as VS Code reads it: each `%key%` is what package.nls.json says.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const read = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));

/** The manifest as it stands, with keys. */
export const rawManifest = read('package.json');
/** The English strings by their keys. */
export const manifestStrings: Readonly<Record<string, string>> = read('package.nls.json');

/** The key that a manifest's string names, if it does. */
export const keyIn = (text: string): string | undefined => /^%([^%\s]+)%$/.exec(text)?.[1];

/** The manifest with its English strings; one that is missing throws. */
export const manifest = JSON.parse(JSON.stringify(rawManifest), (_, value: unknown) => {
  const key = typeof value === 'string' ? keyIn(value) : undefined;
  if (key === undefined) return value;
  if (manifestStrings[key] === undefined) throw new Error(`package.nls.json has no ${key}`);
  return manifestStrings[key];
});
