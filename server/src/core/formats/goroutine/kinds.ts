// Locks of one kind, of one dump: where such locks are asked for, and where in their objects they lie, the waiters of one tell of the
// others too.

import type { Dump } from './dump.js';
import { NEAR } from './interest.js';
import { framesOf } from './leaves.js';
import type { Portrait } from './suspects.js';
import { waitsOf } from './waits.js';
import { openFrame, Words } from './words.js';

/** Lines that lock, by function. */
export type Sites = ReadonlyMap<string, ReadonlySet<number>>;

/**
 * Numbers the locks so that locks which any function asks for in turn have the same number. A function that asks for a mutex and an
 * RWMutex asks for two kinds; so does a method of what several types embed, where all its callers show whose lock it is.
 */
export function kindsOf(portraits: readonly Portrait[]): number[] {
  const parent = portraits.map((_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  const unowned = new Set<string>();
  for (const { owner, sites } of portraits) if (owner === '') for (const site of sites.keys()) unowned.add(site);
  const first = new Map<string, number>();
  portraits.forEach((portrait, i) => {
    for (const site of portrait.sites.keys()) {
      const { kind, part } = portrait.lock;
      const key = `${kind} ${part} ${site} ${unowned.has(site) ? '' : portrait.owner}`;
      const known = first.get(key);
      if (known === undefined) first.set(key, i);
      else parent[root(i)] = root(known);
    }
  });
  return portraits.map((_, i) => root(i));
}

/** For each lock the lines at which the waiters of any lock of its kind stand; with `of` other lines that a portrait knows. */
export function sitesOfKinds(
  portraits: readonly Portrait[],
  kinds: readonly number[],
  of: (portrait: Portrait) => Sites = ({ sites }) => sites,
): Sites[] {
  const merged = new Map<number, Map<string, Set<number>>>();
  portraits.forEach((portrait, at) => {
    let sites = merged.get(kinds[at]!);
    if (!sites) {
      sites = new Map();
      merged.set(kinds[at]!, sites);
    }
    for (const [site, lines] of of(portrait)) {
      const known = sites.get(site);
      if (!known) sites.set(site, new Set(lines));
      else for (const line of lines) known.add(line);
    }
  });
  return kinds.map((kind) => merged.get(kind)!);
}

/**
 * The object that each lock lies in; -1 where that is not known. Where the calls of the waiters of two locks of a kind and more show an
 * address at one distance below the lock, that is where such objects begin, also for locks whose own waiters do not show it.
 */
export function objectsOf(dump: Dump, portraits: readonly Portrait[], kinds: readonly number[]): number[] {
  const offsets = new Map<number, Map<number, number>>(); // kind -> offset -> locks whose waiters show it
  portraits.forEach((portrait, at) => {
    const shown = offsetsOf(dump, portrait);
    if (shown.size === 0) return;
    let counts = offsets.get(kinds[at]!);
    if (!counts) {
      counts = new Map([[ALL, 0]]);
      offsets.set(kinds[at]!, counts);
    }
    for (const offset of shown.add(ALL)) counts.set(offset, (counts.get(offset) ?? 0) + 1);
  });
  return portraits.map(({ lock }, at) => {
    const counts = offsets.get(kinds[at]!);
    const all = counts?.get(ALL) ?? 0;
    if (!counts || all < 2 || lock.address < 0) return -1;
    const everywhere = [...counts]
      .filter(([offset, locks]) => offset !== ALL && locks === all)
      .map(([offset]) => offset);
    return everywhere.length > 0 ? lock.address - Math.min(...everywhere) : -1;
  });
}

/** Stands for all locks of a kind whose waiters show any address close below. */
const ALL = -1;

/** How far below the lock live words of the calls for it lie. */
function offsetsOf(dump: Dump, { lock, rows }: Portrait): Set<number> {
  const offsets = new Set<number>();
  const words = new Words(dump.text);
  for (const row of lock.address >= 0 ? rows : []) {
    const wait = waitsOf(dump).at(row);
    if (!wait) continue;
    openFrame(dump, words, row, framesOf(dump, row), wait.site);
    while (words.next()) {
      const offset = lock.address - words.value;
      if (words.live && offset >= 0 && offset <= NEAR) offsets.add(offset);
    }
  }
  return offsets;
}
