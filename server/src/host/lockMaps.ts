// The built-in lock maps: which one a trace needs, and its loading. The files lie beside the bundle; one is
// read when the first dump of its daemon is looked at, and kept.

import type { Format } from '../core/formats/format.js';
import { lockMapFor } from '../core/source/daemons.js';
import type { PrintedFrame, SourceEvidence } from '../core/source/evidence.js';
import { LockMapReader } from '../core/source/lockMap.js';
import { unpackMap } from '../core/source/packedMap.js';
import type { Trace } from '../core/trace/trace.js';
import { Pace } from './pace.js';

/** Gets the bytes of a file that lies beside the bundle: from disk, or fetched. */
export type ReadLockMap = (name: `lock-maps/${string}.lockmap`) => Promise<Uint8Array>;

/** Where a goroutine stands that waits for a lock. */
const LOCK = /^(?:internal\/)?sync\.\(\*(?:RW)?Mutex\)\./;

export class LockMaps {
  readonly #read: ReadLockMap;
  readonly #maps = new Map<string, Promise<LockMapReader>>();

  readonly #pace: () => Pace;

  /** `pace`: how a map is unpacked, which takes a large one a second. Without it at once: nobody else waits. */
  constructor(read: ReadLockMap, pace = () => new Pace()) {
    this.#read = read;
    this.#pace = pace;
  }

  /**
   * What the map of the daemon that printed a trace says; undefined where nobody stands in a lock, where the trace is of
   * another program, or of a version that is not in the map. Rejects where the map cannot be read.
   */
  async evidence(trace: Trace, format: Format): Promise<SourceEvidence | undefined> {
    const frames = format.sourced?.frames(trace) ?? [];
    const functions = functionsOf(frames);
    const name = lockMapFor(functions);
    if (![...functions].some((func) => LOCK.test(func))) return undefined;
    return name === undefined ? undefined : (await this.#map(name)).evidence(frames);
  }

  #map(name: string): Promise<LockMapReader> {
    let map = this.#maps.get(name);
    if (!map) {
      map = this.#load(name).catch((error: unknown) => {
        this.#maps.delete(name);
        throw error;
      });
      this.#maps.set(name, map);
    }
    return map;
  }

  async #load(name: string): Promise<LockMapReader> {
    const bytes = await this.#read(`lock-maps/${name}.lockmap`);
    return new LockMapReader(await this.#pace().run(unpackMap(bytes)));
  }
}

function functionsOf(frames: Iterable<PrintedFrame>): Set<string> {
  const functions = new Set<string>();
  for (const { func } of frames) functions.add(func);
  return functions;
}
