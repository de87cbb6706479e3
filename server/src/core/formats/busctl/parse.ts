// Lines of busctl and its relatives to rows: a name, a service's tree, an interface, a status, an error.

import { fieldsOf, placesOf } from '../../text/fields.js';
import { phrase, type Value } from '../../text/l10n.js';
import { type Lines, plainLines } from '../../text/lines.js';
import { globalEntity } from '../../trace/entity.js';
import { entityMention, listingTrace, mention, Rows, Ruling } from '../../trace/listing.js';
import type { EntityId, Mention, Trace } from '../../trace/trace.js';
import { FORMAT_ID, factsOf } from './facts.js';
import { type BusError, type Command, commandOf, errorOf, Kind, type NameParts, nameParts, readLine } from './lines.js';

/** What a row is; also the index into `KINDS`. */
export enum RowKind {
  Header,
  Name,
  Entry,
  Tree,
  Interface,
  Status,
  Error,
  Command,
}
const KINDS = ['header', 'name', 'name', 'objects', 'interface', 'status', 'error', 'command'];

export interface BusText {
  readonly text: string;
  readonly scope: string;
  readonly rows: Rows;
  readonly nameOf: (row: number) => NameParts | undefined;
  readonly errorOf: (row: number) => (BusError & { readonly command: Command | undefined }) | undefined;
  /** Fields of a status: `PID=1` and the like. */
  readonly field: (row: number, key: string) => string | undefined;
}

export function parse(text: string, scope: string, given?: Lines): Trace {
  const rows = new Rows();
  const commands = new Ruling<Command | undefined>();
  let open: RowKind | undefined;
  const begin = (kind: RowKind, start: number, end: number, stays = true): number => {
    open = stays ? kind : undefined;
    return rows.add(kind, start, end);
  };
  const lines = given ?? plainLines(text);
  while (lines.next()) {
    const { start, end } = lines;
    if (start >= end) continue;
    rows.total++;
    const kind = readLine(text, start, end);
    if (kind !== Kind.Other) rows.understood++;
    switch (kind) {
      case Kind.ListHeader:
      case Kind.IntrospectHeader:
        begin(RowKind.Header, start, end, false);
        break;
      case Kind.Name:
        begin(RowKind.Name, start, end, false);
        break;
      case Kind.JsonName:
        begin(RowKind.Entry, start, end);
        break;
      case Kind.Json:
        if (open === RowKind.Entry) rows.extend(end);
        break;
      case Kind.TreeService:
        begin(RowKind.Tree, start, end);
        break;
      case Kind.Branch:
        if (open === RowKind.Tree) rows.extend(end);
        else begin(RowKind.Tree, start, end);
        break;
      case Kind.Interface:
        begin(RowKind.Interface, start, end);
        break;
      case Kind.Member:
        if (open === RowKind.Interface) rows.extend(end);
        else begin(RowKind.Interface, start, end);
        break;
      case Kind.StatusField:
      case Kind.More:
        if (open === RowKind.Status && !text.startsWith('PID=', start)) rows.extend(end);
        else begin(RowKind.Status, start, end);
        break;
      case Kind.Error:
        begin(RowKind.Error, start, end, false);
        break;
      case Kind.Command:
        commands.set(
          begin(RowKind.Command, start, end, false),
          commandOf(text.slice(start, Math.min(end, start + 800))),
        );
        break;
      default:
        open = undefined;
    }
  }
  const head = (row: number): string =>
    text.slice(rows.start.at(row), Math.min(rows.headEnd.at(row), rows.start.at(row) + 800));
  const block = (row: number): string =>
    text.slice(rows.start.at(row), Math.min(rows.end.at(row), rows.start.at(row) + 20_000));
  const bus: BusText = {
    text,
    scope,
    rows,
    nameOf(row) {
      const kind = rows.kind.at(row);
      if (kind === RowKind.Name) return nameParts(head(row));
      return kind === RowKind.Entry ? entryParts(block(row)) : undefined;
    },
    errorOf(row) {
      const error = rows.kind.at(row) === RowKind.Error ? errorOf(head(row)) : undefined;
      return error && { ...error, command: commands.at(row) };
    },
    field: (row, key) => new RegExp(`^${key}=(.*)$`, 'm').exec(block(row))?.[1]?.trim(),
  };
  return listingTrace({
    format: FORMAT_ID,
    scope,
    text,
    rows,
    kinds: KINDS,
    words: (row) => wordsOf(bus, row, head(row)),
    facts: () => factsOf(bus),
    mentions: (row) => mentionsOf(bus, row, head(row)),
  });
}

/** An entry of `busctl list --json=pretty`. */
function entryParts(block: string): NameParts | undefined {
  const value = (key: string): string | undefined =>
    new RegExp(`"${key}"\\s?:\\s?(?:"([^"]{0,255})"|(\\d{1,10}))`)
      .exec(block)
      ?.slice(1)
      .find((one) => one !== undefined);
  const name = value('name');
  if (!name) return undefined;
  const connection = value('connection');
  return {
    name,
    pid: value('pid'),
    pidAt: -1,
    process: value('process') ?? '',
    connection: connection?.startsWith(':') ? connection : undefined,
    connectionAt: -1,
    activatable: connection === '(activatable)' || (connection === undefined && value('pid') === undefined),
    unit: value('unit') ?? '',
  };
}

