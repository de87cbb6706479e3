// What tells a lock's holder from those that look like one: small dumps, each with one reason that decides.

import { describe, expect, it } from 'vitest';
import { goroutine } from '../../server/src/core/formats/goroutine/index.js';

/** A goroutine of frames `function(arguments) file:line`, started by a function of main. */
function stack(id: number, state: string, frames: readonly string[], creator = 'app.serve'): string {
  const lines = frames.map((frame) => {
    const at = frame.lastIndexOf(' ');
    return `${frame.slice(0, at)}\n\t/src/${frame.slice(at + 1)} +0x1d\n`;
  });
  return `goroutine ${id} [${state}]:\n${lines.join('')}created by ${creator} in goroutine 1\n\t/src/main.go:9 +0x1\n\n`;
}

const mutex = (id: number, lock: string, ...frames: string[]): string =>
  stack(id, 'sync.Mutex.Lock', [
    'sync.runtime_SemacquireMutex(0x0?, 0x0?, 0x0?) sema.go:77',
    `sync.(*Mutex).lockSlow(${lock}) mutex.go:171`,
    'sync.(*Mutex).Lock(...) mutex.go:90',
    ...frames,
  ]);
const rlock = (id: number, ...frames: string[]): string =>
  stack(id, 'sync.RWMutex.RLock', [
    'sync.runtime_SemacquireRWMutexR(0x0?, 0x0?, 0x0?) sema.go:82',
    'sync.(*RWMutex).RLock(...) rwmutex.go:71',
    ...frames,
  ]);
const wlock = (id: number, ...frames: string[]): string =>
  stack(id, 'sync.RWMutex.Lock', [
    'sync.runtime_SemacquireRWMutex(0x0?, 0x0?, 0x0?) sema.go:87',
    'sync.(*RWMutex).Lock(0x0?) rwmutex.go:152',
    ...frames,
  ]);
const send = (id: number, ...frames: string[]): string => stack(id, 'chan send', frames);
const dial = (id: number, frames: readonly string[], creator?: string): string =>
  stack(id, 'IO wait', ['net.(*conn).Read(0xc000900010, {0xc000901000, 0x40, 0x40}) net.go:185', ...frames], creator);

const main = 'goroutine 1 [running]:\nmain.main()\n\t/src/main.go:5 +0x1\n\n';
const factsOf = (...goroutines: string[]) => goroutine.parse(main + goroutines.join(''), 'dump').facts;

/** The candidates for the lock that a goroutine waits for, the first one first. */
function said(text: readonly string[], waiter: number, part = ''): string[] {
  const { waits, holds } = factsOf(...text);
  const on = waits.find((wait) => wait.waiter === `goroutine:${waiter}@dump${part}`)!.on;
  return holds
    .filter(({ of }) => of === on)
    .map(({ holder, confidence }) => `${holder.replace(/^goroutine:|@.*/g, '')} ${confidence}`);
}

describe('who waits for another lock', () => {
  const move = (id: number, from: string, to: string, lock: string): string =>
    mutex(id, lock, `app.(*Bank).Move(0xc000700000?, ${from}, ${to}) bank.go:24`, 'app.serve.func1() main.go:7');
  const [a, b, c] = ['0xc000100000', '0xc000100018', '0xc000100030'];
  const ring = [
    move(20, a, b, '0xc000100020'),
    move(21, b, c, '0xc000100038'),
    move(22, c, a, '0xc000100008'),
    mutex(23, '0xc000100008', `app.(*Account).Sum(${a}) bank.go:40`, 'app.serve.func2() main.go:8'),
  ];

  it('holds the one whose object it has, as far below the lock as the others show', () => {
    expect(said(ring, 20)[0]).toBe('21 likely');
    expect(said(ring, 21)[0]).toBe('22 likely');
    expect(said(ring, 22)[0]).toBe('20 likely');
  });

  it('is not tied to a lock by the address of its neighbour, which it asks for', () => {
    const ask = (id: number, slot: string, line: number): string =>
      mutex(
        id,
        slot,
        `app.(*Table).Claim(...) table.go:32`,
        `app.(*Table).Step${line}({0x4a0010, 0x5}) table.go:${line}`,
      );
    const text = [ask(20, '0xc000200040', 50), ask(21, '0xc000200060', 50)];
    const { holds } = factsOf(...text);
    expect(holds.flatMap(({ evidence }) => evidence.map(({ rule }) => rule))).not.toContain('near-pointer');
  });
});

