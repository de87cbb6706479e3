// The fixtures with their truth: dumps of real programs that wrote down who held and who waited.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Party {
  readonly g: number;
  readonly mode: 'w' | 'r';
}

export interface TrueLock {
  readonly kind: 'Mutex' | 'RWMutex';
  readonly name: string;
  readonly addr: string;
  readonly holders: readonly Party[];
  readonly waiters: readonly Party[];
}

export interface Fixture {
  /** `go1.27/cycle2` */
  readonly name: string;
  readonly text: string;
  /** Undefined for dumps that only show a form. */
  readonly truth: { readonly locks: readonly TrueLock[]; readonly cycle: readonly number[] } | undefined;
}

const ROOT = join(import.meta.dirname, 'fixtures/goroutine');

/** Every dump under test/fixtures/goroutine, and those of the samples. */
export function fixtures(): Fixture[] {
  const found: Fixture[] = [];
  for (const folder of readdirSync(ROOT, { withFileTypes: true })) {
    if (!folder.isDirectory() || folder.name === 'source') continue;
    const files = readdirSync(join(ROOT, folder.name));
    for (const file of files.filter((name) => name.endsWith('.txt'))) {
      const truthFile = file.replace(/\.txt$/, '.truth.json');
      const truth = files.includes(truthFile)
        ? JSON.parse(readFileSync(join(ROOT, folder.name, truthFile), 'utf8'))
        : undefined;
      const text = readFileSync(join(ROOT, folder.name, file), 'utf8');
      found.push({ name: `${folder.name}/${file.replace(/\.txt$/, '')}`, text, truth });
    }
  }
  // Dumps of the samples, with their truth beside the fixtures.
  for (const file of readdirSync(ROOT).filter((name) => name.endsWith('.truth.json'))) {
    const truth = JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
    const text = readFileSync(join(ROOT, '../../..', truth.dump), 'utf8');
    found.push({ name: file.replace(/\.truth\.json$/, ''), text, truth: { cycle: [], ...truth } });
  }
  return found;
}
