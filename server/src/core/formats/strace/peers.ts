// Who is at the other end: of a pipe, a socket, a file lock, a mutex, a child. On what evidence, and how sure.

import type { Value, Values } from '../../text/l10n.js';
import type { Confidence, Evidence } from '../../trace/trace.js';
import { fcntlCommand } from './effects.js';
import { Kind, Mark, type Process, type Task } from './state.js';
import { addressOf, fdOf, isSocket, type View } from './view.js';

/** Somebody who has to act for a wait to end. */
export interface Peer {
  readonly task: Task;
  readonly confidence: Confidence;
  readonly evidence: readonly Evidence[];
}

const because = (rule: string, values: Values = {}): readonly Evidence[] => [{ rule, weight: 1, values }];

export class Peers {
  readonly #view: View;
  #locks: Map<string, FileLock[]> | undefined;
  #futexes: Map<string, FutexUse[]> | undefined;
  #closesSeen: boolean | undefined;

  constructor(view: View) {
    this.#view = view;
  }

  /** The log shows how descriptors end: what it says of owners is whole. */
  #wholeTables(): boolean {
    this.#closesSeen ??= this.#view.logs.some((log) => log.names.includes('close'));
    return this.#closesSeen;
  }

  /** The thread of a process that would act on an open file: the only one, else the last that used it. */
  threadOf(process: Process, open: number): Task | undefined {
    const view = this.#view;
    const there = view.threads(process);
    if (there.length <= 1) return there[0];
    const user = this.#users.get(open)?.get(process);
    if (user && view.present(user)) return user;
    return there.find((task) => task.tid === process.pid) ?? there[0];
  }

  /** Who has the other end of an open file. `needs`: what it has to do there. */
  otherEnd(task: Task, open: number, needs: 'read' | 'write' | 'accept'): Peer[] {
    const view = this.#view;
    const { world } = view;
    const kind = world.kind.at(open);
    const what = view.opened(open);
    if (kind === Kind.pipeRead || kind === Kind.pipeWrite || world.marks.at(open) & Mark.pair) {
      const end = world.peer.at(open);
      return this.#having(
        task,
        end,
        kind === Kind.pipeRead || kind === Kind.pipeWrite ? 'pipe-end' : 'socket-pair',
        view.what(view.firstLife(end)),
      );
    }
    if (what.kind === 'pipe' && what.inode) return this.#sameInode(task, what.inode, needs);
    if (isSocket(what.kind)) return this.#connected(task, open);
    if (what.kind === 'fifo') return this.#fifoEnd(task, what.name, needs);
    if (what.kind === 'tty' && needs === 'read') {
      const master = world.ptys.get(what.name);
      return master === undefined ? [] : this.#having(task, master, 'pty-end', view.what(view.firstLife(master)));
    }
    return [];
  }

  /** Who has the Unix socket to which a call without a connection sends. */
  addressee(task: Task, source: number, event: number): Peer[] {
    const view = this.#view;
    const words = view.words(source, event, 5);
    const to =
      view.log(source).nameOf(event) === 'sendto'
        ? words[4]
        : /^\{msg_name=(\{sa_family=.*)/s.exec(words[1] ?? '')?.[1];
    const address = to?.startsWith('{sa_family=AF_UNIX') ? addressOf(to) : '';
    const ends = [...(address ? (this.#sockets().servers.get(address)?.values() ?? []) : [])];
    return this.#ends(
      ends.filter(({ process, rule }) => rule === 'bound' && process !== task.process),
      false,
    );
  }

  /** The process itself, where it alone has the other end of a pipe and no thread but the one that waits. */
  itself(task: Task, open: number): Peer[] {
    const view = this.#view;
    const end = view.world.peer.at(open);
    const owners = end >= 0 ? view.owners(end) : [];
    if (owners.length !== 1 || owners[0] !== task.process || view.threads(task.process).length !== 1) return [];
    if (!this.#wholeTables() || !task.process.whole) return [];
    const what = view.what(view.firstLife(end));
    return [{ task, confidence: 'likely', evidence: because('own-end', { what, peer: view.taskLabel(task) }) }];
  }

  /** Other processes that opened a named pipe for the other direction. */
  #fifoEnd(task: Task, name: string, needs: string): Peer[] {
    const view = this.#view;
    const { world } = view;
    const found = new Map<Process, number>();
    for (const open of this.#fifos.get(name) ?? []) {
      const words = view.words(world.madeSource.at(open), world.madeEvent.at(open), 3).join();
      if (!words.includes('O_RDWR') && words.includes('O_WRONLY') !== (needs === 'write')) continue;
      for (const process of view.owners(open)) if (process !== task.process) found.set(process, open);
    }
    return [...found].slice(0, MOST_PEERS).flatMap(([process, open]) => {
      const peer = this.threadOf(process, open);
      if (!peer) return [];
      const sure: Confidence = found.size > 1 ? 'possible' : 'likely';
      const evidence = because('fifo-end', { what: view.what(view.firstLife(open)), peer: view.taskLabel(peer) });
      return [{ task: peer, confidence: sure, evidence }];
    });
  }

  /** Named pipes that somebody waits at: their open files, by path. */
  readonly #fifos = new Map<string, number[]>();

  /** Other processes that have a file open. */
  #having(task: Task, open: number, rule: string, what: Value): Peer[] {
    const view = this.#view;
    const owners = view.owners(open).filter((process) => process !== task.process);
    const whole = this.#wholeTables();
    // A process that has used its end is the one that means to; others may only have inherited it.
    let acting = owners;
    if (owners.length > 1) {
      const using = owners.filter((process) => this.#users.get(open)?.has(process));
      if (using.length) acting = using;
      else {
        // A shell that set the pipe up waits for its children; the children have the ends.
        const busy = owners.filter((process) => process !== task.process.parent);
        if (busy.length) acting = busy;
      }
    }
    return acting.slice(0, MOST_PEERS).flatMap((process) => {
      const peer = this.threadOf(process, open);
      if (!peer) return [];
      const sure: Confidence = owners.length === 1 && whole ? 'certain' : acting.length === 1 ? 'likely' : 'possible';
      return [{ task: peer, confidence: sure, evidence: because(rule, { what, peer: view.taskLabel(peer) }) }];
    });
  }

  /** Who uses which of the open files that matter here: each process's last thread on it. */
  readonly #users = new Map<number, Map<Process, Task>>();

  /** Looks once through the log for all open files that will be asked about. */
  prepare(waitedOn: readonly number[]): void {
    const view = this.#view;
    const { world } = view;
    const { lifeOpen, tasks } = world;
    const sockets = waitedOn.some((open) => world.kind.at(open) === Kind.socket && !(world.marks.at(open) & Mark.pair));
    const matters = new Uint8Array(world.kind.length);
    for (const open of waitedOn) {
      matters[open] = 1;
      const peer = world.peer.at(open);
      if (peer >= 0) matters[peer] = 1;
    }
    if (sockets)
      for (let open = 0; open < world.kind.length; open++) if (world.kind.at(open) === Kind.socket) matters[open] = 1;
    for (let open = 0; open < world.kind.length; open++) if (world.kind.at(open) === Kind.unknown) matters[open] = 1;
    for (const open of world.bus.keys()) matters[open] = 1;
    // Connections that may end in the middle of a conversation.
    for (let open = 0; open < world.kind.length; open++)
      if (world.kind.at(open) === Kind.socket && world.marks.at(open) & (Mark.connected | Mark.accepted))
        matters[open] = 1;
    for (let i = 0; i + 1 < world.locks.length; i += 2) {
      const life = view.log(world.locks[i]!).life.at(world.locks[i + 1]!);
      if (life >= 0) matters[lifeOpen.at(life)] = 1;
    }
    this.#findFifos(waitedOn, matters);
    view.findOwners(matters);
    for (const log of view.logs) {
      const passing = log.names.map((name) => /^(?:close|fcntl|dup|ioctl)/.test(name));
      for (let event = 0; event < log.length; event++) {
        const life = log.life.at(event);
        if (life < 0 || passing[log.call.at(event)]) continue;
        const open = lifeOpen.at(life);
        if (!matters[open]) continue;
        const task = tasks[log.task.at(event)]!;
        const users = this.#users.get(open);
        if (users) users.set(task.process, task);
        else this.#users.set(open, new Map([[task.process, task]]));
      }
    }
  }

  /** Files that are known by their path: the ends of named pipes, the program sides of terminals. */
  #findFifos(waitedOn: readonly number[], matters: Uint8Array): void {
    const { world } = this.#view;
    for (const open of waitedOn) {
      const { kind, name } = this.#view.opened(open);
      if (kind === 'fifo') this.#fifos.set(name, []);
      const master = kind === 'tty' ? world.ptys.get(name) : undefined;
      if (master !== undefined) matters[master] = 1;
    }
    for (let open = 0; this.#fifos.size > 0 && open < world.kind.length; open++) {
      if (world.kind.at(open) !== Kind.file) continue;
      const ends = this.#fifos.get(this.#view.opened(open).name);
      if (!ends) continue;
      ends.push(open);
      matters[open] = 1;
    }
  }

  /** Pipes from before the log, known by their number. */
  #sameInode(task: Task, inode: string, needs: string): Peer[] {
    const view = this.#view;
    const { world } = view;
    const peers: Peer[] = [];
    for (let open = 0; open < world.kind.length; open++) {
      if (world.kind.at(open) !== Kind.unknown) continue;
      const what = view.opened(open);
      if (what.inode !== inode || what.kind !== 'pipe') continue;
      if (what.end && what.end !== needs) continue;
      for (const process of view.owners(open)) {
        if (process === task.process) continue;
        const peer = this.threadOf(process, open);
        if (peer && !peers.some((one) => one.task === peer))
          peers.push({
            task: peer,
            confidence: what.end ? 'likely' : 'possible',
            evidence: because('same-inode', { inode, peer: view.taskLabel(peer) }),
          });
      }
    }
    return peers.length > 1 ? peers.map((peer) => ({ ...peer, confidence: 'possible' as const })) : peers;
  }

  /** The process behind a connection: the one that accepted it, or that connected. */
  #connected(task: Task, open: number): Peer[] {
    const view = this.#view;
    const { world } = view;
    const serving = (world.marks.at(open) & (Mark.accepted | Mark.listening)) !== 0;
    const index = this.#sockets();
    const best = new Map<Process, End>();
    const put = (end: End): void => {
      if (end.process === task.process) return;
      const known = best.get(end.process);
      if (!known || (known.rule === 'listener' && end.rule !== 'listener')) best.set(end.process, end);
    };
    const { pair, reverse } = this.#addresses(open);
    if (pair)
      for (const other of index.byPair.get(reverse) ?? [])
        for (const process of view.owners(other)) put({ process, open: other, rule: this.#ruleOf(other) });
    const exact = best.size > 0;
    if (!exact) {
      // One connects, the other accepts or listens, at the same address.
      const address = serving ? this.#served(open) : view.opened(open).name;
      const names = serving && !isAnyHost(address) ? [address] : [address, anyHost(address)];
      // With -yy the other end of an accepted connection would have been found.
      for (const name of address ? names : [])
        for (const end of (serving ? index.clients : index.servers).get(name)?.values() ?? [])
          if (!pair || end.rule === 'listener') put(end);
    }
    return this.#ends([...best.values()], exact);
  }

  #ends(ends: readonly End[], exact: boolean): Peer[] {
    const view = this.#view;
    const accepted = ends.filter(({ rule }) => rule !== 'listener');
    const told = accepted.length ? accepted : ends;
    return told.slice(0, MOST_PEERS).flatMap((end) => {
      const peer = this.threadOf(end.process, end.open);
      if (!peer) return [];
      const sure: Confidence = told.length > 1 ? 'possible' : exact ? 'certain' : 'likely';
      const evidence = because(end.rule, { what: view.what(view.firstLife(end.open)), peer: view.taskLabel(peer) });
      return [{ task: peer, confidence: sure, evidence }];
    });
  }

  #ruleOf(open: number): string {
    const marks = this.#view.world.marks.at(open);
    if (marks & Mark.listening) return 'listener';
    return marks & Mark.accepted ? 'accepted' : marks & Mark.connected ? 'socket-peer' : 'bound';
  }

  /** A Unix socket that has an address and no connection: datagrams are sent to it. */
  #isBound(open: number): boolean {
    const { world } = this.#view;
    if (world.marks.at(open) & (Mark.accepted | Mark.listening | Mark.connected | Mark.pair)) return false;
    const named = world.namedEvent.at(open);
    if (named < 0 || this.#view.log(world.namedSource.at(open)).nameOf(named) !== 'bind') return false;
    return this.#view.opened(open).kind === 'unix';
  }

  #socketIndex: SocketIndex | undefined;
  /** Sockets that somebody has open: by both their ends, by the address they serve, by the one they are connected to. */
  #sockets(): SocketIndex {
    if (this.#socketIndex) return this.#socketIndex;
    const view = this.#view;
    const { world } = view;
    const index: SocketIndex = { byPair: new Map(), servers: new Map(), clients: new Map() };
    const put = (map: Map<string, Map<Process, End>>, address: string, open: number): void => {
      if (!address) return;
      const rule = this.#ruleOf(open);
      let ends = map.get(address);
      if (!ends) {
        ends = new Map();
        map.set(address, ends);
      }
      for (const process of view.owners(open)) {
        const known = ends.get(process);
        if (!known || known.rule === 'listener') ends.set(process, { process, open, rule });
      }
    };
    for (let open = 0; open < world.kind.length; open++) {
      const marks = world.marks.at(open);
      if (world.kind.at(open) !== Kind.socket || !view.owners(open).length) continue;
      if (!(marks & (Mark.accepted | Mark.listening | Mark.connected))) {
        if (this.#isBound(open)) put(index.servers, view.opened(open).name, open);
        continue;
      }
      const { pair } = this.#addresses(open);
      if (pair) index.byPair.set(pair, [...(index.byPair.get(pair) ?? []), open].slice(-8));
      if (marks & (Mark.accepted | Mark.listening)) {
        const served = this.#served(open);
        put(index.servers, served, open);
        if (isAnyHost(served)) put(index.servers, anyHost(served), open);
      } else {
        const { name } = view.opened(open);
        put(index.clients, name, open);
        if (anyHost(name) !== name) put(index.clients, anyHost(name), open);
      }
    }
    this.#socketIndex = index;
    return index;
  }

  /** Both ends of a socket as -yy shows them: own first. */
  #addresses(open: number): { pair: string; reverse: string } {
    const known = this.#pairs.get(open);
    if (known) return known;
    let ends = { pair: '', reverse: '' };
    for (const path of this.#shownPaths(open)) {
      const found = /^(?:UNIX(?:-\w+)?|TCP(?:v6)?):\[(.+?)->([^,\]]+(?:\]:\d+)?)/.exec(path);
      if (found) ends = { pair: `${found[1]}|${found[2]}`, reverse: `${found[2]}|${found[1]}` };
    }
    this.#pairs.set(open, ends);
    return ends;
  }
  readonly #pairs = new Map<number, { pair: string; reverse: string }>();

  /** The `<…>` behind the number in the latest calls on an open file. */
  #shownPaths(open: number): string[] {
    const paths = this.#paths();
    const found = paths.get(open);
    return found ? [found] : [];
  }

  #pathOf: Map<number, string> | undefined;
  #paths(): Map<number, string> {
    if (this.#pathOf) return this.#pathOf;
    const view = this.#view;
    const { world } = view;
    const paths = new Map<number, string>();
    for (const log of view.logs) {
      for (let event = log.length - 1; event >= 0; event--) {
        const life = log.life.at(event);
        if (life < 0) continue;
        const open = world.lifeOpen.at(life);
        if (paths.has(open) || (world.kind.at(open) !== Kind.socket && world.kind.at(open) !== Kind.unknown)) continue;
        const start = log.start.at(event);
        const line = log.text.slice(start, Math.min(log.text.length, start + 400));
        // The latest call tells; where it shows no path, none does.
        paths.set(open, /\(\d{1,10}<((?:UNIX|TCP)[^\n<>]{0,200}?->[^\n<>]{0,200})>/.exec(line)?.[1] ?? '');
      }
    }
    // accept prints the path of the new one behind its result.
    for (let open = 0; open < world.kind.length; open++) {
      if (paths.get(open) || !(world.marks.at(open) & (Mark.accepted | Mark.pair))) continue;
      const source = world.madeSource.at(open);
      const { result } = view.arguments(source, world.madeEvent.at(open));
      const found = /^\d+<((?:UNIX|TCP)[^<>]*->[^<>]*)>/.exec(result);
      if (found) paths.set(open, found[1]!);
    }
    this.#pathOf = paths;
    return paths;
  }

  /** The address that a listening or accepted socket serves. */
  #served(open: number): string {
    const view = this.#view;
    const { world } = view;
    const listener = world.marks.at(open) & Mark.accepted ? world.peer.at(open) : open;
    if (listener < 0) return '';
    const name = view.opened(listener).name;
    if (name && !/:0$/.test(name)) return name;
    // bind to port 0: getsockname tells.
    if (name && !/:0$/.test(name)) return name;
    return this.#bound().get(listener) ?? name;
  }

  #boundTo: Map<number, string> | undefined;
  /** Addresses that getsockname told. */
  #bound(): Map<number, string> {
    if (this.#boundTo) return this.#boundTo;
    const view = this.#view;
    const bound = new Map<number, string>();
    view.logs.forEach((log, source) => {
      const id = log.names.indexOf('getsockname');
      for (let event = 0; id >= 0 && event < log.length; event++) {
        if (log.call.at(event) !== id || log.life.at(event) < 0) continue;
        const args = view.arguments(source, event);
        const all = args.text.slice(args.start, Math.min(args.end, args.start + 1000));
        const port = /sin6?_port=htons\((\d+)\)/.exec(all)?.[1];
        const host = /inet_addr\("([\d.]+)"\)/.exec(all)?.[1];
        if (port && host) bound.set(view.world.lifeOpen.at(log.life.at(event)), `${host}:${port}`);
      }
    });
    this.#boundTo = bound;
    return bound;
  }

  // --- file locks ---

  /** Who holds the file lock that a call waits for. */
  lockHolders(source: number, event: number): { peers: Peer[]; file: string; part: string } {
    const wanted = this.#lockCall(source, event);
    if (!wanted) return { peers: [], file: '', part: '' };
    const locks = this.#allLocks().get(wanted.file) ?? [];
    const peers = locks
      .filter((lock) => conflicts(lock, wanted) && overlap(lock, wanted))
      .flatMap((lock) => this.#holdersOf(lock, wanted));
    // Bytes of one file that are locked one by one are different locks; flock and fcntl do not know of each other.
    const kinds = locks.some((lock) => (lock.style === 'flock') !== (wanted.style === 'flock'));
    const parts = !Number.isNaN(wanted.from) && locks.some((lock) => !overlap(lock, wanted));
    const part = [kinds ? (wanted.style === 'flock' ? 'flock' : 'fcntl') : '', parts ? partOf(wanted) : ''];
    return { peers, file: wanted.file, part: part.filter(Boolean).join(' ') };
  }

  /** Who has a lock at the end of the log. */
  #holdersOf(lock: FileLock, wanted: FileLock): Peer[] {
    const view = this.#view;
    const owners = view.owners(lock.open);
    const line = String(view.lineNumber(lock.source, lock.event));
    if (owners.includes(lock.process)) {
      const holder = view.present(lock.task) ? lock.task : this.threadOf(lock.process, lock.open);
      if (!holder) return [];
      const sure: Confidence = lock.file.startsWith('/') && this.#wholeTables() ? 'certain' : 'likely';
      return [
        { task: holder, confidence: sure, evidence: because('lock-granted', { line, peer: view.taskLabel(holder) }) },
      ];
    }
    // A process's own locks end when it closes the file. flock and OFD locks live on with whoever has the open file from it.
    if (lock.style === 'posix') return [];
    const others = owners.filter((process) => process !== wanted.process);
    const heirs = (others.length ? others : owners).slice(0, MOST_PEERS);
    return heirs.flatMap((process) => {
      const heir = this.threadOf(process, lock.open);
      if (!heir) return [];
      const sure: Confidence = heirs.length > 1 ? 'possible' : 'likely';
      return [
        { task: heir, confidence: sure, evidence: because('lock-inherited', { line, peer: view.taskLabel(heir) }) },
      ];
    });
  }

  #allLocks(): Map<string, FileLock[]> {
    if (this.#locks) return this.#locks;
    const view = this.#view;
    const held = new Map<string, FileLock[]>();
    const { locks } = view.world;
    for (let i = 0; i + 1 < locks.length; i += 2) {
      const source = locks[i]!;
      const event = locks[i + 1]!;
      const call = this.#lockCall(source, event);
      if (!call || !/^0\b/.test(view.arguments(source, event).result)) continue;
      const list = (held.get(call.file) ?? []).flatMap((lock) =>
        lock.style === call.style && (call.style === 'posix' ? lock.process === call.process : lock.open === call.open)
          ? without(lock, call)
          : [lock],
      );
      if (call.mode !== 'none') list.push(call);
      held.set(call.file, list);
    }
    this.#locks = held;
    return held;
  }

  #lockCall(source: number, event: number): FileLock | undefined {
    const view = this.#view;
    const log = view.log(source);
    const life = log.life.at(event);
    if (life < 0) return undefined;
    const open = view.world.lifeOpen.at(life);
    const task = view.world.tasks[log.task.at(event)]!;
    const words = view.words(source, event, 3);
    const { name } = view.opened(open);
    const file = name || `fd ${fdOf(words[0] ?? '')} of ${task.process.index}`;
    const base = { file, open, task, process: task.process, source, event, from: 0, to: Number.POSITIVE_INFINITY };
    if (log.nameOf(event) === 'flock') {
      const op = words[1] ?? '';
      // In numbers: 1 shared, 2 exclusive, 8 unlock, and 4 for not to wait.
      const mode = /LOCK_UN|^0x[8c]/.test(op) ? 'none' : /LOCK_SH|^0x[15]/.test(op) ? 'read' : 'write';
      return { ...base, style: 'flock', mode };
    }
    const what = words[2] ?? '';
    const mode = /F_UNLCK|l_type=0x2/.test(what) ? 'none' : /F_RDLCK|l_type=0[,}]/.test(what) ? 'read' : 'write';
    const style = fcntlCommand(words.join(', ')).includes('OFD') ? 'ofd' : 'posix';
    return { ...base, ...rangeOf(what), style, mode };
  }

  // --- mutexes ---

  /** Who holds a mutex that threads wait for. glibc does not print it: it shows in who came back from waiting, or in who is left. */
  mutexHolders(
    task: Task,
    address: string,
    waiters: readonly Task[],
    mutual: (task: Task) => boolean,
    joins: (task: Task) => boolean,
  ): Peer[] {
    const view = this.#view;
    const uses = this.#futexUses().get(`${task.process.index} ${address}`) ?? [];
    // Who waited for it, was let in and has not woken anybody since, has it: an unlock after a wait always wakes.
    let last: FutexUse | undefined;
    for (const use of uses) {
      if (use.wakes && last?.task === use.task) last = undefined;
      else if (!use.wakes) last = use;
    }
    if (last && view.present(last.task) && !waiters.includes(last.task))
      return [
        {
          task: last.task,
          confidence: 'likely',
          evidence: because('woke-last', {
            line: String(view.lineNumber(last.source, last.event)),
            peer: view.taskLabel(last.task),
          }),
        },
      ];
    let free = this.#free.get(task.process);
    if (!free) {
      free = view.threads(task.process).filter((one) => !joins(one));
      this.#free.set(task.process, free);
    }
    if (free.length - waiters.length !== 1) return [];
    const other = free.find((one) => !waiters.includes(one));
    if (!other) return [];
    return [
      {
        task: other,
        confidence: mutual(other) ? 'likely' : 'possible',
        evidence: because('only-other-thread', { peer: view.taskLabel(other) }),
      },
    ];
  }

  /** Threads that do not wait for another's end. */
  readonly #free = new Map<Process, readonly Task[]>();

  #futexUses(): Map<string, FutexUse[]> {
    if (this.#futexes) return this.#futexes;
    const view = this.#view;
    const uses = new Map<string, FutexUse[]>();
    view.logs.forEach((log, source) => {
      const ids = new Set(log.names.flatMap((name, id) => (name === 'futex' ? [id] : [])));
      for (let event = 0; event < log.length; event++) {
        if (!ids.has(log.call.at(event))) continue;
        const shape = log.shape.at(event) & 15;
        if (shape === 2 || (log.link.at(event) < 0 && shape !== 0)) continue;
        const start = log.start.at(event);
        const line = log.text.slice(start, Math.min(log.text.length, start + 200));
        const found = /futex\((0x[0-9a-f]{1,16}), FUTEX_(WAIT|WAKE)(?:_PRIVATE)?, (\d+)/.exec(line);
        if (!found) continue;
        const wakes = found[2] === 'WAKE';
        const { result } = view.arguments(source, event);
        if (!wakes && (found[3] !== '2' || !/^(?:0|-1 EAGAIN)\b/.test(result))) continue;
        const task = view.world.tasks[log.task.at(event)]!;
        const key = `${task.process.index} ${found[1]}`;
        const list = uses.get(key);
        const use = { task, wakes, source, event };
        if (list) list.push(use);
        else uses.set(key, [use]);
      }
    });
    this.#futexes = uses;
    return uses;
  }
}

