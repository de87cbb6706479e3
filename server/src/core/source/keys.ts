// Comparing locks by what they are called: the field of a struct, or a variable.

const EMBEDDED = /^(?:(?:RW)?Mutex|[?*]|Locker)$/;
const LOCK_NAME = /mu\d*$|mtx|mutex|lock/i;

/**
 * Whether two keys (`Scope.keyOf`) name the same field of the same struct.
 *
 * Example input:  `pkg.T.mu` and `pkg.T.mu`; `?.mu` and `pkg.T.mu`; `pkg.T.mu` and `pkg.U.mu`
 * Example output: `same`; `maybe`; `other`
 */
export function compareKeys(a: string, b: string): 'same' | 'maybe' | 'other' {
  if (isKnown(a) && isKnown(b)) return a === b ? 'same' : 'other';
  const [open, other] = isKnown(a) ? [b, a] : [a, b];
  const name = last(open);
  // `?` alone or `T.*`: a lock that the value itself is or embeds.
  if (name === '?' || name === '*') {
    if (open === other) return 'maybe';
    const embedded = EMBEDDED.test(last(other)) || other.includes(' ');
    return embedded ? 'maybe' : 'other';
  }
  if (name === last(other)) return 'maybe';
  // A field of unknown type may embed its lock, unless it is called as locks themselves are.
  return open.startsWith('?') && EMBEDDED.test(last(other)) && !LOCK_NAME.test(name) ? 'maybe' : 'other';
}

/** Whether two keys can name the same lock: nothing that is known of them differs. */
export const sameKey = (a: string, b: string): boolean => compareKeys(a, b) !== 'other';

export const isKnown = (key: string): boolean => !key.includes('?') && !key.includes('*');

const last = (key: string): string => key.slice(key.lastIndexOf('.') + 1);
