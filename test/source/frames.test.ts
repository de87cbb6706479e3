// Frames of tracebacks against code: names as Go prints them, lines that must call the next frame's function, versions that
// do not fit.

import { describe, expect, test } from 'vitest';
import { compareKeys } from '../../server/src/core/source/keys.js';
import { LiveSource } from '../../server/src/core/source/live.js';
import { readPrinted } from '../../server/src/core/source/names.js';
import { parser } from './parser.js';

const go = await parser();

const CODE = `package pool

import "sync"

type Pool[T any] struct {
	mu   sync.RWMutex
	cond *sync.Cond
	load func(string) (T, error)
}

func (p *Pool[T]) Get(k string) (T, error) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.load(k)
}

type Queue struct {
	mu   sync.Mutex
	cond *sync.Cond
}

func (q *Queue) Pop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.empty() {
		q.cond.Wait()
	}
	func() {
		q.handle()
	}()
}

func (q *Queue) Each(f func()) {
	q.mu.Lock()
	f()
	q.mu.Unlock()
}

func (q *Queue) Start(n int) {
	for i := 0; i < n; i++ {
		go q.Run(i)
		go func(i int) {
			q.Run(i)
		}(i)
	}
}

func init() {
	go func() { serve() }()
}

func (q *Queue) Close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	defer q.stop()
}
`;
const FILE = '/home/builder/pool/pool.go';
const line = (text: string): number => CODE.slice(0, CODE.indexOf(text)).split('\n').length;

function source(): LiveSource {
  const live = new LiveSource(go);
  live.give(FILE, 'example.test/pool.(*Queue).Pop', { path: FILE, text: CODE });
  return live;
}

const at = (func: string, text: string, callee?: string): string => {
  const answer = source().heldAt(FILE, `example.test/pool.${func}`, line(text), callee);
  if (answer?.state !== 'match') return answer?.state ?? 'no source';
  return answer.held.map(({ key, sure }) => `${key.replace('example.test/pool.', '')} ${sure}`).join(', ') || 'nothing';
};

describe('a frame that fits its line', () => {
  test('generic method, through a field that holds a function', () => {
    expect(at('(*Pool[...]).Get', 'return p.load(k)', 'main.slowLoad')).toBe('Pool.mu all');
    expect(at('(*Pool[...]).Get', 'return p.load(k)', 'main.init.0.func1.2')).toBe('Pool.mu all');
  });
  test('a callback', () => expect(at('(*Queue).Each', 'f()\n', 'example.test/other.(*T).work')).toBe('Queue.mu all'));
  test('the top frame', () => expect(at('(*Queue).Each', 'f()\n')).toBe('Queue.mu all'));
  test('a panic, a nil pointer', () => {
    expect(at('(*Queue).Each', 'f()\n', 'panic')).toBe('Queue.mu all');
    expect(at('(*Queue).Each', 'f()\n', 'runtime.panicmem')).toBe('Queue.mu all');
  });
  test('a literal called at once holds nothing itself; its caller does', () => {
    expect(at('(*Queue).Pop.func1', 'q.handle()', 'example.test/pool.(*Queue).handle')).toBe('nothing');
    expect(at('(*Queue).Pop', '}()\n}', 'example.test/pool.(*Queue).Pop.func1')).toBe('Queue.mu all');
    expect(at('(*Queue).Pop', 'func() {\n\t\tq.handle', 'example.test/pool.(*Queue).Pop.func1')).toBe('Queue.mu all');
  });
  test('deferred calls run before those deferred earlier', () => {
    const end = CODE.trimEnd().split('\n').length;
    const answer = source().heldAt(FILE, 'example.test/pool.(*Queue).Close', end, 'example.test/pool.(*Queue).stop');
    expect(answer).toMatchObject({ state: 'match', held: [{ key: 'example.test/pool.Queue.mu', unlock: 'defer' }] });
  });
  test('Cond.Wait gives the lock back', () => {
    expect(at('(*Queue).Pop', 'q.cond.Wait()', 'sync.(*Cond).Wait')).toBe('nothing');
  });
  test('wrappers that the compiler makes for go', () => {
    expect(at('(*Queue).Start.gowrap1', 'go q.Run(i)', 'example.test/pool.(*Queue).Run')).toBe('nothing');
    expect(at('(*Queue).Start.func1', 'go q.Run(i)', 'example.test/pool.(*Queue).Run')).toBe('nothing');
    expect(at('(*Queue).Start.func3', '}(i)', 'example.test/pool.(*Queue).Start.func2')).toBe('nothing');
  });
  test('literals of init', () =>
    expect(at('init.0.func1', 'go func() { serve', 'example.test/pool.serve')).toBe('nothing'));
});