/** Of many that may be at the other end so many are told. */
const MOST_PEERS = 20;

/** A process with one end of a connection, and on what evidence it is one. */
interface End {
  readonly process: Process;
  readonly open: number;
  readonly rule: string;
}

interface SocketIndex {
  readonly byPair: Map<string, number[]>;
  readonly servers: Map<string, Map<Process, End>>;
  readonly clients: Map<string, Map<Process, End>>;
}

interface FutexUse {
  readonly task: Task;
  readonly wakes: boolean;
  readonly source: number;
  readonly event: number;
}

interface FileLock {
  readonly file: string;
  readonly open: number;
  readonly task: Task;
  readonly process: Process;
  readonly source: number;
  readonly event: number;
  readonly style: 'flock' | 'posix' | 'ofd';
  readonly mode: 'read' | 'write' | 'none';
  /** Bytes from (inclusive) and to (exclusive); NaN where they count from a place that the log does not tell. */
  readonly from: number;
  readonly to: number;
}

/** The bytes of `{l_type=F_WRLCK, l_whence=SEEK_SET, l_start=0, l_len=10}`; length 0: up to the end of the file, however it grows. */
function rangeOf(word: string): { from: number; to: number } {
  const found = /l_whence=(?:SEEK_SET|0\b)[^,]*, l_start=(\d{1,20}), l_len=(\d{1,20})\b/.exec(word);
  if (!found) return { from: Number.NaN, to: Number.NaN };
  const from = Number(found[1]);
  return { from, to: Number(found[2]) > 0 ? from + Number(found[2]) : Number.POSITIVE_INFINITY };
}

