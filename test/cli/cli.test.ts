// The bundled command line in a child process: exit status, what goes to which stream, inputs of every kind of damage, and
// the JSON of every fixture.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Command, makeCommand } from './command.js';

const root = resolve(import.meta.dirname, '../..');
const fixtures = join(root, 'test/fixtures/goroutine');
const sample = join(root, 'samples/docker-exec-hang');

let command: Command;
let folder: string;
let cli: string;

beforeAll(async () => {
  command = await makeCommand();
  ({ folder, cli } = command);
});

afterAll(() => command.remove());

const run: Command['run'] = (...args) => command.run(...args);
const file: Command['file'] = (name, content) => command.file(name, content);

// biome-ignore lint/suspicious/noExplicitAny: parsed JSON
const json = (args: readonly string[], input?: string | Buffer): any =>
  JSON.parse(run(['investigate', '--json', ...args], input).out);

const IDLE = 'goroutine 1 [running]:\nmain.main()\n\t/src/main.go:5 +0x1d\n';
const DEADLOCK = `goroutine 1 [sync.Mutex.Lock, 3 minutes]:
internal/sync.runtime_SemacquireMutex(0x1?, 0x2?, 0x3?)
\t/go/src/runtime/sema.go:95 +0x25
internal/sync.(*Mutex).lockSlow(0xc000012340)
\t/go/src/internal/sync/mutex.go:149 +0x15a
internal/sync.(*Mutex).Lock(...)
\t/go/src/internal/sync/mutex.go:70
sync.(*Mutex).Lock(...)
\t/go/src/sync/mutex.go:46
main.(*Pool).Get(0xc000012300)
\t/src/pool.go:20 +0x45
main.main()
\t/src/main.go:9 +0x1d
`;

describe('usage', () => {
  it('prints help and version', () => {
    for (const args of [['--help'], ['-h'], ['help']]) {
      const { status, out, err } = run(args);
      expect({ status, err }).toEqual({ status: 0, err: '' });
      expect(out).toContain('usage: trace-investigator COMMAND');
    }
    const all = run(['--help']).out;
    for (const command of ['investigate', 'compare', 'lsp', 'mcp']) {
      const { status, out, err } = run([command, '--help']);
      expect({ status, err }).toEqual({ status: 0, err: '' });
      expect(out).toContain(`usage: trace-investigator ${command} `);
      expect(out).toMatch(/^examples?[:,]|what many editors add/m);
      expect(run(['help', command]).out).toBe(out);
      expect(all).toMatch(new RegExp(`^  ${command} {2,}`, 'm'));
      for (const line of out.split('\n')) expect(line.length).toBeLessThan(140);
    }
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(run(['--version']).out).toBe(`trace-investigator ${version}\n`);
  });

  it('names every option in the help of the commands that take it', () => {
    for (const [command, options] of [
      ['investigate', ['format', 'json', 'source', 'slow', 'color', 'no-color', 'help']],
      ['compare', ['format', 'color', 'no-color', 'help']],
      ['lsp', ['stdio']],
      ['mcp', ['source', 'slow', 'help']],
    ] as const)
      expect([...new Set(run([command, '-h']).out.match(/(?<=^ {2}(?:-h, )?--)[\w-]+/gm))].toSorted()).toEqual(
        options.toSorted(),
      );
  });

  it.each([
    [[], 'no command given'],
    [['explode'], 'unknown command: explode'],
    [['investigate'], 'no file, folder or - given'],
    [['investigate', '--no-such-option', 'x'], '--no-such-option'],
    [['investigate', '--slow', 'soon', 'x'], '--slow takes seconds, at least 0.001'],
    [['investigate', '--slow', '0', 'x'], '--slow takes seconds, at least 0.001'],
    [['investigate', '--slow', '0x10', 'x'], '--slow takes seconds, at least 0.001'],
    [['investigate', '--slow=', 'x'], '--slow takes seconds, at least 0.001'],
    [['investigate', '--slow=-1', 'x'], '--slow takes seconds, at least 0.001'],
    [['compare', '--slow', '1', 'x', 'y'], 'compare has no option --slow'],
    [['compare', '--json', 'x', 'y'], 'compare has no option --json'],
    [['compare', '--format', 'sarif', 'x', 'y'], '--format takes text, markdown; not sarif'],
    [['investigate', '--format', 'xml', 'x'], '--format takes text, markdown, json, sarif; not xml'],
    [['investigate', '--json', '--format', 'sarif', 'x'], '--json and --format say two things'],
    [['investigate', '--stdio', 'x'], 'investigate has no option --stdio'],
    [['help', 'explode'], 'unknown command: explode'],
    [['lsp', 'x'], 'lsp takes no files'],
    [['mcp', '--json'], 'mcp has no option --json'],
  ])('%j is wrong usage', (args, message) => {
    const { status, out, err } = run(args);
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
    expect(err).toContain('--help');
    expect(err).not.toMatch(/^\s+at /m); // a message, no stack trace
  });
});

