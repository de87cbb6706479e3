// Entity ids: making and reading `kind:name@scope`.

import type { EntityId, EntityKind } from './trace.js';

/** The id of a thing that means something only inside one document. */
export const localEntity = (kind: EntityKind, name: string, scope: string): EntityId => `${kind}:${name}@${scope}`;

/** The id of a thing that every document names alike: an rpc method, a bus name, a container. */
export const globalEntity = (kind: EntityKind, name: string): EntityId => `${kind}:${name}`;

/** Kind and name of an id; the scope is left out. */
export function readEntity(id: EntityId): { kind: EntityKind; name: string } {
  const colon = id.indexOf(':');
  const at = id.indexOf('@', colon);
  return { kind: id.slice(0, colon) as EntityKind, name: id.slice(colon + 1, at < 0 ? id.length : at) };
}
