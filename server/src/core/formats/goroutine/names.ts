// Names: entity ids of a dump's goroutines and locks, and the parts of a Go function's name.

import { ownText } from '../../text/own.js';
import { localEntity } from '../../trace/entity.js';
import type { EntityId } from '../../trace/trace.js';
import type { Dump } from './dump.js';

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

/** A function's name taken apart. */
export interface FunctionName {
  /** `github.com/docker/docker/daemon` */
  readonly pkg: string;
  /** Package and receiver type, without pointer and type arguments: `…/daemon.Daemon`; '' for a plain function. */
  readonly type: string;
  /** Package and outermost function: closures and wrappers of one function share it. */
  readonly family: string;
  /** The method or function alone: `ContainerExecStart`. */
  readonly method: string;
  readonly closure: boolean;
}

const known = new Map<string, FunctionName>();

/**
 * Takes a printed function name apart.
 *
 * Example input:  `github.com/x/y.(*Map[...]).Load.func1.2`
 * Example output: pkg `github.com/x/y`, type `github.com/x/y.Map`, family `github.com/x/y.(*Map[...]).Load`, method `Load`
 */
export function readFunction(printed: string): FunctionName {
  let name = known.get(printed);
  if (name) return name;
  if (known.size > 50_000) known.clear();
  const func = ownText(printed);
  const slash = func.lastIndexOf('/', func.includes('(') ? func.indexOf('(') : func.length);
  const dot = func.indexOf('.', slash + 1);
  const pkg = dot < 0 ? func : func.slice(0, dot);
  const rest = dot < 0 ? '' : func.slice(dot + 1);
  const family = rest.replace(
    /(?:-fm|\.gowrap\d+|\.deferwrap\d+|\.func\d+(?:\.\d+)*|\.\d+|·\d+)+(?:-fm)?(?:\.(?:func|gowrap|deferwrap)\d+|\.\d+)*$/,
    '',
  );
  const pointer = /^\(\*([^()]+)\)\.(.*)$/.exec(family);
  const value = pointer ? null : /^([^.()]+)\.([^.()]+)$/.exec(family);
  const type = (pointer ?? value)?.[1]?.replace(/\[.*\]/, '') ?? '';
  const method = (pointer ?? value)?.[2] ?? family;
  name = {
    pkg,
    type: type && type !== 'init' && type !== 'glob.' ? `${pkg}.${type}` : '',
    family: `${pkg}.${family}`,
    method,
    closure: family.length < rest.length,
  };
  known.set(func, name);
  return name;
}
