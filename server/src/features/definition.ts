// textDocument/definition: who holds what is waited for here. On a holder: who waits for it. On `goroutine N`: that
// goroutine. On a source location: the source, where a source root has it. Nobody known: nothing, and the hover says why.

import { DefinitionRequest, type Location } from 'vscode-languageserver';
import { touches } from '../core/text/span.js';
import type { EntityId } from '../core/trace/trace.js';
import { feature, nothing, on } from './feature.js';
import {
  distinct,
  entityLocation,
  lineLocation,
  locationIn,
  ownEntity,
  type Place,
  placeAt,
  sectionLocation,
  subjectOf,
  surest,
  type View,
} from './view.js';

export const definition = feature(
  { definitionProvider: true },
  on(DefinitionRequest.type, nothing, async (view, params) => {
    const place = placeAt(view, params);
    if (!place) return null;
    const { mention } = place;
    if (mention?.kind === 'source' && mention.file !== undefined) {
      const uri = await view.sourceOf(mention.file);
      if (uri !== undefined) return [lineLocation(uri, mention.line ?? 1)];
    }
    const origin = mention?.origin && locationIn(view, place.trace, mention.origin);
    if (origin && !touches(mention.origin!, place.offset)) return [origin];
    return destinations(view, place);
  }),
);

function destinations(view: View, place: Place): Location[] {
  const { graph } = view;
  const subject = subjectOf(place);
  const own = ownEntity(place);
  if (subject === undefined) return [];
  if (subject !== own) {
    const home = entityLocation(view, subject);
    if (home) return [home];
    const holders = surest(graph.holdersOf(subject));
    // Where the cursor is in the holder itself, the way on is to those who wait.
    return holders.some((edge) => edge.hold.holder === own)
      ? waiters(view, subject, own)
      : holdersOf(view, subject, place);
  }
  const on = graph.waitOf(subject)?.wait.on;
  if (on !== undefined) {
    const found = holdersOf(view, on, place);
    // Nobody holds a goroutine or a process: it is itself whom the wait is for.
    if (found.length === 0) found.push(...distinct([entityLocation(view, on)]));
    if (found.length > 0) return found;
  }
  return distinct(graph.heldBy(subject).flatMap((edge) => waiters(view, edge.hold.of, subject)));
}

/** The surest holders. A single one that only may hold it comes with the place asked from: a list to judge, no jump. */
function holdersOf(view: View, entity: EntityId, from: Place): Location[] {
  const edges = surest(view.graph.holdersOf(entity));
  const found = distinct(edges.map(({ trace, hold }) => sectionLocation(view, trace, hold.section)));
  const surely = edges[0]?.hold.confidence !== 'possible' || edges[0].hold.mode === 'serves';
  if (found.length !== 1 || surely) return found;
  const here = from.section === undefined ? undefined : sectionLocation(view, from.trace, from.section);
  return distinct([found[0], here]);
}

const waiters = (view: View, entity: EntityId, except: EntityId | undefined): Location[] =>
  distinct(
    view.graph
      .waitersOf(entity)
      .filter((edge) => edge.wait.waiter !== except)
      .map(({ trace, wait }) => sectionLocation(view, trace, wait.section)),
  );
