// Where entities stand in the texts: their trace, section, line, and the short name of the file.

import { SourceText } from '../text/source.js';
import type { Span } from '../text/span.js';
import type { EntityId, Note, Trace, Unheld, Wait } from '../trace/trace.js';
import type { WaitEdge, WaitForGraph } from './graph.js';

/** A place in one of the open documents. */
export interface Place {
  readonly trace: Trace;
  readonly span: Span;
}

/** How many a section stands for: a profile counts goroutines with equal stacks in one. */
export function populationOfSection(trace: Trace, section: number): number {
  const { kind, label } = trace.sections.at(section);
  return kind === 'goroutine group' ? Number.parseInt(label, 10) || 1 : 1;
}

/** How many wait, where some stand for many. */
export const headcount = (waiters: readonly WaitEdge[]): number =>
  waiters.reduce((sum, { trace, wait }) => sum + populationOfSection(trace, wait.section), 0);

/** The longest wait; undefined where no time is known. */
export function longest(edges: readonly WaitEdge[]): Wait | undefined {
  let most: Wait | undefined;
  for (const { wait } of edges) if ((wait.seconds ?? -1) > (most?.seconds ?? -1)) most = wait;
  return most;
}

const sources = new WeakMap<Trace, SourceText>();

/** The line of an offset, counted from 1. */
export function lineOf(trace: Trace, offset: number): number {
  if (trace.lineAt) return trace.lineAt(offset) + 1;
  let source = sources.get(trace);
  if (!source) {
    source = new SourceText(trace.text);
    sources.set(trace, source);
  }
  return source.lineAt(offset) + 1;
}

/** The last part of a path or URI, percent signs decoded. Untrusted text. */
export function baseName(scope: string): string {
  const name = scope.slice(Math.max(scope.lastIndexOf('/'), scope.lastIndexOf('\\')) + 1) || scope;
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(scope)) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

const fileNames = new WeakMap<WaitForGraph, ReadonlyMap<string, string>>();

/** How a document is called where several are open: its name, with as much of its folders as it takes to be unique. */
export function fileName(graph: WaitForGraph, trace: Trace): string {
  let names = fileNames.get(graph);
  if (!names) fileNames.set(graph, (names = uniqueNames(graph.traces.map(({ scope }) => scope))));
  return names.get(trace.scope) ?? baseName(trace.scope);
}

/** The last folders and the name of a path, from one folder to six. */
function tails(scope: string): string[] {
  const parts = scope.split('/');
  const most = Math.min(parts.length, 8);
  return Array.from({ length: Math.max(0, most - 2) }, (_, at) => parts.slice(-at - 2).join('/'));
}

function uniqueNames(scopes: readonly string[]): ReadonlyMap<string, string> {
  const byName = new Map<string, string[]>();
  // One document may hold several traces.
  for (const scope of new Set(scopes)) {
    const name = baseName(scope);
    const same = byName.get(name);
    if (same) same.push(scope);
    else byName.set(name, [scope]);
  }
  const names = new Map<string, string>();
  for (const [name, same] of byName) {
    const times = new Map<string, number>();
    if (same.length > 1) for (const tail of same.flatMap(tails)) times.set(tail, (times.get(tail) ?? 0) + 1);
    for (const scope of same)
      names.set(scope, same.length === 1 ? name : (tails(scope).find((tail) => times.get(tail) === 1) ?? scope));
  }
  return names;
}

/** `containerd.log:12` */
export const placeName = (graph: WaitForGraph, place: Place): string =>
  `${fileName(graph, place.trace)}:${lineOf(place.trace, place.span.start)}`;

const homes = new WeakMap<WaitForGraph, ReadonlyMap<string, Trace>>();

/** The document that an entity's name belongs to, and which part of it; undefined for names that all documents share. */
export function homeOf(graph: WaitForGraph, entity: EntityId): { trace: Trace; part: number } | undefined {
  const at = entity.indexOf('@');
  if (at < 0) return undefined;
  let byScope = homes.get(graph);
  // Of several traces of one document the first counts.
  if (!byScope) homes.set(graph, (byScope = new Map(graph.traces.toReversed().map((trace) => [trace.scope, trace]))));
  const scope = entity.slice(at + 1);
  const whole = byScope.get(scope);
  if (whole) return { trace: whole, part: 0 };
  const hash = scope.lastIndexOf('#');
  const trace = hash < 0 ? undefined : byScope.get(scope.slice(0, hash));
  const part = Number(scope.slice(hash + 1));
  return trace && Number.isInteger(part) ? { trace, part } : undefined;
}

/** The narrowest section at an offset, of all traces of one text: a goroutine rather than the log entry that it is printed in. */
export function innermost(traces: readonly Trace[], offset: number): { trace: Trace; section: number } | undefined {
  let best: { trace: Trace; section: number; width: number } | undefined;
  for (const trace of traces) {
    const section = trace.sections.find(offset);
    if (section === undefined) continue;
    const { start, end } = trace.sections.at(section).span;
    if (!best || end - start < best.width) best = { trace, section, width: end - start };
  }
  return best;
}