describe('exit status', () => {
  it('is 0 where nothing is stuck', () => {
    const { status, out, err } = run(['investigate', file('idle.txt', IDLE)]);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toContain('Nothing here is seen to be stuck');
  });

  it('is 1 where somebody is stuck', () => {
    const { status, out, err } = run(['investigate', file('stuck.txt', DEADLOCK)]);
    expect({ status, err }).toEqual({ status: 1, err: '' });
    expect(out).toContain('1 goroutine');
    for (const format of ['markdown', 'json', 'sarif'])
      expect(run(['investigate', '--format', format, 'stuck.txt']).status).toBe(1);
  });

  it('is 2 where an input is not there, and the others are told all the same', () => {
    const { status, out, err } = run(['investigate', file('idle.txt', IDLE), 'missing.txt']);
    expect(status).toBe(2);
    expect(err).toBe('trace-investigator: missing.txt: no such file or folder\n');
    expect(out).toContain('idle.txt: 1 goroutine');
  });
});

describe('the threshold of slow calls', () => {
  const log = `7 10:00:00.000000 execve("/bin/x", ["x"], 0x7f /* 4 vars */) = 0 <0.000300>
7 10:00:00.100000 fsync(3) = 0 <0.250000>
7 10:00:01.000000 fdatasync(3) = 0 <2.000000>
7 10:00:04.000000 getpid() = 7 <0.000010>
`;
  it.each([
    [[], ['fdatasync']],
    [
      ['--slow', '0.2'],
      ['fsync', 'fdatasync'],
    ],
    [['--slow', '2.5'], []],
  ])('%j', (options, slow) => {
    const { waits } = json([...options, file('slow.strace', log)]);
    const calls = waits.flatMap(({ call, state }: { call: string; state: string }) => (state === 'slow' ? [call] : []));
    expect(calls).toEqual(slow);
  });
});

describe('inputs that are no trace', () => {
  const garbage = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919) % 256));
  it.each([
    ['empty.txt', '', 'empty'],
    ['letter.txt', 'Dear Sir or Madam,\n', 'not a trace that is known here'],
    ['random.bin', garbage, 'binary'],
    ['dump.gz', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]), 'the packed file is torn off; nothing could be read'],
    ['dump.xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0]), 'compressed; unpack it first'],
    ['dumps.tar', Buffer.concat([Buffer.alloc(257), Buffer.from('ustar\0')]), 'a tar archive; unpack it first'],
  ])('%s is told on standard error, with status 2', (name, content, reason) => {
    const { status, out, err } = run(['investigate', file(name, content)]);
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(`${name}: ${reason}`);
    const answer = json([name]);
    expect(answer.files).toEqual([
      { file: name, format: null, reason: expect.stringContaining(reason), lines: 0, sections: 0, problems: 0 },
    ]);
    expect(answer.waits).toEqual([]);
  });

  it('stand beside traces in JSON', () => {
    const answer = json([file('idle.txt', IDLE), file('empty.txt', '')]);
    expect(answer.files.map((entry: { format: string | null }) => entry.format)).toEqual(['goroutine-dump', null]);
  });

  it('a file name can not write to the terminal', () => {
    const name = file('a\u001b[31mb.txt', 'no trace');
    expect(run(['investigate', name]).err).not.toContain('\u001b');
  });
});

