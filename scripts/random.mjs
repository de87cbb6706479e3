// What the generators of texts share: the same seed always gives the same text, so no clock and no Math.random.

export const MEGABYTE = 1024 * 1024;

/**
 * A small seeded generator of numbers (mulberry32).
 * @param {number} seed any integer
 * @returns {() => number} numbers in [0, 1)
 */
export function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** `07` of 7. */
export const two = (n) => String(n).padStart(2, '0');
