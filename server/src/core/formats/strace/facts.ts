// What a log means: who waits for what at its end, who has the other end, what took long, which requests were never answered.

import { globalEntity, localEntity, readEntity } from '../../trace/entity.js';
import type { EntityId, Evidence, Facts, Hold, Note, Target, Unheld, Wait, WaitState } from '../../trace/trace.js';
import { type Pending, readConversations } from './conversations.js';
import { taskName } from './effects.js';
import { GO_CALLS } from './goCalls.js';
import { DETACHED, SHAPE, Shape } from './parse.js';
import { type Peer, Peers } from './peers.js';
import { describeMessage, missingOf, readBuses, type Unanswered } from './requests.js';
import type { Process, Task } from './state.js';
import { Mark } from './state.js';
import { isSocket, type View } from './view.js';
import { topicOf, type Waiting, waitingOf } from './waits.js';

/** Calls that took long and calls that ended with their task are told up to so many. */
const MOST_SLOW = 5000;
const MOST_ENDED = 200;
/** Notes (lenses, findings) of one kind. */
const MOST_NOTES = 500;
/** So many calls of a process are looked at for marks of Go. */
const MOST_GO = 5000;
/** A serial this near to the end of 32 bits is worth a warning: systemd before v242 stops there. */
const LAST_SERIALS = 0xffff0000;

/** Calls that never wait: the log was cut while they were printed. */
const NEVER_WAIT =
  /^(?:brk|mmap2?|munmap|mprotect|mremap|madvise|rt_sig(?:action|procmask|return|pending)|sigaltstack|get(?:pid|ppid|tid|uid|euid|gid|egid|cwd|rlimit|rusage|random|timeofday|groups|pgrp|pgid|sid|res[ug]id|cpu)|time|times|clock_get(?:time|res)|arch_prctl|prctl|set_(?:tid_address|robust_list)|rseq|prlimit64|sched_\w+|uname|sysinfo|umask|lseek|_llseek|epoll_ctl|epoll_create1?|eventfd2?|pipe2?|socket|socketpair|bind|listen|[gs]etsockopt|getsockname|getpeername|dup[23]?|kill|tgkill|tkill|membarrier|setitimer|timerfd_\w+|timer_\w+|close_range|set_mempolicy|personality|capget|capset|set[ug]id)$/;

/** One call that was open when the log ended. */
interface Open {
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
  unheld: { reason: string; values: Record<string, string> } | undefined;
  topic: string;
  request: Unanswered | undefined;
  auth: boolean;
}

/** The facts of each of the texts that were read together. */
export function factsOf(view: View): readonly Facts[] {
  return new Judge(view).facts();
}

class Judge {
  readonly #view: View;
  readonly #peers: Peers;
  readonly #opens: Open[] = [];
  readonly #byTask = new Map<Task, Open>();
  /** Processes that wait for the reply to a request without a thread of theirs that shows it. */
  readonly #askers = new Map<Process, Unanswered>();
  readonly #end: number;

  constructor(view: View) {
    this.#view = view;
    this.#peers = new Peers(view);
    this.#end = Math.max(...view.logs.map((log) => (Number.isNaN(log.clock) ? Number.NEGATIVE_INFINITY : log.clock)));
  }

