// What a log means: who waits for what at its end, who has the other end, what took long, which requests were never answered.

import { phrase, type Value } from '../../text/l10n.js';
import { finish, type Steps } from '../../text/steps.js';
import { globalEntity, readEntity } from '../../trace/entity.js';
import type { EntityId, Facts, Hold, Note, Unheld, Wait, WaitState } from '../../trace/trace.js';
import { type Pending, readConversations } from './conversations.js';
import { taskName } from './effects.js';
import { type Common, MOST_NOTES, Notes } from './notes.js';
import { type Open, Opens } from './opens.js';
import { readBuses, type Unanswered } from './requests.js';
import { duration, some, threadsOf } from './say.js';
import type { Process, Task } from './state.js';
import { LogClock, targetOf } from './targets.js';
import type { View } from './view.js';
import { topicOf } from './waits.js';

/** Calls that ended with their task are told up to so many. */
const MOST_ENDED = 200;
/** A serial this near to the end of 32 bits is worth a warning: systemd before v242 stops there. */
const LAST_SERIALS = 0xffff0000;

/** What one of the texts that are read together has to tell: looked for once for all of them, who may be thousands. */
interface Share {
  readonly opens: readonly Open[];
  readonly tasks: readonly Task[];
  readonly holds: readonly Hold[];
  readonly pending: readonly Pending[];
  readonly unanswered: readonly Unanswered[];
}

/** What is the same for all of the texts. */
interface Shared {
  readonly common: Common;
  readonly names: ReadonlyMap<EntityId, Value>;
  readonly notes: Notes;
}

/** The facts of each of the texts that were read together. */
export const factsOf = (view: View): readonly Facts[] => finish(factsInPieces(view));

/** The same in pieces. */
export const factsInPieces = (view: View): Steps<readonly Facts[]> => new Judge(view).facts();

class Judge {
  readonly #view: View;
  readonly #opens: Opens;
  readonly #clock: LogClock;
  /** Processes that wait for the reply to a request without a thread of theirs that shows it. */
  readonly #askers = new Map<Process, Unanswered>();

  constructor(view: View) {
    this.#view = view;
    this.#opens = new Opens(view);
    this.#clock = new LogClock(view);
  }