const indexes = new WeakMap<Trace, Map<EntityId, number>>();

/** The section that an entity is, if it is one. */
export function sectionOf(graph: WaitForGraph, entity: EntityId): { trace: Trace; section: number } | undefined {
  const wait = graph.waitOf(entity);
  if (wait) return { trace: wait.trace, section: wait.wait.section };
  const hold = graph.heldBy(entity)[0];
  if (hold) return { trace: hold.trace, section: hold.hold.section };
  // A name with a scope stands in that document, of which there may be several traces; any other may stand in all.
  const scope = homeOf(graph, entity)?.trace.scope;
  for (const trace of graph.traces) {
    if (scope === undefined ? !trace.sectionOf : trace.scope !== scope) continue;
    const section = trace.sectionOf ? trace.sectionOf(entity) : indexOf(trace).get(entity);
    if (section !== undefined) return { trace, section };
  }
  return undefined;
}

/** The first section of each entity. */
function indexOf(trace: Trace): ReadonlyMap<EntityId, number> {
  let index = indexes.get(trace);
  if (!index) {
    index = new Map();
    for (let at = 0; at < trace.sections.length; at++) {
      const own = trace.sections.at(at).entity;
      if (own !== undefined && !index.has(own)) index.set(own, at);
    }
    indexes.set(trace, index);
  }
  return index;
}

const waitMaps = new WeakMap<Trace, ReadonlyMap<number, Wait>>();

/** The wait that begins in a section, of those the weightiest: blocked before idle before past ones. */
export function waitIn(trace: Trace, section: number): Wait | undefined {
  let map = waitMaps.get(trace);
  if (!map) {
    const found = new Map<number, Wait>();
    for (const wait of trace.facts.waits) {
      const known = found.get(wait.section);
      if (!known || STATES.indexOf(wait.state) < STATES.indexOf(known.state)) found.set(wait.section, wait);
    }
    map = found;
    waitMaps.set(trace, map);
  }
  return map.get(section);
}

const STATES: readonly Wait['state'][] = ['blocked', 'idle', 'slow', 'ended'];

const noteMaps = new WeakMap<Trace, ReadonlyMap<number, readonly Note[]>>();

/** What the format has to say about a section. */
export function notesIn(trace: Trace, section: number): readonly Note[] {
  let map = noteMaps.get(trace);
  if (!map) {
    const found = new Map<number, Note[]>();
    for (const note of trace.facts.notes ?? []) {
      const known = found.get(note.section);
      if (known) known.push(note);
      else found.set(note.section, [note]);
    }
    map = found;
    noteMaps.set(trace, map);
  }
  return map.get(section) ?? [];
}

/** The line that names the entity's section: where a reader wants to land. */
export function headOf(graph: WaitForGraph, entity: EntityId): Place | undefined {
  const found = sectionOf(graph, entity);
  return found && { trace: found.trace, span: found.trace.sections.at(found.section).head };
}

const aboutMaps = new WeakMap<WaitForGraph, ReadonlyMap<EntityId, readonly { trace: Trace; note: Note }[]>>();

/** What the formats note about an entity where it does not wait: that a process's counter is used up. Errors and warnings only. */
export function notesAbout(graph: WaitForGraph, entity: EntityId): readonly { trace: Trace; note: Note }[] {
  let map = aboutMaps.get(graph);
  if (!map) {
    const found = new Map<EntityId, { trace: Trace; note: Note }[]>();
    for (const trace of graph.traces)
      for (const note of trace.facts.notes ?? []) {
        if (note.entity === undefined || (note.severity !== 'error' && note.severity !== 'warning')) continue;
        const entity = graph.idOf(note.entity);
        const known = found.get(entity);
        if (known) known.push({ trace, note });
        else found.set(entity, [{ trace, note }]);
      }
    map = found;
    aboutMaps.set(graph, map);
  }
  // A call that never returned is told as the wait itself.
  const wait = graph.waitOf(entity);
  const told = ({ trace, note }: { trace: Trace; note: Note }): boolean =>
    trace === wait?.trace &&
    note.section === wait.wait.section &&
    (wait.wait.call !== undefined || note.about === 'outage');
  return (map.get(graph.idOf(entity)) ?? []).filter((one) => !told(one));
}

const unheldMaps = new WeakMap<Trace, Map<EntityId, Unheld>>();

/** Why nobody is named as the lock's holder, if nobody is. */
export function unheldOf(graph: WaitForGraph, lock: EntityId): { trace: Trace; unheld: Unheld } | undefined {
  for (const trace of graph.traces) {
    let map = unheldMaps.get(trace);
    if (!map) {
      map = new Map(trace.facts.unheld.map((unheld) => [unheld.of, unheld]));
      unheldMaps.set(trace, map);
    }
    const unheld = map.get(lock);
    if (unheld) return { trace, unheld };
  }
  return undefined;
}
