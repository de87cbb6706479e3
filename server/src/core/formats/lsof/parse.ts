// Lines of lsof to rows: one for each open file.

import { fieldsOf, placesOf } from '../../text/fields.js';
import { type Lines, plainLines } from '../../text/lines.js';
import { globalEntity } from '../../trace/entity.js';
import { entityMention, listingTrace, mention, Rows, Ruling } from '../../trace/listing.js';
import type { Mention, Trace } from '../../trace/trace.js';
import { FORMAT_ID, factsOf } from './facts.js';
import { descriptorOf, endpointsOf, type Header, objectOf, processOf, type Row, readHeader, readRow } from './row.js';

export const HEADER = 0;
export const OPEN = 1;

export interface OpenFiles {
  readonly text: string;
  readonly rows: Rows;
  readonly read: (row: number) => Row | undefined;
}

export function parse(text: string, scope: string, given?: Lines): Trace {
  const rows = new Rows();
  const headers = new Ruling<Header>();
  const lines = given ?? plainLines(text);
  while (lines.next()) {
    const { start, end } = lines;
    if (start >= end) continue;
    rows.total++;
    const header = readHeader(text, start, end);
    if (header) headers.set(rows.add(HEADER, start, end), header);
    else if (headers.last && readRow(text, start, end, headers.last)) rows.add(OPEN, start, end);
    else continue;
    rows.understood++;
  }
  const read = (row: number): Row | undefined => {
    const header = rows.kind.at(row) === HEADER ? undefined : headers.at(row);
    return header && readRow(text, rows.start.at(row), rows.end.at(row), header);
  };
  return listingTrace({
    format: FORMAT_ID,
    scope,
    text,
    rows,
    kinds: ['header', 'open file'],
    words(index) {
      const row = read(index);
      if (!row) return { label: 'columns', detail: '', entity: undefined };
      return {
        label: `${row.command.text} ${row.pid.text} ${row.fd.text}`,
        detail: `${row.type.text} ${row.name.text}`.slice(0, 200),
        // Not the process: what that waits for and holds would be told at each of its lines.
        entity: descriptorOf(row) ?? processOf(row),
      };
    },
    facts: () => factsOf({ text, rows, read }),
    mentions: (index) => {
      const row = read(index);
      return row ? rowMentions(text, row) : headerMentions(text, rows.start.at(index), rows.end.at(index));
    },
  });
}

const headerMentions = (text: string, start: number, end: number): Mention[] =>
  fieldsOf(text, start, end, 20).map((field) => mention(field, 'term', { kind: 'column', name: field.text }));

function rowMentions(text: string, row: Row): Mention[] {
  const found: Mention[] = [entityMention(row.pid, processOf(row), { kind: 'column', name: 'PID' })];
  const descriptor = descriptorOf(row);
  const object = objectOf(row);
  if (row.number === undefined) found.push(mention(row.fd, 'term', { kind: 'fd', name: row.fd.text }));
  else {
    const topic = { kind: 'fd', name: row.access || 'number' };
    const stop = row.fd.start + row.number.length + row.access.length;
    const number = { ...row.fd, end: stop };
    found.push(descriptor ? entityMention(number, descriptor, topic) : mention(number, 'term', topic));
    if (row.lock) found.push(mention({ start: stop, end: stop + 1 }, 'state', { kind: 'lock', name: row.lock }));
  }
  found.push(mention(row.type, 'term', { kind: 'type', name: row.type.text }));
  const inet = row.type.text.startsWith('IPv');
  const node = inet ? row.device : row.node;
  if (object && node && !object.startsWith('file:'))
    found.push(entityMention(node, object, { kind: 'column', name: 'NODE' }));
  for (const peer of placesOf(/->INO=\d{1,20}/g, text, row.name.start, row.name.end))
    found.push(
      entityMention({ ...peer, start: peer.start + 6 }, globalEntity('socket', peer.text.slice(6)), {
        kind: 'name',
        name: 'peer',
      }),
    );
  for (const end of endpointsOf(row).slice(0, 50))
    found.push(entityMention(end.field, globalEntity('process', end.pid), { kind: 'name', name: 'endpoint' }));
  for (const state of placesOf(
    /\((?:LISTEN|CONNECTED|UNCONNECTED|ESTABLISHED|CLOSE_WAIT|deleted|[A-Z_]{3,20}\d?)\)$/g,
    text,
    row.name.start,
    row.name.end,
  ))
    found.push(mention(state, 'state', { kind: 'socket state', name: state.text.slice(1, -1) }));
  return found;
}