describe('encodings and damage', () => {
  it.each([
    ['UTF-16 little endian', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(DEADLOCK, 'utf16le')])],
    ['UTF-16 big endian', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(DEADLOCK, 'utf16le').swap16()])],
    ['UTF-8 with a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(DEADLOCK)])],
    ['CR LF', Buffer.from(DEADLOCK.replaceAll('\n', '\r\n'))],
    ['bytes that are no UTF-8', Buffer.concat([Buffer.from(DEADLOCK), Buffer.from([0x0a, 0xff, 0xfe, 0xc3, 0x0a])])],
    ['NUL bytes at its end', Buffer.concat([Buffer.from(DEADLOCK), Buffer.alloc(4096)])],
    [
      'an odd byte at its end',
      Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(DEADLOCK, 'utf16le').swap16(), Buffer.from([0])]),
    ],
  ])('reads %s', (_, bytes) => {
    const answer = json([file('encoded.txt', bytes)]);
    expect(answer.files[0].format).toBe('goroutine-dump');
    expect(answer.waits[0]).toMatchObject({
      line: 1,
      waiter: 'goroutine:1',
      on: 'lock:0xc000012340',
      kind: 'mutex',
      state: 'blocked',
      seconds: 180,
    });
  });

  it('tells two dumps of one file apart', () => {
    const answer = json([file('twice.txt', `${DEADLOCK}\n${DEADLOCK}`)]);
    expect(answer.files[0].parts).toBe(2);
    expect(answer.waits.map(({ line, waiter, part }: Record<string, unknown>) => ({ line, waiter, part }))).toEqual([
      { line: 1, waiter: 'goroutine:1', part: 0 },
      { line: 15, waiter: 'goroutine:1', part: 1 },
    ]);
  });

  it('survives a dump cut anywhere', () => {
    const paths: string[] = [];
    for (let end = 0; end < DEADLOCK.length; end += 23) paths.push(file(`cut/${end}.txt`, DEADLOCK.slice(0, end)));
    const { status, err } = run(['investigate', '--json', ...paths]);
    expect(err).not.toMatch(/Error|^\s+at /m);
    expect([0, 1]).toContain(status);
  });

  it('survives one line of 20 MB', () => {
    const { status, err } = run(['investigate', file('line.txt', `${IDLE}\n${'x'.repeat(20_000_000)}`)]);
    expect({ status, err }).toEqual({ status: 0, err: '' });
  });
});