describe('words', () => {
  const lock = '0xc000300098';
  const waiters = [20, 21].map((id) => mutex(id, lock, 'app.(*Site).Look({0x4a0010?, 0x0?}) site.go:33'));

  it('the lock’s own address tells also where it may be left over', () => {
    const handler = (id: number, left: string): string =>
      dial(id, [`app.(*Site).Drop({0x4a0010?, ${left}?}) site.go:61`, 'app.serve.func1() main.go:7']);
    const text = [handler(5, '0xc000300f00'), handler(6, lock), ...waiters];
    expect(said(text, 20)[0]).toMatch(/^6 /);
    expect(factsOf(...text).holds[0]!.evidence.map(({ rule }) => rule)).toContain('stale-exact-pointer');
  });

  it('an object’s own ones do not make a background loop likely to hold its lock', () => {
    const loop = ['app.(*Site).post(0xc000300090) site.go:80', 'app.(*Site).renew(0xc000300090) site.go:72'];
    const look = (id: number): string => mutex(id, lock, 'app.(*Site).Look(0xc000300090) site.go:33');
    expect(said([dial(5, loop), look(20), look(21)], 20)).toEqual(['5 likely']);
    expect(said([dial(5, loop, 'app.newSite'), look(20), look(21)], 20)).toEqual(['5 possible']);
  });

  it('one word is one reason, also where the lock lies at the beginning of its object', () => {
    const look = (id: number): string => mutex(id, '0xc000300090', 'app.(*Site).Look(0xc000300090) site.go:33');
    const keep = stack(5, 'select', ['app.(*Site).keep(0xc000300090) site.go:91'], 'app.newSite');
    expect(said([keep, look(20), look(21)], 20)).toEqual(['5 possible']);
  });

  it('a receiver that may be left over is the object for which others wait', () => {
    const text = [
      wlock(20, 'app.(*Hub).Drop(0xc000400000) hub.go:50'),
      rlock(21, 'app.(*Hub).Send(0xc000400000?, 0x4) hub.go:38'),
      send(5, 'app.(*Hub).Send(0x1?, 0x4) hub.go:41', 'app.serve.func1() main.go:7'),
    ];
    const { waits } = factsOf(...text);
    const on = (id: number) => waits.find(({ waiter }) => waiter === `goroutine:${id}@dump`)!.on;
    expect(on(21)).toBe(on(20));
    expect(said(text, 21)[0]).toMatch(/^5 /);
  });
});

describe('a lock whose address its waiter does not show', () => {
  const worker = '0xc000a00000';
  const put = (id: number, shard: string, lock: string): string =>
    stack(id, 'sync.RWMutex.Lock', [
      'sync.runtime_SemacquireMutex(0x0?, 0x0?, 0x0?) sema.go:77',
      `sync.(*Mutex).lockSlow(${lock}) mutex.go:171`,
      'sync.(*Mutex).Lock(...) mutex.go:90',
      'sync.(*RWMutex).Lock(0x0?) rwmutex.go:147',
      `app.(*Worker).put(0x4a0010?, ${shard}) worker.go:42`,
    ]);
  const read = (id: number, shard: string): string =>
    rlock(id, `app.(*Worker).compact(${worker}, ${shard}) worker.go:24`);
  const [a, b] = ['0xc000a10000', '0xc000a20000'];
  const text = [put(20, a, '0xc000a30000'), put(21, b, '0xc000a40000'), read(22, a), read(23, b)];
  const lockOf = (id: number): string =>
    factsOf(...text).waits.find(({ waiter }) => waiter === `goroutine:${id}@dump`)!.on!;

  it('is the one whose other waiters alone have the argument', () => {
    expect([22, 23].map(lockOf)).toEqual(['lock:0xc000a30000@dump', 'lock:0xc000a40000@dump']);
  });
});

