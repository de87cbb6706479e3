// What a transcript tells: which thread waits for which lock, who owns it as gdb printed it, and whether a connection of sd-bus
// has counted past what fits on the wire.

import { phrase, phraseFromTable } from '../../text/l10n.js';
import { globalEntity, localEntity } from '../../trace/entity.js';
import { note } from '../../trace/listing.js';
import type { EntityId, Facts, Hold, Note, Unheld, Wait } from '../../trace/trace.js';
import { CALLS } from './knowledge/calls.js';
import { argumentOf, type Frame } from './lines.js';
import { RowKind, type Transcript, threadEntity } from './parse.js';
import { addressIn, cookieCode, cookieIn, cookieWords, mutexExpression, ownerIn } from './values.js';
import { waitOf } from './waits.js';

export const FORMAT_ID = 'gdb';

/** A lock that somebody waits for. */
interface Lock {
  readonly entity: EntityId;
  readonly address: string;
  /** `pods`, `rw+8`: as gdb names the place. */
  readonly symbol: string | undefined;
  readonly kind: Wait['kind'];
}

export function factsOf(transcript: Transcript): Facts {
  const { rows, scope } = transcript;
  const waits: Wait[] = [];
  const notes: Note[] = [];
  const names = new Map<EntityId, string>();
  const locks = new Map<string, Lock>();
  const seen = new Map<EntityId, number>();
  let frames = 0;
  let nameless = 0;
  let firstStack = -1;
  for (let row = 0; row < rows.length; row++) {
    const kind = rows.kind.at(row);
    if (kind !== RowKind.Thread && kind !== RowKind.Stack) continue;
    if (firstStack < 0) firstStack = row;
    const entity = threadEntity(transcript, row);
    if (!entity) continue;
    const stack = transcript.framesOf(row).map(({ frame }) => frame);
    frames += stack.length;
    nameless += stack.filter((frame) => frame.name === '??').length;
    // `bt full` after `bt`: the same thread once more. One frame alone is where somebody looked, not a stack.
    if (seen.has(entity) || (kind === RowKind.Stack && stack[0]?.level !== 0)) continue;
    seen.set(entity, row);
    const head = transcript.threadOf(row);
    if (head?.name) names.set(entity, `${head.name} (LWP ${head.lwp})`);
    const wait = stackWait(transcript, row, entity, stack, locks);
    if (wait) waits.push(wait);
    if (wait?.state === 'blocked' && (wait.kind === 'io' || wait.kind === 'syscall'))
      notes.push(
        note({
          code: 'blocked-call',
          about: 'blocked',
          severity: 'information',
          lens: 'blocked',
          section: row,
          span: spanOf(transcript, row),
          entity,
          values: {
            who: names.get(entity) ?? entity.replace(':', ' ').replace(/@.*/, ''),
            what: phraseFromTable(CALLS[wait.topic.name]?.title ?? ''),
            call: wait.call ?? '',
            fd: wait.fd === undefined ? '' : phrase('(descriptor {fd})', { fd: String(wait.fd) }),
          },
        }),
      );
  }
  const lockNames = new Map([...locks.values()].map((lock) => [lock.entity, lockName(lock)]));
  for (const [entity, name] of lockNames) names.set(entity, name);
  const holds = owners(transcript, locks, seen, notes);
  const held = new Set(holds.map((hold) => hold.of));
  const unheld: Unheld[] = [...locks.values()]
    .filter((lock) => !held.has(lock.entity))
    .map((lock) => ({
      of: lock.entity,
      reason: lock.kind === 'mutex' ? 'owner-not-printed' : 'no-owner-kept',
      values: { address: lock.address },
    }));
  notes.push(...cookieNotes(transcript));
  if (frames > 8 && nameless * 2 > frames)
    notes.push(
      note({
        code: 'no-symbols',
        about: 'mark',
        severity: 'hint',
        lens: 'info',
        section: firstStack,
        span: spanOf(transcript, firstStack),
        values: {},
      }),
    );
  notes.sort((a, b) => a.section - b.section);
  const values = {
    threads: String(seen.size),
    locked: String(waits.filter((wait) => wait.on?.startsWith('lock:')).length),
    blocked: String(waits.filter((wait) => wait.state === 'blocked').length),
  };
  return { waits, holds, unheld, notes, names, summary: { name: 'threads', values } };

  function stackWait(
    from: Transcript,
    row: number,
    waiter: EntityId,
    stack: readonly Frame[],
    known: Map<string, Lock>,
  ): Wait | undefined {
    const wait = waitOf(stack);
    if (!wait) return undefined;
    let on: EntityId | undefined;
    if (wait.address !== undefined) {
      on = localEntity('lock', wait.address, scope);
      if (!known.has(wait.address))
        known.set(wait.address, { entity: on, address: wait.address, symbol: wait.symbol, kind: wait.kind });
    } else if (wait.thread !== undefined && wait.thread !== '0') on = globalEntity('thread', wait.thread);
    else if (wait.fd !== undefined && from.process !== undefined) on = globalEntity('fd', `${from.process}/${wait.fd}`);
    return {
      waiter,
      section: row,
      span: spanOf(from, row),
      on,
      kind: wait.kind,
      state: wait.state,
      seconds: undefined,
      topic: { kind: 'function', name: wait.call },
      site: wait.site,
      ...(wait.system !== undefined && { call: wait.system }),
      ...(wait.fd !== undefined && { fd: wait.fd }),
    };
  }
}

