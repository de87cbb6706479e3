// What lsof tells: which descriptor is which pipe or socket, who has the other end, who has a file locked.

import { globalEntity } from '../../trace/entity.js';
import { note } from '../../trace/listing.js';
import type { EntityId, Evidence, Facts, Hold, Note } from '../../trace/trace.js';
import type { OpenFiles } from './parse.js';
import { descriptorOf, endpointsOf, objectOf, pathOf, processOf, type Row } from './row.js';

export const FORMAT_ID = 'lsof';

/** Who has an end of something open, and in which row. */
interface End {
  readonly holder: EntityId;
  readonly section: number;
  readonly pid: string;
  readonly fd: string;
  readonly access: string;
  /** Named in the line of another end (`+E`). */
  readonly named: boolean;
}

export function factsOf({ rows, read }: OpenFiles): Facts {
  const holds: Hold[] = [];
  const notes: Note[] = [];
  const names = new Map<EntityId, string>();
  const same: (readonly [EntityId, EntityId])[] = [];
  const ends = new Map<EntityId, Map<string, End>>();
  const peers: { readonly of: EntityId; readonly peer: EntityId }[] = [];
  const others: { readonly of: EntityId; readonly end: End }[] = [];
  const served = new Map<EntityId, { readonly end: End; readonly listens: boolean }[]>();
  let files = 0;
  for (let section = 0; section < rows.length; section++) {
    const row = read(section);
    if (!row) continue;
    files++;
    const holder = processOf(row);
    if (!names.has(holder)) names.set(holder, `${row.command.text} (pid ${row.pid.text})`);
    const object = objectOf(row);
    const descriptor = descriptorOf(row);
    const end: End = {
      holder,
      section,
      pid: row.pid.text,
      fd: row.number ?? row.fd.text,
      access: row.access,
      named: false,
    };
    if (object && descriptor) {
      same.push([descriptor, object]);
      addEnd(ends, object, end);
    }
    // Behind a listening socket lsof names a client that it has not accepted yet, not its server.
    const listens = row.type.text === 'unix' && row.name.text.includes('(LISTEN)');
    if (object && row.peer !== undefined && !listens) {
      const peer = globalEntity('socket', row.peer);
      peers.push({ of: object, peer });
      others.push(...otherEnds(row, section).map((other) => ({ of: peer, end: other })));
    } else if (object && row.type.text === 'FIFO')
      others.push(...otherEnds(row, section).map((other) => ({ of: object, end: other })));
    const path = pathOf(row);
    const inode = inodeOf(row);
    if (path !== undefined && inode !== undefined && row.number !== undefined)
      same.push([globalEntity('lock', path), globalEntity('lock', inode)]);
    if (row.type.text === 'unix' && path !== undefined) put(served, globalEntity('socket', path), { end, listens });
    if (row.lock && path !== undefined && row.number !== undefined) holds.push(lockHold(row, holder, section, path));
    if (row.name.text.endsWith('(deleted)') || row.name.text.includes(' (deleted)'))
      notes.push(
        note({
          code: 'deleted',
          about: 'mark',
          severity: undefined,
          lens: undefined,
          section,
          span: row.name,
          entity: holder,
          values: { command: row.command.text },
        }),
      );
  }
  for (const { of, end } of others) addEnd(ends, of, end);
  holds.push(...pipeHolds(ends), ...peerHolds(peers, ends), ...servedHolds(served));
  const values = {
    files: String(files),
    processes: String(names.size),
    locks: String(holds.filter((hold) => hold.evidence[0]?.rule === 'lock-character').length),
  };
  return { waits: [], holds: distinct(holds), unheld: [], notes, same, names, summary: { name: 'files', values } };
}

function put<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** A row of its own tells more than being named in another. */
function addEnd(ends: Map<EntityId, Map<string, End>>, of: EntityId, end: End): void {
  const list = ends.get(of) ?? new Map<string, End>();
  ends.set(of, list);
  const key = `${end.pid}/${end.fd}`;
  const known = list.get(key);
  list.set(key, known ? { ...known, named: known.named || end.named } : end);
}

const evidence = (rule: string, values: Evidence['values']): Evidence[] => [{ rule, weight: 1, values }];

/** `fe:00:1630472`: a file as /proc/locks names it, device in hexadecimal. */
function inodeOf(row: Row): string | undefined {
  const device = /^(\d{1,6}),(\d{1,9})$/.exec(row.device?.text ?? '');
  if (row.type.text !== 'REG' || !device || !/^\d{1,20}$/.test(row.node?.text ?? '')) return undefined;
  const hex = (digits: string): string => Number(digits).toString(16).padStart(2, '0');
  return `${hex(device[1]!)}:${hex(device[2]!)}:${row.node!.text}`;
}