describe('what a lock’s waiters show of it', () => {
  const on = (text: readonly string[], id: number) =>
    factsOf(...text).waits.find(({ waiter }) => waiter === `goroutine:${id}@dump`)!.on;
  const parked = (id: number, semaphore: string, lock: string, ...frames: string[]): string =>
    stack(id, 'semacquire', [
      'runtime.gopark(0x0?, 0x1?, 0x40?, 0xee?, 0x1?) proc.go:363',
      'runtime.goparkunlock(...) proc.go:369',
      `runtime.semacquire1(${semaphore}, 0xd0?, 0x3, 0x0) sema.go:150`,
      'sync.runtime_SemacquireMutex(0x0?, 0x36?, 0x1?) sema.go:77',
      lock,
      ...frames,
    ]);

  it('the runtime’s own call names the semaphore, a field of the lock', () => {
    const hub = '0xc000c00000';
    const leave = `app.(*Hub).leave(${hub}, 0xc000c10000) hub.go:63`;
    const stats = `app.(*Hub).Stats(${hub}) hub.go:80`;
    const text = [
      parked(20, '0xc000c20008', 'sync.(*RWMutex).Lock(0x31?) rwmutex.go:144', leave),
      parked(21, '0xc000c0000c', 'sync.(*RWMutex).RLock(...) rwmutex.go:71', stats),
    ];
    expect([20, 21].map((id) => on(text, id))).toEqual(['lock:0xc000c20000@dump', 'lock:0xc000c00000@dump']);
  });

  it('an argument does not say which of several objects the lock is of', () => {
    const add = (id: number, lock: string, spool: string): string =>
      stack(id, 'sync.RWMutex.Lock', [
        'sync.runtime_SemacquireRWMutex(0x0?, 0x0?, 0x0?) sema.go:87',
        `sync.(*RWMutex).Lock(${lock}) rwmutex.go:152`,
        `app.(*Spool).Add(${spool}, 0xc000d90000) spool.go:80`,
      ]);
    const text = [add(20, '0xc000d80000', '0xc000d80000'), add(21, '0x0?', '0xc000d70000')];
    expect(on(text, 21)).not.toBe(on(text, 20));
  });

  it('the object that its own call may have left over comes before its caller’s', () => {
    const [registry, page] = ['0xc000c30000', '0xc000c40000'];
    const walk = (id: number): string =>
      rlock(id, `app.(*Registry).Walk(${registry}?, 0x5) registry.go:62`, `app.(*page).Serve(${page}) page.go:140`);
    const text = [walk(20), walk(21), wlock(22, `app.(*Registry).Walk(${registry}, 0x5) registry.go:60`)];
    expect(on(text, 20)).toBe(on(text, 22));
  });
});

describe('a deadlock', () => {
  it('is not made of a text that two goroutines were called with', () => {
    const put = (id: number, worker: string, lock: string): string =>
      mutex(id, lock, `app.(*Worker).put(0x0?, ${worker}, {0x7b11ff, 0x1}) worker.go:42`);
    const text = [put(20, '0xc000a10000', '0xc000a30000'), put(21, '0xc000a20000', '0xc000a40000')];
    expect(factsOf(...text).holds.filter(({ confidence }) => confidence !== 'possible')).toEqual([]);
  });

  it('is not made of one of several that stand in one place alike', () => {
    const db = '0xc000d00000';
    const begin = (id: number): string =>
      mutex(id, '0xc000d00008', `app.(*DB).begin(${db}) db.go:51`, 'app.serve.func1() main.go:7');
    const view = stack(7, 'sync.RWMutex.RLock', [
      'sync.runtime_SemacquireRWMutexR(0x0?, 0x0?, 0x0?) sema.go:82',
      'sync.(*RWMutex).RLock(0xc000d00010) rwmutex.go:71',
      `app.(*DB).begin(${db}) db.go:52`,
      'app.serve.func1() main.go:7',
    ]);
    const grow = stack(22, 'sync.RWMutex.Lock', [
      'sync.runtime_SemacquireRWMutex(0x0?, 0x0?, 0x0?) sema.go:87',
      'sync.(*RWMutex).Lock(0xc000d00010) rwmutex.go:152',
      `app.(*DB).grow(${db}) db.go:97`,
    ]);
    const rules = factsOf(view, begin(20), begin(21), grow).holds.flatMap(({ evidence }) => evidence);
    expect(rules.map(({ rule }) => rule)).not.toContain('cycle');
  });
});

