// What one goroutine waits for, from its state and the frames at the top of its stack. The frames decide: old Go prints
// `semacquire` for mutex, RWMutex, WaitGroup and Cond alike (runtime2.go waitReasonStrings; sync/runtime.go).

import { ownText } from '../../text/own.js';
import type { WaitKind, WaitState } from '../../trace/trace.js';
import { type Dump, GROUP } from './dump.js';
import { idleReason } from './idle.js';
import { OUTSIDE_CALLS } from './knowledge/calls.js';
import { type Leaves, leavesOf } from './leaves.js';
import { readFunction } from './names.js';
import type { StackNode } from './stacks.js';

/** The wait of all goroutines with one stack and state. Frame numbers count from the top of the stack. */
export interface StackWait {
  readonly kind: WaitKind;
  readonly state: WaitState;
  /** Why it counts as idle: an article of kind `idle`; '' where it does not. */
  readonly idle: string;
  /** The first frame outside the runtime and the lock's own package; frames.length where there is none. */
  readonly site: number;
  /** The lock's own frames, for its address; -1 where the stack has none. */
  readonly lockSlow: number;
  readonly rwLock: number;
  /** The frame of the outside call (rpc, D-Bus, child), -1 without. */
  readonly call: number;
}

const LOCK_PACKAGE =
  /^(?:internal\/)?sync\.|^internal\/poll\.(?:runtime_Sem|\(\*fdMutex\))|(?:^|\/)sync\.\(\*(?:RW|CrossGoroutine(?:RW)?)?Mutex\)\./;
const RUNTIME = /^runtime\.|^internal\/runtime\//;

/** Which wait the state and the frames mean; undefined for a goroutine that runs or could run. */
export function classify(state: string, frames: readonly StackNode[]): StackWait | undefined {
  let top = 0;
  while (top < frames.length && RUNTIME.test(frames[top]!.func)) top++;
  let site = top;
  while (site < frames.length && LOCK_PACKAGE.test(frames[site]!.func)) site++;
  const sync = lockWait(state, frames, top, site);
  if (sync) return sync;
  const call = outsideCall(frames, top);
  const kind = kindOfState(state, frames, top) ?? (state === '' ? kindOfCall(frames, top, call) : undefined);
  if (!kind) return undefined;
  const outside = call >= 0 && kind !== 'sleep' ? OUTSIDE_CALLS[matchCall(frames[call]!.func)]!.kind! : kind;
  const idle = idleReason(state, frames) ?? '';
  const first = firstOwnFrame(frames, top);
  return {
    kind: outside,
    state: idle ? 'idle' : 'blocked',
    idle,
    site: first,
    lockSlow: -1,
    rwLock: -1,
    call: outside === kind ? -1 : call,
  };
}

/** Waits of the sync package: the frames between the runtime and the caller name the primitive. */
function lockWait(state: string, frames: readonly StackNode[], top: number, site: number): StackWait | undefined {
  // A goroutine that runs inside Lock or Unlock does not wait.
  const waiting = /^(?:semacquire|sync\.)/.test(state) || (state === '' && semaphore(frames, top));
  if (!waiting) return undefined;
  let kind: WaitKind | undefined;
  let lockSlow = -1;
  let rwLock = -1;
  for (let at = top; at < site; at++) {
    const name = frames[at]!.func;
    if (/\(\*(?:\w*)Mutex\)\.lockSlow$/.test(name)) lockSlow = at;
    if (/\(\*\w*RWMutex\)\.RLock$|\(\*rlocker\)\.Lock$/.test(name)) {
      kind = 'rwmutex-read';
      rwLock = at;
    } else if (/\(\*\w*RWMutex\)\.Lock$/.test(name)) {
      kind = 'rwmutex-write';
      rwLock = at;
    } else if (/\(\*\w*Mutex\)\.(?:Lock|lock|lockSlow)$/.test(name)) {
      kind ??= 'mutex';
      if (lockSlow < 0) lockSlow = at;
    } else if (/\(\*WaitGroup\)\.Wait$/.test(name)) kind = 'waitgroup';
    else if (/\(\*Cond\)\.Wait$/.test(name)) kind = 'cond';
    else if (/\(\*fdMutex\)\.(?:rw|incref|increfAndClose)/.test(name)) {
      kind = 'mutex';
      lockSlow = at;
    } else if (/SemacquireRWMutexR$/.test(name)) kind = 'rwmutex-read';
    else if (/SemacquireRWMutex$/.test(name)) kind = 'rwmutex-write';
    else if (/SemacquireWaitGroup$/.test(name)) kind ??= 'waitgroup';
  }
  // lockSlow below RWMutex.Lock: a writer behind another writer, at the RWMutex's own address.
  kind ??= BY_STATE[state];
  if (!kind) {
    if (state !== 'semacquire') return undefined;
    kind = 'mutex';
  }
  const idle = kind === 'mutex' || kind.startsWith('rwmutex') ? '' : (idleReason(state, frames) ?? '');
  return { kind, state: idle ? 'idle' : 'blocked', idle, site, lockSlow, rwLock, call: -1 };
}

const semaphore = (frames: readonly StackNode[], top: number): boolean =>
  /runtime_(?:Sem(?:acquire)|notifyListWait|Syncsemacquire)/.test(frames[top]?.func ?? '');

const BY_STATE: Readonly<Record<string, WaitKind>> = {
  'sync.Mutex.Lock': 'mutex',
  'sync.RWMutex.RLock': 'rwmutex-read',
  'sync.RWMutex.Lock': 'rwmutex-write',
  'sync.WaitGroup.Wait': 'waitgroup',
  'sync.Cond.Wait': 'cond',
};

