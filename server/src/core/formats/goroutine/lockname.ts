// What to call a lock besides its number: its known name, the type it is a field of, or the function that asks for it.

import type { Dump } from './dump.js';
import { LOCKS } from './knowledge/locks.js';
import type { Lock } from './locks.js';
import { siteFunction } from './locks.js';
import { readFunction } from './names.js';
import { NEAR } from './suspects.js';

/**
 * A few words for the parentheses behind `mutex #1`. A type is named only where the text shows that the lock lies in it:
 * the receiver's address is the lock's or a little below, or the lock is known by it alone.
 */
export function lockOwner(dump: Dump, lock: Lock): string {
  const sites = new Map<string, number>();
  for (const waiter of lock.waiters.slice(0, 200)) {
    const site = siteFunction(dump, waiter);
    const seen = sites.get(site) ?? 0;
    sites.set(site, seen + 1);
    if (seen > 0) continue;
    const row = LOCKS.find((known) => known.takers.some((taker) => site.endsWith(taker)));
    if (row) return row.name;
  }
  for (const waiter of lock.waiters.slice(0, 200)) {
    const { type } = readFunction(siteFunction(dump, waiter));
    if (!type || waiter.receiver < 0) continue;
    const inside = lock.address < 0 || (lock.address >= waiter.receiver && lock.address - waiter.receiver <= NEAR);
    if (inside) return short(type);
  }
  const [site] = [...sites].sort((a, b) => b[1] - a[1])[0] ?? [''];
  return site ? `in ${short(site)}` : '';
}

/** `github.com/docker/docker/daemon.(*Daemon).Kill` as people say it: `daemon.(*Daemon).Kill`. */
const short = (name: string): string =>
  name.slice(name.lastIndexOf('/', name.includes('(') ? name.indexOf('(') : name.length) + 1);
