// textDocument/references: everybody who waits for the thing under the cursor, holds it, or names it.

import { type Location, ReferencesRequest } from 'vscode-languageserver';
import type { EntityId } from '../core/trace/trace.js';
import { feature, nothing, on } from './feature.js';
import {
  distinct,
  locationIn,
  mentionsOf,
  placeAt,
  printedName,
  sectionLocation,
  subjectOf,
  type View,
} from './view.js';

/** More places than anybody reads. */
const LIMIT = 2000;

export const references = feature(
  { referencesProvider: true },
  on(ReferencesRequest.type, nothing, (view, params, token) => {
    const place = placeAt(view, params);
    const subject = place && (place.mention?.entity ?? subjectOf(place));
    if (!place || subject === undefined) return null;
    const { graph } = view;
    const found: (Location | undefined)[] = [...involved(view, subject)];
    for (const held of graph.heldBy(subject)) found.push(...waiting(view, held.hold.of));
    const printed = printedName(place, subject);
    for (const trace of graph.traces) {
      if (token.isCancellationRequested) break;
      for (const span of mentionsOf(trace, subject, printed, LIMIT)) found.push(locationIn(view, trace, span));
    }
    return distinct(found).slice(0, LIMIT);
  }),
);

const waiting = (view: View, entity: EntityId): (Location | undefined)[] =>
  view.graph.waitersOf(entity).map(({ trace, wait }) => sectionLocation(view, trace, wait.section));

/** The heads of those who hold it and those who wait for it, whether they print its name or not. */
const involved = (view: View, entity: EntityId): (Location | undefined)[] => [
  ...view.graph.holdersOf(entity).map(({ trace, hold }) => sectionLocation(view, trace, hold.section)),
  ...waiting(view, entity),
];