const spanOf = ({ rows }: Transcript, row: number): { start: number; end: number } => ({
  start: rows.start.at(row),
  end: rows.headEnd.at(row),
});

const KINDS: Readonly<Record<string, string>> = {
  mutex: 'mutex',
  'rwmutex-read': 'rwlock',
  'rwmutex-write': 'rwlock',
};
const lockName = ({ kind, symbol, address }: Lock): string => `${KINDS[kind] ?? 'lock'} ${symbol ?? address}`;

/** Who owns the locks, as printed values tell. A hold is made only where the value is surely that lock's. */
function owners(
  transcript: Transcript,
  locks: ReadonlyMap<string, Lock>,
  threads: ReadonlyMap<EntityId, number>,
  notes: Note[],
): Hold[] {
  const { rows } = transcript;
  const addresses = new Map<string, string>();
  const holds = new Map<EntityId, Hold>();
  const printed: { readonly row: number; readonly expression: string; readonly owner: number }[] = [];
  let shown: Frame | undefined;
  const shownAt = new Map<number, Frame>();
  for (let row = 0; row < rows.length; row++) {
    const kind = rows.kind.at(row);
    // The frame that was printed last is the one whose variables expressions name.
    if (kind === RowKind.Stack) shown = transcript.framesOf(row, 1)[0]?.frame ?? shown;
    if (kind !== RowKind.Value) continue;
    const expression = transcript.expressionOf(row);
    const block = transcript.block(row);
    if (expression === undefined) continue;
    const pointer = expression.startsWith('&')
      ? /^\$\d+ = \([^)]{1,100}\*\) (0x[0-9a-f]{1,16})/.exec(block)?.[1]
      : undefined;
    if (pointer) addresses.set(expression.slice(1).trim(), pointer);
    const owner = ownerIn(expression, block);
    if (owner === undefined) continue;
    printed.push({ row, expression, owner });
    if (shown) shownAt.set(row, shown);
  }
  for (const { row, expression, owner } of printed) {
    const lock = lockOf(expression, locks, addresses, shownAt.get(row));
    if (!lock || owner === 0 || holds.has(lock.entity)) continue;
    const holder = globalEntity('thread', String(owner));
    holds.set(lock.entity, {
      holder,
      section: threads.get(holder) ?? row,
      of: lock.entity,
      mode: 'write',
      confidence: 'certain',
      evidence: [
        { rule: 'owner-field', weight: 1, values: { expression, owner: String(owner) }, span: spanOf(transcript, row) },
      ],
    });
    if (threads.size > 1 && !threads.has(holder))
      notes.push(
        note({
          code: 'owner-gone',
          about: 'blocked',
          severity: 'warning',
          lens: 'blocked',
          section: row,
          span: spanOf(transcript, row),
          entity: lock.entity,
          values: { owner: String(owner), lock: lockName(lock) },
        }),
      );
  }
  return [...holds.values()];
}

/** Which of the locks an expression names: by its address, printed or written; else the only one inside that variable. */
function lockOf(
  expression: string,
  locks: ReadonlyMap<string, Lock>,
  addresses: ReadonlyMap<string, string>,
  frame: Frame | undefined,
): Lock | undefined {
  const written = addressIn(expression);
  if (written !== undefined) return locks.get(written);
  const bare = mutexExpression(expression);
  const told = addresses.get(bare);
  if (told !== undefined) return locks.get(told);
  if (frame && /^[A-Za-z_]\w*$/.test(bare)) {
    const argument = argumentOf(frame.rest, bare);
    if (argument) return locks.get(argument.address);
  }
  const root = /^[A-Za-z_]\w*/.exec(bare)?.[0];
  if (!root) return undefined;
  const inside = [...locks.values()].filter((lock) => lock.symbol?.replace(/\+\d+$/, '') === root);
  return inside.length === 1 ? inside[0] : undefined;
}

/** A counter past 32 bits is the fault; one close to it is a warning; any other says nothing. */
function cookieNotes(transcript: Transcript): Note[] {
  const { rows, process } = transcript;
  const notes: Note[] = [];
  let set = false;
  const told = new Set<number>();
  for (let row = 0; row < rows.length; row++) {
    const kind = rows.kind.at(row);
    if (kind === RowKind.Command && /^set var\b.{0,200}\bcookie\b/.test(transcript.commandOf(row) ?? '')) set = true;
    const cookie = kind === RowKind.Value ? cookieIn(transcript.expressionOf(row), transcript.block(row)) : undefined;
    const code = cookie && cookieCode(cookie.value);
    if (!code || told.has(cookie.value)) continue;
    told.add(cookie.value);
    const over = code === 'cookie-overflow';
    notes.push(
      note({
        code,
        about: 'blocked',
        severity: over ? 'error' : 'warning',
        lens: over ? 'error' : 'slow',
        section: row,
        span: spanOf(transcript, row),
        ...(process !== undefined && { entity: globalEntity('process', process) }),
        values: cookieWords(cookie.value, set),
      }),
    );
  }
  return notes;
}