  facts(): Facts[] {
    const view = this.#view;
    this.#collect();
    this.#peers.prepare(
      this.#opens.flatMap(({ waiting }) => (waiting.life >= 0 ? [view.world.lifeOpen.at(waiting.life)] : [])),
    );
    const buses = readBuses(view);
    this.#buses = buses;
    const unanswered = buses.flatMap((bus) => bus.unanswered);
    const byFile = new Map(unanswered.toReversed().map((one) => [one.open, one]));
    const handshakes = new Set(buses.flatMap((bus) => (bus.handshake ? [bus.open] : [])));
    for (const open of this.#opens) this.#resolve(open);
    this.#judge();
    for (const open of this.#opens) {
      if (open.waiting.life < 0) continue;
      const file = view.world.lifeOpen.at(open.waiting.life);
      open.request = byFile.get(file);
      open.auth = handshakes.has(file);
      if (open.waiting.needs !== 'write' || open.ended) continue;
      if (open.request) {
        open.topic = 'dbus-reply';
        open.state = 'blocked';
        const { destination } = open.request.message.fields;
        if (destination !== undefined) open.on = globalEntity('bus', destination);
      } else if (open.auth) open.topic = 'dbus-auth';
    }
    // In a Go program no thread stands in the read of the reply: the process waits for it as a whole.
    for (const one of unanswered) {
      const { process } = view.world.tasks[view.log(one.call.source).task.at(one.call.event)]!;
      if (this.#isGo(process) && view.threads(process).length > 0 && one.message.fields.destination !== undefined)
        this.#askers.set(process, one);
    }
    this.#conversations();
    return view.logs.map((_, source) => this.#factsFor(source, buses, unanswered));
  }

  // --- requests on other connections ---

  /** Requests on streams whose answer is not in the log, and that no call that never returned tells of already. */
  readonly #pending: Pending[] = [];
  /** The request whose answer an open call waits for. */
  readonly #requestOf = new Map<Open, Pending>();

  #conversations(): void {
    const view = this.#view;
    const { world } = view;
    const onFile = new Map<number, Open[]>();
    const resting = new Map<Process, Open[]>();
    for (const one of this.#opens) {
      if (one.ended) continue;
      const list = resting.get(one.task.process);
      if (list) list.push(one);
      else resting.set(one.task.process, [one]);
      if (one.waiting.life < 0) continue;
      const file = world.lifeOpen.at(one.waiting.life);
      const calls = onFile.get(file);
      if (calls) calls.push(one);
      else onFile.set(file, [one]);
    }
    const awaited = new Set<number>();
    for (const [file, calls] of onFile) if (calls.some(({ waiting }) => waiting.needs === 'write')) awaited.add(file);
    const watchedBy = new Map<Process, ReadonlySet<number>>();
    /** The files that would wake the event loops of a process. */
    const watched = (process: Process): ReadonlySet<number> => {
      let files = watchedBy.get(process);
      if (!files) {
        const lives = (resting.get(process) ?? []).flatMap((call) => this.#watched(call));
        files = new Set(lives.filter((life) => life >= 0).map((life) => world.lifeOpen.at(life)));
        watchedBy.set(process, files);
      }
      return files;
    };
    for (const one of readConversations(view, awaited, this.#end, world.slowSeconds)) {
      const said = onFile.get(one.open) ?? [];
      if (one.side === 'asked')
        for (const call of said) if (call.waiting.needs === 'write') this.#requestOf.set(call, one);
      if (said.length) continue;
      const waits = (process: Process): boolean => this.#isGo(process) || watched(process).has(one.open);
      if (one.side === 'asks' || view.owners(one.open).some(waits)) this.#pending.push(one);
    }
  }

  #needed: ReadonlySet<Process> | undefined;
  /** Somebody is stuck who needs one of these processes to go on. */
  #depended(processes: readonly Process[]): boolean {
    if (!this.#needed) {
      const stuck = this.#opens.filter((one) => one.state === 'blocked');
      const peers = stuck.flatMap((one) => one.peers.filter(({ confidence }) => confidence !== 'possible'));
      this.#needed = new Set(peers.map(({ task }) => task.process));
    }
    return processes.some((process) => this.#needed!.has(process));
  }

  // --- which calls are open ---

  #collect(): void {
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
      this.#opens.push(open);
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

  #resolve(open: Open): void {
    const view = this.#view;
    const { waiting, task } = open;
    const scope = view.log(open.source).scope;
    const { world } = view;
    if (waiting.futex?.address) {
      const name = `${waiting.futex.address}`;
      const place = task.process.pid >= 0 ? `${task.process.pid}@${scope}` : scope;
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
      const { peers, file } = this.#peers.lockHolders(task, open.source, open.event);
      open.on = file.startsWith('/') ? globalEntity('lock', file) : localEntity('lock', file, scope);
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
    open.peers = this.#peers.otherEnd(task, file, waiting.needs);
    const what = view.opened(file);
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
      const { event, source } = this.#made(waiting.life);
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
      open.on = child ? view.processEntity(child) : globalEntity('process', String(pid));
      const peer = child && this.#actingIn(child);
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

  #made(life: number): { source: number; event: number } {
    const { world } = this.#view;
    const file = world.lifeOpen.at(life);
    return { source: world.madeSource.at(file), event: world.madeEvent.at(file) };
  }

  /** The thread on which a process's end depends: one that is stuck, else its first. */
  #actingIn(process: Process): Task | undefined {
    const there = this.#view.threads(process);
    return (
      there.find((task) => this.#byTask.get(task)?.waiting.mood === 'busy') ??
      there.find((task) => task.tid === process.pid) ??
      there[0]
    );
  }

  // --- blocked or at rest ---

  #judge(): void {
    const view = this.#view;
    const open = this.#opens.filter((one) => !one.ended);
    this.#mutexes(open);
    const busy = open.filter(
      (one) => one.waiting.mood === 'busy' && !(one.waiting.futex && this.#isGo(one.task.process)),
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
        const theirs = this.#byTask.get(task);
        if (theirs) queue.push(theirs);
      }
    let there = 0;
    for (const task of view.world.tasks) if (view.present(task) && task.first >= 0) there++;
    for (const one of open) one.state = this.#state(one, { awaited, toEnd, busy: busy.length, alone: there === 1 });
  }

  #state(
    one: Open,
    world: { awaited: ReadonlySet<Task>; toEnd: ReadonlySet<Task>; busy: number; alone: boolean },
  ): WaitState {
    const { waiting, task } = one;
    const go = this.#isGo(task.process);
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
    return this.#watched(one).some(
      (life) => life >= 0 && (world.marks.at(world.lifeOpen.at(life)) & Mark.listening) !== 0,
    );
  }

  /** The lives of the descriptors that an epoll, poll or select waits for. */
  #watched(one: Open): readonly number[] {
    const { world } = this.#view;
    const lives: number[] = [];
    if (one.waiting.topic === 'epoll' && one.waiting.life >= 0)
      lives.push(...(world.watches.get(world.lifeOpen.at(one.waiting.life))?.values() ?? []));
    else if (one.waiting.kind === 'select') {
      const args = this.#view.arguments(one.source, one.event);
      const text = args.text.slice(args.start, Math.min(args.end, args.start + 4096));
      for (const [, fd] of text.matchAll(/(?:fd=|\[|, | )(\d{1,10})(?=[,\] <])/g))
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
      if (!one.waiting.futex?.locked || one.on === undefined || this.#isGo(one.task.process)) continue;
      const list = byLock.get(one.on);
      if (list) list.push(one);
      else byLock.set(one.on, [one]);
    }
    const locked = (task: Task): boolean => this.#byTask.get(task)?.waiting.futex?.locked === true;
    const joins = (task: Task): boolean => this.#byTask.get(task)?.waiting.awaits === 'thread';
    for (const waiters of byLock.values()) {
      const first = waiters[0]!;
      const tasks = waiters.map((one) => one.task);
      const peers = this.#peers.mutexHolders(first.task, first.waiting.futex!.address, tasks, locked, joins);
      for (const one of waiters) {
        one.peers = peers;
        if (!peers.length) one.unheld = { reason: 'lock-owner-unknown', values: { file: '' } };
      }
    }
  }

  /** Whether a process runs Go: its threads park in futexes and epoll when they have nothing to do. */
  #isGo(process: Process): boolean {
    this.#goMarks ??= this.#readGoMarks();
    return this.#goMarks[process.index]! >= 2;
  }
  #goMarks: Uint8Array | undefined;

