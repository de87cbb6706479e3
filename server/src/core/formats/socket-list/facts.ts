// What ss tells: whose the other end of a socket is, and who does not read what was sent to it.

import { phrase, type Value } from '../../text/l10n.js';
import { globalEntity } from '../../trace/entity.js';
import { note } from '../../trace/listing.js';
import type { EntityId, Facts, Hold, Note } from '../../trace/trace.js';
import type { SocketRows } from './parse.js';
import { pathOf, processOf, type Row, socketOf, type User } from './row.js';

export const FORMAT_ID = 'socket-list';

/** net.core.wmem_default: so many bytes may wait unread in a unix socket before its writer has to wait (net/core/sock.c). */
const FULL = 212_992;
/** Fewer unread bytes are no sign of anything: the reader may just not have run. */
const SOME = 65_536;

export function factsOf({ rows, read }: SocketRows): Facts {
  const holds: Hold[] = [];
  const notes: Note[] = [];
  const same: (readonly [EntityId, EntityId])[] = [];
  const names = new Map<EntityId, string>();
  const byInode = new Map<string, number>();
  const byEnds = new Map<string, number>();
  const served = new Map<string, { readonly user: User; readonly section: number; readonly listens: boolean }[]>();
  let sockets = 0;
  for (let section = 0; section < rows.length; section++) {
    const row = read(section);
    if (!row) continue;
    sockets++;
    if (row.inode) byInode.set(row.inode.text, section);
    const own = socketOf(row.inode);
    const path = pathOf(row);
    const ends = connectionOf(row);
    if (ends) byEnds.set(`${ends.local} ${ends.peer}`, section);
    for (const user of row.users) {
      const fd = globalEntity('fd', `${user.pid}/${user.fd}`);
      names.set(processOf(user), `${user.name} (pid ${user.pid})`);
      if (own) same.push([fd, own]);
      if (ends) same.push([fd, endOf(ends)]);
      if (path === undefined) continue;
      const entry = { user, section, listens: row.state.text === 'LISTEN' };
      const list = served.get(path);
      if (list) list.push(entry);
      else served.set(path, [entry]);
    }
  }
  for (let section = 0; section < rows.length; section++) {
    const row = read(section);
    if (!row) continue;
    const other = row.peerInode && byInode.get(row.peerInode.text);
    const peer = other === undefined ? undefined : { row: read(other)!, section: other };
    const own = socketOf(row.inode);
    if (own && peer) holds.push(...peerHolds(own, peer.row, peer.section));
    // Both ends of a connection within this machine are in the listing.
    const ends = connectionOf(row);
    const far = ends && byEnds.get(`${ends.peer} ${ends.local}`);
    if (ends && far !== undefined && far !== section) holds.push(...farHolds(ends, read(far)!, far));
    notes.push(...queueNotes(row, section, peer));
  }
  for (const [path, list] of served) holds.push(...servedHolds(path, list));
  holds.sort((a, b) => a.section - b.section);
  const values = { sockets: String(sockets), processes: String(names.size), unread: String(notes.length) };
  return { waits: [], holds, unheld: [], notes, same, names, summary: { name: 'sockets', values } };
}

const sure = (users: readonly User[]): Hold['confidence'] =>
  new Set(users.map((user) => user.pid)).size === 1 ? 'certain' : 'possible';

/** Whoever has the peer socket open is on the other side of this one. */
function peerHolds(of: EntityId, peer: Row, section: number): Hold[] {
  const confidence = sure(peer.users);
  return distinctUsers(peer.users).map((user) => ({
    holder: processOf(user),
    section,
    of,
    mode: 'serves',
    confidence,
    evidence: [
      { rule: 'peer-inode', weight: 1, values: { inode: peer.inode?.text ?? '', program: user.name, fd: user.fd } },
    ],
  }));
}

/** The two addresses of a connection; undefined for unix sockets and those that are not connected. */
function connectionOf(row: Row): { readonly local: string; readonly peer: string } | undefined {
  if (row.netid.startsWith('u_') || row.peerInode !== undefined || row.state.text !== 'ESTAB') return undefined;
  const address = /^\[?[\w.:%]{1,80}\]?:\d{1,5}$/;
  return address.test(row.local.text) && address.test(row.peer.text) && row.local.text !== row.peer.text
    ? { local: row.local.text, peer: row.peer.text }
    : undefined;
}

/** One end of a connection, the own one first. */
const endOf = (ends: { readonly local: string; readonly peer: string }): EntityId =>
  globalEntity('socket', `${ends.local}->${ends.peer}`);

/** Whoever has the socket with the two addresses turned round is on the other side. */
function farHolds(ends: { readonly local: string; readonly peer: string }, far: Row, section: number): Hold[] {
  const confidence = sure(far.users);
  return distinctUsers(far.users).map((user) => ({
    holder: processOf(user),
    section,
    of: endOf(ends),
    mode: 'serves',
    confidence,
    evidence: [{ rule: 'peer-address', weight: 1, values: { ...ends, program: user.name, fd: user.fd } }],
  }));
}

