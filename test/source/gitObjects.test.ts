// Objects of git repositories as git itself packs them, and packs that are damaged.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { applyDelta } from '../../server/src/host/git/delta.js';
import { Objects } from '../../server/src/host/git/objects.js';
import { resolveRef } from '../../server/src/host/git/refs.js';

const folder = mkdtempSync(join(tmpdir(), 'git-objects-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a delta', () => {
  const base = Buffer.from('0123456789');
  const apply = (...bytes: number[]): string => applyDelta(base, Buffer.from(bytes), 100).toString();

  test('copies from its base, and puts in', () => {
    // 10 bytes become 8: 3 from place 2, "ab", 3 from the start.
    expect(apply(10, 8, 0x91, 2, 3, 2, 97, 98, 0x90, 3)).toBe('234ab012');
    expect(apply(10, 0)).toBe('');
  });

  test('copies 64 KiB where it tells no length', () => {
    const long = Buffer.alloc(70_000, 'x');
    const delta = Buffer.from([0xf0, 0xa2, 0x04, 0x80, 0x80, 0x04, 0x80]);
    expect(applyDelta(long, delta, 100_000).length).toBe(65_536);
  });

  test('that does not fit is refused', () => {
    for (const bytes of [
      [9, 0],
      [10, 1],
      [10, 1, 0],
      [10, 1, 0x91, 9, 2],
      [10, 1, 2, 97, 98],
      [10, 101],
      [10, 2, 2, 97],
      [10],
    ])
      expect(() => apply(...bytes), bytes.join()).toThrow();
  });
});

const hasGit = spawnSync('git', ['--version']).status === 0;

describe.skipIf(!hasGit)('what git has packed', () => {
  const git = (dir: string, ...args: string[]): string =>
    execFileSync(
      'git',
      ['-c', 'user.name=A', '-c', 'user.email=a@example.test', '-c', 'commit.gpgsign=false', ...args],
      {
        cwd: dir,
        encoding: 'utf8',
        maxBuffer: 1 << 26,
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    ).trim();
  const text = (version: number): string =>
    Array.from(
      { length: 400 },
      (_, line) => `line ${line} ${line % 13 === version ? `changed in ${version}` : ''}\n`,
    ).join('');
  const make = (name: string, ...pack: string[]): string => {
    const dir = join(folder, name);
    execFileSync('git', ['init', '-q', dir]);
    for (let version = 0; version < 12; version++) {
      writeFileSync(join(dir, 'a.go'), text(version));
      git(dir, 'add', '.');
      git(dir, 'commit', '-qm', `${version}`);
    }
    git(dir, 'tag', '-am', 'tag', 'v1');
    git(dir, ...pack);
    return dir;
  };
  const all = (dir: string): string[] =>
    git(dir, 'rev-list', '--objects', '--all')
      .split('\n')
      .map((line) => line.slice(0, 40));

  for (const [name, pack] of Object.entries({
    'deltas by place': ['gc', '-q', '--aggressive', '--prune=now'],
    'deltas by name': ['-c', 'repack.useDeltaBaseOffset=false', 'repack', '-adfq', '--depth=50'],
    'an index of version 1': ['-c', 'pack.indexVersion=1', 'repack', '-adfq'],
  }))
    test(`${name}: every object is as git shows it`, async () => {
      const dir = make(name, ...pack);
      const objects = new Objects(join(dir, '.git/objects'));
      const names = all(dir);
      expect(names.length).toBeGreaterThan(36);
      for (const object of names) {
        const { type, data } = await objects.read(object);
        expect(type).toBe(git(dir, 'cat-file', '-t', object));
        if (type !== 'tree') expect(data.toString().trim()).toBe(git(dir, 'cat-file', type, object));
        expect(await objects.startingWith(object.slice(0, 12))).toEqual([object]);
      }
      const tag = await resolveRef(join(dir, '.git'), 'v1');
      expect(tag).toBe(git(dir, 'rev-parse', 'v1'));
      expect(await resolveRef(join(dir, '.git'), 'HEAD')).toBe(git(dir, 'rev-parse', 'HEAD'));
      await expect(objects.read('0'.repeat(40))).rejects.toThrow('no object');
    }, 60_000);

  test('a pack in which a byte is wrong gives an error or the truth', async () => {
    const dir = make('damaged', 'gc', '-q', '--prune=now');
    const packs = join(dir, '.git/objects/pack');
    const pack = join(packs, readdirSync(packs).find((name) => name.endsWith('.pack'))!);
    const whole = readFileSync(pack);
    const [name] = all(dir);
    const known = await new Objects(join(dir, '.git/objects')).read(name!);
    rmSync(pack); // git has made it read-only
    for (let at = 12; at < whole.length; at += 97) {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 0x55;
      writeFileSync(pack, bytes);
      const read = await new Objects(join(dir, '.git/objects')).read(name!).catch(() => known);
      expect(read).toEqual(known);
    }
  });
});

test('names that lead out of the repository are none', async () => {
  writeFileSync(join(folder, 'secret'), '0123456789012345678901234567890123456789\n');
  for (const name of ['../secret', '/etc/passwd', 'a/../../secret', '', 'x y', 'a\0b', 'refs/../../secret'])
    expect(await resolveRef(join(folder, '.git'), name)).toBeUndefined();
});