  /** Marks of the Go runtime in each process, from one look through all calls. */
  #readGoMarks(): Uint8Array {
    const { world, logs } = this.#view;
    const marks = new Uint8Array(world.processes.length);
    const looked = new Uint16Array(world.processes.length);
    for (const log of logs) {
      const patterns = log.names.map((name) => GO_CALLS.get(name));
      for (let event = 0; event < log.length; event++) {
        const pattern = patterns[log.call.at(event)];
        if (!pattern) continue;
        const { index } = world.tasks[log.task.at(event)]!.process;
        if (marks[index]! >= 2 || looked[index]! >= MOST_GO) continue;
        looked[index]!++;
        const start = log.start.at(event);
        const found = pattern.exec(log.text.slice(start, Math.min(log.text.length, start + 200)));
        if (found) marks[index]! += found[1] === undefined ? 1 : 2;
      }
    }
    return marks;
  }

  // --- the facts of one text ---

  #factsFor(source: number, buses: ReturnType<typeof readBuses>, unanswered: readonly Unanswered[]): Facts {
    const view = this.#view;
    const log = view.log(source);
    const waits: Wait[] = [];
    const notes: Note[] = [];
    const names = new Map<EntityId, string>();
    const unheld: Unheld[] = [];
    const lost = new Set<EntityId>();
    let ended = 0;
    const mine = this.#opens.filter((one) => one.source === source);
    const same: [EntityId, EntityId][] = [];
    for (const one of mine) {
      if (one.state === 'ended' && ++ended > MOST_ENDED) continue;
      waits.push(this.#wait(one));
      if (one.on?.startsWith('fd:') && one.waiting.fd !== undefined)
        for (const pid of new Set([one.task.process.pid, one.task.tid]))
          if (pid >= 0) same.push([one.on, globalEntity('fd', `${pid}/${one.waiting.fd}`)]);
      if (one.state === 'blocked' && notes.length < MOST_NOTES) notes.push(this.#blockedNote(one));
      if (one.state === 'blocked' && one.unheld && one.on !== undefined && !lost.has(one.on)) {
        lost.add(one.on);
        unheld.push({ of: one.on, reason: one.unheld.reason, values: one.unheld.values });
      }
    }
    for (const [process, { call, message }] of this.#askers) {
      if (call.source !== source) continue;
      const life = log.life.at(call.event);
      waits.push({
        waiter: view.processEntity(process),
        section: call.event,
        span: view.nameSpan(source, call.event),
        on: globalEntity('bus', message.fields.destination!),
        kind: 'dbus',
        state: 'blocked',
        seconds: this.#sinceCall(source, call.event),
        topic: topicOf('dbus-reply'),
        site: '',
        ...this.#target(life, call.event),
      });
    }
    this.#slow(source, waits, notes);
    this.#requests(source, buses, unanswered, notes);
    this.#streams(source, notes);

    for (const one of this.#opens) if (one.on !== undefined) this.#name(one, names);
    for (const task of view.world.tasks) {
      const name = taskName(task);
      if (task.source === source && task.tid < 0) names.set(view.threadEntity(task), name || 'the traced program');
      else if (task.source === source && name && this.#byTask.has(task))
        names.set(view.threadEntity(task), `thread ${task.tid} (${name})`);
    }
    const count = (state: WaitState): number => waits.filter((wait) => wait.state === state).length;
    const there = view.world.tasks.filter((task) => task.source === source && task.first >= 0);
    return {
      waits,
      holds: this.#holds(source),
      unheld,
      notes,
      names,
      ...(same.length > 0 && { same }),
      ...this.#taken(source),
      summary: {
        name: 'strace',
        values: {
          calls: some(log.length, 'event') || 'no events',
          threads: threadsOf(there),
          blocked: some(count('blocked'), 'call that never returned', 'calls that never returned'),
          idle: some(count('idle'), 'call at rest', 'calls at rest'),
          slow: some(count('slow'), 'slow call'),
          unanswered: some(
            unanswered.filter((one) => one.call.source === source).length +
              this.#pending.filter((one) => one.call.source === source && one.side === 'asked').length,
            'unanswered request',
          ),
          duration: duration(log.clock - log.firstClock),
        },
      },
    };
  }

  /** Seconds from a call to the end of the log. */
  #sinceCall(source: number, event: number): number | undefined {
    const log = this.#view.log(source);
    const seconds = this.#end - log.timeOf(event);
    return Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1e6) / 1e6 : undefined;
  }

  /** Waits are counted back from the last line; of the clock the time of the day is kept. Without one: nothing. */
  #taken(source: number): Pick<Facts, 'taken'> {
    const log = this.#view.log(source);
    const first = log.length > 0 ? STAMP.exec(log.text.slice(log.start.at(0), log.start.at(0) + 64)) : undefined;
    if (first?.[1] === undefined || !Number.isFinite(this.#end)) return {};
    const at = clockText(((this.#end % DAY) + DAY) % DAY);
    return { taken: [{ at, from: 'last line', sections: { start: 0, end: log.length }, within: 0 }] };
  }

  #wait(one: Open): Wait {
    const view = this.#view;
    const { waiting } = one;
    const seconds = this.#seconds(one);
    const { needs } = waiting;
    // What the log does not know a listing beside it may: then only the other end of a pipe can help.
    const by = one.on?.startsWith('fd:') && (needs === 'read' || needs === 'write') ? needs : undefined;
    return {
      waiter: view.threadEntity(one.task),
      section: one.event,
      span: view.nameSpan(one.source, one.event),
      on: one.on,
      ...(by && { by }),
      kind: one.topic === 'dbus-reply' ? 'dbus' : waiting.kind,
      state: one.state,
      seconds,
      topic: topicOf(one.topic),
      site: '',
      call: one.name,
      ...(waiting.fd !== undefined && { fd: waiting.fd }),
      ...this.#target(waiting.life, one.event),
    };
  }

  /** What the descriptor of a call is. A connection was made by its connect, unless that is the call itself. */
  #target(life: number, event: number): { target?: Target } {
    if (life < 0) return {};
    const view = this.#view;
    const { world } = view;
    const what = view.opened(world.lifeOpen.at(life));
    const file = world.lifeOpen.at(life);
    const connect = world.marks.at(file) & Mark.connected ? world.namedEvent.at(file) : -1;
    const source = world.namedSource.at(file);
    const made =
      connect >= 0 && connect !== event
        ? { source, span: view.nameSpan(source, connect) }
        : (view.madeAt(life) ?? this.#madeFirst(life));
    return {
      target: {
        kind: what.kind,
        name: what.name || what.kind,
        ...(made && { opened: { scope: view.log(made.source).scope, span: made.span } }),
      },
    };
  }

  #madeFirst(life: number): { source: number; span: { start: number; end: number } } | undefined {
    const { source, event } = this.#made(life);
    return event < 0 ? undefined : { source, span: this.#view.nameSpan(source, event) };
  }

  #seconds(one: Open): number | undefined {
    const seconds = this.#end - one.since;
    return Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1e6) / 1e6 : undefined;
  }

  #holds(source: number): Hold[] {
    const view = this.#view;
    const holds: Hold[] = [];
    const known = new Set<string>();
    for (const one of this.#opens) {
      if (one.on === undefined || one.ended) continue;
      for (const peer of one.peers) {
        if (peer.task.source !== source) continue;
        const key = `${one.on} ${peer.task.index}`;
        if (known.has(key)) continue;
        known.add(key);
        holds.push({
          holder: this.#askers.has(peer.task.process)
            ? view.processEntity(peer.task.process)
            : view.threadEntity(peer.task),
          section: this.#sectionOf(peer.task),
          of: one.on,
          mode: one.waiting.needs === 'unlock' || one.waiting.futex?.locked ? 'write' : 'serves',
          confidence: peer.confidence,
          evidence: peer.evidence,
        });
      }
    }
    return holds;
  }

  /** Where a task stands: the call it is in, else its last line. */
  #sectionOf(task: Task): number {
    return this.#byTask.get(task)?.event ?? Math.max(0, task.last);
  }

  #name(one: Open, names: Map<EntityId, string>): void {
    const view = this.#view;
    const { waiting, on } = one;
    if (on === undefined || names.has(on)) return;
    if (waiting.life >= 0 && one.topic !== 'dbus-reply' && waiting.needs !== 'unlock') {
      const what = view.what(waiting.life).replace(/^(?:read|write) end of /, '');
      if (what) names.set(on, what);
    } else if (waiting.futex?.locked) names.set(on, `mutex ${waiting.futex.address}`);
    else if (waiting.needs === 'unlock') names.set(on, `lock on ${readEntity(on).name}`);
  }

  // --- notes ---

  #blockedNote(one: Open): Note {
    const view = this.#view;
    const { waiting } = one;
    const values: Record<string, string> = {
      where: whereOf(one.name, waiting.fd),
      what: waiting.life >= 0 ? view.what(waiting.life) : '',
      for: atLeast(this.#seconds(one)),
      who: whoOf(view, one.task),
      peer: one.peers.length === 1 ? whoOf(view, one.peers[0]!.task) : '',
    };
    const related: Note['related'][number][] = [];
    const made = waiting.life >= 0 ? (view.madeAt(waiting.life) ?? this.#madeFirst(waiting.life)) : undefined;
    if (made) related.push({ span: made.span, name: 'opened', ...this.#elsewhere(made.source, one.source) });
    const named = waiting.life >= 0 ? view.world.namedEvent.at(view.world.lifeOpen.at(waiting.life)) : -1;
    if (named >= 0) {
      const at = view.world.namedSource.at(view.world.lifeOpen.at(waiting.life));
      related.push({ span: view.nameSpan(at, named), name: 'connected', ...this.#elsewhere(at, one.source) });
    }
    const request = this.#requestOf.get(one)?.call;
    if (request)
      related.push({
        span: view.nameSpan(request.source, request.event),
        name: 'request',
        ...this.#elsewhere(request.source, one.source),
      });
    for (const { task, confidence } of one.peers.slice(0, 3)) {
      if (confidence === 'possible') continue;
      related.push({
        span: view.nameSpan(task.source, this.#sectionOf(task)),
        name: 'peer',
        ...this.#elsewhere(task.source, one.source),
      });
    }
    const message = waiting.needs === 'read' && waiting.life >= 0 ? this.#messageOf(one) : undefined;
    if (message !== undefined) values.message = message;
    const rest = waiting.mood !== 'busy' && !one.topic.startsWith('dbus-');
    return {
      code: message !== undefined ? 'never-returned-bus' : rest ? 'at-rest' : 'never-returned',
      about: 'blocked',
      severity: rest ? 'information' : 'warning',
      lens: rest && message === undefined ? 'info' : 'blocked',
      section: one.event,
      span: view.nameSpan(one.source, one.event),
      entity: view.threadEntity(one.task),
      values,
      related,
    };
  }

  /** The D-Bus message that a write was to send. */
  #messageOf(one: Open): string | undefined {
    const file = this.#view.world.lifeOpen.at(one.waiting.life);
    for (const bus of this.#busesOf(file)) {
      const message =
        bus.written.messages.findLast(({ first }) => first.source === one.source && first.event === one.event) ??
        (bus.written.pending()?.first.event === one.event ? bus.written.pending() : undefined);
      if (message) return describeMessage(message.message);
    }
    return undefined;
  }

  #buses: ReturnType<typeof readBuses> = [];
  #busOf: Map<number, ReturnType<typeof readBuses>[number]> | undefined;
  #busesOf(open: number): ReturnType<typeof readBuses> {
    this.#busOf ??= new Map(this.#buses.map((bus) => [bus.open, bus]));
    const bus = this.#busOf.get(open);
    return bus ? [bus] : [];
  }

  #elsewhere(source: number, here: number): { scope?: string } {
    return source === here ? {} : { scope: this.#view.log(source).scope };
  }

  #slow(source: number, waits: Wait[], notes: Note[]): void {
    const view = this.#view;
    const log = view.log(source);
    let rows = Array.from({ length: log.slowEvent.length }, (_, row) => row);
    if (rows.length > MOST_SLOW) {
      rows.sort((a, b) => log.slowSeconds.at(b) - log.slowSeconds.at(a));
      rows = rows.slice(0, MOST_SLOW).sort((a, b) => a - b);
    }
    const told: { note: Note; seconds: number }[] = [];
    for (const row of rows) {
      const event = log.slowEvent.at(row);
      const seconds = log.slowSeconds.at(row);
      const task = view.world.tasks[log.task.at(event)]!;
      const waiting = waitingOf(view, task, source, event);
      const span = view.nameSpan(source, event);
      waits.push({
        waiter: view.threadEntity(task),
        section: event,
        span,
        on: undefined,
        kind: waiting.kind,
        state: 'slow',
        seconds,
        topic: topicOf(waiting.topic),
        site: '',
        call: log.nameOf(event),
        ...(waiting.fd !== undefined && { fd: waiting.fd }),
        ...this.#target(waiting.life, event),
      });
      // What sleeps as long as it was asked to is not slow.
      if (waiting.mood !== 'busy') continue;
      told.push({
        seconds,
        note: {
          code: 'slow',
          about: 'mark',
          severity: undefined,
          lens: 'slow',
          section: event,
          span,
          entity: view.threadEntity(task),
          values: {
            where: whereOf(log.nameOf(event), waiting.fd),
            seconds: duration(seconds),
            what: waiting.life >= 0 ? view.what(waiting.life) : '',
            who: whoOf(view, task),
          },
          related: [],
        },
      });
    }
    told.sort((a, b) => b.seconds - a.seconds);
    notes.push(...told.slice(0, MOST_NOTES).map(({ note }) => note));
  }

  #streams(source: number, notes: Note[]): void {
    const view = this.#view;
    const { world } = view;
    for (const { open, side, call, bytes } of this.#pending
      .filter((one) => one.call.source === source)
      .slice(0, MOST_NOTES)) {
      const log = view.log(source);
      const task = world.tasks[log.task.at(call.event)]!;
      const life = log.life.at(call.event);
      const asked = side === 'asked';
      notes.push({
        code: asked ? 'unanswered-stream' : 'owes-answer',
        about: 'blocked',
        severity: asked && this.#depended(view.owners(open)) ? 'warning' : 'information',
        lens: 'unanswered',
        section: call.event,
        span: view.nameSpan(source, call.event),
        entity: view.threadEntity(task),
        values: {
          where: whereOf(log.nameOf(call.event), world.lifeFd.at(life)),
          bytes: some(bytes, 'byte'),
          what: view.what(life),
          who: whoOf(view, task),
          for: atLeast(this.#sinceCall(source, call.event)),
        },
        related: [],
      });
    }
  }

  #requests(
    source: number,
    buses: ReturnType<typeof readBuses>,
    unanswered: readonly Unanswered[],
    notes: Note[],
  ): void {
    const view = this.#view;
    const waiters = new Map(
      this.#opens.flatMap((one) =>
        one.request && one.topic === 'dbus-reply' ? [[one.request.call, one] as const] : [],
      ),
    );
    // A client that sends on without a look at the answers: the first request stands for all of its connection.
    const first: { one: Unanswered; more: number }[] = [];
    const many = new Map<number, { one: Unanswered; more: number }>();
    for (const one of unanswered) {
      if (one.call.source !== source) continue;
      const known = many.get(one.open);
      if (known) known.more++;
      else {
        const entry = { one, more: 0 };
        many.set(one.open, entry);
        first.push(entry);
      }
    }
    for (const {
      one: { call, message },
      more,
    } of first.slice(0, MOST_NOTES)) {
      // The write that carries it has not returned: that says it.
      if (this.#byTask.get(view.world.tasks[view.log(source).task.at(call.event)]!)?.event === call.event) continue;
      const { fields, probable } = message;
      const waiter = waiters.get(call);
      const log = view.log(source);
      const task = view.world.tasks[log.task.at(call.event)]!;
      const say = (name: 'member' | 'destination' | 'interface'): string =>
        fields[name] === undefined ? '' : `${probable.has(name) ? 'probably ' : ''}${fields[name]}`;
      notes.push({
        code: 'unanswered',
        about: 'blocked',
        severity: 'warning',
        lens: 'unanswered',
        section: call.event,
        span: view.nameSpan(source, call.event),
        entity: view.threadEntity(task),
        values: {
          method: say('member') || 'a method call',
          destination:
            say('destination') || (say('interface') && `the owner of ${say('interface')}`) || 'the other end',
          serial: String(message.serial),
          message: `${describeMessage(message)}${more ? `, and ${more} later ones` : ''}`,
          missing: missingOf(message),
          what: view.what(log.life.at(call.event)),
          who: whoOf(view, task),
          for: waiter ? atLeast(this.#seconds(waiter)) : '',
        },
        related: waiter
          ? [
              {
                span: view.nameSpan(waiter.source, waiter.event),
                name: 'waits',
                ...this.#elsewhere(waiter.source, source),
              },
            ]
          : [],
      });
    }
    for (const bus of buses) {
      const auth = bus.handshake;
      if (auth?.source === source)
        notes.push({
          code: 'unanswered-auth',
          about: 'blocked',
          severity: 'warning',
          lens: 'unanswered',
          section: auth.event,
          span: view.nameSpan(source, auth.event),
          values: {
            what: view.what(view.log(source).life.at(auth.event)),
            who: whoOf(view, view.world.tasks[view.log(source).task.at(auth.event)]!),
            for: '',
          },
          related: [],
        });
      const late = bus.written.messages.find(
        ({ message, first }) => message.serial >= LAST_SERIALS && first.source === source,
      );
      if (late)
        notes.push({
          code: 'cookie-overflow',
          about: 'mark',
          severity: 'warning',
          lens: 'error',
          section: late.first.event,
          span: view.nameSpan(source, late.first.event),
          values: {
            serial: `0x${late.message.serial.toString(16)}`,
            message: describeMessage(late.message),
            what: view.what(view.log(source).life.at(late.first.event)),
            who: whoOf(view, view.world.tasks[view.log(source).task.at(late.first.event)]!),
          },
          related: [],
        });
    }
  }
}

const DAY = 86_400;

/** `23:56:24.123` of seconds since midnight. */
function clockText(seconds: number): string {
  const ms = Math.floor(seconds * 1000);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;
}

/** The time that a line begins with, behind the thread’s number. */
const STAMP =
  /^(?:\[pid {1,8}\d{1,10}\] |\d{1,10} {1,8})?(?:(\d\d):(\d\d):(\d\d(?:\.\d{1,9})?)|(\d{9,11}(?:\.\d{1,9})?)) /;

const reason = (rule: string, values: Record<string, string>): Evidence => ({ rule, weight: 1, values });

/** A time for people: `2 min 13 s`, `0.35 s`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '';
  if (seconds < 10) return `${Number(seconds.toPrecision(2))} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  const unit = (count: number, name: string): string => (count > 0 ? ` ${count} ${name}` : '');
  if (minutes < 60) return `${minutes} min${unit(Math.floor(seconds % 60), 's')}`;
  return `${Math.floor(minutes / 60)} h${unit(minutes % 60, 'min')}`;
}

/** Too short a time to be worth a word. */
const NO_TIME = 0.1;
const atLeast = (seconds: number | undefined): string =>
  seconds === undefined || seconds < NO_TIME ? '' : `≥ ${duration(seconds)}`;

/** `write(5)`, or `wait4` for a call without a descriptor. */
const whereOf = (call: string, fd: number | undefined): string => (fd === undefined ? call : `${call}(${fd})`);

/** `process 1246 (app)`, `thread 1249 (app)`. */
function whoOf(view: View, task: Task): string {
  if (task.tid < 0) return view.taskLabel(task) || 'the traced program';
  return `${task.tid === task.process.pid ? 'process' : 'thread'} ${view.taskLabel(task)}`;
}

/** `2 slow calls`; '' for none. */
const some = (count: number, one: string, several = `${one}s`): string =>
  count === 0 ? '' : `${count.toLocaleString('en-US')} ${count === 1 ? one : several}`;

/** `3 threads in 2 processes`, `1 process`. */
function threadsOf(tasks: readonly Task[]): string {
  const count = new Set(tasks.map((task) => task.process)).size;
  const processes = some(count, 'process', 'processes');
  return count === tasks.length ? processes : `${some(tasks.length, 'thread')} in ${processes}`;
}
