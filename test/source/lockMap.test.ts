// Lock maps say what the code that they were made from says, and know which version a dump is of.

import { describe, expect, test } from 'vitest';
import { Packer } from '../../scripts/lock-maps/pack.js';
import { fileLocks } from '../../server/src/core/source/fileLocks.js';
import { Analysis, LiveSource } from '../../server/src/core/source/live.js';
import { type LockMap, LockMapReader } from '../../server/src/core/source/lockMap.js';
import { Program } from '../../server/src/core/source/program.js';
import { parser } from './parser.js';

const go = await parser();
const PKG = 'example.test/app/store';
const PATH = 'store/store.go';
const PRINTED = '/build/src/example.test/app/store/store.go';

const CODE = `package store

import "sync"

type Store struct {
	mu    sync.RWMutex
	items map[string]int
	load  func(string) int
}

func (s *Store) Get(k string) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.load(k)
}

func (s *Store) Put(k string) {
	s.mu.Lock()
	if s.full() {
		s.mu.Unlock()
		wait(k)
		return
	}
	s.write(k)
	s.mu.Unlock()
	notify(k)
}

func (s *Store) Start() {
	go func() {
		s.mu.Lock()
		s.write("")
		s.mu.Unlock()
	}()
}

func plain() { notify("") }
`;

function mapOf(versions: Readonly<Record<string, string>>): LockMap {
  const packer = new Packer('app');
  for (const [tag, text] of Object.entries(versions)) {
    const program = new Program(go);
    const file = program.add(PATH, PKG, text)!;
    packer.add(tag, new Map([[PATH, fileLocks(new Analysis(program), file)]]));
  }
  return JSON.parse(JSON.stringify(packer.map));
}

const live = (text: string): LiveSource => {
  const source = new LiveSource(go);
  source.give(PRINTED, `${PKG}.(*Store).Get`, { path: PATH, text });
  return source;
};
const line = (text: string, code = CODE): number => code.slice(0, code.indexOf(text)).split('\n').length;

const FRAMES: [string, string, string | undefined][] = [
  ['(*Store).Get', 's.mu.RLock()', 'sync.(*RWMutex).RLock'],
  ['(*Store).Get', 'return s.load(k)', 'main.slow'],
  ['(*Store).Put', 's.mu.Lock()\n\tif', 'sync.(*Mutex).Lock'],
  ['(*Store).Put', 'if s.full()', `${PKG}.(*Store).full`],
  ['(*Store).Put', 'wait(k)', `${PKG}.wait`],
  ['(*Store).Put', 's.write(k)', `${PKG}.(*Store).write`],
  ['(*Store).Put', 'notify(k)', `${PKG}.notify`],
  ['(*Store).Put', 'notify(k)', `${PKG}.(*Store).write`],
  ['(*Store).Start.func1', 's.write("")', `${PKG}.(*Store).write`],
];

describe('a lock map', () => {
  const reader = new LockMapReader(mapOf({ 'v1.0.0': CODE }));
  const evidence = reader.evidence('v1.0.0')!;
  for (const [func, text, callee] of FRAMES)
    test(`says what the code says: ${func} in ${callee}`, () => {
      const args = [PRINTED, `${PKG}.${func}`, line(text)] as const;
      const said = evidence.heldAt(...args, callee);
      expect(said).toBeDefined();
      expect(said).toEqual(live(CODE).heldAt(...args, callee));
      expect(evidence.lockAt(...args)).toEqual(live(CODE).lockAt(...args));
    });

  test('says nothing of functions without locks, other files and other versions', () => {
    expect(evidence.heldAt(PRINTED, `${PKG}.plain`, line('func plain'), undefined)).toBeUndefined();
    expect(evidence.heldAt('/src/other/store.go', `${PKG}.(*Store).Get`, 13, undefined)).toBeUndefined();
    expect(reader.evidence('v9')).toBeUndefined();
  });

  test('holds no code but the names of what is locked and called', () => {
    const { words } = reader.map;
    expect(words.filter((word) => /[{}=;"]/.test(word))).toEqual([]);
  });
});

describe('several versions', () => {
  const longer = CODE.replace('func (s *Store) Put', '// Put puts.\n// It waits.\nfunc (s *Store) Put');
  const changed = longer.replace('\ts.write(k)\n', '\ts.check(k)\n\ts.write(k)\n');
  const map = mapOf({ 'v1.0.0': CODE, 'v1.0.1': CODE, 'v1.1.0': longer, 'v2.0.0': changed });
  const reader = new LockMapReader(map);
  const frames = (code: string) =>
    FRAMES.filter(([func, text]) => code.includes(text) && !func.endsWith('func1'))
      .filter(([, , callee], at, all) => at !== all.length - 1 || callee?.endsWith('notify'))
      .map(([func, text, callee]) => ({ file: PRINTED, func: `${PKG}.${func}`, line: line(text, code), callee }));

  test('what did not change is there once', () => {
    expect(map.versions[1]!.files).toEqual({});
    expect(map.shapes.length).toBe(4);
  });

  test('the one that fits is recognised', () => {
    const best = (code: string) => reader.recognise(frames(code))[0]!;
    expect(best(CODE)).toMatchObject({ tag: 'v1.0.0' });
    expect(best(longer)).toMatchObject({ tag: 'v1.1.0' });
    expect(best(changed)).toMatchObject({ tag: 'v2.0.0' });
    for (const code of [CODE, longer, changed]) expect(best(code).fit).toBe(best(code).all);
  });

  test('one that does not fit says so', () => {
    const fit = reader.recognise(frames(changed)).find(({ tag }) => tag === 'v1.0.0')!;
    expect(fit.fit).toBeLessThan(fit.all);
    const [func, text, callee] = FRAMES[5]!;
    const at = line(text, changed);
    expect(reader.evidence('v1.0.0')!.heldAt(PRINTED, `${PKG}.${func}`, at, callee)).toEqual({ state: 'mismatch' });
  });
});
