// Entity ids of a dump's goroutines and locks.

import { localEntity } from '../../trace/entity.js';
import type { EntityId } from '../../trace/trace.js';
import type { Dump } from './parse.js';

/** The scope of one part's names: the document, and which dump of it where it holds several. */
export const partScope = (dump: Dump, part: number): string => (part === 0 ? dump.scope : `${dump.scope}#${part}`);

/** The entity of a goroutine's row. Rows without an id are named by their place. */
export function goroutineEntity(dump: Dump, row: number): EntityId {
  const id = dump.id.at(row);
  const name = id >= 0 ? String(id) : `at-${dump.start.at(row)}`;
  return localEntity('goroutine', name, partScope(dump, dump.part.at(row)));
}

/** An address as tracebacks print it. */
export const hex = (address: number): string => `0x${address.toString(16)}`;
