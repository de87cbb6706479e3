// Lines of ss to rows: one for each socket.

import { fieldsOf } from '../../text/fields.js';
import { type Lines, plainLines } from '../../text/lines.js';
import { entityMention, listingTrace, mention, Rows, Ruling } from '../../trace/listing.js';
import type { Mention, Trace } from '../../trace/trace.js';
import { FORMAT_ID, factsOf } from './facts.js';
import { COLUMNS } from './knowledge/columns.js';
import { processOf, type Row, readHeader, readRow, socketOf } from './row.js';

export const HEADER = 0;
export const SOCKET = 1;

export interface SocketRows {
  readonly rows: Rows;
  readonly read: (row: number) => Row | undefined;
}

export function parse(text: string, scope: string, given?: Lines): Trace {
  const rows = new Rows();
  const headers = new Ruling<{ readonly netid: boolean }>();
  const lines = given ?? plainLines(text);
  while (lines.next()) {
    const { start, end } = lines;
    if (start >= end) continue;
    rows.total++;
    const header = readHeader(text, start, end);
    if (header) headers.set(rows.add(HEADER, start, end), header);
    else if (readRow(text, start, end, headers.last?.netid ?? true)) rows.add(SOCKET, start, end);
    // What `-i`, `-m` and `-o` add stands in lines of its own, indented.
    else if (rows.length > 0 && text.charCodeAt(start) === 9) rows.extend(end);
    else continue;
    rows.understood++;
  }
  const read = (row: number): Row | undefined =>
    rows.kind.at(row) === HEADER
      ? undefined
      : readRow(text, rows.start.at(row), rows.headEnd.at(row), headers.at(row)?.netid ?? true);
  return listingTrace({
    format: FORMAT_ID,
    scope,
    text,
    rows,
    kinds: ['header', 'socket'],
    words(index) {
      const row = read(index);
      if (!row) return { label: 'columns', detail: '', entity: undefined };
      const user = row.users[0];
      const queues =
        row.received.text === '0' && row.sent.text === '0'
          ? ''
          : `Recv-Q ${row.received.text}, Send-Q ${row.sent.text}`;
      const own = row.local.text === '*' ? (row.inode?.text ?? '') : row.local.text;
      return {
        label: [user ? `${user.name} ${user.pid}` : row.netid || 'socket', own]
          .filter(Boolean)
          .join(' · ')
          .slice(0, 200),
        detail: [row.state.text, queues].filter(Boolean).join(' · '),
        entity: socketOf(row.inode) ?? (user && processOf(user)),
      };
    },
    facts: () => factsOf({ rows, read }),
    mentions: (index) => {
      const row = read(index);
      return row ? rowMentions(row) : headerMentions(text, rows.start.at(index), rows.end.at(index));
    },
  });
}

const headerMentions = (text: string, start: number, end: number): Mention[] =>
  fieldsOf(text, start, end, 20)
    .filter((field) => Object.hasOwn(COLUMNS, field.text))
    .map((field) => mention(field, 'term', { kind: 'column', name: field.text }));

function rowMentions(row: Row): Mention[] {
  const listens = row.state.text === 'LISTEN';
  const found: Mention[] = [
    mention(row.state, 'state', { kind: 'state', name: row.state.text }),
    mention(row.received, 'term', { kind: 'queue', name: listens ? 'Recv-Q of a listener' : 'Recv-Q' }),
    mention(row.sent, 'term', { kind: 'queue', name: listens ? 'Send-Q of a listener' : 'Send-Q' }),
  ];
  const own = socketOf(row.inode);
  if (own) found.push(entityMention(row.inode!, own, { kind: 'column', name: 'inode' }));
  const peer = socketOf(row.peerInode);
  if (peer) found.push(entityMention(row.peerInode!, peer, { kind: 'column', name: 'peer inode' }));
  for (const user of row.users.slice(0, 50))
    found.push(entityMention(user.pidField, processOf(user), { kind: 'column', name: 'users' }));
  return found;
}
