// From thousands of lines to a few episodes: what broke, from when to when, and whether that was an outage at all.

import type { Steps } from '../../text/steps.js';
import { type ErrorName, Events, type ReasonName, type Reasons } from './events.js';
import { ERRORS } from './knowledge/errors.js';
import type { Journal } from './parse.js';
import { between } from './time.js';

/** Events that are one piece of the work. */
const PIECE = 8_192;

export type EpisodeKind =
  | 'stale'
  | 'never-relisted'
  | 'runtime-check'
  | 'cannot-list'
  | 'runtime-down'
  | 'write-status-error'
  | 'evented-stream-failed'
  | 'evented-channel-full'
  | 'channel-full'
  | 'network'
  | 'api-server'
  | 'kubelet-exits'
  | 'shutdown'
  | 'other';

/** Why something that looks like an outage is none. */
export type Harmless = 'start-up' | 'planned' | 'one-pod' | 'short' | 'not-the-node';

/** A call to the runtime that failed. */
export interface Failure {
  readonly event: number;
  readonly call: string;
  readonly error: ErrorName;
  readonly time: number | undefined;
}

export interface Spell {
  readonly kind: EpisodeKind;
  /** Its process: `program pid`. Two kubelets never share an episode. */
  readonly who: string;
  /** The first and the last event. */
  readonly first: number;
  last: number;
  count: number;
  /** Times of the first and last line, milliseconds; undefined where the text has none. */
  readonly from: number | undefined;
  until: number | undefined;
  lastRelist: number | undefined;
  thresholdSeconds: number | undefined;
  readonly reasons: Set<ReasonName>;
  readonly errors: Set<ErrorName>;
  /** When it was over; undefined: no sign of it in the text. */
  recovered: number | undefined;
  /** It goes on at the end of the text. */
  open: boolean;
  /** Undefined: it is an outage. */
  harmless: Harmless | undefined;
  readonly failures: Failure[];
  /** The node was told to be NotReady in it. */
  notReady: boolean;
  /** It began after a shutdown of the node was announced. */
  readonly shutdown: boolean;
}

/** Lines of a kind that are farther apart belong to different episodes, in milliseconds. */
const GAP: Readonly<Record<EpisodeKind, number>> = {
  stale: Number.POSITIVE_INFINITY, // the last relist tells
  'never-relisted': 60_000,
  'runtime-check': 60_000,
  'cannot-list': 300_000, // a list times out after two minutes
  'runtime-down': 60_000,
  'write-status-error': 300_000,
  'evented-stream-failed': 300_000,
  'evented-channel-full': 60_000,
  'channel-full': 60_000,
  network: 120_000,
  'api-server': 300_000,
  'kubelet-exits': 120_000,
  shutdown: 300_000,
  other: 60_000,
};

/** What is usual in a kubelet's first seconds, and how long it may take. */
const START_MS = 60_000;
const START_LASTS_MS = 30_000;
/** … where the text ends before it is over. */
const START_OPEN_MS = 15_000;
/** Lists that fail for so short a time are nothing that a node shows. */
const UNNOTICED_MS = 60_000;
/** So many episodes before and behind are looked at for what else happened. */
const NEIGHBOURS = 8;
/** A runtime that somebody restarts is back before PLEG is called unhealthy. */
const RESTART_LASTS_MS = 180_000;
/** So long after a runtime's process ended badly, stopping it is no plan. */
const CRASH_MS = 120_000;
const START_NETWORK_MS = 300_000;
/** Without lease and status for so long the node controller calls the node Unknown. */
const UNKNOWN_MS = 40_000;
/** A line of the sync loop that is not said again for so long is over: it backs off to 5 s at the most. */
const QUIET_MS = 15_000;
/** Failed calls so long before an episode belong to it: the time-out of a call, twice. */
const CALLS_BEFORE_MS = 245_000;
const MOST_FAILURES = 200;

/** A kubelet process, as far as the lines tell. */
interface Process {
  started: number | undefined;
  readonly open: Map<EpisodeKind, Spell>;
  readonly failures: Failure[];
  /** The episode that ended because a line told of a later relist, while nothing else says that it was over. */
  before: Spell | undefined;
  starts: number;
}

