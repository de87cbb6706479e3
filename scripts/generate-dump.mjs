// Makes a goroutine dump of any size for benchmarks: the shape of a busy container daemon built with Go 1.19.
//
//   node scripts/generate-dump.mjs 48 > dump.txt        48 MiB, seed 1
//   node scripts/generate-dump.mjs 48 7 > dump.txt      the same size, another dump
//
// The daemon ("harbord", which looks after "berths") is invented; frames of the standard library and of gRPC are named
// as Go prints them. The same size and seed always give the same text: no clock, no Math.random.

import { random } from './random.mjs';

// Stacks are written one frame a line: function(arguments) @file:line +offset; no offset where the compiler inlined.
// In arguments, $a to $h are heap pointers of this goroutine, $L its lock, $O the object that the lock guards,
// $H the daemon itself, $T a static address, $N a small number. Paths are as `go build -trimpath` leaves them.

const POLL = `
internal/poll.runtime_pollWait(0x7f3a$N$N00, 0x72) @runtime/netpoll.go:305 +0x89
internal/poll.(*pollDesc).wait($a?, $b?, 0x0) @internal/poll/fd_poll_runtime.go:84 +0x32
internal/poll.(*pollDesc).waitRead(...) @internal/poll/fd_poll_runtime.go:89`;
const READ = `${POLL}
internal/poll.(*FD).Read($a, {$b, 0x$N, 0x$N}) @internal/poll/fd_unix.go:167 +0x25a
net.(*netFD).Read($a, {$b?, $T?, $c?}) @net/fd_posix.go:55 +0x29
net.(*conn).Read($d, {$b?, $T?, 0x0?}) @net/net.go:183 +0x45`;
const MUTEX = `
sync.runtime_SemacquireMutex($T?, 0x$N?, $e?) @runtime/sema.go:77 +0x25
sync.(*Mutex).lockSlow($L) @sync/mutex.go:171 +0x165
sync.(*Mutex).Lock(...) @sync/mutex.go:90`;
// Go 1.19 does not print the address of an RWMutex: RLock is inlined and the semaphore's argument is stale.
const RLOCK = `
sync.runtime_SemacquireMutex($e?, 0x$N?, $T?) @runtime/sema.go:77 +0x25
sync.(*RWMutex).RLock(...) @sync/rwmutex.go:71`;
const CALL = `
google.golang.org/grpc/internal/transport.(*Stream).waitOnHeader($a) @google.golang.org/grpc/internal/transport/transport.go:321 +0x7c
google.golang.org/grpc/internal/transport.(*Stream).RecvCompress(...) @google.golang.org/grpc/internal/transport/transport.go:336
google.golang.org/grpc.(*csAttempt).recvMsg($b, {$T?, $c}, $c?) @google.golang.org/grpc/stream.go:894 +0xba
google.golang.org/grpc.(*clientStream).RecvMsg.func1(0x$N?) @google.golang.org/grpc/stream.go:759 +0x25
google.golang.org/grpc.(*clientStream).withRetry($d, $e, $f) @google.golang.org/grpc/stream.go:617 +0xd3
google.golang.org/grpc.(*clientStream).RecvMsg($d, {$T?, $c?}) @google.golang.org/grpc/stream.go:758 +0x11f
google.golang.org/grpc.invoke({$T?, $g?}, {$T?, 0x$N?}, {$T, $h}, {$T, $c}, $b?, {$f?, ...}) @google.golang.org/grpc/call.go:73 +0xd7
google.golang.org/grpc.(*ClientConn).Invoke($b, {$T?, $g?}, {$T?, 0x$N?}, {$T, $h}, ...) @google.golang.org/grpc/call.go:37 +0x28b`;
const SERVE = `
example.org/harbord/api/middleware.Version.Wrap.func1({$T, $f}, {$T?, $g}, 0x$N?, 0x40?) @example.org/harbord/api/middleware/version.go:62 +0x4d7
example.org/harbord/api/middleware.(*Auth).Wrap.func1({$T, $f}, {$T?, $g}, $h, $e?) @example.org/harbord/api/middleware/auth.go:59 +0x649
example.org/harbord/api.(*Server).handler.func1({$T, $g}, $f) @example.org/harbord/api/server.go:143 +0x1ce
net/http.HandlerFunc.ServeHTTP($f?, {$T?, $g?}, $h?) @net/http/server.go:2109 +0x2f
net/http.(*ServeMux).ServeHTTP(0x0?, {$T, $g}, $f) @net/http/server.go:2487 +0x149
net/http.serverHandler.ServeHTTP({$h?}, {$T, $g}, $f) @net/http/server.go:2947 +0x30c
net/http.(*conn).serve($d, {$T, $c}) @net/http/server.go:1991 +0x607
created by net/http.(*Server).Serve @net/http/server.go:3102 +0x4db`;