const LOCKS: Readonly<Record<string, { mode: Hold['mode'] }>> = {
  r: { mode: 'read' },
  R: { mode: 'read' },
  w: { mode: 'write' },
  W: { mode: 'write' },
  u: { mode: 'write' },
  U: { mode: 'write' },
  x: { mode: 'write' },
  X: { mode: 'write' },
  N: { mode: 'write' },
};

/** The FD column says that this process has the file, or a part of it, locked. */
const lockHold = (row: Row, holder: EntityId, section: number, path: string): Hold => ({
  holder,
  section,
  of: globalEntity('lock', path),
  mode: LOCKS[row.lock]?.mode ?? 'write',
  confidence: 'certain',
  evidence: evidence('lock-character', { fd: row.fd.text, path }),
});

/**
 * Each end of a pipe that is open somewhere: who reads it is `read`, who writes `write`. Where `+E` lists all ends, the only process
 * that has one is certain; without it others may have it that the listing does not show.
 */
function pipeHolds(ends: ReadonlyMap<EntityId, ReadonlyMap<string, End>>): Hold[] {
  const holds: Hold[] = [];
  for (const [of, byKey] of ends) {
    if (of.startsWith('socket:')) continue;
    const list = [...byKey.values()];
    const all = list.some((end) => end.named);
    const pids = new Map<string, Set<string>>();
    for (const end of list) pids.set(end.access, (pids.get(end.access) ?? new Set()).add(end.pid));
    for (const end of list) {
      const sure = pids.get(end.access)!.size === 1 && end.access !== 'u';
      holds.push({
        holder: end.holder,
        section: end.section,
        of,
        mode: end.access === 'r' ? 'read' : end.access === 'w' ? 'write' : 'serves',
        confidence: sure ? (all ? 'certain' : 'likely') : 'possible',
        evidence: evidence(end.access === 'r' ? 'pipe-reader' : end.access === 'w' ? 'pipe-writer' : 'pipe-end', {
          fd: end.fd,
        }),
      });
    }
  }
  return holds;
}

/** `->INO=` names the other socket; whoever has that one open is the peer. */
function peerHolds(
  peers: readonly { readonly of: EntityId; readonly peer: EntityId }[],
  ends: ReadonlyMap<EntityId, ReadonlyMap<string, End>>,
): Hold[] {
  return peers.flatMap(({ of, peer }) => {
    const list = [...(ends.get(peer)?.values() ?? [])];
    const sure = new Set(list.map((end) => end.pid)).size === 1;
    return list.map(
      (end): Hold => ({
        holder: end.holder,
        section: end.section,
        of,
        mode: 'serves',
        confidence: sure ? 'certain' : 'possible',
        evidence: evidence('peer-inode', { inode: peer.slice('socket:'.length), fd: end.fd }),
      }),
    );
  });
}

/** Who serves a path: whoever has a connection of it accepted; else whoever listens. */
function servedHolds(
  served: ReadonlyMap<EntityId, readonly { readonly end: End; readonly listens: boolean }[]>,
): Hold[] {
  const holds: Hold[] = [];
  for (const [of, list] of served) {
    const accepted = list.filter(({ listens }) => !listens);
    const best = accepted.length > 0 ? accepted : list;
    const sure = new Set(best.map(({ end }) => end.pid)).size === 1;
    const told = new Set<string>();
    for (const { end, listens } of best) {
      if (told.has(end.pid)) continue;
      told.add(end.pid);
      holds.push({
        holder: end.holder,
        section: end.section,
        of,
        mode: 'serves',
        confidence: sure ? 'certain' : 'possible',
        evidence: evidence(listens ? 'listens' : 'accepted', { path: of.slice('socket:'.length), fd: end.fd }),
      });
    }
  }
  return holds;
}

/** The other ends that `+E` names in the line of this one. */
const otherEnds = (row: Row, section: number): End[] =>
  endpointsOf(row).map((end) => ({
    holder: globalEntity('process', end.pid),
    section,
    pid: end.pid,
    fd: end.fd,
    access: end.access,
    named: true,
  }));

/** One hold for each holder, thing and mode: the surest. */
function distinct(holds: readonly Hold[]): Hold[] {
  const best = new Map<string, Hold>();
  const rank = { certain: 0, likely: 1, possible: 2 } as const;
  for (const hold of holds) {
    const key = `${hold.holder} ${hold.mode} ${hold.of}`;
    const known = best.get(key);
    if (!known || rank[hold.confidence] < rank[known.confidence]) best.set(key, hold);
  }
  return [...best.values()].sort((a, b) => a.section - b.section);
}