/** One entry for each process. */
const distinctUsers = (users: readonly User[]): User[] => [...new Map(users.map((user) => [user.pid, user])).values()];

/** Who serves a path: whoever has a connection of it accepted; else whoever listens. */
function servedHolds(
  path: string,
  list: readonly { readonly user: User; readonly section: number; readonly listens: boolean }[],
): Hold[] {
  const accepted = list.filter(({ listens }) => !listens);
  const best = accepted.length > 0 ? accepted : list;
  const confidence = sure(best.map(({ user }) => user));
  const first = new Map<string, (typeof best)[number]>();
  for (const entry of best) if (!first.has(entry.user.pid)) first.set(entry.user.pid, entry);
  return [...first.values()].map(({ user, section, listens }) => ({
    holder: processOf(user),
    section,
    of: globalEntity('socket', path),
    mode: 'serves',
    confidence,
    evidence: [
      { rule: listens ? 'listens' : 'accepted', weight: 1, values: { path, program: user.name, fd: user.fd } },
    ],
  }));
}

/** What waits in a socket's queues, told at the side that does not read. */
function queueNotes(
  row: Row,
  section: number,
  peer: { readonly row: Row; readonly section: number } | undefined,
): Note[] {
  const received = Number(row.received.text);
  const sent = Number(row.sent.text);
  const who = nameOf(row);
  const other = peer ? nameOf(peer.row) : '';
  const entity = row.users[0] && { entity: processOf(row.users[0]) };
  if (row.state.text === 'LISTEN') {
    if (received === 0) return [];
    const full = received > sent;
    return [
      note({
        code: full ? 'backlog-full' : 'not-accepted',
        about: 'blocked',
        severity: full ? 'warning' : 'information',
        lens: full ? 'blocked' : 'info',
        section,
        span: row.received,
        ...entity,
        values: { who: nameOf(row), path: row.local.text, waiting: String(received), limit: String(sent) },
      }),
    ];
  }
  const unix = row.netid.startsWith('u_') || row.peerInode !== undefined;
  if (unix) {
    if (sent < SOME) return [];
    // The bytes wait at the peer; without its row the writer's is all there is.
    const code = peer ? 'not-read' : 'not-read-unknown';
    const at = peer ?? { row, section };
    return [
      note({
        code,
        about: 'blocked',
        severity: sent >= FULL ? 'warning' : 'information',
        lens: sent >= FULL ? 'blocked' : 'slow',
        section: at.section,
        span: peer ? at.row.received : row.sent,
        ...(at.row.users[0] && { entity: processOf(at.row.users[0]) }),
        values: {
          reader: other,
          writer: who,
          bytes: row.sent.text,
          full:
            sent >= FULL
              ? phrase('That is the default limit (net.core.wmem_default): the next write waits.')
              : phrase('The default limit is 212992.'),
        },
        related: peer ? [{ span: row.sent, name: 'writer' }] : [],
      }),
    ];
  }
  if (row.state.text === 'CLOSE-WAIT')
    return [
      note({
        code: 'not-closed',
        about: 'mark',
        severity: undefined,
        lens: 'info',
        section,
        span: row.state,
        ...entity,
        values: { who, peer: row.peer.text },
      }),
    ];
  if (row.state.text === 'SYN-SENT')
    return [
      note({
        code: 'no-answer',
        about: 'blocked',
        severity: 'information',
        lens: 'blocked',
        section,
        span: row.state,
        ...entity,
        values: { who, peer: row.peer.text },
      }),
    ];
  if (received >= SOME)
    return [
      note({
        code: 'inet-not-read',
        about: 'blocked',
        severity: 'information',
        lens: 'slow',
        section,
        span: row.received,
        ...entity,
        values: { who, bytes: row.received.text, peer: row.peer.text },
      }),
    ];
  if (sent >= SOME)
    return [
      note({
        code: 'inet-unacknowledged',
        about: 'blocked',
        severity: 'information',
        lens: 'slow',
        section,
        span: row.sent,
        ...entity,
        values: { who, bytes: row.sent.text, peer: row.peer.text },
      }),
    ];
  return [];
}

/** `runc (pid 10900)`; several: `systemd (pid 1) and 2 more`. */
function nameOf(row: Row): Value {
  const users = distinctUsers(row.users);
  const first = users[0];
  if (!first)
    return row.inode
      ? phrase('the owner of socket {inode}', { inode: row.inode.text })
      : phrase('the owner of {name}', { name: row.local.text });
  const name = `${first.name} (pid ${first.pid})`;
  return users.length > 1 ? phrase('{name} and {count} more', { name, count: String(users.length - 1) }) : name;
}