/** What nobody waits for: connections between requests, gRPC's own loops, watchers. `states` come first. */
const IDLE = [
  `IO wait${READ}
net/http.(*connReader).backgroundRead($e) @net/http/server.go:678 +0x3f
created by net/http.(*connReader).startBackgroundRead @net/http/server.go:674 +0xca`,
  `IO wait${READ}
net/http.(*connReader).Read($e, {$b, 0x1000, 0x1000}) @net/http/server.go:786 +0x171
bufio.(*Reader).fill($f) @bufio/bufio.go:106 +0xff
bufio.(*Reader).Peek($f, 0x4) @bufio/bufio.go:144 +0x5d
net/http.(*conn).serve($d, {$T, $c}) @net/http/server.go:2000 +0x77c
created by net/http.(*Server).Serve @net/http/server.go:3102 +0x4db`,
  `IO wait${READ}
bufio.(*Reader).Read($f, {$g, 0x9, 0x$N?}) @bufio/bufio.go:237 +0x1bb
io.ReadAtLeast({$T, $f}, {$g, 0x9, 0x9}, 0x9) @io/io.go:332 +0x9a
io.ReadFull(...) @io/io.go:351
golang.org/x/net/http2.readFrameHeader({$g?, 0x9?, $N?}, {$T?, $f?}) @golang.org/x/net/http2/frame.go:237 +0x6e
golang.org/x/net/http2.(*Framer).ReadFrame($h) @golang.org/x/net/http2/frame.go:498 +0x95
google.golang.org/grpc/internal/transport.(*http2Client).reader($c) @google.golang.org/grpc/internal/transport/http2_client.go:1294 +0x2e5
created by google.golang.org/grpc/internal/transport.newHTTP2Client @google.golang.org/grpc/internal/transport/http2_client.go:310 +0x175f`,
  `select
google.golang.org/grpc/internal/transport.(*controlBuffer).get($a, 0x1) @google.golang.org/grpc/internal/transport/controlbuf.go:395 +0x115
google.golang.org/grpc/internal/transport.(*loopyWriter).run($b) @google.golang.org/grpc/internal/transport/controlbuf.go:515 +0x85
google.golang.org/grpc/internal/transport.newHTTP2Client.func3() @google.golang.org/grpc/internal/transport/http2_client.go:356 +0x6a
created by google.golang.org/grpc/internal/transport.newHTTP2Client @google.golang.org/grpc/internal/transport/http2_client.go:354 +0x195c`,
  `sync.Cond.Wait
sync.runtime_notifyListWait($a, 0x$N) @runtime/sema.go:517 +0x14c
sync.(*Cond).Wait($b?) @sync/cond.go:70 +0x8c
example.org/harbord/stream.(*BytesPipe).Read($c, {$d, 0x8000, 0x8000}) @example.org/harbord/stream/bytespipe.go:132 +0x11e
io.copyBuffer({$T, $e}, {$T, $c}, {$d, 0x8000, 0x8000}) @io/io.go:427 +0x1b2
io.CopyBuffer({$T?, $e?}, {$T?, $c?}, {$d?, $T?, $f?}) @io/io.go:400 +0x3c
example.org/harbord/stream.(*Config).CopyToPipe.func1() @example.org/harbord/stream/streams.go:123 +0x68
created by example.org/harbord/stream.(*Config).CopyToPipe @example.org/harbord/stream/streams.go:122 +0xd8`,
  `chan receive
example.org/harbord/events.(*Events).Subscribe.func2($a, $b) @example.org/harbord/events/events.go:91 +0x5b
created by example.org/harbord/events.(*Events).Subscribe @example.org/harbord/events/events.go:87 +0x21c`,
  `sleep
time.Sleep(0x3b9aca00) @runtime/time.go:195 +0x135
example.org/harbord/health.(*Monitor).probe($a) @example.org/harbord/health/monitor.go:61 +0x1e5
created by example.org/harbord/health.(*Monitor).Start @example.org/harbord/health/monitor.go:38 +0x9f`,
  `syscall
syscall.Syscall6(0xf7, 0x1, 0x$N, $a, 0x1000004, 0x0, 0x0) @syscall/syscall_linux.go:90 +0x36
os.(*Process).blockUntilWaitable($b) @os/wait_waitid.go:32 +0x87
os.(*Process).wait($b) @os/exec_unix.go:22 +0x28
os.(*Process).Wait(...) @os/exec.go:132
os/exec.(*Cmd).Wait($c) @os/exec/exec.go:599 +0x4b
example.org/harbord/hooks.Run({$T, $d}, {$e, 0x$N, 0x$N}) @example.org/harbord/hooks/run.go:77 +0x3a1
created by example.org/harbord/hooks.(*Runner).Start @example.org/harbord/hooks/runner.go:45 +0x12b`,
];

