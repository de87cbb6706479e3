// Who may hold a lock in a profile with counts of equal stacks. It prints no ids, states or addresses, so only functions speak:
// of a group that stands in a call which is known, or by the source seen, to be made with the lock held; and only where one fits.

import type { Evidence } from '../../trace/trace.js';
import { GROUP } from './dump.js';
import type { Suspect } from './judge.js';
import { modeOf } from './locks.js';
import type { SourceView } from './sourced.js';
import type { Portrait } from './suspects.js';
import type { Context } from './weigh.js';

/** Every lock asks every group: more of either than a real profile has are not asked. */
const MOST_LOCKS = 256;
const MOST_GROUPS = 20_000;

/**
 * The one group that may hold a lock that groups wait for; undefined where none fits or several do. Never more than possible: the
 * lock that it holds may be another object's.
 */
export function onlyGroup(
  { dump, lockOf, held }: Context,
  portrait: Portrait,
  at: number,
  source?: SourceView,
): Suspect | undefined {
  const { lock } = portrait;
  const isGroup = (row: number): boolean => (dump.flags.at(row) & GROUP) !== 0;
  if (!lock.waiters.every(({ row }) => isGroup(row))) return undefined;
  const mode = modeOf(lock);
  const { sections } = dump.parts[lock.part] ?? { sections: { start: 0, end: dump.length } };
  if (at >= MOST_LOCKS || sections.end - sections.start > MOST_GROUPS) return undefined;
  let found: Suspect | undefined;
  for (let row = sections.start; row < sections.end; row++) {
    if (!isGroup(row) || lockOf[row] === at) continue;
    const code = source?.weigh(lock, row);
    const known = held.during(row, portrait);
    if (!code?.placed && (!known || (code?.weight ?? 0) < 0)) continue;
    // Of several goroutines one at most holds what only one can, and nothing tells which.
    if (found || (mode === 'write' && dump.count.at(row) !== 1)) return undefined;
    const evidence: Evidence[] = code?.placed && code.evidence ? [code.evidence] : [];
    if (known) {
      const frame = dump.frameRows(row).first + known.depth;
      evidence.push({
        rule: 'known-call-under-lock',
        weight: 1,
        values: { frame: dump.stacks.frames(dump.stacks.nodes[dump.leaf.at(row)]!)[known.depth]!.func },
        span: { start: dump.frameStart.at(frame), end: dump.frameEnd.at(frame) },
      });
    }
    evidence.push({ rule: 'only-group', weight: 1, values: {} }, { rule: 'no-addresses', weight: -1, values: {} });
    found = { row, mode, confidence: 'possible', evidence, score: 1, only: true };
  }
  return found;
}
