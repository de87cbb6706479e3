// Makes a strace log of any size for benchmarks: `strace -f -tt -T -o` of a busy server of several processes with four threads each.
//
//   node scripts/generate-strace.mjs 200 > log.strace       200 MiB, seed 1
//
// About half of the lines are first or second halves of calls; descriptors are opened, passed on, copied and closed all the time.
// The last line is a write to a full pipe that never returned. The same size and seed always give the same text.

import { MEGABYTE, random, two } from './random.mjs';

const THREADS = 4;
/** So many calls a process makes before it exits and another takes its place. */
const LIFE = 3000;

/**
 * Chunks of the log.
 * @param {{ megabytes: number, seed?: number }} options
 * @returns {Generator<string, { lines: number, blocked: { tid: number, fd: number } }>}
 */
export function* generateStrace({ megabytes, seed = 1 }) {
  const next = random(seed);
  const pick = (n) => Math.floor(next() * n);
  let micro = 36_000_000_000 + pick(1e6);
  let lines = 0;
  let size = 0;
  let chunk = [];
  let tid = 14_000;
  const put = (who, text) => {
    micro += 1 + pick(60);
    const seconds = Math.floor(micro / 1e6) % 86_400;
    const time = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${String(micro % 1e6).padStart(6, '0')}`;
    const line = `${String(who).padEnd(5)} ${time} ${text}\n`;
    chunk.push(line);
    size += line.length;
    lines++;
  };
  const took = () => ` <0.000${String(10 + pick(900)).padStart(3, '0')}>`;
  const padded = (text) => text.padEnd(39 - 23 + 8);

  /** Threads in a call that has not returned. */
  const busy = new Set();
  /** A call: on one line, or in two halves with another thread's line in between. */
  const call = (who, head, rest, result, between) => {
    if (between) {
      put(who, `${head} <unfinished ...>`);
      busy.add(who);
      between();
      busy.delete(who);
      put(who, `<... ${head.slice(0, head.indexOf('('))} resumed>${rest}) = ${result}${took()}`);
    } else put(who, `${padded(`${head}${rest})`)} = ${result}${took()}`);
  };

  const start = (parent) => {
    const threads = Array.from({ length: THREADS }, () => ++tid);
    call(
      parent,
      'clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD',
      ', child_tidptr=0x7f20a81d0a10',
      threads[0],
    );
    for (const thread of threads.slice(1))
      call(
        threads[0],
        'clone(child_stack=0x7f20a79cffb0, flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM',
        '',
        thread,
      );
    call(threads[0], 'pipe2([', '3, 4], O_CLOEXEC', 0);
    call(threads[0], 'eventfd2(0, EFD_CLOEXEC|EFD_NONBLOCK', '', 5);
    return { threads, left: LIFE };
  };

  const root = ++tid;
  put(root, 'execve("/usr/sbin/hallkeeperd", ["hallkeeperd"], 0x7ffd5e1b2a40 /* 12 vars */) = 0 <0.000412>');
  let servers = [start(root), start(root)];
  const act = (server, depth) => {
    const who = server.threads[pick(THREADS)];
    if (busy.has(who)) return;
    server.left--;
    const other = depth < 2 && next() < 0.5 ? () => act(servers[pick(servers.length)], depth + 1) : undefined;
    switch (pick(8)) {
      case 0: {
        const fd = 6 + pick(20);
        call(who, `openat(AT_FDCWD, "/var/lib/hallkeeper/room-${pick(1000)}.json", O_RDONLY|O_CLOEXEC`, '', fd, other);
        call(who, `read(${fd}, `, '"{\\"room\\":17,\\"state\\":\\"open\\",\\"se"..., 4096', 400 + pick(3000));
        call(who, `close(${fd}`, '', 0);
        return;
      }
      case 1:
        call(who, `write(4, "{\\"level\\":\\"info\\",\\"worker\\":${pick(4)},\\"n\\":1"..., 60`, '', 60, other);
        return;
      case 2:
        call(who, 'read(3, ', '"{\\"level\\":\\"info\\",\\"worker\\":1,\\"n\\":1"..., 600', 60, other);
        return;
      case 3:
        call(
          who,
          `futex(0x7f20a8${(0x100000 + pick(0xfffff)).toString(16).slice(0, 6)}, FUTEX_WAIT_PRIVATE, 2, NULL`,
          '',
          next() < 0.5 ? 0 : '-1 EAGAIN (Resource temporarily unavailable)',
          other,
        );
        return;
      case 4:
        call(who, 'poll([{fd=3, events=POLLIN}], 1, 100', '', '1 ([{fd=3, revents=POLLIN}])', other);
        return;
      case 5:
        call(who, 'write(5, "\\1\\0\\0\\0\\0\\0\\0\\0", 8', '', 8, other);
        return;
      case 6:
        call(who, 'clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=0, tv_nsec=300000}, ', 'NULL', 0, other);
        return;
      default:
        call(
          who,
          `mmap(NULL, ${4096 * (1 + pick(40))}, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0`,
          '',
          `0x7f20a7${(0x100000 + pick(0xfffff)).toString(16).slice(0, 4)}00`,
          other,
        );
    }
  };
  while (size < megabytes * MEGABYTE - 200) {
    const at = pick(servers.length);
    act(servers[at], 0);
    if (servers[at].left <= 0) {
      for (const thread of servers[at].threads.toReversed()) put(thread, '+++ exited with 0 +++');
      servers = servers.with(at, start(root));
    }
    if (chunk.length > 4000) {
      yield chunk.join('');
      chunk = [];
    }
  }
  const blocked = servers[0].threads[1];
  yield `${chunk.join('')}${String(blocked).padEnd(5)} 23:59:59.000000 write(4, "\\0\\0\\0\\0\\0\\0\\0\\0"..., 100000`;
  return { lines: lines + 1, blocked: { tid: blocked, fd: 4 } };
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const [megabytes = '10', seed = '1'] = process.argv.slice(2);
  for (const text of generateStrace({ megabytes: Number(megabytes), seed: Number(seed) })) process.stdout.write(text);
}
