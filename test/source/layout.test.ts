// Where locks lie in their structs. The numbers are those of Go's compiler (unsafe.Offsetof) on amd64 and 386.

import { describe, expect, test } from 'vitest';
import { LiveSource } from '../../server/src/core/source/live.js';
import { parser } from './parser.js';

const go = await parser();

/** The offsets of the lock that `body` locks, with pointers of 8 bytes and of 4; and where its object is printed. */
function place(types: string, signature: string, body: string): string {
  const text = `package p\n\nimport (\n\t"context"\n\t"sync"\n\t"time"\n)\n\n${types}\n\nfunc ${signature} {\n\t${body}\n}\n`;
  const live = new LiveSource(go);
  const name = /^\((\w+) (\*?)(\w+)\) (\w+)/.exec(signature);
  const func = name ? `p.${name[2] ? `(*${name[3]})` : name[3]}.${name[4]}` : `p.${/^\w+/.exec(signature)![0]}`;
  live.give('/p/p.go', func, { path: '/p/p.go', text });
  const line = text.split('\n').indexOf(`\t${body}`) + 1;
  const found = live.lockAt('/p/p.go', func, line);
  if (!found) return 'no lock';
  const at = found.place;
  return at ? `${at.offset8} ${at.offset4} argument ${at.argument} word ${at.word}` : 'unknown';
}

describe('offsets', () => {
  const cases: [string, string, string][] = [
    ['first field', 'type T struct { mu sync.Mutex }', '0 0'],
    ['behind words', 'type T struct { a, b int; s string; l []byte; mu sync.Mutex }', '56 28'],
    ['behind small fields', 'type T struct { a bool; mu sync.Mutex }', '4 4'],
    ['behind 64 bits', 'type T struct { a bool; b int64; c bool; mu sync.Mutex }', '20 16'],
    ['behind another lock', 'type T struct { rw sync.RWMutex; mu sync.Mutex }', '24 24'],
    [
      'behind pointers of all kinds',
      'type T struct { a *T; m map[string]int; c chan int; f func(); i any; mu sync.Mutex }',
      '48 24',
    ],
    ['behind an array', 'type T struct { a [3]uint16; mu sync.Mutex }', '8 8'],
    [
      'behind a struct',
      'type U struct { a int64; b bool }\ntype T struct { u U; v struct{ x, y byte }; mu sync.Mutex }',
      '20 16',
    ],
    ['behind named types', 'type N int\ntype F func()\ntype T struct { n N; f F; mu sync.Mutex }', '16 8'],
    ['behind a pointer to what is not known', 'type T struct { x *other.X; mu sync.Mutex }', '8 4'],
    [
      'behind known types of the library',
      'type T struct { c context.Context; d time.Duration; mu sync.Mutex }',
      '24 16',
    ],
    ['behind a type that is not known', 'type T struct { x time.Time; mu sync.Mutex }', 'unknown'],
    ['behind an array of unknown length', 'type T struct { x [n]int; mu sync.Mutex }', 'unknown'],
    ['a pointer to a lock', 'type T struct { a int; mu *sync.Mutex }', 'unknown'],
    ['of itself', 'type T struct { t T; mu sync.Mutex }', 'unknown'],
  ];
  for (const [name, types, expected] of cases)
    test(name, () =>
      expect(place(types, '(t *T) M()', 't.mu.Lock()')).toBe(
        expected === 'unknown' ? expected : `${expected} argument 0 word 0`,
      ),
    );

  test('a field of a field', () => {
    const types = 'type U struct { n int; mu sync.Mutex }\ntype T struct { a int; u U }';
    expect(place(types, '(t *T) M()', 't.u.mu.Lock()')).toBe('16 8 argument 0 word 0');
  });
  test('a field behind a pointer is in another object', () => {
    const types = 'type U struct { n int; mu sync.Mutex }\ntype T struct { a int; u *U }';
    expect(place(types, '(t *T) M()', 't.u.mu.Lock()')).toBe('unknown');
  });
  test('embedded, and embedded in what is embedded', () => {
    const types = 'type U struct { n int; sync.Mutex }\ntype T struct { a int; U }';
    expect(place(types, '(u *U) M()', 'u.Lock()')).toBe('8 4 argument 0 word 0');
    expect(place(types, '(t *T) M()', 't.Lock()')).toBe('16 8 argument 0 word 0');
    expect(place(types, '(t *T) M()', 't.Mutex.Lock()')).toBe('16 8 argument 0 word 0');
  });
  test('embedded by pointer is in another object', () => {
    const types = 'type U struct { n int; sync.Mutex }\ntype T struct { a int; *U }';
    expect(place(types, '(t *T) M()', 't.Lock()')).toBe('unknown');
  });
});

describe('arguments', () => {
  const types = 'type T struct { n int; mu sync.Mutex }';
  const cases: [string, string, string][] = [
    ['F(a, b *T)', 'b.mu.Lock()', '8 4 argument 1 word 1'],
    ['F(s string, t *T)', 't.mu.Lock()', '8 4 argument 1 word 2'],
    ['F(a bool, t *T)', 't.mu.Lock()', '8 4 argument 1 word undefined'],
    ['(t *T) M(l []int, u *T)', 'u.mu.Lock()', '8 4 argument 2 word 4'],
    ['F(t T)', 't.mu.Lock()', 'unknown'],
    ['F(ts ...*T)', 'ts[0].mu.Lock()', 'unknown'],
  ];
  for (const [signature, body, expected] of cases)
    test(signature, () => expect(place(types, signature, body)).toBe(expected));
});
