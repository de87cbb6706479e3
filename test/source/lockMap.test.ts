// Lock maps say what the code that they were made from says, and know which version a dump is of.

import { describe, expect, test } from 'vitest';
import { Packer } from '../../scripts/lock-maps/pack.js';
import { packMap } from '../../scripts/lock-maps/packMap.js';
import type { PrintedFrame } from '../../server/src/core/source/evidence.js';
import { fileLocks } from '../../server/src/core/source/fileLocks.js';
import { Analysis, LiveSource } from '../../server/src/core/source/live.js';
import { type LockMap, LockMapReader } from '../../server/src/core/source/lockMap.js';
import { Program } from '../../server/src/core/source/program.js';
import { parser } from './parser.js';
import { readMap } from './readMap.js';

const go = await parser();
const PKG = 'example.test/app/store';
const MODULES = new Map([['example.test/app', '']]);
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
    packer.add(tag, new Map([[PATH, fileLocks(new Analysis(program), file)]]), MODULES);
  }
  return readMap(packMap(packer.map(MODULES)));
}

const live = (text: string): LiveSource => {
  const source = new LiveSource(go);
  source.give(PRINTED, `${PKG}.(*Store).Get`, { path: PATH, text });
  return source;
};
/** As the map says it: locks named by the project, whatever its module is called; nothing of where they lie in structs. */
const named = <T>(said: T): T =>
  said &&
  JSON.parse(JSON.stringify(said).replaceAll('example.test/app/', 'app/'), (key, value) =>
    key === 'place' ? undefined : value,
  );
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

/** All that can be printed of a version's code, and fits it. */
const frames = (code: string): PrintedFrame[] =>
  FRAMES.filter(([func, text]) => code.includes(text) && !func.endsWith('func1'))
    .filter(([, , callee], at, all) => at !== all.length - 1 || callee?.endsWith('notify'))
    .map(([func, text, callee]) => ({ file: PRINTED, func: `${PKG}.${func}`, line: line(text, code), callee }));

describe('a lock map', () => {
  const reader = new LockMapReader(mapOf({ 'v1.0.0': CODE }));
  const evidence = reader.evidence(frames(CODE))!;
  for (const [func, text, callee] of FRAMES)
    test(`says what the code says: ${func} in ${callee}`, () => {
      const args = [PRINTED, `${PKG}.${func}`, line(text)] as const;
      const known = live(CODE).heldAt(...args, callee)!;
      expect(evidence.heldAt(...args, callee)).toEqual(known.state === 'match' ? named(known) : undefined);
      expect(evidence.lockAt(...args)).toEqual(named(live(CODE).lockAt(...args)));
    });

  test('says where it comes from, and how well it fits', () => {
    expect(evidence.origin).toBe('app v1.0.0, built-in lock map; 7 of 7 lines fit');
  });

  test('says nothing of functions without locks, of other files and of other packages', () => {
    const get = `${PKG}.(*Store).Get`;
    expect(evidence.heldAt(PRINTED, get, line('return s.load(k)'), undefined)).toBeDefined();
    expect(evidence.heldAt(PRINTED, `${PKG}.plain`, line('func plain'), undefined)).toBeUndefined();
    expect(evidence.heldAt('/src/app/store/other.go', get, 14, undefined)).toBeUndefined();
    expect(evidence.heldAt(PRINTED, 'example.test/other/store.(*Store).Get', 14, undefined)).toBeUndefined();
    expect(evidence.lockAt(PRINTED, 'example.test/other/store.(*Store).Get', 13)).toBeUndefined();
  });

  test('finds files wherever the program was built', () => {
    const get = `${PKG}.(*Store).Get`;
    for (const path of ['store.go', 'C:\\src\\app\\store\\store.go', '/root/app@v1.0.0/store/store.go', 'a/store.go'])
      expect(evidence.lockAt(path, get, line('s.mu.RLock()'))?.on).toBe('s.mu');
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

  test('what did not change is there once', () => {
    expect(map.versions[1]!.files).toEqual({});
    expect(map.shapes.length).toBe(4);
  });

  test('the one that fits is recognised; those that fit equally well are all named', () => {
    const best = (code: string) => reader.recognise(frames(code))!;
    expect(best(CODE).tags).toEqual(['v1.0.0', 'v1.0.1']);
    expect(best(longer).tags).toEqual(['v1.1.0']);
    expect(best(changed).tags).toEqual(['v2.0.0']);
    for (const code of [CODE, longer, changed]) expect(best(code).fit).toBe(best(code).all);
    expect(reader.evidence(frames(CODE))!.origin).toContain('app v1.0.0 to v1.0.1,');
  });

  test('nothing is said of a file in which a line does not fit', () => {
    const shifted = frames(CODE).map((frame) => ({
      ...frame,
      line: frame.line + (frame.func.endsWith('Put') ? 1 : 0),
    }));
    expect(reader.recognise(shifted)!.fit).toBeLessThan(reader.recognise(shifted)!.all);
    expect(reader.evidence(shifted)).toBeUndefined();
    // One line of many: the version is known, the file is not the version's.
    const others = Array.from({ length: 30 }, (_, at) => ({ ...frames(CODE)[0]!, callee: `runtime.f${at}` }));
    const patched = [...frames(CODE), ...others, { ...frames(CODE)[3]!, line: 3 }];
    expect(reader.recognise(patched)).toMatchObject({ fit: 37, all: 38 });
    const evidence = reader.evidence(patched)!;
    for (const { file, func, line, callee } of frames(CODE)) {
      expect(evidence.heldAt(file, func, line, callee)).toBeUndefined();
      expect(evidence.lockAt(file, func, line)).toBeUndefined();
    }
  });

  test('too few lines make no version', () => {
    expect(reader.evidence(frames(CODE).slice(0, 2))).toBeUndefined();
    expect(reader.evidence([])).toBeUndefined();
  });

  test('nothing is said on which versions that fit equally well differ', () => {
    const early = CODE.replace('\ts.mu.Unlock()\n\tnotify(k)', '\tnotify(k)\n\ts.mu.Unlock()');
    const two = new LockMapReader(mapOf({ 'v1.0.0': CODE, 'v1.0.1': early }));
    const same = frames(CODE).filter(({ func, line: at }) => !func.endsWith('Put') || at <= line('wait(k)'));
    const evidence = two.evidence(same)!;
    expect(two.recognise(same)!.tags).toEqual(['v1.0.0', 'v1.0.1']);
    expect(evidence.heldAt(PRINTED, `${PKG}.(*Store).Put`, line('wait(k)'), `${PKG}.wait`)?.state).toBe('match');
    expect(
      evidence.heldAt(PRINTED, `${PKG}.(*Store).Put`, line('s.write(k)'), `${PKG}.(*Store).write`),
    ).toBeUndefined();
  });
});
