// What reading a git repository asks of sha.js, by Node's own crypto.

import { createHash, type Hash } from 'node:crypto';

/** Called with `new`: what a function returns then is the object. */
export default function Sha1(): Hash {
  return createHash('sha1');
}
