// What a listing of processes means: who hangs in the kernel, who is stopped, whose children are left as zombies.

import { phrase, phraseFromTable } from '../../text/l10n.js';
import { globalEntity } from '../../trace/entity.js';
import { note } from '../../trace/listing.js';
import type { EntityId, Facts, Hold, Note, Wait } from '../../trace/trace.js';
import { commandOf, entityOf, HEADER, pidOf, programOf, type Row, tidOf } from './columns.js';
import type { Processes } from './parse.js';
import { CONTAINER_ID, waitOfRow } from './state.js';

export const FORMAT_ID = 'process-list';

/** Programs that act for the container whose id they are given. */
const RUNTIMES = /^(?:docker-)?(?:runc|crun|kata-runtime|runsc|youki|conmon)$|containerd-shim/;

/** Runtimes that others run for one operation and wait for, and the end of that word: `runc` for `docker-runc`. */
const RUN = /^(?:docker-)?(runc|crun|runsc|youki)$/;

/** A zombie is normal for a moment; so many of one parent are not. */
const MANY_ZOMBIES = 10;

export function factsOf({ rows, read }: Processes): Facts {
  const waits: Wait[] = [];
  const holds: Hold[] = [];
  const notes: Note[] = [];
  const names = new Map<EntityId, string>();
  const runs = new Map<string, { readonly entity: EntityId; readonly section: number }[]>();
  const zombies = new Map<string, { readonly section: number; readonly span: { start: number; end: number } }[]>();
  let heads = 0;
  for (let section = 0; section < rows.length; section++) {
    if (rows.kind.at(section) === HEADER) {
      heads++;
      continue;
    }
    const row = read(section);
    const entity = row && entityOf(row);
    if (!row || !entity) continue;
    const span = { start: rows.start.at(section), end: rows.end.at(section) };
    const command = commandOf(row)?.text ?? '';
    const program = programOf(command);
    if (program) names.set(entity, nameOf(row, entity, program));
    const state = row.get('STAT', 'S');
    const wait = waitOfRow(row);
    if (wait)
      waits.push({
        waiter: entity,
        section,
        span,
        on: undefined,
        kind: wait.kind,
        state: wait.state,
        seconds: undefined,
        topic: wait.known ? { kind: 'kernel wait', name: wait.known.name } : { kind: 'state', name: 'D' },
        site: row.get('WCHAN')?.text.replace(/^-$/, '') ?? '',
      });
    const place = state ?? span;
    const values = { program, pid: (pidOf(row) ?? tidOf(row))?.text ?? '' };
    if (state?.text.startsWith('D'))
      notes.push(
        note({
          code: 'uninterruptible',
          about: 'blocked',
          severity: 'warning',
          lens: 'blocked',
          section,
          span: place,
          entity,
          values: { ...values, where: wait?.known?.name ?? phrase('the kernel') },
        }),
      );
    else if (wait?.state === 'blocked' && wait.known && wait.known.name !== 'do_signal_stop')
      notes.push(
        note({
          code: 'waits-in-kernel',
          about: 'blocked',
          severity: undefined,
          lens: 'blocked',
          section,
          span: row.get('WCHAN') ?? span,
          entity,
          values: { ...values, what: phraseFromTable(wait.known.row.title), where: wait.known.name },
        }),
      );
    else if (state?.text.startsWith('T') && !isKernelThread(command))
      notes.push(
        note({
          code: 'stopped',
          about: 'blocked',
          severity: 'warning',
          lens: 'blocked',
          section,
          span: place,
          entity,
          values,
        }),
      );
    else if (state?.text.startsWith('t'))
      notes.push(
        note({
          code: 'traced',
          about: 'mark',
          severity: undefined,
          lens: 'info',
          section,
          span: place,
          entity,
          values,
        }),
      );
    else if (state?.text.startsWith('Z')) {
      const parent = row.get('PPID')?.text ?? '';
      const list = zombies.get(parent);
      if (list) list.push({ section, span: place });
      else zombies.set(parent, [{ section, span: place }]);
    }
    holds.push(...containerHolds(entity, section, program, command));
    const run = RUN.exec(program)?.[1];
    if (run && entity.startsWith('process:') && !state?.text.startsWith('Z') && !isInit(command)) {
      const kept = runs.get(run);
      if (kept) kept.push({ entity, section });
      else runs.set(run, [{ entity, section }]);
    }
  }
  for (const [run, list] of runs) holds.push(...runHolds(run, list));
  for (const [parent, list] of zombies) notes.push(zombieNote(parent, list));
  notes.sort((a, b) => a.section - b.section);
  const count = (code: string): string => String(notes.filter((one) => one.code === code).length);
  const values = {
    processes: String(rows.length - heads),
    hung: count('uninterruptible'),
    waiting: count('waits-in-kernel'),
    stopped: count('stopped'),
    zombies: String([...zombies.values()].reduce((sum, list) => sum + list.length, 0)),
  };
  return { waits, holds, unheld: [], notes, names, summary: { name: 'processes', values } };
}

const isKernelThread = (command: string): boolean => command.startsWith('[') && command.endsWith(']');

/** `runc (pid 15581)`, `dockerd thread 812` */
const nameOf = (row: Row, entity: EntityId, program: string): string =>
  entity.startsWith('thread:')
    ? `${program} thread ${tidOf(row)?.text} (pid ${pidOf(row)?.text ?? '?'})`
    : `${program} (pid ${(pidOf(row) ?? tidOf(row))?.text})`;

/** A runtime's process works for the container that its arguments name. */
function containerHolds(holder: EntityId, section: number, program: string, command: string): Hold[] {
  if (!RUNTIMES.test(program)) return [];
  const ids = new Set([...command.slice(0, 4096).matchAll(CONTAINER_ID)].map(([id]) => id));
  return [...ids].map((id) => ({
    holder,
    section,
    of: globalEntity('container', id),
    mode: 'serves' as const,
    confidence: 'possible' as const,
    evidence: [{ rule: 'names-container', weight: 1, values: { program } }],
  }));
}

/** `runc init` is the container’s process to be: runc itself waits for it, and nobody else does. */
const isInit = (command: string): boolean => /^\S{1,4096} init(?:\s|$)/.test(command);

/** Who waits for `runc` waits for one of these; for the only one, likely. The listing may be of another moment. */
const runHolds = (program: string, list: readonly { readonly entity: EntityId; readonly section: number }[]): Hold[] =>
  list.map(({ entity, section }) => ({
    holder: entity,
    section,
    of: globalEntity('program', program),
    mode: 'serves' as const,
    confidence: list.length === 1 ? ('likely' as const) : ('possible' as const),
    evidence: [{ rule: 'runs', weight: 1, values: { program, count: String(list.length) } }],
  }));

/** One note for all zombies of a parent, at the first of them. */
function zombieNote(
  parent: string,
  list: readonly { readonly section: number; readonly span: { start: number; end: number } }[],
): Note {
  const { section, span } = list[0]!;
  const many = list.length >= MANY_ZOMBIES;
  return note({
    code: parent ? 'zombies' : 'zombies-unknown',
    about: 'mark',
    severity: many ? 'warning' : 'information',
    lens: 'info',
    section,
    span,
    ...(parent && { entity: globalEntity('process', parent) }),
    values: { parent, count: String(list.length) },
    related: list.slice(1, 5).map((other) => ({ span: other.span, name: 'zombie' })),
  });
}
