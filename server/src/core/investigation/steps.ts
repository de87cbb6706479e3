// A chain of waits as steps, one a link: what the palette, the side bar, SARIF and the answers to agents are made of.

import type { EntityId } from '../trace/trace.js';
import { farthestBehind } from './behind.js';
import type { Finding } from './finding.js';
import type { WaitForGraph } from './graph.js';
import { describeHold, describeHolders, describeWait, entityName, storyChain } from './phrases.js';
import { headOf, type Place } from './places.js';
import { notWaiting } from './words.js';

/** One link, in plain text. */
export interface ChainStep {
  readonly place: Place | undefined;
  readonly name: string;
  /** What it waits for; '' where it does not wait. */
  readonly does: string;
  /** Who has that, and how sure it is; '' where nothing is known of that. */
  readonly holder: string;
}

/** Each link from the entity to the root; a deadlock names its first member again. */
export function chainSteps(graph: WaitForGraph, entity: EntityId): ChainStep[] {
  const { links, cycleAt } = storyChain(graph, entity);
  const from = links[0]?.wait?.trace;
  const again = links[cycleAt];
  return (again ? [...links, again] : links).map(({ entity, wait, hold }) => ({
    place: headOf(graph, entity),
    name: entityName(graph, entity, from),
    does: wait ? describeWait(graph, wait) : '',
    holder: hold
      ? describeHold(graph, hold, from)
      : wait?.wait.on === undefined
        ? ''
        : describeHolders(graph, wait.wait.on, from),
  }));
}

/** `goroutine 12 waits 5+ min for mutex #1`. */
export const stepWords = ({ name, does }: ChainStep): string => `${name} ${does || notWaiting()}`;

/** The chain that leads through a finding’s entity, from the farthest waiter on; empty where nobody waits. */
export function chainOfFinding(graph: WaitForGraph, { entity, trace, section }: Finding): ChainStep[] {
  const about = entity ?? (section < 0 ? undefined : trace.sections.at(section).entity);
  if (about === undefined) return [];
  // Of a lock, who waits for it.
  const subject =
    graph.waitOf(about) || graph.heldBy(about).length > 0 ? about : graph.waitersOf(about)[0]?.wait.waiter;
  if (subject === undefined) return [];
  const waiter = graph.chain(subject).cycleAt === 0 ? subject : farthestBehind(graph, subject);
  return chainSteps(graph, waiter);
}