/** What harbord's requests are about: some stacks for each noun and verb. */
const NOUNS = 'berth cargo chart crane crew dock ferry fleet harbor hawser manifest quay rope tide tug yard'.split(' ');
const VERBS = ['Inspect', 'List', 'Start', 'Stop', 'Update', 'Remove'];

/**
 * Turns one stack (states joined by `|`, then frames) into what a goroutine is joined from: states, and text with a
 * slot in every second place.
 */
function compile(stack) {
  const [states, ...frames] = stack.split('\n');
  const text = frames.map((frame) => `${frame.replace(' @', '\n\t')}\n`).join('');
  return { states: states.split('|'), pieces: text.split(/\$([a-hLOHTN])/) };
}

/** All stacks of one dump, a few hundred: what idles, and for each noun its requests, its lock waits and its holders. */
function stacks(rnd) {
  const idle = IDLE.map(compile);
  const busy = [];
  const nouns = NOUNS.map((noun) => {
    const type = noun[0].toUpperCase() + noun.slice(1);
    // Lines and offsets differ from function to function, and stay the same within a dump.
    const own = (fn, args, file) =>
      `\nexample.org/harbord/${fn}(${args}) @example.org/harbord/${file}.go:${at()} +0x${(32 + Math.floor(rnd() * 2000)).toString(16)}`;
    const at = () => 20 + Math.floor(rnd() * 900);
    const by = (fn, file) => own(fn, '', file).replace('()', '').replace('\n', '\ncreated by ');
    const call = (verb) => own(`daemon.(*Daemon).${type}${verb}`, '$H, {$b?, 0x$N?}, 0x0', `daemon/${noun}`);
    const serve = (verb) =>
      own(
        `api/routes.(*router).${verb.toLowerCase()}${type}`,
        '$a, {$T, $f}, {$T?, $g}, $h?, $e?',
        `api/routes/${noun}`,
      ) + SERVE;
    const list = own(`${noun}.(*Store).List`, '$O', `${noun}/store`);
    const stats =
      own(`${noun}.(*${type}).IsMoored`, '$O', `${noun}/${noun}`) +
      own(`daemon.(*Daemon).stats${type}`, '$H, $O', 'daemon/stats') +
      by('daemon.(*Daemon).newCollector', 'daemon/collector');
    for (const verb of VERBS) {
      const request = call(verb) + serve(verb);
      busy.push(
        `IO wait${READ}${own(`${noun}.(*${type}).read${verb}`, '$h, {$b, 0x$N, 0x$N}', `${noun}/${noun}`)}${request}`,
      );
      busy.push(
        `select|select|runnable${own(`${noun}.(*${type}).wait${verb}`, '$h, {$T, $f}', `${noun}/${noun}`)}${request}`,
      );
    }
    idle.push(
      compile(
        `select|select|chan receive${own(`${noun}.(*${type}).monitor`, '$h', `${noun}/${noun}`)}${own(`${noun}.(*Store).loop.func1`, '', `${noun}/store`)}${by(`${noun}.(*Store).loop`, `${noun}/store`)}`,
      ),
    );
    return {
      mutex: [...VERBS.map((verb) => call(verb) + serve(verb)), stats].map((above) =>
        compile(`semacquire${MUTEX}${above}`),
      ),
      rlock: [compile(`semacquire${RLOCK}${list}${call('Inspect')}${serve('Inspect')}`)],
      // Holds a mutex and waits for a read lock: the middle of a chain of waits.
      between: compile(
        `semacquire${RLOCK}${list}${own(`daemon.(*Daemon).${type}Inspect`, '$H, {$b?, 0x$N?}, 0x0', `daemon/${noun}`)}${serve('Inspect')}`,
      ),
      holders: [
        `select${CALL}${own(`remote.(*client).${type}Start`, '$a, {$T, $f}, {$O?, 0x40}', 'remote/client')}${own(`daemon.(*Daemon).${type}Start`, '$H, {$T, $f}, $O, {$b, 0x$N}', `daemon/${noun}`)}${serve('Start')}`,
        `IO wait${READ}${own(`${noun}.(*${type}).flush`, '$O, {$b, 0x$N, 0x$N}', `${noun}/${noun}`)}${own(`daemon.(*Daemon).${type}Update`, '$H, $O', `daemon/${noun}`)}${serve('Update')}`,
      ].map(compile),
    };
  });
  return { idle, busy: busy.map(compile), nouns };
}