/** Whether two locks have a byte in common. Not known counts as yes. */
const overlap = (one: FileLock, other: FileLock): boolean => !(one.to <= other.from || other.to <= one.from);

const partOf = ({ from, to }: FileLock): string =>
  `bytes ${to === Number.POSITIVE_INFINITY ? `${from}-` : from + 1 === to ? from : `${from}-${to - 1}`}`;

/** What is left of a lock when its owner locks or unlocks these bytes. */
function without(lock: FileLock, call: FileLock): FileLock[] {
  if (!overlap(lock, call)) return [lock];
  const left: FileLock[] = [];
  if (lock.from < call.from) left.push({ ...lock, to: call.from });
  if (call.to < lock.to) left.push({ ...lock, from: call.to });
  return left;
}

/** flock and fcntl locks do not know each other (Linux, local file systems); the two kinds of fcntl locks do. */
const conflicts = (held: FileLock, wanted: FileLock): boolean =>
  held !== wanted &&
  (held.style === 'flock') === (wanted.style === 'flock') &&
  (held.style === 'posix' ? held.process !== wanted.process : held.open !== wanted.open) &&
  (held.mode === 'write' || wanted.mode === 'write');

const isAnyHost = (address: string): boolean => /^(?:0\.0\.0\.0|\[::\]):/.test(address);

/** `127.0.0.1:80` is served by `0.0.0.0:80`. */
const anyHost = (address: string): string =>
  /^(?:0\.0\.0\.0|\[::\]|\d+\.\d+\.\d+\.\d+|\[[0-9a-f:.]+\]):\d+$/.test(address)
    ? `*${address.slice(address.lastIndexOf(':'))}`
    : address;
