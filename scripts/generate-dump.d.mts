// Types of generate-dump.mjs, for tests and benchmarks written in TypeScript.

export interface GeneratedLock {
  kind: 'Mutex' | 'RWMutex';
  /** Printed by the waiters of a Mutex; of an RWMutex never, as Go 1.19 does not print it. */
  addr: string;
  /** Goroutine id; undefined for a leaked lock. */
  holder: number | undefined;
  /** How many goroutines of the dump wait for it, the holder of another lock among them. */
  waiters: number;
}

/** See generate-dump.mjs: chunks of about 64 KiB of one dump; the return value says what was written. */
export function generateDump(options: {
  megabytes: number;
  seed?: number;
}): Generator<string, { goroutines: number; locks: GeneratedLock[] }, undefined>;
