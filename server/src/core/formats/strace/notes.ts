// What deserves a word in a log: lenses and findings.

import { phrase, type Value } from '../../text/l10n.js';
import type { Note, Wait } from '../../trace/trace.js';
import type { Pending } from './conversations.js';
import type { Open, Opens } from './opens.js';
import { describeMessage, missingOf, type readBuses, type Unanswered } from './requests.js';
import { atLeast, duration, some, whereOf, whoOf } from './say.js';
import type { Process } from './state.js';
import { type LogClock, madeFirst, targetOf } from './targets.js';
import type { View } from './view.js';
import { topicOf, waitingOf } from './waits.js';

/** Calls that took long are told up to so many. */
const MOST_SLOW = 5000;
/** Notes (lenses, findings) of one kind. */
export const MOST_NOTES = 500;

export type Bus = ReturnType<typeof readBuses>[number];

/** What is the same for all texts that are read together. */
export interface Common {
  /** Who waits for the answer, by the call that carried the request. */
  readonly waiters: ReadonlyMap<Unanswered['call'], Open>;
  readonly buses: readonly (Bus & { readonly late: Bus['written']['messages'] })[];
}

export class Notes {
  readonly #view: View;
  readonly #opens: Opens;
  readonly #clock: LogClock;
  readonly #buses: readonly Bus[];
  /** The request whose answer an open call waits for. */
  readonly #requestOf: ReadonlyMap<Open, Pending>;

  constructor(view: View, opens: Opens, clock: LogClock, buses: readonly Bus[], requestOf: ReadonlyMap<Open, Pending>) {
    this.#view = view;
    this.#opens = opens;
    this.#clock = clock;
    this.#buses = buses;
    this.#requestOf = requestOf;
  }

  /** A call that never returned. */
  blocked(one: Open): Note {
    const view = this.#view;
    const { waiting } = one;
    const values: Record<string, Value> = {
      where: whereOf(one.name, waiting.fd),
      what: waiting.life >= 0 ? view.what(waiting.life) : '',
      for: atLeast(this.#clock.of(one)),
      who: whoOf(view, one.task),
      peer: one.peers.length === 1 ? whoOf(view, one.peers[0]!.task) : '',
    };
    const related: Note['related'][number][] = [];
    const made =
      waiting.life >= 0 ? (view.madeAt(waiting.life) ?? madeFirst(this.#view, this.#opens, waiting.life)) : undefined;
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
        span: view.nameSpan(task.source, this.#opens.sectionOf(task)),
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
  #messageOf(one: Open): Value | undefined {
    const file = this.#view.world.lifeOpen.at(one.waiting.life);
    for (const bus of this.#busesOf(file)) {
      const message =
        bus.written.messages.findLast(({ first }) => first.source === one.source && first.event === one.event) ??
        (bus.written.pending()?.first.event === one.event ? bus.written.pending() : undefined);
      if (message) return describeMessage(message.message);
    }
    return undefined;
  }

  #busOf: Map<number, Bus> | undefined;
  #busesOf(open: number): readonly Bus[] {
    this.#busOf ??= new Map(this.#buses.map((bus) => [bus.open, bus]));
    const bus = this.#busOf.get(open);
    return bus ? [bus] : [];
  }

  #elsewhere(source: number, here: number): { scope?: string } {
    return source === here ? {} : { scope: this.#view.log(source).scope };
  }

  /** Adds the calls that took long: all of them as waits, the longest as notes. */
  slow(source: number, waits: Wait[], notes: Note[]): void {
    const view = this.#view;
    const log = view.log(source);
    let rows = Array.from({ length: log.slow.event.length }, (_, row) => row);
    if (rows.length > MOST_SLOW) {
      rows.sort((a, b) => log.slow.seconds.at(b) - log.slow.seconds.at(a));
      rows = rows.slice(0, MOST_SLOW).sort((a, b) => a - b);
    }
    const told: { note: Note; seconds: number }[] = [];
    for (const row of rows) {
      const event = log.slow.event.at(row);
      const seconds = log.slow.seconds.at(row);
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
        ...targetOf(this.#view, this.#opens, waiting.life, event),
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

  /** Adds the requests on streams that nobody answered. */
  streams(source: number, pending: readonly Pending[], notes: Note[]): void {
    const view = this.#view;
    const { world } = view;
    for (const { open, side, call, bytes } of pending.slice(0, MOST_NOTES)) {
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
          for: atLeast(this.#clock.since(source, call.event)),
        },
        related: [],
      });
    }
  }

  /** Adds the requests on D-Bus that nobody answered, and what else its messages show. */
  requests(source: number, unanswered: readonly Unanswered[], { waiters, buses }: Common, notes: Note[]): void {
    const view = this.#view;
    // A client that sends on without a look at the answers: the first request stands for all of its connection.
    const first: { one: Unanswered; more: number }[] = [];
    const many = new Map<number, { one: Unanswered; more: number }>();
    for (const one of unanswered) {
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
      if (this.#opens.of(view.world.tasks[view.log(source).task.at(call.event)]!)?.event === call.event) continue;
      const { fields, probable } = message;
      const waiter = waiters.get(call);
      const log = view.log(source);
      const task = view.world.tasks[log.task.at(call.event)]!;
      const say = (name: 'member' | 'destination' | 'interface'): Value =>
        fields[name] && probable.has(name) ? phrase('probably {name}', { name: fields[name] }) : (fields[name] ?? '');
      const owner = say('interface');
      notes.push({
        code: 'unanswered',
        about: 'blocked',
        severity: 'warning',
        lens: 'unanswered',
        section: call.event,
        span: view.nameSpan(source, call.event),
        entity: view.threadEntity(task),
        values: {
          method: say('member') || phrase('a method call'),
          destination:
            say('destination') || (owner && phrase('the owner of {name}', { name: owner })) || phrase('the other end'),
          serial: String(message.serial),
          message: more
            ? phrase('{message}, and {count} later ones', { message: describeMessage(message), count: String(more) })
            : describeMessage(message),
          missing: missingOf(message),
          what: view.what(log.life.at(call.event)),
          who: whoOf(view, task),
          for: waiter ? atLeast(this.#clock.of(waiter)) : '',
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
      const late = bus.late.find(({ first }) => first.source === source);
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

  #needed: ReadonlySet<Process> | undefined;
  /** Somebody is stuck who needs one of these processes to go on. */
  #depended(processes: readonly Process[]): boolean {
    if (!this.#needed) {
      const stuck = this.#opens.all.filter((one) => one.state === 'blocked');
      const peers = stuck.flatMap((one) => one.peers.filter(({ confidence }) => confidence !== 'possible'));
      this.#needed = new Set(peers.map(({ task }) => task.process));
    }
    return processes.some((process) => this.#needed!.has(process));
  }
}