describe('where input comes from', () => {
  it('reads standard input', () => {
    expect(json(['-'], DEADLOCK).waits[0]).toMatchObject({ file: '-', waiter: 'goroutine:1' });
  });

  it('expands patterns that no shell has expanded, and takes a file of that very name first', () => {
    for (const name of [
      'glob/a.log',
      'glob/b.log',
      'glob/deep/er/c.log',
      'glob/d[1].log',
      'glob/d1.log',
      'glob/.hidden.log',
    ])
      file(name, DEADLOCK);
    file('glob/e.txt', 'nothing');
    if (!existsSync(join(folder, 'glob/link.log')))
      symlinkSync(join(folder, 'glob/a.log'), join(folder, 'glob/link.log'));
    const files = (...paths: string[]): string[] => json(paths).files.map((entry: { file: string }) => entry.file);
    expect(files('glob/[ab].log')).toEqual(['glob/a.log', 'glob/b.log']);
    expect(files('glob/*.log')).toEqual(['glob/a.log', 'glob/b.log', 'glob/d1.log', 'glob/d[1].log']);
    expect(files('glob/**/*.log').toSorted()).toEqual([
      'glob/a.log',
      'glob/b.log',
      'glob/d1.log',
      'glob/d[1].log',
      'glob/deep/er/c.log',
    ]);
    expect(files('glob/{a,e}.*')).toEqual(['glob/a.log', 'glob/e.txt']);
    expect(files('glob/d[1].log')).toEqual(['glob/d[1].log']);
    expect(files(join(folder, 'glob/de*'))).toEqual([join(folder, 'glob/deep/er/c.log')]);
    const { status, err } = run(['investigate', 'glob/*.nope', 'glob/a.log']);
    expect([status, err]).toEqual([2, 'trace-investigator: glob/*.nope: no file matches this pattern\n']);
  });

  it('reads packed files: by name, in a folder, from standard input, torn ones as far as they go', () => {
    file('packed/dump.log.gz', gzipSync(DEADLOCK));
    file('packed/no-name', readFileSync(join(root, 'test/fixtures/packed/two-locks.txt.zst')));
    file('packed/photo.gz', gzipSync(Buffer.alloc(1_000_000)));
    const found = json(['packed']).files.filter((entry: { format: string | null }) => entry.format);
    expect(found.map((entry: { file: string; sections: number }) => [entry.file, entry.sections])).toEqual([
      ['packed/dump.log.gz', 1],
      ['packed/no-name', 32],
    ]);
    expect(json(['-'], gzipSync(DEADLOCK)).waits[0]).toMatchObject({ file: '-', waiter: 'goroutine:1', line: 1 });
    expect(json(['-'], readFileSync(join(root, 'test/fixtures/packed/two-locks.txt.zst'))).cycles.length).toBe(1);
    const whole = gzipSync(`${DEADLOCK}\n${readFileSync(join(root, 'samples/two-locks-deadlock/goroutine.txt'))}`);
    const { status, out, err } = run(['investigate', file('torn.gz', whole.subarray(0, whole.length / 2))]);
    expect(status).toBe(1);
    expect(err).toBe(
      'trace-investigator: torn.gz: the packed file is torn off; only what stands before that could be read\n',
    );
    expect(out).toMatch(/torn\.gz:\d+ The packed file ends or is damaged here/);
    const dumps = ['goroutine.txt', 'jobs.log'].map((name) => join(root, 'samples/two-locks-deadlock', name));
    const packed = dumps.map((path, at) => file(`packed/${at}.gz`, gzipSync(readFileSync(path))));
    expect(run(['compare', ...packed]).out).toContain('18 goroutines are stuck: in both dumps');
  });

  it('searches a folder, by content, without following links', () => {
    file('case/logs/dump.log', DEADLOCK);
    file('case/notes.txt', 'nothing');
    file('case/node_modules/x/dump.txt', DEADLOCK);
    file('elsewhere/dump.txt', DEADLOCK);
    const link = join(folder, 'case/link');
    if (!existsSync(link)) symlinkSync(join(folder, 'elsewhere'), link);
    const { status, out, err } = run(['investigate', '--json', 'case']);
    expect({ status, err }).toEqual({ status: 1, err: '' });
    const files = JSON.parse(out).files.map((entry: { file: string }) => entry.file);
    expect(files).toEqual(['case/logs/dump.log', 'case/notes.txt']);
    expect(run(['investigate', 'case']).out).not.toContain('notes.txt');
  });

  it('says so where a folder holds no trace', () => {
    file('barren/notes.txt', 'nothing');
    const { status, err } = run(['investigate', 'barren']);
    expect(status).toBe(2);
    expect(err).toContain('1 file searched, and none is a trace');
  });

  it('ends quietly when its reader does', async () => {
    const child = spawn(process.execPath, [cli, 'investigate', '--json', sample], { cwd: folder });
    let err = '';
    child.stderr.on('data', (data) => {
      err += data;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const status = await new Promise((done) => child.on('close', done));
    expect(err).toBe('');
    expect([0, 1]).toContain(status);
  });
});

describe('built-in lock maps', () => {
  const because = (of: { holds: { because: string[] }[] }): string => of.holds.flatMap((hold) => hold.because).join();

  it('are evidence where a daemon is seen, without source code', () => {
    expect(because(json([sample]))).toMatch(
      /holds ctr here, .* \(moby v[\d.]+.*, built-in lock map; (\d+) of \1 lines fit\)/,
    );
  });

  it('that cannot be read are told, and the dump speaks alone', () => {
    const maps = join(folder, 'dist/lock-maps');
    renameSync(maps, `${maps}-away`);
    try {
      const { status, out, err } = run(['investigate', '--json', sample]);
      expect(status).toBe(1);
      expect(err).toContain('the built-in lock map could not be read: no such file or folder');
      expect(because(JSON.parse(out))).not.toContain('built-in');
      expect(run(['investigate', file('stuck.txt', DEADLOCK)]).err).toBe('');
    } finally {
      renameSync(`${maps}-away`, maps);
    }
  });
});

describe('colours', () => {
  it.each([
    [['--color'], {}, true],
    [['--color'], { NO_COLOR: '1' }, true], // what is said in the arguments goes first
    [['--no-color'], {}, false],
    [['--color', '--no-color'], {}, false],
    [[], {}, false],
  ] as const)('%j %j: %j', (options, env, colored) => {
    for (const args of [
      ['investigate', ...options, file('stuck.txt', DEADLOCK)],
      ['compare', ...options, 'stuck.txt', 'stuck.txt', file('again.txt', DEADLOCK)],
    ])
      expect(run(args, '', env).out.includes('\u001b[')).toBe(colored);
  });

  it.each([
    ['xterm', '', true],
    ['dumb', '', false],
    ['xterm', '1', false],
  ])('on a terminal, TERM=%s NO_COLOR=%s: %j', (term, off, colored) => {
    file('stuck.txt', DEADLOCK);
    const args = ['-qec', `'${process.execPath}' '${cli}' investigate stuck.txt`, '/dev/null'];
    const env = { ...process.env, TERM: term, NO_COLOR: off };
    const { stdout } = spawnSync('script', args, { cwd: folder, env, encoding: 'utf8' });
    expect(stdout).toContain('INVESTIGATION');
    expect(stdout.includes('\u001b[1m')).toBe(colored);
  });
});

describe('the report', () => {
  it('has no colours and no Markdown signs in a pipe', () => {
    const { out } = run(['investigate', file('stuck.txt', DEADLOCK)]);
    expect(out).not.toContain('\u001b');
    expect(out).not.toMatch(/\*\*|^#/m);
  });

  it('tells the sample incident from the symptom to the other program', () => {
    const { status, out } = run(['investigate', sample]);
    expect(status).toBe(1);
    expect(out).toContain('goroutine 211');
    expect(out).toMatch(/goroutine 219 .*waits about 7 min to read-lock/);
    expect(out).toContain('Tasks/Start');
  });
});

describe('all fixtures together', () => {
  const dumps = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(?:txt|log)$/.test(name),
  );
  let answer: ReturnType<typeof json>;
  beforeAll(() => {
    answer = json([fixtures]);
  });

  it('are found by their content', () => {
    expect(dumps.length).toBeGreaterThan(20);
    const found = new Set(answer.files.map((entry: { file: string }) => relative(fixtures, entry.file)));
    for (const name of dumps) expect(found).toContain(name);
  });

  it('have waits and holds as schema 1 says', () => {
    const lines = new Map<string, string[]>();
    const lineOf = ({ file, line }: { file: string; line: number }): string => {
      let kept = lines.get(file);
      if (!kept) lines.set(file, (kept = readFileSync(file, 'utf8').split('\n')));
      return kept[line - 1] ?? '';
    };
    expect(answer.schema).toBe(1);
    expect(answer.waits.length).toBeGreaterThan(dumps.length);
    for (const wait of answer.waits) {
      expect(wait.waiter).toMatch(/^goroutine:(?:\d+|at-\d+)$/);
      expect(wait.on === null || /^[a-z]+:[^@]+$/.test(wait.on)).toBe(true);
      expect(['blocked', 'idle', 'slow', 'ended']).toContain(wait.state);
      expect(wait.seconds === null || wait.seconds >= 0).toBe(true);
      const id = /^goroutine:(\d+)$/.exec(wait.waiter)?.[1];
      if (id) expect(lineOf(wait)).toMatch(new RegExp(`oroutine ${id} `));
    }
    expect(answer.holds.length).toBeGreaterThan(0);
    for (const hold of answer.holds) {
      expect(['certain', 'likely', 'possible']).toContain(hold.confidence);
      expect(['write', 'read', 'serves']).toContain(hold.mode);
      for (const reason of hold.because) {
        expect(reason).toMatch(/^(?:for|against): \S/);
        expect(reason).not.toMatch(/\{\w+\}|undefined/); // a place that nobody filled
      }
    }
    for (const { of, because } of answer.locksWithoutHolder) {
      expect(of).toMatch(/^lock:/);
      expect(because).not.toBe('');
    }
    expect(answer.episodes).toEqual([]);
  });

  it('have findings with a place and a whole sentence', () => {
    expect(answer.findings.length).toBeGreaterThan(0);
    for (const finding of answer.findings) {
      expect(['error', 'warning', 'information', 'hint']).toContain(finding.severity);
      expect(finding.message).not.toMatch(/undefined|\[object|NaN|\{\w+\}/);
      expect(finding.line).toBeGreaterThan(0);
      for (const related of finding.related) expect(related.line).toBeGreaterThan(0);
    }
    for (const chain of answer.chains) expect(chain.length).toBeGreaterThan(0);
  });

  it('give one report', () => {
    const { out, err } = run(['investigate', relative(folder, fixtures)]);
    expect(err).toBe('');
    expect(out).toContain('CONTENDED LOCKS');
    expect(out).not.toMatch(/undefined|\[object|NaN/);
  });
});

describe('compare', () => {
  const jobs = join(root, 'samples/two-locks-deadlock');

  it('tells who is stuck in all dumps, with status 1', () => {
    const { status, out, err } = run(['compare', join(jobs, 'goroutine.txt'), join(jobs, 'jobs.log')]);
    expect(status).toBe(1);
    expect(err).toBe('');
    expect(out).toContain('18 goroutines are stuck: in both dumps');
  });

  it('ends with status 0 where nobody is', () => {
    const first = file('compare/1.txt', 'goroutine 1 [running]:\nmain.a()\n\t/m.go:1 +0x1\n');
    const second = file('compare/2.txt', 'goroutine 1 [running]:\nmain.b()\n\t/m.go:2 +0x1\n');
    const { status, out } = run(['compare', first, second]);
    expect(status).toBe(0);
    expect(out).toContain('Nobody is stuck in both dumps');
  });

  it('needs two dumps, and files that can be read', () => {
    const one = run(['compare', join(jobs, 'goroutine.txt')]);
    expect([one.status, one.out]).toEqual([2, '']);
    expect(one.err).toContain('found here: 1 dump');
    const missing = run(['compare', join(jobs, 'goroutine.txt'), join(jobs, 'jobs.log'), 'no-such-file']);
    expect(missing.status).toBe(2);
    expect(missing.err).toContain('no-such-file: no such file or folder');
    expect(missing.out).toContain('18 goroutines are stuck');
    expect(run(['compare']).status).toBe(2);
    expect(run(['compare', '--json', 'a', 'b']).status).toBe(2);
  });
});