describe('a frame that does not', () => {
  test('a line that calls something else', () => {
    expect(at('(*Queue).Pop', 'q.cond.Wait()', 'example.test/pool.(*Queue).handle')).toBe('mismatch');
  });
  test('another function', () => expect(at('(*Queue).Push', 'q.cond.Wait()', 'sync.(*Cond).Wait')).toBe('mismatch'));
  test('another type', () => expect(at('(*Pool[...]).Pop', 'q.cond.Wait()', 'sync.(*Cond).Wait')).toBe('mismatch'));
  test('a line where nothing happens', () => expect(at('(*Queue).Each', '\nfunc (q *Queue) Start')).toBe('mismatch'));
  test('a line outside of functions', () => expect(at('(*Queue).Each', 'type Queue struct')).toBe('mismatch'));
  test('the line of a literal is not its outer function’s', () => {
    expect(at('(*Queue).Pop', 'q.handle()', 'example.test/pool.(*Queue).handle')).toBe('mismatch');
  });
});

describe('what a line asks for', () => {
  test('its lock, and how', () => {
    const live = source();
    expect(live.lockAt(FILE, 'example.test/pool.(*Pool[...]).Get', line('p.mu.RLock()'))).toMatchObject({
      key: 'example.test/pool.Pool.mu',
      mode: 'read',
      root: 'receiver',
      path: '.mu',
    });
    expect(live.lockAt(FILE, 'example.test/pool.(*Queue).Pop', line('q.cond.Wait()'))).toBeUndefined();
  });
});

describe('files that are not there', () => {
  test('are wanted once, and then known to be missing', () => {
    const live = new LiveSource(go);
    expect(live.heldAt('/x/y.go', 'x.F', 1, undefined)).toBeUndefined();
    expect([...live.wantedFiles.keys()]).toEqual(['/x/y.go']);
    live.give('/x/y.go', 'x.F', undefined);
    expect(live.heldAt('/x/y.go', 'x.F', 1, undefined)).toBeUndefined();
    expect(live.wantedFiles.size).toBe(0);
  });
  test('are not wanted where they are no Go', () => {
    const live = new LiveSource(go);
    expect(live.heldAt('/x/asm_amd64.s', 'x.F', 1, undefined)).toBeUndefined();
    expect(live.heldAt('<autogenerated>', 'x.F', 1, undefined)).toBeUndefined();
    expect(live.wantedFiles.size).toBe(0);
  });
});

describe('printed names', () => {
  const cases: [string, string, string, boolean][] = [
    ['main.F', 'main', 'F', false],
    ['github.com/x/y.(*T).M', 'github.com/x/y', '(*T).M', false],
    ['github.com/x/y.T.M', 'github.com/x/y', 'T.M', false],
    ['main.(*Map[...]).Load.func1.2', 'main', '(*Map).Load', true],
    ['main.F[go.shape.struct { a/b.c }]', 'main', 'F', false],
    ['gopkg.in/yaml%2ev2.Unmarshal', 'gopkg.in/yaml.v2', 'Unmarshal', false],
    ['github.com/x/vendor/github.com/y/z.F', 'github.com/y/z', 'F', false],
    ['main.init.0.func1', 'main', 'init.0', true],
    ['main.glob..func3', 'main', 'glob.', true],
    ['main.(*T).M-fm', 'main', '(*T).M', true],
    ['main.F.deferwrap1', 'main', 'F', true],
    ['main.F·dwrap·1', 'main', 'F', true],
    ['main.F-range1', 'main', 'F', true],
  ];
  for (const [func, pkg, outer, literal] of cases)
    test(func, () => expect(readPrinted(func)).toMatchObject({ pkg, outer, literal }));
});

describe('comparing locks', () => {
  const cases: [string, string, 'same' | 'maybe' | 'other'][] = [
    ['p.T.mu', 'p.T.mu', 'same'],
    ['p.T.mu', 'p.U.mu', 'other'],
    ['?.mu', 'p.T.mu', 'maybe'],
    ['?.mu', 'p.T.other', 'other'],
    ['?', 'p.T.Mutex', 'maybe'],
    ['?', 'p.T.mu', 'other'],
    ['q.C.*', 'p.State.Mutex', 'maybe'],
    ['?.Execs', 'p.Store.RWMutex', 'maybe'],
    ['?.mu', 'p.Store.RWMutex', 'other'],
  ];
  for (const [a, b, how] of cases)
    test(`${a} and ${b}`, () => {
      expect(compareKeys(a, b)).toBe(how);
      expect(compareKeys(b, a)).toBe(how);
    });
});