describe('locks of one object', () => {
  const service = '0xc000e00000';

  it('who stands where one of them is held has the object’s words for that one', () => {
    const start = (line: number): string => `app.(*Service).Start(${service}, 0x5) service.go:${line}`;
    const get = (id: number): string =>
      mutex(id, service, `app.(*Service).get(${service}) service.go:30`, 'app.serve.func2() main.go:8');
    const text = [
      dial(5, ['app.(*Process).start(0xc000e10000) process.go:12', start(193)]),
      mutex(20, '0xc000e00008', start(192)),
      mutex(23, '0xc000e00008', start(192)),
      get(21),
      get(22),
    ];
    expect(said(text, 20)).toContain('5 likely');
    expect(said(text, 21)).not.toContain('5 likely');
  });

  it('a reader that no word ties to it is none of those that it stands like', () => {
    const query = (id: number, tx: string): string =>
      dial(id, [`app.(*conn).query(0x0?) conn.go:9`, `app.(*Tx).Query(${tx}) tx.go:71`]);
    const rollback = stack(20, 'sync.RWMutex.Lock', [
      'sync.runtime_SemacquireRWMutex(0x0?, 0x0?, 0x0?) sema.go:87',
      'sync.(*RWMutex).Lock(0xc000e20010) rwmutex.go:152',
      'app.(*Tx).Rollback(0xc000e20000) tx.go:40',
    ]);
    const late = stack(21, 'sync.RWMutex.RLock', [
      'sync.runtime_SemacquireRWMutexR(0x0?, 0x0?, 0x0?) sema.go:82',
      'sync.(*RWMutex).RLock(0xc000e20010) rwmutex.go:71',
      'app.(*Tx).Query(0xc000e20000) tx.go:66',
    ]);
    expect(said([query(5, '0xc000e20000'), query(6, '0x0?'), rollback, late], 20)).toEqual(['5 likely', '6 possible']);
  });

  it('lie in no object of the standard library', () => {
    const [cache, client, lock] = ['0xc000f00000?', '0xc000f10000', '0xc000f10060'];
    const get = (line: number): string => `app.(*Cache).Get(${cache}, 0x7) cache.go:${line}`;
    const load = dial(5, [`net/http.(*Client).Do(${client}, 0xc000f20000) client.go:581`, get(70)]);
    const { holds } = factsOf(load, mutex(20, lock, get(65)), mutex(21, lock, get(65)));
    const rules = holds.flatMap(({ evidence }) => evidence.map(({ rule }) => rule));
    expect(rules).toContain('same-function-past-lock');
    expect(rules).not.toContain('near-pointer');
  });
});

