// Reads a stored lock map at once, which the server does in steps.

import type { LockMap } from '../../server/src/core/source/lockMap.js';
import { unpackMap } from '../../server/src/core/source/packedMap.js';

/** The map in the bytes. Throws where they are none. */
export function readMap(bytes: Uint8Array): LockMap {
  const steps = unpackMap(bytes);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
