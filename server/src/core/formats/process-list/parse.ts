// Lines of `ps` to rows. A text may hold several listings, each with a header of its own.

import { fieldsOf } from '../../text/fields.js';
import { type Lines, plainLines } from '../../text/lines.js';
import { globalEntity } from '../../trace/entity.js';
import { entityMention, listingTrace, mention, Rows, Ruling } from '../../trace/listing.js';
import type { Mention, Trace } from '../../trace/trace.js';
import {
  type Columns,
  commandOf,
  entityOf,
  HEADER,
  isThread,
  PROCESS,
  pidOf,
  programOf,
  type Row,
  readColumns,
  readRow,
  THREAD,
  tidOf,
} from './columns.js';
import { FORMAT_ID, factsOf } from './facts.js';
import { CONTAINER_ID, waitOfRow } from './state.js';

/** A text of `ps`: rows, and which header each belongs to. */
export interface Processes {
  readonly text: string;
  readonly scope: string;
  readonly rows: Rows;
  /** The row's fields; undefined for headers. */
  readonly read: (row: number) => Row | undefined;
}

export function parse(text: string, scope: string, given?: Lines): Trace {
  const rows = new Rows();
  const headers = new Ruling<Columns>();
  const lines = given ?? plainLines(text);
  while (lines.next()) {
    const { start, end } = lines;
    if (start >= end) continue;
    rows.total++;
    const columns = readColumns(text, start, end);
    if (columns) {
      headers.set(rows.add(HEADER, start, end), columns);
      rows.understood++;
      continue;
    }
    const current = headers.last;
    const row = current && readRow(text, start, end, current);
    if (!row) continue;
    rows.add(isThread(row) ? THREAD : PROCESS, start, end);
    rows.understood++;
  }
  const read = (row: number): Row | undefined => {
    const columns = headers.at(row);
    return rows.kind.at(row) === HEADER || !columns
      ? undefined
      : readRow(text, rows.start.at(row), rows.end.at(row), columns);
  };
  const processes: Processes = { text, scope, rows, read };
  return listingTrace({
    format: FORMAT_ID,
    scope,
    text,
    rows,
    kinds: ['header', 'process', 'thread'],
    words(index) {
      const row = read(index);
      if (!row) return { label: 'columns', detail: '', entity: undefined };
      const entity = entityOf(row);
      const command = commandOf(row)?.text ?? '';
      const state = row.get('STAT', 'S')?.text;
      const wchan = row.get('WCHAN')?.text;
      return {
        label: entity ? entity.replace(':', ' ') : 'process',
        detail: [programOf(command), state, wchan === '-' ? undefined : wchan]
          .filter(Boolean)
          .join(' · ')
          .slice(0, 200),
        entity,
      };
    },
    facts: () => factsOf(processes),
    mentions: (index) => {
      const row = read(index);
      return row ? rowMentions(text, row) : headerMentions(text, rows.start.at(index), rows.end.at(index));
    },
  });
}

const headerMentions = (text: string, start: number, end: number): Mention[] =>
  fieldsOf(text, start, end, 40).map((field) => mention(field, 'term', { kind: 'column', name: field.text }));

function rowMentions(text: string, row: Row): Mention[] {
  const found: Mention[] = [];
  const own = entityOf(row);
  const pid = pidOf(row);
  if (pid && pid.text !== '-')
    found.push(entityMention(pid, globalEntity('process', pid.text), { kind: 'column', name: 'PID' }));
  const tid = tidOf(row);
  if (tid && own && tid.text !== '-' && tid !== pid)
    found.push(entityMention(tid, own, { kind: 'column', name: 'LWP' }));
  const parent = row.get('PPID');
  if (parent && parent.text !== '0')
    found.push(entityMention(parent, globalEntity('process', parent.text), { kind: 'column', name: 'PPID' }));
  const state = row.get('STAT', 'S');
  if (state) found.push(mention(state, 'state', { kind: 'state', name: state.text.charAt(0) }));
  const wchan = row.get('WCHAN');
  if (wchan && wchan.text !== '-') {
    const known = waitOfRow(row)?.known;
    found.push(
      mention(wchan, 'function', known ? { kind: 'kernel wait', name: known.name } : { kind: 'column', name: 'WCHAN' }),
    );
  }
  const age = row.get('ELAPSED', 'ETIME');
  if (age) found.push(mention(age, 'duration', { kind: 'column', name: 'ELAPSED' }));
  const command = commandOf(row);
  if (command)
    for (const id of command.text.matchAll(CONTAINER_ID)) {
      const start = command.start + id.index;
      found.push(
        entityMention({ text: id[0], start, end: start + id[0].length }, globalEntity('container', id[0]), {
          kind: 'term',
          name: 'container',
        }),
      );
    }
  if (command) {
    const name = /^\S+/.exec(text.slice(command.start, Math.min(command.end, command.start + 300)))?.[0] ?? '';
    if (name)
      found.push(
        mention({ start: command.start, end: command.start + name.length }, 'term', {
          kind: 'column',
          name: 'COMMAND',
        }),
      );
  }
  return found;
}