describe('where several stand at one place on one object', () => {
  const cache = '0xc000500000';
  const get = (line: number): string => `app.(*Cache).Get(${cache}, 0x7) cache.go:${line}`;

  it('none of them holds the object’s lock there, whatever each has called', () => {
    const text = [
      send(5, 'app.(*queue).load(0xc000510000) load.go:12', get(87)),
      dial(6, ['app.(*remote).load(0xc000520000) load.go:40', get(87)]),
      dial(7, ['app.(*remote).load(0xc000530000) load.go:40', get(87)]),
      rlock(20, get(80)),
      rlock(21, get(80)),
    ];
    expect(said(text, 20).filter((one) => one.endsWith('likely'))).toEqual([]);
  });

  it('also of a lock for readers, where it was locked for writing', () => {
    const join = (line: number): string => `app.(*Room).Join(${cache}, 0xc000540000) room.go:${line}`;
    const reads = (id: number): string => dial(id, ['app.(*Member).read(0xc000550000) room.go:20', join(49)]);
    const text = [reads(5), reads(6), wlock(20, join(46)), wlock(21, `app.(*Room).Leave(${cache}) room.go:60`)];
    expect(said(text, 20).filter((one) => one.endsWith('likely'))).toEqual([]);
  });

  it('having got past the line that locks counts for nobody there', () => {
    const run = (line: number): string => `app.(*Runner).Run(${cache}, 0xc000560000) run.go:${line}`;
    const runs = (id: number): string => dial(id, ['app.(*command).wait(0x0?) command.go:12', run(36)]);
    const drain = send(7, `app.(*Runner).Drain(${cache}) run.go:50`, 'main.serve.func1() main.go:7');
    const lock = '0xc000500008';
    const text = [
      runs(5),
      runs(6),
      drain,
      mutex(20, lock, run(28)),
      mutex(21, lock, `app.(*Runner).Look(${cache}) run.go:60`),
    ];
    expect(said(text, 20)[0]).toMatch(/^7 /);
  });

  it('an object that begins with the lock is one reason for them, not two', () => {
    const permit = (line: number): string => `app.(*waiting).Permit(${cache}, 0x7) wait.go:${line}`;
    const waits = (id: number): string => stack(id, 'select', [permit(91), 'app.(*scheduler).bind(0x0?) bind.go:9']);
    const text = [
      waits(5),
      waits(6),
      send(7, 'app.(*waiting).Allow(0x0?, 0x7) wait.go:102', 'app.serve.func1() main.go:7'),
      mutex(20, cache, permit(88)),
      mutex(21, cache, 'app.(*waiting).Allow(0x0?, 0x8) wait.go:100'),
      mutex(22, cache, 'app.(*waiting).Allow(0x0?, 0x9) wait.go:100'),
    ];
    expect(said(text, 20)[0]).toMatch(/^7 /);
  });

  it('each may hold a lock of its own, where the object is of many', () => {
    const daemon = '0xc000600000';
    const start = (id: number, unit: string): string =>
      dial(id, [`app.(*Daemon).start(${daemon}, ${unit}) daemon.go:73`, 'app.serve.func1() main.go:7']);
    const look = (id: number, unit: string, lock: string): string =>
      mutex(id, lock, `app.(*Daemon).start(${daemon}, ${unit}) daemon.go:70`, 'app.serve.func2() main.go:8');
    const text = [
      start(5, '0xc000610000'),
      start(6, '0xc000620000'),
      look(20, '0xc000610000', '0xc000670010'),
      look(21, '0xc000620000', '0xc000680010'),
    ];
    expect(said(text, 20)[0]).toMatch(/^5 /);
    expect(said(text, 21)[0]).toMatch(/^6 /);
    const rules = factsOf(...text).holds.flatMap(({ evidence }) => evidence.map(({ rule }) => rule));
    expect(rules).not.toContain('shared-stack');
  });
});

describe('kinds of locks', () => {
  const begin = (id: number, type: string, object: string, lock: string): string =>
    mutex(id, lock, `app.(*base).begin(0x0?, 0x4) base.go:19`, `app.(*${type}).Do(${object}) ${type}.go:85`);

  it('a method of what two types embed asks for two kinds: one goroutine may hold one of each', () => {
    const cluster = '0xc000700000';
    const node = '0xc000710000';
    const text = [
      dial(5, [
        `app.policy.try(0x0?, ${node}) policy.go:61`,
        `app.policy.place(0x0?, ${cluster}) policy.go:50`,
        `app.(*cluster).schedule(${cluster}) cluster.go:74`,
      ]),
      begin(20, 'cluster', cluster, '0xc000700010'),
      begin(21, 'node', node, '0xc000710010'),
    ];
    expect(said(text, 20)[0]).toMatch(/^5 /);
    expect(said(text, 21)[0]).toMatch(/^5 /);
  });

  it('past a line that locks such locks a goroutine may hold any of them', () => {
    const app = '0xc000720000';
    const look = (id: number, lock: string): string => mutex(id, lock, `app.(*App).Look(${app}?) app.go:100`);
    const drop = (line: number): string => `app.(*App).Drop(${app}, 0x1) app.go:${line}`;
    const text = [
      dial(5, [drop(88)]),
      dial(6, [`app.(*App).start(${app}, 0x2) app.go:73`]),
      look(20, '0xc000730008'),
      look(21, '0xc000740008'),
      mutex(22, '0xc000730008', drop(84)),
    ];
    expect(said(text, 20).filter((one) => one.endsWith('likely'))).toEqual([]);
  });

  it('a caller past the call of a function that locks for it comes before those that are not', () => {
    const claim = (id: number): string =>
      mutex(
        id,
        '0xc000750008',
        'app.(*keys).Lock(0x0?, {0x4a0010?, 0x4?}) keys.go:32',
        'app.(*Disk).Mount(0x0?) disk.go:69',
      );
    const other = send(5, 'app.(*Disk).Watch(0x0?) disk.go:140', 'app.serve.func1() main.go:7');
    const past = send(
      6,
      'app.(*Disk).mount(0x0?) disk.go:75',
      'app.(*Disk).Mount(0x0?) disk.go:71',
      'app.serve.func1() main.go:7',
    );
    const text = [other, past, claim(20), claim(21)];
    expect(said(text, 20)[0]).toMatch(/^6 /);
    expect(factsOf(...text).holds[0]!.evidence.map(({ rule }) => rule)).toContain('caller-past-call');
  });
});

