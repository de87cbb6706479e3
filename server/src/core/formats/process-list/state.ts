// What the state and the wait channel of one line say.

import { type KnownWait, kernelWait } from '../../knowledge/kernelStack.js';
import type { WaitKind, WaitState } from '../../trace/trace.js';
import type { Row } from './columns.js';

/** A container's id: 64 hex digits that stand alone. */
export const CONTAINER_ID = /(?<![0-9a-fA-F])[0-9a-f]{64}(?![0-9a-fA-F])/g;

export interface RowWait {
  readonly kind: WaitKind;
  readonly state: WaitState;
  /** What the wait channel means, where the table knows it. */
  readonly known: KnownWait | undefined;
}

/**
 * What the process waits for: one in D state always waits (`io` unless its wait channel says more); of a sleeping one only the
 * wait channel tells. Undefined where neither says that it waits.
 */
export function waitOfRow(row: Row): RowWait | undefined {
  const wchan = row.get('WCHAN')?.text;
  const known = wchan === undefined || wchan === '-' ? undefined : kernelWait(wchan, true);
  const state = row.get('STAT', 'S')?.text.charAt(0);
  if (state === 'D') return { kind: known?.row.kind ?? 'syscall', state: 'blocked', known };
  if (state === 'R' || state === 'Z' || state === 'X') return undefined;
  return known?.row.state && { kind: known.row.kind, state: known.row.state, known };
}