const KIB = 1024;
/** Only places the holders within the dump; the size itself is counted. */
const BYTES_PER_GOROUTINE = 1150;

/**
 * Yields a dump in chunks of about 64 KiB, ASCII only, each ending at the end of a line; joined, they are the text.
 * @param {{megabytes: number, seed?: number}} options size in MiB (the goroutine that passes it is the last), and seed
 * @returns {Generator<string, {goroutines: number, locks: {kind: 'Mutex' | 'RWMutex', addr: string, holder: number | undefined, waiters: number}[]}, undefined>}
 *   the return value says what was written. A lock without `holder` was leaked; the address of an RWMutex is never printed.
 */
export function* generateDump({ megabytes, seed = 1 }) {
  const rnd = random(seed);
  const { idle, busy, nouns } = stacks(rnd);
  const size = megabytes * KIB * KIB;
  const expected = Math.max(16, Math.floor((size / BYTES_PER_GOROUTINE) * 0.9));
  const pick = (list) => list[Math.floor(rnd() * list.length)];
  const pointer = () => `0xc0${(Math.floor(rnd() * 0x3ffffff) * 0x20).toString(16).padStart(8, '0')}`;
  const statics = Array.from(
    { length: 400 },
    () => `0x55d0${(0x10000000 + Math.floor(rnd() * 0x2ffffff)).toString(16)}`,
  );
  const daemon = pointer();

  // Locks first: about one for every 600 goroutines, each with its own waiters' stacks and one place for its holder.
  const locks = [];
  const holders = new Map();
  const count = Math.min(64, Math.max(4, Math.round(expected / 600)));
  for (let i = 0; i < count; i++) {
    // Of four locks the second is an RWMutex, and the holder of the third waits for that RWMutex: a chain, as when an
    // exec hangs. An RWMutex that readers wait for always has a holder; of the mutexes every ninth was leaked.
    const kind = i % 4 === 1 ? 'RWMutex' : 'Mutex';
    const noun = pick(nouns);
    const object = pointer();
    const pool = kind === 'RWMutex' ? noun.rlock : noun.mutex;
    const lock = {
      kind,
      noun,
      object,
      addr: kind === 'RWMutex' ? pointer() : object,
      holder: undefined,
      waiters: 0,
      pool,
    };
    lock.minutes = 2 + Math.floor(rnd() * 300);
    locks.push(lock);
    if (kind === 'Mutex' && i % 9 === 8) continue;
    let place = 1 + Math.floor(rnd() * (expected - 1));
    while (holders.has(place)) place = 1 + (place % (expected - 1));
    const waitsFor = i % 4 === 2 ? locks[i - 1] : undefined;
    holders.set(place, { lock, waitsFor, stack: waitsFor ? waitsFor.noun.between : pick(noun.holders) });
  }

  let written = 0;
  let chunk = `goroutine 7 [running]:\nexample.org/harbord/debug.DumpStacks({${pointer()}, 0xd})\n\texample.org/harbord/debug/dump.go:82 +0x90\ncreated by example.org/harbord/debug.Trap\n\texample.org/harbord/debug/dump.go:31 +0xd5\n`;
  let id = 7;
  let n = 1;
  const local = {};
  for (; written + chunk.length < size; n++) {
    id += 1 + Math.floor(rnd() * rnd() * 9);
    const held = holders.get(n);
    let lock = held?.waitsFor;
    let stack = held?.stack;
    let minutes = held?.lock.minutes ?? 0;
    if (held) held.lock.holder = id;
    else {
      const dice = rnd();
      if (dice < 0.2) {
        // A few locks are much more contended than the others.
        lock = locks[Math.floor(rnd() ** 2.5 * locks.length)];
        stack = pick(lock.pool);
        minutes = Math.floor(rnd() * (lock.minutes + 1));
      } else {
        stack = pick(dice < 0.55 ? busy : idle);
        minutes = rnd() < 0.6 ? 0 : Math.floor(rnd() * 600);
      }
    }
    if (lock) lock.waiters++;
    for (const slot of 'abcdefgh') local[slot] = pointer();
    chunk += `\ngoroutine ${id} [${pick(stack.states)}${minutes > 0 ? `, ${minutes} minutes` : ''}]:\n`;
    const { pieces } = stack;
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i];
      if (i % 2 === 0) chunk += piece;
      else if (piece === 'T') chunk += pick(statics);
      else if (piece === 'N') chunk += (16 + Math.floor(rnd() * 240)).toString(16);
      else if (piece === 'L') chunk += lock.addr;
      else if (piece === 'O') chunk += (lock ?? held.lock).object;
      else if (piece === 'H') chunk += daemon;
      else chunk += local[piece];
    }
    if (chunk.length >= 64 * KIB) {
      written += chunk.length;
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
  return { goroutines: n, locks: locks.map(({ kind, addr, holder, waiters }) => ({ kind, addr, holder, waiters })) };
}

if (process.argv[1] === (await import('node:url')).fileURLToPath(import.meta.url)) {
  const megabytes = Number(process.argv[2]);
  if (!(megabytes > 0)) {
    console.error('usage: node scripts/generate-dump.mjs MEGABYTES [SEED] > file');
    process.exit(2);
  }
  const { once } = await import('node:events');
  const { stdout } = process;
  // A reader that stops early (head) is not an error.
  stdout.on('error', () => process.exit(0));
  for (const chunk of generateDump({ megabytes, seed: Number(process.argv[3] ?? 1) })) {
    if (!stdout.write(chunk)) await once(stdout, 'drain');
  }
}