/** The wait that the printed state means by itself. A status such as `running` is no wait. */
function kindOfState(state: string, frames: readonly StackNode[], top: number): WaitKind | undefined {
  if (state === '') return kindOfTop(frames, top);
  if (state.startsWith('chan send')) return 'chan-send';
  if (state.startsWith('chan receive')) return 'chan-receive';
  if (state.startsWith('select')) return 'select';
  if (state === 'IO wait') return 'io';
  if (state === 'sleep') return 'sleep';
  if (state === 'syscall') return 'syscall';
  return undefined;
}

/** Without a state (a pprof count, a lost header) the top frame still tells. */
function kindOfTop(frames: readonly StackNode[], top: number): WaitKind | undefined {
  const name = frames[top]?.func ?? '';
  const runtime = frames
    .slice(0, top)
    .map((f) => f.func)
    .join(' ');
  if (/runtime_pollWait$/.test(name)) return 'io';
  if (/runtime\.chanrecv/.test(runtime)) return 'chan-receive';
  if (/runtime\.chansend/.test(runtime)) return 'chan-send';
  if (/runtime\.(?:selectgo|block)/.test(runtime)) return 'select';
  if (/^time\.Sleep$/.test(name) || /runtime\.timeSleep|time\.Sleep/.test(runtime)) return 'sleep';
  if (/^syscall\./.test(name)) return 'syscall';
  return undefined;
}

/**
 * Without a state, where a profile leaves out the runtime's frames: a call to another program that has not returned waits for its
 * answer, as long as nobody else's function stands above it.
 */
function kindOfCall(frames: readonly StackNode[], top: number, call: number): WaitKind | undefined {
  if (call < 0) return undefined;
  const { pkg } = readFunction(frames[call]!.func);
  const own = frames.slice(top, call).every(({ func }) => {
    const above = readFunction(func).pkg;
    return above === pkg || above.startsWith(`${pkg}/`);
  });
  return own ? OUTSIDE_CALLS[matchCall(frames[call]!.func)]!.kind : undefined;
}

/** Answers of `matchCall`: the same functions stand in many stacks. */
const calls = new Map<string, number>();

/** The row of the table that names the function as a call to another program; -1 where none does. */
function matchCall(func: string): number {
  let at = calls.get(func);
  if (at === undefined) {
    if (calls.size > 50_000) calls.clear();
    at = OUTSIDE_CALLS.findIndex(
      (row) => (row.ends !== undefined && func.endsWith(row.ends)) || (row.has !== undefined && func.includes(row.has)),
    );
    calls.set(ownText(func), at);
  }
  return at;
}

function outsideCall(frames: readonly StackNode[], top: number): number {
  for (let at = top; at < frames.length && at < top + 40; at++)
    if (frames[at]!.kind !== 'created' && matchCall(frames[at]!.func) >= 0) return at;
  return -1;
}

/** The first frame that a person would call theirs: not the runtime's, not the poller's. */
function firstOwnFrame(frames: readonly StackNode[], top: number): number {
  let at = top;
  while (at < frames.length && /^(?:internal\/poll|syscall|internal\/syscall\/.*)\./.test(frames[at]!.func)) at++;
  return at;
}

/** The waits of a dump's goroutines: one answer for all of one stack and state, worked out when asked. */
export class Waits {
  readonly #dump: Dump;
  readonly #leaves: Leaves;
  /** Number of a row's stack and state. */
  readonly of: Int32Array;
  readonly #kept: (StackWait | undefined)[] = [];
  readonly #done: boolean[] = [];

  constructor(dump: Dump) {
    this.#dump = dump;
    this.#leaves = leavesOf(dump);
    // Nearly all goroutines of a stack are in one state: that one is kept beside the stack, the others are looked up.
    const states = new Int32Array(this.#leaves.length).fill(-1);
    const numbers = new Int32Array(this.#leaves.length);
    const others = new Map<number, number>();
    const of = new Int32Array(dump.length);
    let count = 0;
    for (let row = 0; row < of.length; row++) {
      const stack = this.#leaves.of[row]!;
      const state = dump.state.at(row);
      if (states[stack] === state) of[row] = numbers[stack]!;
      else if (states[stack] === -1) {
        states[stack] = state;
        of[row] = numbers[stack] = count++;
      } else {
        const key = stack * dump.states.length + state;
        let number = others.get(key);
        if (number === undefined) {
          number = count++;
          others.set(key, number);
        }
        of[row] = number;
      }
    }
    this.of = of;
    this.length = count;
  }

  /** How many numbers there are in `of`. */
  readonly length: number;

  at(row: number): StackWait | undefined {
    const number = this.of[row]!;
    if (!this.#done[number]) {
      this.#kept[number] = classify(
        this.#dump.states[this.#dump.state.at(row)] ?? '',
        this.#leaves.frames(this.#leaves.of[row]!),
      );
      this.#done[number] = true;
    }
    return this.#kept[number];
  }
}

const kept = new WeakMap<Dump, Waits>();

export function waitsOf(dump: Dump): Waits {
  let waits = kept.get(dump);
  if (!waits) {
    waits = new Waits(dump);
    kept.set(dump, waits);
  }
  return waits;
}

/** The wait of the goroutine in a row. */
export const waitOf = (dump: Dump, row: number): StackWait | undefined => waitsOf(dump).at(row);

/** The function a person would name the goroutine by: where it waits, else its first frame outside the runtime. */
export function waitSite(dump: Dump, row: number): string {
  const frames = dump.stacks.frames(dump.stacks.nodes[dump.leaf.at(row)]!);
  const wait = dump.flags.at(row) & GROUP ? classify('', frames) : waitOf(dump, row);
  const frame = frames[wait?.site ?? 0] ?? frames.find((f) => !RUNTIME.test(f.func)) ?? frames[0];
  return frame && frame.kind !== 'created' ? frame.func : '';
}