function wordsOf(
  bus: BusText,
  row: number,
  head: string,
): { label: string; detail: Value; entity: EntityId | undefined } {
  const kind = bus.rows.kind.at(row) as RowKind;
  const parts = bus.nameOf(row);
  if (parts) {
    const who = parts.pid === undefined ? (parts.activatable ? 'activatable' : '') : `${parts.process} ${parts.pid}`;
    return {
      label: parts.name,
      detail: [who, parts.connection === parts.name ? '' : parts.connection, parts.unit].filter(Boolean).join(' · '),
      entity: globalEntity('bus', parts.name),
    };
  }
  if (kind === RowKind.Status) {
    const pid = bus.field(row, 'PID');
    return {
      label: `status of ${bus.field(row, 'Comm') ?? 'a connection'} ${pid ?? ''}`.trim(),
      detail: bus.field(row, 'UniqueName') ?? '',
      entity: pid && /^\d+$/.test(pid) ? globalEntity('process', pid) : undefined,
    };
  }
  if (kind === RowKind.Tree)
    return {
      label: head
        .replace(/^Service |:$/g, '')
        .replace(/^[└├│─|` -]+/, '')
        .slice(0, 200),
      detail: phrase('objects'),
      entity: undefined,
    };
  if (kind === RowKind.Interface)
    return { label: head.split(/\s/, 1)[0]!, detail: phrase('interface'), entity: undefined };
  const detail = kind === RowKind.Error ? phrase('error') : kind === RowKind.Command ? phrase('command') : '';
  return { label: kind === RowKind.Header ? 'columns' : head.slice(0, 160), detail, entity: undefined };
}

const UNIQUE = /^:\d/;
const busTopic = (name: string): { kind: string; name: string } => ({
  kind: 'term',
  name: UNIQUE.test(name) ? 'unique name' : 'bus name',
});

function mentionsOf(bus: BusText, row: number, head: string): Mention[] {
  const { text, rows } = bus;
  const start = rows.start.at(row);
  const end = rows.headEnd.at(row);
  const field = (at: number, word: string): { text: string; start: number; end: number } => ({
    text: word,
    start: start + at,
    end: start + at + word.length,
  });
  const kind = rows.kind.at(row) as RowKind;
  switch (kind) {
    case RowKind.Header:
      return fieldsOf(text, start, end, 12).map((one) => mention(one, 'term', { kind: 'term', name: one.text }));
    case RowKind.Name: {
      const parts = nameParts(head);
      if (!parts) return [];
      const found = [entityMention(field(0, parts.name), globalEntity('bus', parts.name), busTopic(parts.name))];
      if (parts.pid !== undefined)
        found.push(
          entityMention(field(parts.pidAt, parts.pid), globalEntity('process', parts.pid), {
            kind: 'term',
            name: 'PID',
          }),
        );
      if (parts.connection !== undefined)
        found.push(
          entityMention(field(parts.connectionAt, parts.connection), globalEntity('bus', parts.connection), {
            kind: 'term',
            name: 'unique name',
          }),
        );
      const waits = head.indexOf('(activatable)');
      if (waits >= 0) found.push(mention(field(waits, '(activatable)'), 'term', { kind: 'term', name: 'activatable' }));
      return found;
    }
    case RowKind.Entry: {
      const found: Mention[] = [];
      for (const one of placesOf(/(?<="(?:name|connection)"\s?:\s?")[^"\n]{1,255}/g, text, start, rows.end.at(row)))
        if (!one.text.startsWith('('))
          found.push(entityMention(one, globalEntity('bus', one.text), busTopic(one.text)));
      for (const one of placesOf(/(?<="pid"\s?:\s?)\d{1,10}/g, text, start, rows.end.at(row)))
        found.push(entityMention(one, globalEntity('process', one.text), { kind: 'term', name: 'PID' }));
      return found;
    }
    case RowKind.Tree: {
      const service = /^Service (:?\S+):$/.exec(head.trimEnd())?.[1];
      return service ? [entityMention(field(8, service), globalEntity('bus', service), busTopic(service))] : [];
    }
    case RowKind.Status: {
      const found: Mention[] = [];
      for (const one of placesOf(/(?<=^PID=)\d{1,10}/gm, text, start, rows.end.at(row)))
        found.push(entityMention(one, globalEntity('process', one.text), { kind: 'term', name: 'PID' }));
      for (const one of placesOf(/(?<=^UniqueName=):\S{1,60}/gm, text, start, rows.end.at(row)))
        found.push(entityMention(one, globalEntity('bus', one.text), { kind: 'term', name: 'UniqueName' }));
      return found;
    }
    case RowKind.Error: {
      const error = bus.errorOf(row);
      const found: Mention[] = [];
      const at = error?.service === undefined ? -1 : head.indexOf(error.service);
      if (at >= 0)
        found.push(
          entityMention(field(at, error!.service!), globalEntity('bus', error!.service!), busTopic(error!.service!)),
        );
      const why = error ? head.lastIndexOf(error.message) : -1;
      if (why >= 0) found.push(mention(field(why, error!.message), 'state', { kind: 'term', name: 'error' }));
      return found;
    }
    default:
      return [];
  }
}
