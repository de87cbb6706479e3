// Findings about goroutines that wait for each other in a circle.

import { fromTable, plural, t } from '../text/l10n.js';
import type { Trace } from '../trace/trace.js';
import { behind } from './behind.js';
import { type Finding, MOST_RELATED, sourceNote, waiterNote } from './finding.js';
import type { Cycle, WaitForGraph } from './graph.js';
import { describeWait, entityName, howHeld } from './phrases.js';
import { headOf } from './places.js';
import { HELD } from './words.js';

/** One finding a deadlock, shortest circles first. */
export function deadlocks(graph: WaitForGraph, most: number): Finding[] {
  return graph.cycles.slice(0, most).flatMap((cycle) => {
    const first = cycle.members[0]!;
    const place = headOf(graph, first);
    const edge = graph.waitOf(first);
    if (!place || !edge) return [];
    return {
      id: 'deadlock' as const,
      severity: 'error' as const,
      ...place,
      section: edge.wait.section,
      entity: first,
      message: cycleSentence(graph, cycle, place.trace),
      related: cycle.members.slice(0, MOST_RELATED).flatMap((member) => {
        const held = graph.heldBy(member)[0];
        return [
          ...waiterNote(graph, graph.waitOf(member)),
          ...(held
            ? sourceNote({ trace: held.trace, span: held.trace.sections.at(held.hold.section).head }, held.hold)
            : []),
        ];
      }),
    };
  });
}

/** `Deadlock: goroutine 20 waits for mutex #1, held by goroutine 21; goroutine 21 waits for … Nothing ends this …` */
export function cycleSentence(graph: WaitForGraph, cycle: Cycle, from: Trace): string {
  const steps = cycle.members.slice(0, 6).map((member, at) => {
    const edge = graph.waitOf(member)!;
    const next = cycle.members[(at + 1) % cycle.members.length]!;
    const hold = graph.holdersOf(edge.wait.on!).find((holder) => holder.hold.holder === next)?.hold;
    const waits = `${entityName(graph, member, from)} ${describeWait(graph, edge)}`;
    const name = entityName(graph, next, from);
    // A reader waits behind a writer that waits itself: nobody holds anything in that step.
    if (!hold) return t('{0} behind {1}, which asked for it first', waits, name);
    const mode = howHeld(hold);
    const words = HELD[hold.confidence];
    return next === member ? fromTable(words.itself, waits, mode) : fromTable(words.which, waits, name, mode);
  });
  const rest = cycle.members.length - steps.length;
  if (rest > 0) steps.push(t('and {0} more', rest));
  const stuck = behind(graph).of(cycle.members[0]!) - (cycle.members.length - 1);
  if (stuck > 0) steps.push(plural(stuck, '{0} other waits behind them', '{0} others wait behind them'));
  const told = steps.join('; ');
  return cycle.confidence === 'certain' ? t('Deadlock: {0}.', told) : t('Likely deadlock: {0}.', told);
}