describe('several objects of one type', () => {
  const lock = '0xc001000008';
  const likely = (text: readonly string[], id: number): string[] =>
    said(text, id).filter((one) => one.endsWith('likely'));

  it('a place past the line that locks says nothing of which one, without a word', () => {
    const put = (line: number): string => `app.(*Store).Put(0x0?) store.go:${line}`;
    const text = [dial(5, [put(31)]), mutex(20, lock, put(26)), mutex(21, lock, put(26))];
    expect(likely(text, 20)).toEqual(['5 likely']);
    const other = mutex(22, '0xc001100008', 'app.(*Store).Count(0x0?) store.go:50');
    expect(likely([...text, other], 20)).toEqual([]);
  });

  it('share a generic type’s dictionary, which stands where the receiver is expected', () => {
    const put = (line: number): string => `app.(*Store[...]).Put(0x9f6640, 0x4) store.go:${line}`;
    const other = mutex(22, '0xc001100008', 'app.(*Store[...]).Count(0x9f6640) store.go:50');
    const text = [dial(5, [put(31)]), mutex(20, lock, put(26)), mutex(21, lock, put(26)), other];
    expect(said(text, 20)[0]).toBe('5 possible');
  });

  it('a word of the heap in its place has been left there', () => {
    const get = (first: string): string => `app.(*Store[...]).Get(${first}, 0x4) store.go:61`;
    const text = [dial(5, [get(lock)]), mutex(20, lock, get('0x9f6640')), mutex(21, lock, get('0xc0010a7fa0'))];
    expect(said(text, 20)).toEqual(['5 possible']);
  });

  it('nor do words tell those apart that stand in one place of a generic function', () => {
    const get = (word: string, line: number): string =>
      `app.(*Store[...]).Get(0x0, {${word}, 0x0?, 0x0?}) store.go:${line}`;
    const left = '0xc001200000';
    const text = [
      dial(5, [get('0xc001300000', 70)]),
      dial(6, [get(left, 70)]),
      mutex(20, lock, get(left, 65)),
      mutex(21, lock, get(left, 65)),
    ];
    expect(said(text, 20)[0]).toBe('6 possible');
  });
});

describe('several dumps in one text', () => {
  it('each is judged by itself: what the others say twice is no doubt', () => {
    const lock = '0xc000800018';
    const dump = [
      send(5, 'app.(*Log).Write(0xc000800000, 0x1) log.go:40', 'app.serve.func1() main.go:7'),
      mutex(20, lock, 'app.(*Log).Write(0xc000800000, 0x2) log.go:33', 'app.serve.func1() main.go:7'),
      mutex(21, lock, 'app.(*Log).Close(0xc000800000) log.go:51', 'app.serve.func1() main.go:7'),
    ];
    expect(said(dump, 20)).toEqual(['5 likely']);
    const twice = [...dump, '\n', main, ...dump];
    expect(said(twice, 20)).toContain('5 likely');
    expect(said(twice, 20, '#1')).toContain('5 likely');
    const { holds } = factsOf(...twice);
    expect(holds.map(({ evidence }) => evidence.reduce((sum, { weight }) => sum + weight, 0))).toEqual(
      Array.from({ length: 2 }, () => factsOf(...dump).holds[0]!.evidence.reduce((sum, { weight }) => sum + weight, 0)),
    );
  });
});