export class Episodes {
  readonly events: Events;
  readonly spells: Spell[] = [];
  readonly #processes = new Map<string, Process>();
  /** The last start of a kubelet that no klog line tells, by systemd: for the processes whose lines come behind it. */
  #started: { time: number | undefined; pid: number } | undefined;
  /** The runtime was stopped or the node goes down: by record, and still so. */
  #planned: 'runtime' | 'node' | undefined;
  #plannedAt: number | undefined;
  /** A unit's process ended badly. */
  #crashed = false;
  #crashedAt: number | undefined;
  #closing = 0;
  /** The last time that klog gives, by process. */
  readonly #lastTime = new Map<string, number>();

  constructor(journal: Journal) {
    this.events = new Events(journal);
  }

  /** Reads all events, in pieces. */
  *read(): Steps<void> {
    this.#status();
    for (let event = 0; event < this.events.length; event++) {
      if (event % PIECE === PIECE - 1) yield;
      this.#take(event);
    }
    yield;
    this.#close();
  }

  /** `systemctl status` says since when the service runs, and its pid. */
  #status(): void {
    const { journal } = this.events;
    const head = journal.text.slice(0, 8192);
    const active = /Active: active \(running\) since (?:\S{2,12} )?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/.exec(head);
    if (!active || !/Main PID: \d/.test(head)) return;
    const at = Date.parse(`${active[1]!.replace(' ', 'T')}Z`);
    this.#started = {
      time: Number.isNaN(at) ? undefined : at,
      pid: Number(/Main PID: (\d{1,9})/.exec(head)?.[1] ?? 0),
    };
  }

  #lastAuthor = -1;
  #lastPid = -1;
  #lastWho = '';

  #who(event: number): string {
    const { events } = this;
    const author = events.journal.author.at(events.record(event));
    const pid = events.pid(event);
    if (author !== this.#lastAuthor || pid !== this.#lastPid) {
      this.#lastAuthor = author;
      this.#lastPid = pid;
      this.#lastWho = `${author} ${pid}`;
    }
    return this.#lastWho;
  }

  #process(who: string): Process {
    let process = this.#processes.get(who);
    if (!process) {
      process = { started: undefined, open: new Map(), failures: [], before: undefined, starts: 0 };
      const started = this.#started;
      if (started && (started.pid === 0 || who.endsWith(` ${started.pid}`))) process.started = started.time;
      this.#processes.set(who, process);
    }
    return process;
  }

  #take(event: number): void {
    const { events } = this;
    const name = events.name(event);
    switch (name) {
      case 'condition':
        if (!/^Ready {2,40}False/.test(events.words(event))) return;
        this.#reason(event, events.reasons(event), true);
        return;
      case 'skip':
      case 'not-ready': {
        const reasons = events.reasons(event);
        this.#reason(event, reasons, name === 'not-ready');
        return;
      }
      case 'cannot-list':
        this.#extend(event, 'cannot-list', events.error(event));
        return;
      case 'write-status':
        if (!events.words(event).includes('(err: <nil>)'))
          this.#extend(event, 'write-status-error', events.error(event));
        return;
      case 'evented-failed':
        this.#extend(event, 'evented-stream-failed', events.error(event));
        return;
      case 'evented-fallback': {
        const open = this.#process(this.#who(event)).open.get('evented-stream-failed');
        if (open) this.#extend(event, 'evented-stream-failed', undefined);
        return;
      }
      case 'channel-full':
        this.#extend(event, 'channel-full', undefined);
        return;
      case 'network-not-ready':
      case 'cni-config':
        this.#extend(event, 'network', undefined);
        return;
      case 'sanity-check':
      case 'runtime-not-ready':
      case 'runtime-status-nil':
        this.#fail(event, 'Status');
        return;
      case 'call':
        this.#fail(event, events.call(event));
        return;
      case 'call-failed':
        this.#fail(event, '');
        return;
      case 'status-failed':
      case 'lease-failed':
      case 'register-failed':
        this.#extend(event, 'api-server', events.error(event));
        return;
      case 'run-failed':
      case 'fatal':
        this.#extend(event, 'kubelet-exits', undefined);
        return;
      case 'start':
        this.#start(event);
        return;
      case 'unit-started':
      case 'unit-stopped':
        this.#unit(event, name === 'unit-stopped');
        return;
      case 'unit-failed':
        if (/main process exited, code=(?!exited, status=0)/i.test(events.words(event))) {
          this.#crashed = true;
          this.#crashedAt = events.time(event);
          if (this.#planned === 'runtime') this.#planned = undefined;
        }
        return;
      case 'shutdown-manager':
      case 'system-down':
        this.#planned = 'node';
        this.#plannedAt = events.time(event);
        return;
      case 'daemon-up':
        this.#planned = this.#planned === 'runtime' ? undefined : this.#planned;
        return;
      case 'pleg-event':
      case 'record-event':
      case 'ready':
      case 'registered':
        this.#healthy(event);
        return;
      default:
    }
  }

  /** Reasons for which the kubelet calls itself, or the node, unhealthy. */
  #reason(event: number, reasons: Reasons, condition: boolean): void {
    const { names } = reasons;
    const { events } = this;
    const who = this.#who(event);
    const process = this.#process(who);
    const time = events.time(event);
    let kind: EpisodeKind;
    if (names.has('stale')) kind = 'stale';
    else if (names.has('never')) kind = 'never-relisted';
    else if (names.has('events')) kind = 'evented-channel-full';
    else if (names.has('torn'))
      kind = names.has('checking') || this.#starting(process, time) ? 'never-relisted' : 'stale';
    else if (names.has('shutdown')) kind = 'shutdown';
    else if (names.has('down') || names.has('checking')) {
      // One outage: the other reason came before, or comes behind.
      kind = names.has('down') ? 'runtime-down' : 'runtime-check';
      for (const known of ['stale', 'never-relisted', 'evented-channel-full'] as const) {
        const open = process.open.get(known);
        if (open && near(open.until, time, QUIET_MS * 2)) kind = known;
      }
    } else if (names.has('network')) kind = 'network';
    else kind = 'other';
    if (kind === 'shutdown') {
      this.#planned = 'node';
      this.#plannedAt = time;
    }
    const relist = reasons.age === undefined || time === undefined ? undefined : time - reasons.age;
    if (kind === 'stale' && relist !== undefined) {
      const open = process.open.get('stale');
      // Half a millisecond in a second: what a clock may be corrected by while it counts.
      const drift = 100 + (reasons.age ?? 0) * 0.0005;
      if (open?.lastRelist !== undefined && Math.abs(between(open.lastRelist, relist)) > drift) {
        const { before } = process;
        if (before?.lastRelist !== undefined && Math.abs(between(before.lastRelist, relist)) <= drift)
          this.#rejoin(process, before, open);
        else {
          process.before = open.recovered === undefined ? open : undefined;
          open.recovered ??= open.until === undefined || between(open.until, relist) > 0 ? relist : open.until;
          process.open.delete('stale');
        }
      }
    }
    const spell = this.#extend(event, kind, undefined);
    for (const one of names) spell.reasons.add(one);
    if (condition) spell.notReady = true;
    if (kind === 'stale' && relist !== undefined) spell.lastRelist ??= relist;
    spell.thresholdSeconds ??= reasons.thresholdSeconds;
    if (kind !== 'network' && names.has('network')) {
      const network = this.#extend(event, 'network', undefined);
      network.reasons.add('network');
    }
  }

  /** The last relist never goes back: lines that told a later one had been held up on their way into the log. */
  #rejoin(process: Process, spell: Spell, late: Spell): void {
    spell.recovered = undefined;
    spell.last = late.last;
    spell.count += late.count;
    spell.until = late.until ?? spell.until;
    for (const reason of late.reasons) spell.reasons.add(reason);
    spell.notReady ||= late.notReady;
    const { spells } = this;
    spells.splice(spells.lastIndexOf(late), 1);
    process.open.set('stale', spell);
    process.before = undefined;
  }

  /** The event belongs to the open episode of its kind, or begins one. */
  #extend(event: number, kind: EpisodeKind, error: ErrorName | undefined): Spell {
    const { events } = this;
    const who = kind === 'kubelet-exits' ? `${events.journal.author.at(events.record(event))} exits` : this.#who(event);
    const process = this.#process(who);
    const time = events.time(event);
    if (time !== undefined) this.#lastTime.set(who, time);
    let spell = process.open.get(kind);
    if (spell && !near(spell.until, time, GAP[kind])) {
      process.open.delete(kind);
      spell = undefined;
    }
    if (!spell) {
      spell = {
        kind,
        who,
        first: event,
        last: event,
        count: 0,
        from: time,
        until: time,
        lastRelist: undefined,
        thresholdSeconds: undefined,
        reasons: new Set(),
        errors: new Set(),
        recovered: undefined,
        open: false,
        harmless: this.#plannedNow(kind, time) ? 'planned' : undefined,
        failures: process.failures.filter((failure) => near(failure.time, time, CALLS_BEFORE_MS)),
        notReady: false,
        shutdown: this.#planned === 'node',
      };
      process.open.set(kind, spell);
      this.spells.push(spell);
    }
    spell.last = event;
    spell.count++;
    spell.until = time ?? spell.until;
    if (error) spell.errors.add(error);
    return spell;
  }

  #fail(event: number, call: string): void {
    const error = this.events.error(event);
    if (!error) return;
    const process = this.#process(this.#who(event));
    const { failures } = process;
    const time = this.events.time(event);
    const failure: Failure = { event, call, error, time };
    if (failures.length >= 2 * MOST_FAILURES) failures.splice(0, MOST_FAILURES);
    failures.push(failure);
    for (const spell of process.open.values())
      if (spell.failures.length < MOST_FAILURES && near(spell.until, time, QUIET_MS)) spell.failures.push(failure);
  }

  #start(event: number): void {
    const { events } = this;
    const time = events.time(event);
    if (events.journal.head.at(event) < 0 && events.journal.author.at(events.record(event)) > 0) {
      // systemd's line, or a line of JSON.
      this.#started = { time, pid: 0 };
      if (this.#planned !== 'node') this.#planned = undefined;
    }
    const process = this.#process(this.#who(event));
    process.started ??= time;
    process.starts++;
  }

  #unit(event: number, stopped: boolean): void {
    const { events } = this;
    const words = events.words(event);
    const kubelet = /kubelet|k3s|k0s|openshift-node|Kubernetes Node/i.test(words);
    if (kubelet) {
      if (!stopped) this.#started = { time: events.time(event), pid: 0 };
      return;
    }
    // A unit that ended badly is `Stopped` too; only `Stopping` is somebody's wish, or another unit's end.
    if (stopped && this.#planned !== 'node' && words.startsWith('Stopping')) {
      if (this.#crashed && near(this.#crashedAt, events.time(event), CRASH_MS)) return;
      this.#planned = 'runtime';
      this.#plannedAt = events.time(event);
    } else if (!stopped && this.#planned === 'runtime' && words.startsWith('Started')) this.#planned = undefined;
  }

  /** Whether what breaks now is what somebody asked for. */
  #plannedNow(kind: EpisodeKind, time: number | undefined): boolean {
    if (kind === 'shutdown') return true;
    if (!this.#planned || kind === 'network' || kind === 'api-server') return this.#planned === 'node';
    return near(this.#plannedAt, time, 600_000);
  }

  #starting(process: Process, time: number | undefined): boolean {
    const { started } = process;
    if (started === undefined || time === undefined) return false;
    const since = between(started, time);
    return since >= -2000 && since <= START_MS;
  }

  /** A sign that things work again. */
  #healthy(event: number): void {
    const { events } = this;
    const name = events.name(event);
    const who = this.#who(event);
    const process = this.#process(who);
    const time = events.time(event);
    if (name === 'record-event') {
      const words = events.words(event);
      if (words.includes('NodeNotReady')) {
        for (const spell of process.open.values()) if (near(spell.until, time, QUIET_MS)) spell.notReady = true;
        return;
      }
      if (!words.includes('NodeReady')) return;
    }
    for (const [kind, spell] of process.open) {
      if (name === 'pleg-event' && (kind === 'network' || kind === 'api-server' || kind === 'write-status-error'))
        continue;
      if (name === 'registered' && kind !== 'api-server') continue;
      if (kind === 'write-status-error') continue;
      spell.recovered ??= time;
      process.open.delete(kind);
    }
  }

  /** After the last line: what is over, and what was no outage. */
  #close(): void {
    const ends = this.#lastTimes();
    for (const [index, spell] of this.spells.entries()) {
      this.#closing = index;
      const process = this.#processes.get(spell.who)!;
      const lasted = spell.from !== undefined && spell.until !== undefined ? between(spell.from, spell.until) : 0;
      const end = ends.get(spell.who);
      const quiet =
        end !== undefined &&
        spell.until !== undefined &&
        between(spell.until, end) > Math.max(QUIET_MS, quietOf(spell));
      spell.open = spell.recovered === undefined && !quiet;
      // The runtime was stopped, and did not come back in time.
      if (spell.harmless === 'planned' && !spell.shutdown && (spell.kind === 'stale' || lasted > RESTART_LASTS_MS))
        spell.harmless = undefined;
      if (spell.harmless) continue;
      spell.harmless = this.#harmless(spell, process, lasted);
    }
  }

  #harmless(spell: Spell, process: Process, lasted: number): Harmless | undefined {
    const starting = this.#starting(process, spell.from);
    const brief = spell.open ? START_OPEN_MS : START_LASTS_MS;
    switch (spell.kind) {
      case 'stale':
        return undefined;
      case 'never-relisted':
      case 'runtime-check':
        return lasted <= brief ? 'start-up' : undefined;
      case 'runtime-down':
        return starting && lasted <= brief ? 'start-up' : undefined;
      case 'cannot-list':
        if (starting && lasted <= START_LASTS_MS && !spell.open) return 'start-up';
        return this.#unnoticed(spell) ? 'short' : undefined;
      case 'network':
        return (starting || this.#young(spell)) && lasted <= START_NETWORK_MS ? 'start-up' : undefined;
      case 'write-status-error':
        return 'one-pod';
      case 'evented-stream-failed':
        if (![...spell.errors].some((error) => ERRORS[error].means !== 'refuses')) return 'not-the-node';
        return this.#unnoticed(spell) ? 'short' : undefined;
      case 'evented-channel-full':
        return undefined;
      case 'api-server':
        return starting || lasted < UNKNOWN_MS || onlyRegistering(this.events, spell) ? 'not-the-node' : undefined;
      case 'kubelet-exits':
        return spell.count < 3 ? 'short' : undefined;
      case 'other':
        return starting || lasted < START_LASTS_MS ? 'short' : undefined;
      default:
        return 'short';
    }
  }

  /** Lists failed, and worked again before the kubelet or the node was called unhealthy. */
  #unnoticed(spell: Spell): boolean {
    const { from, recovered } = spell;
    if (from === undefined || recovered === undefined || between(from, recovered) > UNNOTICED_MS) return false;
    const index = this.spells.indexOf(spell, this.#closing);
    const around = this.spells.slice(Math.max(0, index - NEIGHBOURS), index + NEIGHBOURS);
    return ![spell, ...around].some(
      (other) =>
        other.who === spell.who &&
        near(other.from, from, RESTART_LASTS_MS) &&
        (other.notReady || other.kind === 'stale' || other.kind === 'runtime-down'),
    );
  }

  /** Another episode says that the kubelet was just starting. */
  #young(spell: Spell): boolean {
    return this.spells.some(
      (other) => other.who === spell.who && other.kind === 'never-relisted' && near(other.from, spell.from, START_MS),
    );
  }

  /** The last time of each process that any of its lines gives: where the text ends for it. */
  #lastTimes(): Map<string, number> {
    const { events } = this;
    const { journal } = events;
    let latest: number | undefined;
    for (let record = journal.length - 1; record >= 0 && record > journal.length - 300; record--) {
      latest = events.timeOf(record);
      if (latest !== undefined) break;
    }
    const ends = new Map<string, number>();
    for (const spell of this.spells) {
      const own = this.#lastTime.get(spell.who);
      ends.set(spell.who, Math.max(own ?? Number.NEGATIVE_INFINITY, latest ?? Number.NEGATIVE_INFINITY));
    }
    return ends;
  }
}

/** How long an episode of the kind may be quiet without being over. */
const quietOf = (spell: Spell): number => (spell.kind === 'stale' ? QUIET_MS : Math.min(GAP[spell.kind], 150_000));

/** Whether the times are at most so far apart, or one of them is unknown. */
function near(from: number | undefined, to: number | undefined, most: number): boolean {
  if (from === undefined || to === undefined) return true;
  return Math.abs(between(from, to)) <= most;
}

const onlyRegistering = (events: Events, spell: Spell): boolean => events.name(spell.first) === 'register-failed';
