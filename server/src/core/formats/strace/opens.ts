// The calls that were open when a log ended: on what they wait, who must act for them to end, and which are only at rest.

import type { Values } from '../../text/l10n.js';
import { globalEntity, localEntity, readEntity } from '../../trace/entity.js';
import type { EntityId, Evidence, WaitState } from '../../trace/trace.js';
import { readGoMarks } from './goCalls.js';
import { type Peer, Peers } from './peers.js';
import type { Unanswered } from './requests.js';
import { DETACHED, SHAPE, Shape } from './shapes.js';
import type { Process, Task } from './state.js';
import { Mark } from './state.js';
import { withoutPaths } from './text.js';
import { isSocket, type View } from './view.js';
import { type Waiting, waitingOf } from './waits.js';

/** Calls that never wait: the log was cut while they were printed. */
const NEVER_WAIT =
  /^(?:brk|mmap2?|munmap|mprotect|mremap|madvise|rt_sig(?:action|procmask|return|pending)|sigaltstack|get(?:pid|ppid|tid|uid|euid|gid|egid|cwd|rlimit|rusage|random|timeofday|groups|pgrp|pgid|sid|res[ug]id|cpu)|time|times|clock_get(?:time|res)|arch_prctl|prctl|set_(?:tid_address|robust_list)|rseq|prlimit64|sched_\w+|uname|sysinfo|umask|lseek|_llseek|epoll_ctl|epoll_create1?|eventfd2?|pipe2?|socket|socketpair|bind|listen|[gs]etsockopt|getsockname|getpeername|dup[23]?|kill|tgkill|tkill|membarrier|setitimer|timerfd_\w+|timer_\w+|close_range|set_mempolicy|personality|capget|capset|set[ug]id)$/;

/** One call that was open when the log ended. */
export interface Open {
  readonly task: Task;
  readonly source: number;
  readonly event: number;
  readonly time: number;
  /** Entry of the first try, where signals interrupted it. */
  readonly since: number;
  readonly name: string;
  readonly waiting: Waiting;
  /** Killed while it stood in it. */
  readonly dead: boolean;
  readonly ended: boolean;
  state: WaitState;
  on: EntityId | undefined;
  peers: readonly Peer[];
  unheld: { reason: string; values: Values } | undefined;
  topic: string;
  request: Unanswered | undefined;
  auth: boolean;
}

const reason = (rule: string, values: Values): Evidence => ({ rule, weight: 1, values });

export class Opens {
  readonly #view: View;
  readonly peers: Peers;
  readonly all: Open[] = [];
  readonly #byTask = new Map<Task, Open>();

  constructor(view: View) {
    this.#view = view;
    this.peers = new Peers(view);
  }

  /** The call that a task stands in. */
  of(task: Task): Open | undefined {
    return this.#byTask.get(task);
  }

  /** Whether a process runs Go: its threads park in futexes and epoll when they have nothing to do. */
  isGo(process: Process): boolean {
    this.#goMarks ??= readGoMarks(this.#view);
    return this.#goMarks[process.index]! >= 2;
  }
  #goMarks: Uint8Array | undefined;