  *facts(): Steps<Facts[]> {
    const view = this.#view;
    const calls = this.#opens;
    calls.collect();
    yield;
    calls.peers.prepare(
      calls.all.flatMap(({ waiting }) => (waiting.life >= 0 ? [view.world.lifeOpen.at(waiting.life)] : [])),
    );
    yield;
    const buses = readBuses(view);
    yield;
    const unanswered = buses.flatMap((bus) => bus.unanswered);
    const byFile = new Map(unanswered.toReversed().map((one) => [one.open, one]));
    const handshakes = new Set(buses.flatMap((bus) => (bus.handshake ? [bus.open] : [])));
    for (const open of calls.all) calls.resolve(open);
    yield;
    calls.judge();
    yield;
    for (const open of calls.all) {
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
      if (calls.isGo(process) && view.threads(process).length > 0 && one.message.fields.destination !== undefined)
        this.#askers.set(process, one);
    }
    yield;
    this.#conversations();
    const common: Common = {
      waiters: new Map(
        calls.all.flatMap((one) =>
          one.request && one.topic === 'dbus-reply' ? [[one.request.call, one] as const] : [],
        ),
      ),
      buses: buses.map((bus) => ({
        ...bus,
        late: bus.written.messages.filter(({ message }) => message.serial >= LAST_SERIALS),
      })),
    };
    const names = this.#names();
    const notes = new Notes(view, calls, this.#clock, buses, this.#requestOf);
    const opens = this.#bySource(calls.all, ({ source }) => source);
    const tasks = this.#bySource(view.world.tasks, ({ source }) => source);
    const holds = this.#holds();
    const pending = this.#bySource(this.#pending, ({ call }) => call.source);
    const requests = this.#bySource(unanswered, ({ call }) => call.source);
    const all: Facts[] = [];
    for (let at = 0; at < view.logs.length; at++) {
      yield;
      const share: Share = {
        opens: opens[at]!,
        tasks: tasks[at]!,
        holds: holds[at]!,
        pending: pending[at]!,
        unanswered: requests[at]!,
      };
      all.push(this.#factsFor(at, share, { common, names, notes }));
    }
    return all;
  }

  /** What belongs to each of the texts, in order. */
  #bySource<T>(all: Iterable<T>, sourceOf: (one: T) => number): readonly T[][] {
    const lists = this.#view.logs.map((): T[] => []);
    for (const one of all) lists[sourceOf(one)]?.push(one);
    return lists;
  }

  /** What people call the things that calls wait for, and the tasks. */
  #names(): ReadonlyMap<EntityId, Value> {
    const view = this.#view;
    const names = new Map<EntityId, Value>();
    for (const one of this.#opens.all) if (one.on !== undefined) this.#name(one, names);
    for (const task of view.world.tasks) {
      const name = taskName(task);
      if (task.tid < 0) names.set(view.threadEntity(task), name || phrase('the traced program'));
      else if (name && this.#opens.of(task)) names.set(view.threadEntity(task), `thread ${task.tid} (${name})`);
    }
    return names;
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
    for (const one of this.#opens.all) {
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
        const lives = (resting.get(process) ?? []).flatMap((call) => this.#opens.watched(call));
        files = new Set(lives.filter((life) => life >= 0).map((life) => world.lifeOpen.at(life)));
        watchedBy.set(process, files);
      }
      return files;
    };
    const polled = new Set<number>();
    for (const call of this.#opens.all)
      if (!call.ended && call.waiting.kind === 'select' && call.waiting.topic !== 'epoll')
        for (const life of this.#opens.watched(call)) if (life >= 0) polled.add(world.lifeOpen.at(life));
    for (const one of readConversations(view, awaited, polled, this.#clock.end, world.slowSeconds)) {
      const said = onFile.get(one.open) ?? [];
      if (one.side === 'asked')
        for (const call of said) if (call.waiting.needs === 'write') this.#requestOf.set(call, one);
      if (said.length) continue;
      const waits = (process: Process): boolean => this.#opens.isGo(process) || watched(process).has(one.open);
      if (one.side === 'asks' || view.owners(one.open).some(waits)) this.#pending.push(one);
    }
  }

  // --- the facts of one text ---

  #factsFor(source: number, share: Share, { common, names, notes: writer }: Shared): Facts {
    const view = this.#view;
    const log = view.log(source);
    const waits: Wait[] = [];
    const notes: Note[] = [];
    const unheld: Unheld[] = [];
    const lost = new Set<EntityId>();
    let ended = 0;
    const same: [EntityId, EntityId][] = [];
    for (const one of share.opens) {
      if (one.state === 'ended' && ++ended > MOST_ENDED) continue;
      waits.push(this.#wait(one));
      // A listing made beside the log names what the number stands for: the socket that has it at the end.
      if (one.on !== undefined && /^(?:fd:|socket:line \d)/.test(one.on) && one.waiting.fd !== undefined && !one.ended)
        for (const pid of new Set([one.task.process.pid, one.task.tid]))
          if (pid >= 0) same.push([one.on, globalEntity('fd', `${pid}/${one.waiting.fd}`)]);
      if (one.state === 'blocked' && notes.length < MOST_NOTES) notes.push(writer.blocked(one));
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
        seconds: this.#clock.since(source, call.event),
        topic: topicOf('dbus-reply'),
        site: '',
        ...targetOf(view, this.#opens, life, call.event),
      });
    }
    writer.slow(source, waits, notes);
    writer.requests(source, share.unanswered, common, notes);
    writer.streams(source, share.pending, notes);

    const count = (state: WaitState): number => waits.filter((wait) => wait.state === state).length;
    const there = share.tasks.filter((task) => task.first >= 0);
    return {
      waits,
      holds: share.holds,
      unheld,
      notes,
      names,
      ...(same.length > 0 && { same }),
      ...this.#taken(source),
      summary: {
        name: 'strace',
        values: {
          calls: some(log.length, 'event') || phrase('no events'),
          threads: threadsOf(there),
          blocked: some(count('blocked'), 'call that never returned', 'calls that never returned'),
          idle: some(count('idle'), 'call at rest', 'calls at rest'),
          slow: some(count('slow'), 'slow call'),
          unanswered: some(
            share.unanswered.length + share.pending.filter(({ side }) => side === 'asked').length,
            'unanswered request',
          ),
          duration: duration(log.clock - log.firstClock),
        },
      },
    };
  }

  /** Waits are counted back from the last line; of the clock the time of the day is kept. Without one: nothing. */
  #taken(source: number): Pick<Facts, 'taken'> {
    const log = this.#view.log(source);
    const first = log.length > 0 ? STAMP.exec(log.text.slice(log.start.at(0), log.start.at(0) + 64)) : undefined;
    if (first?.[1] === undefined || !Number.isFinite(this.#clock.end)) return {};
    const at = clockText(((this.#clock.end % DAY) + DAY) % DAY);
    return { taken: [{ at, from: 'last line', sections: { start: 0, end: log.length }, within: 0 }] };
  }

  #wait(one: Open): Wait {
    const view = this.#view;
    const { waiting } = one;
    const seconds = this.#clock.of(one);
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
      ...targetOf(view, this.#opens, waiting.life, one.event),
    };
  }

  /** For each of the texts, what its tasks hold. */
  #holds(): readonly Hold[][] {
    const view = this.#view;
    const holds = view.logs.map((): Hold[] => []);
    const known = new Set<string>();
    for (const one of this.#opens.all) {
      if (one.on === undefined || one.ended) continue;
      for (const peer of one.peers) {
        const key = `${one.on} ${peer.task.index}`;
        if (known.has(key)) continue;
        known.add(key);
        holds[peer.task.source]?.push({
          holder: this.#askers.has(peer.task.process)
            ? view.processEntity(peer.task.process)
            : view.threadEntity(peer.task),
          section: this.#opens.sectionOf(peer.task),
          of: one.on,
          mode: one.waiting.needs === 'unlock' || one.waiting.futex?.locked ? 'write' : 'serves',
          confidence: peer.confidence,
          evidence: peer.evidence,
        });
      }
    }
    return holds;
  }

  #name(one: Open, names: Map<EntityId, Value>): void {
    const view = this.#view;
    const { waiting, on } = one;
    if (on === undefined || names.has(on)) return;
    if (waiting.life >= 0 && one.topic !== 'dbus-reply' && waiting.needs !== 'unlock') {
      const what = view.what(waiting.life, true);
      if (what) names.set(on, what);
    } else if (waiting.futex?.locked) names.set(on, `mutex ${waiting.futex.address}`);
    else if (waiting.needs === 'unlock') names.set(on, phrase('lock on {file}', { file: readEntity(on).name }));
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
