// What the bus tells: whose process has which name, and who was asked and did not answer.

import { phrase, type Value } from '../../text/l10n.js';
import { globalEntity, localEntity } from '../../trace/entity.js';
import { note } from '../../trace/listing.js';
import type { EntityId, Facts, Hold, Note, Wait } from '../../trace/trace.js';
import { type BusText, RowKind } from './parse.js';

export const FORMAT_ID = 'busctl';

/** So many connections since the bus started are worth a word: years of an ordinary desktop, days of busy container probes. */
const MANY_CONNECTIONS = 100_000;

const SYSTEMD = 'org.freedesktop.systemd1';

/** Messages that mean: asked, and no answer. */
const UNANSWERED: ReadonlySet<string> = new Set(['no-answer', 'activation-timed-out', 'too-many-pending']);
const SEVERITIES: Readonly<Record<string, Note['severity']>> = {
  'no-answer': 'warning',
  'activation-timed-out': 'warning',
  'too-many-pending': 'warning',
  'not-supported': 'warning',
  'no-bus': 'information',
  'not-booted': 'information',
  'call-failed': 'information',
  'introspect-failed': 'information',
};

/** Whose a connection is, and the name to call it by. */
interface Owner {
  readonly row: number;
  readonly name: string;
  readonly process: string;
  readonly pid: string;
}

export function factsOf(bus: BusText): Facts {
  const { rows, scope } = bus;
  const waits: Wait[] = [];
  const holds: Hold[] = [];
  const notes: Note[] = [];
  const same: (readonly [EntityId, EntityId])[] = [];
  const names = new Map<EntityId, Value>();
  const owners = new Map<string, Owner>();
  const listed = new Map<string, { start: number; end: number }>();
  let highest: { readonly row: number; readonly name: string; readonly count: number } | undefined;
  for (let row = 0; row < rows.length; row++) {
    const span = { start: rows.start.at(row), end: rows.headEnd.at(row) };
    const parts = bus.nameOf(row);
    if (parts) {
      if (!listed.has(parts.name)) listed.set(parts.name, span);
      const of = globalEntity('bus', parts.name);
      // The bus itself has no connection; the process that the list gives for it may be another's (socket activation).
      if (parts.pid !== undefined && parts.connection !== undefined) {
        const holder = globalEntity('process', parts.pid);
        const process = parts.process;
        names.set(holder, `${process} (pid ${parts.pid})`);
        if (parts.name === parts.connection)
          names.set(of, phrase('connection {name}', { name: `${parts.name} (${process}, pid ${parts.pid})` }));
        const owned = owners.get(parts.connection);
        // One hold for each connection, by the name that people know.
        if (!owned || (owned.name === parts.connection && parts.name !== parts.connection))
          owners.set(parts.connection, { row, name: parts.name, process, pid: parts.pid });
        if (parts.connection !== parts.name) same.push([of, globalEntity('bus', parts.connection)]);
      }
      const count = Number(/^:\d+\.(\d+)$/.exec(parts.connection ?? parts.name)?.[1] ?? -1);
      if (count > (highest?.count ?? -1)) highest = { row, name: parts.connection ?? parts.name, count };
      continue;
    }
    if (rows.kind.at(row) === RowKind.Status) holds.push(...statusHolds(bus, row, names));
    const error = bus.errorOf(row);
    if (!error || error.code === 'nothing-found') continue;
    const tool = error.command?.tool ?? error.tool;
    const shown = tool || phrase('the client');
    const service = error.service ?? error.command?.service;
    const waiter = localEntity('program', tool || 'the client', scope);
    if (UNANSWERED.has(error.code)) {
      names.set(waiter, shown);
      waits.push({
        waiter,
        section: row,
        span,
        on: service === undefined ? undefined : globalEntity('bus', service),
        kind: 'dbus',
        state: 'blocked',
        seconds: undefined,
        topic: { kind: 'wait', name: 'dbus' },
        site: '',
      });
    }
    const known = service === undefined ? undefined : listed.get(service);
    notes.push(
      note({
        code: error.code === 'no-answer' && service === SYSTEMD ? 'bus-no-answer' : error.code,
        about: 'blocked',
        severity: SEVERITIES[error.code],
        lens: UNANSWERED.has(error.code) ? 'unanswered' : 'info',
        section: row,
        span,
        ...(service !== undefined && { entity: globalEntity('bus', service) }),
        values: { tool: shown, service: service ?? phrase('the service'), message: error.message },
        related: known ? [{ span: known, name: 'listed' }] : [],
      }),
    );
  }
  for (const { row, name, process, pid } of owners.values())
    holds.push({
      holder: globalEntity('process', pid),
      section: row,
      of: globalEntity('bus', name),
      mode: 'serves',
      confidence: 'certain',
      evidence: [{ rule: 'owns-name', weight: 1, values: { name, process, pid } }],
    });
  holds.sort((a, b) => a.section - b.section);
  if (highest && highest.count >= MANY_CONNECTIONS)
    notes.push(
      note({
        code: 'many-connections',
        about: 'mark',
        severity: 'information',
        lens: 'info',
        section: highest.row,
        span: { start: rows.start.at(highest.row), end: rows.headEnd.at(highest.row) },
        entity: globalEntity('bus', highest.name),
        values: { name: highest.name, count: highest.count.toLocaleString('en-US') },
      }),
    );
  notes.sort((a, b) => a.section - b.section);
  const values = { names: String(listed.size), unanswered: String(waits.length) };
  return {
    waits,
    holds,
    unheld: [],
    notes,
    same,
    names,
    summary: { name: listed.size > 0 ? 'names' : 'calls', values },
  };
}

/** `busctl status` tells the process and its connection. */
function statusHolds(bus: BusText, row: number, names: Map<EntityId, Value>): Hold[] {
  const pid = bus.field(row, 'PID');
  const unique = bus.field(row, 'UniqueName');
  if (!pid || !/^\d{1,10}$/.test(pid) || !unique || !/^:\d/.test(unique)) return [];
  const holder = globalEntity('process', pid);
  const process = bus.field(row, 'Comm') ?? '';
  names.set(holder, `${process} (pid ${pid})`);
  return [
    {
      holder,
      section: row,
      of: globalEntity('bus', unique),
      mode: 'serves',
      confidence: 'certain',
      evidence: [{ rule: 'owns-name', weight: 1, values: { name: unique, process, pid } }],
    },
  ];
}