  /** Finds the calls that are open. */
  collect(): void {
    const view = this.#view;
    for (const task of view.world.tasks) {
      const dead = !task.alive;
      const event = task.open >= 0 ? task.open : dead ? task.endedIn : -1;
      if (event < 0) continue;
      const log = view.log(task.source);
      const shape = log.shape.at(event);
      // Its beginning is before the log: only its end is here.
      if ((shape & SHAPE) === Shape.resumed) continue;
      const name = log.nameOf(event);
      if (NEVER_WAIT.test(name)) continue;
      const ended = dead && !view.present(task);
      // The last of a task's calls is to be killed by another thread's exit.
      if (ended && !task.fate.startsWith('killed')) continue;
      let waiting = waitingOf(view, task, task.source, event);
      if (waiting.topic === 'exit') continue;
      if (task.interrupted >= 0 && waiting.topic === 'restart') {
        const first = waitingOf(view, task, task.source, task.interrupted);
        waiting = { ...first, restarts: log.nameOf(task.interrupted) };
      }
      if (waiting.futex && !this.#waitsOnFutex(task, event)) continue;
      if ((shape & SHAPE) === Shape.cut && !(shape & DETACHED) && this.#returned(task, event, waiting)) continue;
      const time = task.open >= 0 ? task.openTime : task.endedInTime;
      const since = task.interrupted >= 0 ? task.interruptedTime : time;
      const open: Open = {
        task,
        source: task.source,
        event,
        time,
        since,
        name,
        waiting,
        dead,
        ended,
        state: ended ? 'ended' : 'blocked',
        on: undefined,
        peers: [],
        unheld: undefined,
        topic: waiting.topic,
        request: undefined,
        auth: false,
      };
      this.all.push(open);
      if (!ended) this.#byTask.set(task, open);
    }
  }

  #waitsOnFutex(task: Task, event: number): boolean {
    const op = this.#view.words(task.source, event, 2)[1] ?? '';
    return op === '' || /WAIT|LOCK_PI|^0x/.test(op);
  }

  /** A torn line that shows what a call gave back: the call had returned when the log was cut. */
  #returned(task: Task, event: number, waiting: Waiting): boolean {
    const args = this.#view.arguments(task.source, event);
    const text = args.text.slice(args.start, Math.min(args.end, args.start + 200));
    if (waiting.needs === 'write' && waiting.kind === 'io') return /^[^,]*(?:<[^\n]*>)?, (?:["{[]|0x)/.test(text);
    if (waiting.awaits === 'child') return /^[^,]*, (?:\[|0x|NULL)/.test(text);
    return args.whole && args.result !== '';
  }

  // --- on what, and who ---

  /** Finds out on what a call waits, and who must act for it to end. */
  resolve(open: Open): void {
    const view = this.#view;
    const { waiting, task } = open;
    const scope = view.log(open.source).scope;
    const { world } = view;
    if (waiting.futex?.address) {
      const name = `${waiting.futex.address}`;
      const place = task.process.pid >= 0 ? `${task.process.pid}@${scope}` : scope;
      const { owner } = waiting.futex;
      const holder = owner === undefined ? undefined : world.byTid.get(owner);
      if (holder && view.present(holder))
        open.peers = [
          {
            task: holder,
            // Its number may be one of another namespace.
            confidence: holder.process === task.process ? 'certain' : 'likely',
            evidence: [reason('lock-word', { peer: view.taskLabel(holder) })],
          },
        ];
      if (waiting.awaits !== 'thread')
        open.on = localEntity(waiting.futex.locked ? 'lock' : 'address', name, waiting.futex.locked ? place : scope);
    }
    if (waiting.awaits === 'thread') {
      const target = world.byTid.get(waiting.pid!) ?? task.process.tasks.find((one) => one.tid === waiting.pid);
      open.on = globalEntity('thread', String(waiting.pid));
      if (target?.process === task.process && view.present(target))
        open.peers = [
          { task: target, confidence: 'certain', evidence: [reason('joined', { peer: view.taskLabel(target) })] },
        ];
      return;
    }
    if (waiting.awaits === 'child') {
      this.#child(open);
      return;
    }
    if (waiting.awaits === 'vfork') {
      const child = this.#lastChild(task);
      if (child) {
        open.on = view.processEntity(child.process);
        open.peers = [
          { task: child, confidence: 'certain', evidence: [reason('vfork-child', { peer: view.taskLabel(child) })] },
        ];
      }
      return;
    }
    if (waiting.needs === 'unlock') {
      const { peers, file, part } = this.peers.lockHolders(open.source, open.event);
      const name = part ? `${file} ${part}` : file;
      open.on = file.startsWith('/') ? globalEntity('lock', name) : localEntity('lock', name, scope);
      open.peers = peers;
      if (!peers.length) open.unheld = { reason: 'file-lock-unknown', values: { file } };
      return;
    }
    if (waiting.path !== undefined) {
      if (waiting.path)
        open.on = waiting.path.startsWith('/')
          ? globalEntity('file', waiting.path)
          : localEntity('file', waiting.path, scope);
      return;
    }
    if (waiting.life < 0) return;
    const file = world.lifeOpen.at(waiting.life);
    open.on = view.entity(file);
    if (waiting.needs !== 'read' && waiting.needs !== 'write' && waiting.needs !== 'accept') return;
    if (waiting.needs === 'accept' && waiting.topic === 'accept') return;
    open.peers = this.peers.otherEnd(task, file, waiting.needs);
    const what = view.opened(file);
    if (!open.peers.length)
      open.peers =
        what.kind === 'pipe'
          ? this.peers.itself(task, file)
          : what.kind === 'unix' && waiting.needs === 'read'
            ? this.peers.addressee(task, open.source, open.event)
            : [];
    if (!open.peers.length && (what.kind === 'pipe' || isSocket(what.kind)))
      open.unheld = {
        reason: what.kind === 'pipe' ? 'pipe-no-reader' : 'peer-not-in-log',
        values: { what: view.what(waiting.life) },
      };
  }

  #child(open: Open): void {
    const view = this.#view;
    const { task, waiting } = open;
    const { world } = view;
    let pid = waiting.pid!;
    if (waiting.life >= 0) {
      // waitid(P_PIDFD): whom the descriptor stands for.
      const { event, source } = this.made(waiting.life);
      const word = event >= 0 ? view.words(source, event, 1)[0] : undefined;
      pid = word === undefined ? 0 : Number.parseInt(word, 10);
    }
    const parents = task.process;
    const alive = view.children(parents);
    if (pid > 0) {
      const child =
        alive.find((one) => one.pid === pid || one.nsPid === pid) ??
        world.byTid.get(pid)?.process ??
        alive.find((one) => one.tasks.some((other) => other.tid === pid));
      open.on = child && child !== parents ? view.processEntity(child) : globalEntity('process', String(pid));
      // A process is no child of its own: what was taken for its thread is none.
      const peer = child && child !== parents && this.#actingIn(child);
      if (peer)
        open.peers = [
          { task: peer, confidence: 'certain', evidence: [reason('child', { peer: view.taskLabel(peer) })] },
        ];
      return;
    }
    if (pid === 0) return;
    if (alive.length === 1) {
      const peer = this.#actingIn(alive[0]!);
      open.on = view.processEntity(alive[0]!);
      if (peer)
        open.peers = [
          { task: peer, confidence: 'certain', evidence: [reason('child', { peer: view.taskLabel(peer) })] },
        ];
      return;
    }
    const name = readEntity(view.processEntity(parents)).name;
    open.on = localEntity('process', `children of ${name}`, view.log(open.source).scope);
    open.peers = alive.slice(0, 100).flatMap((child) => {
      const peer = this.#actingIn(child);
      return peer
        ? [
            {
              task: peer,
              confidence: 'possible' as const,
              evidence: [reason('child-any', { peer: view.taskLabel(peer) })],
            },
          ]
        : [];
    });
    if (!alive.length) open.unheld = { reason: 'no-child', values: {} };
  }

  #childOf: Map<Task, Task> | undefined;
  /** The latest child of a task that is there at the end. */
  #lastChild(task: Task): Task | undefined {
    if (!this.#childOf) {
      this.#childOf = new Map();
      for (const one of this.#view.world.tasks)
        if (one.parent && this.#view.present(one)) this.#childOf.set(one.parent, one);
    }
    return this.#childOf.get(task);
  }

  /** The call that made the file of a descriptor; event -1: it was there before the log. */
  made(life: number): { source: number; event: number } {
    const { world } = this.#view;
    const file = world.lifeOpen.at(life);
    return { source: world.madeSource.at(file), event: world.madeEvent.at(file) };
  }

  /** The thread on which a process's end depends: one that is stuck, else its first. */
  #actingIn(process: Process): Task | undefined {
    const there = this.#view.threads(process);
    return (
      there.find((task) => this.of(task)?.waiting.mood === 'busy') ??
      there.find((task) => task.tid === process.pid) ??
      there[0]
    );
  }

  // --- blocked or at rest ---

  /** Tells which calls are blocked, and which are only at rest. */
  judge(): void {
    const view = this.#view;
    const open = this.all.filter((one) => !one.ended);
    this.#mutexes(open);
    for (const one of open) if (one.peers.length > 1) one.peers = this.#lastOf(one.peers);
    const busy = open.filter(
      (one) => one.waiting.mood === 'busy' && !(one.waiting.futex && this.isGo(one.task.process)),
    );
    // Whoever stands at the end of somebody's wait is part of it, asleep or not.
    const awaited = new Set<Task>();
    // Whose end somebody waits for: a pause may be what keeps it from ending.
    const toEnd = new Set<Task>();
    const queue = [...busy];
    for (let at = 0; at < queue.length; at++)
      for (const { task, confidence } of queue[at]!.peers) {
        if (confidence === 'possible') continue;
        if (queue[at]!.waiting.awaits) toEnd.add(task);
        if (awaited.has(task)) continue;
        awaited.add(task);
        const theirs = this.of(task);
        if (theirs) queue.push(theirs);
      }
    let there = 0;
    for (const task of view.world.tasks) if (view.present(task) && task.first >= 0) there++;
    for (const one of open) one.state = this.#state(one, { awaited, toEnd, busy: busy.length, alone: there === 1 });
    this.#supervisors(open);
  }

  /**
   * Who waits for the end of servers that rest is at rest too, and who waits for that one; and who waits for a child that only sleeps for
   * a moment, and not again and again.
   */
  #supervisors(open: readonly Open[]): void {
    const resting = open.filter(
      (one) =>
        one.state === 'idle' &&
        (one.waiting.topic === 'accept' || this.#listens(one) || (one.waiting.topic === 'sleep' && !this.#loops(one))),
    );
    const left = new Map<Open, number>();
    const parents = new Map<Task, Open[]>();
    for (const one of open) {
      if (one.waiting.awaits !== 'child' || !one.peers.length) continue;
      left.set(one, one.peers.length);
      for (const { task } of one.peers) {
        const list = parents.get(task);
        if (list) list.push(one);
        else parents.set(task, [one]);
      }
    }
    for (let at = 0; at < resting.length; at++)
      for (const parent of parents.get(resting[at]!.task) ?? []) {
        const more = left.get(parent)! - 1;
        left.set(parent, more);
        if (more > 0) continue;
        parent.state = 'idle';
        resting.push(parent);
      }
    // Attached to: whose child is whose is not in the log. Where all the others are such servers, its children are.
    const busy = open.filter((one) => one.state !== 'idle');
    const [only] = busy;
    if (busy.length !== 1 || only!.topic !== 'wait-any-child' || only!.peers.length || only!.task.process.whole) return;
    if (resting.length > 0 && resting.length + 1 === open.length) only!.state = 'idle';
  }

  /** Of several that may have the other end: where each of the others waits for the end of one of them, that one has to end first. */
  #lastOf(peers: readonly Peer[]): readonly Peer[] {
    const ends = peers.filter(({ evidence }) => evidence[0]?.rule === 'pipe-end');
    if (ends.length !== peers.length) return peers;
    const tasks = new Set(peers.map(({ task }) => task));
    const last = peers.filter(({ task }) => {
      const theirs = this.of(task);
      return theirs?.waiting.awaits !== 'child' || !theirs.peers.some((peer) => tasks.has(peer.task));
    });
    return last.length === 1 ? [{ ...last[0]!, confidence: 'likely' }] : peers;
  }

  #state(
    one: Open,
    world: { awaited: ReadonlySet<Task>; toEnd: ReadonlySet<Task>; busy: number; alone: boolean },
  ): WaitState {
    const { waiting, task } = one;
    const go = this.isGo(task.process);
    if (
      go &&
      (waiting.futex ||
        /^(?:epoll|sleep|pause|restart|sigwait|futex)/.test(waiting.topic) ||
        (waiting.topic === 'select' && waiting.life < 0))
    )
      return 'idle';
    if (waiting.mood === 'busy') return 'blocked';
    if (waiting.topic === 'restart') return 'idle';
    if (waiting.mood === 'short') {
      if (this.#loops(one)) return 'idle';
      if (world.alone) return 'blocked';
      return world.awaited.has(task) && (waiting.timeout === undefined || waiting.timeout >= 10) ? 'blocked' : 'idle';
    }
    if (world.alone) return 'blocked';
    if (waiting.topic === 'accept' || this.#listens(one)) return 'idle';
    if (waiting.topic === 'pause' || waiting.topic === 'sigwait') return world.toEnd.has(task) ? 'blocked' : 'idle';
    return world.busy === 0 || world.awaited.has(task) ? 'blocked' : 'idle';
  }

  /** An event loop that has a listening socket among what it watches. */
  #listens(one: Open): boolean {
    const { world } = this.#view;
    return this.watched(one).some(
      (life) => life >= 0 && (world.marks.at(world.lifeOpen.at(life)) & Mark.listening) !== 0,
    );
  }

  /** The lives of the descriptors that an epoll, poll or select waits for. */
  watched(one: Open): readonly number[] {
    const { world } = this.#view;
    const lives: number[] = [];
    if (one.waiting.topic === 'epoll' && one.waiting.life >= 0)
      lives.push(...(world.watches.get(world.lifeOpen.at(one.waiting.life))?.values() ?? []));
    else if (one.waiting.kind === 'select') {
      const args = this.#view.arguments(one.source, one.event);
      const text = withoutPaths(args.text.slice(args.start, Math.min(args.end, args.start + 4096)));
      for (const [, fd] of text.matchAll(/(?:fd=|\[|, | )(\d{1,10})(?=[,\] ])/g))
        lives.push(world.life(one.task, Number(fd), one.source, one.event));
    }
    return lives;
  }

  /** The same call has run out of time before, again and again. */
  #loops(one: Open): boolean {
    const log = this.#view.log(one.source);
    const id = log.call.at(one.event);
    let found = 0;
    for (let event = one.event - 1, looked = 0; event >= 0 && looked < 2000; event--, looked++) {
      if (log.call.at(event) !== id || log.task.at(event) !== one.task.index) continue;
      const shape = log.shape.at(event) & SHAPE;
      if (shape === Shape.unfinished) continue;
      const line = this.#view.head(one.source, event);
      const end = log.text.slice(Math.max(line.start, line.end - 80), line.end);
      if (
        /= 0 \(Timeout\)|ETIMEDOUT/.test(end) ||
        (one.waiting.topic === 'sleep' && /\) += 0(?: <[\d.]+>)?$/.test(end))
      ) {
        if (++found >= 2) {
          // A long sleep after short ones is another thing.
          const before = this.#view.words(one.source, event, 5).join();
          const now = one.waiting.timeout;
          const then = /tv_sec=(\d+)/.exec(before)?.[1];
          return !(now !== undefined && now >= 10 && then !== undefined && Number(then) * 10 < now);
        }
      } else if (shape === Shape.call && one.waiting.topic !== 'sleep' && found === 0 && looked > 200) return false;
    }
    return false;
  }

  #mutexes(open: readonly Open[]): void {
    const byLock = new Map<EntityId, Open[]>();
    for (const one of open) {
      if (!one.waiting.futex?.locked || one.on === undefined || this.isGo(one.task.process)) continue;
      // The lock's own word has told.
      if (one.peers.length) continue;
      const list = byLock.get(one.on);
      if (list) list.push(one);
      else byLock.set(one.on, [one]);
    }
    const locked = (task: Task): boolean => this.of(task)?.waiting.futex?.locked === true;
    const joins = (task: Task): boolean => this.of(task)?.waiting.awaits === 'thread';
    for (const waiters of byLock.values()) {
      const first = waiters[0]!;
      const tasks = waiters.map((one) => one.task);
      const peers = this.peers.mutexHolders(first.task, first.waiting.futex!.address, tasks, locked, joins);
      for (const one of waiters) {
        one.peers = peers;
        if (!peers.length) one.unheld = { reason: 'lock-owner-unknown', values: { file: '' } };
      }
    }
  }

  /** Where a task stands: the call it is in, else its last line. */
  sectionOf(task: Task): number {
    return this.of(task)?.event ?? Math.max(0, task.last);
  }
}
