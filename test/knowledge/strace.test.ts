// The strace format's knowledge, and the tables of errno and signals: complete, sourced, plain data, without accidents.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Article } from '../../server/src/core/formats/format.js';
import { strace } from '../../server/src/core/formats/strace/index.js';
import { DBUS } from '../../server/src/core/formats/strace/knowledge/dbus.js';
import { EVIDENCE, PROBLEMS, UNHELD } from '../../server/src/core/formats/strace/knowledge/evidence.js';
import { article } from '../../server/src/core/formats/strace/knowledge/index.js';
import { NOTE_PLACES, NOTES, SUMMARIES } from '../../server/src/core/formats/strace/knowledge/notes.js';
import { BRIEF } from '../../server/src/core/formats/strace/knowledge/syscalls/brief.js';
import { NUMBERS, OTHER_NAMES } from '../../server/src/core/formats/strace/knowledge/syscalls/numbers.js';
import type { Syscall } from '../../server/src/core/formats/strace/knowledge/syscalls/row.js';
import { TERMS } from '../../server/src/core/formats/strace/knowledge/terms.js';
import { WAITS } from '../../server/src/core/formats/strace/knowledge/waits.js';
import { ERRNO, ERRNO_ALIASES } from '../../server/src/core/knowledge/errno.js';
import { SIGNALS } from '../../server/src/core/knowledge/signals.js';
import type { Values } from '../../server/src/core/text/l10n.js';

const folder = join(import.meta.dirname, '../../server/src/core/formats/strace/knowledge');

/** The tables of one folder, by name: objects of rows. */
async function tablesIn(name: string): Promise<[string, Record<string, Article & Partial<Syscall>>][]> {
  const files = readdirSync(join(folder, name)).filter((file) => !['row.ts', 'numbers.ts', 'brief.ts'].includes(file));
  const modules = await Promise.all(files.map((file) => import(join(folder, name, file))));
  return modules.flatMap((one) => Object.entries(one)) as [string, Record<string, Article & Partial<Syscall>>][];
}

const syscalls = await tablesIn('syscalls');
const flags = await tablesIn('flags');
const rows = (tables: typeof flags) => tables.flatMap(([, table]) => Object.entries(table));
const articles = { WAITS, NOTES, NOTE_PLACES, TERMS, DBUS, EVIDENCE, UNHELD, PROBLEMS, ERRNO, SIGNALS };

describe('system calls', () => {
  it('each of Linux has an article', () => {
    const names = Object.keys(NUMBERS);
    expect(names.length).toBeGreaterThan(380);
    for (const name of names) {
      const found = article({ kind: 'syscall', name });
      expect(found?.title, name).toMatch(/\S/);
      expect(found?.text, name).toMatch(/Number \d+ on (?:x86-64|arm64)/);
    }
  });

  it('each stands in one table only, and in the table of numbers', () => {
    const names = [...rows(syscalls).map(([name]) => name), ...Object.keys(BRIEF)];
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    expect(names.filter((name) => !Object.hasOwn(NUMBERS, name))).toEqual([]);
  });

  it('no machine has two calls of one number', () => {
    for (const machine of [0, 1] as const) {
      const numbers = Object.values(NUMBERS).flatMap((pair) => pair[machine] ?? []);
      expect(new Set(numbers).size).toBe(numbers.length);
      expect(numbers.length).toBeGreaterThan(300);
    }
  });

  it.each([
    ['read', 0, 63],
    ['write', 1, 64],
    ['futex', 202, 98],
    ['openat', 257, 56],
    ['clone3', 435, 435],
    ['mseal', 462, 462],
  ])('%s has the numbers %i and %i', (name, x86, arm) => expect(NUMBERS[name]).toEqual([x86, arm]));

  it('at least 120 say what blocking in them means, or that they never wait, and what they do', () => {
    const full = rows(syscalls).filter(([, { text, blocks }]) => blocks || (text ?? '').length > 30);
    expect(full.length).toBeGreaterThan(120);
    const waiting = rows(syscalls).filter(([, { blocks }]) => blocks);
    expect(waiting.length).toBeGreaterThan(100);
  });

  it.each([
    ['mmap2', 'mmap'],
    ['_llseek', 'lseek'],
    ['futex_time64', 'futex'],
    ['ppoll_time64', 'ppoll'],
    ['waitpid', 'wait4'],
  ])('%s is known as %s', (other, name) =>
    expect(article({ kind: 'syscall', name: other })).toEqual(article({ kind: 'syscall', name })),
  );

  it('other names lead to calls', () => {
    for (const [other, name] of Object.entries(OTHER_NAMES)) {
      expect(NUMBERS, other).toHaveProperty(name);
      expect(NUMBERS, other).not.toHaveProperty(other);
    }
  });

  it('a call that strace has no name for', () => {
    expect(article({ kind: 'syscall', name: 'syscall_0x1c3' })?.title).toMatch(/does not know/);
  });
});

describe('errno', () => {
  it('has every number from 1 to 133', () => {
    const numbers = new Set(Object.values(ERRNO).map(({ number }) => number));
    // 41 and 58 are EWOULDBLOCK and EDEADLOCK on other machines.
    for (let number = 1; number <= 133; number++)
      if (number !== 41 && number !== 58) expect(numbers, String(number)).toContain(number);
  });

  it('has the codes that stay in the kernel', () => {
    for (const name of ['ERESTARTSYS', 'ERESTARTNOINTR', 'ERESTARTNOHAND', 'ERESTART_RESTARTBLOCK'])
      expect(article({ kind: 'errno', name })?.text).toMatch(/program itself never sees/);
  });

  it('knows second names', () => {
    for (const [other, name] of Object.entries(ERRNO_ALIASES))
      expect(article({ kind: 'errno', name: other })).toEqual(article({ kind: 'errno', name }));
    expect(article({ kind: 'errno', name: 'EAGAIN' })?.title).toBe('Resource temporarily unavailable (11)');
  });
});

describe('signals', () => {
  it('has every number from 1 to 64', () => {
    const numbers = Object.values(SIGNALS).map(({ number }) => number);
    expect(numbers).toEqual(Array.from({ length: 33 }, (_, at) => at + 1));
    for (let at = 0; at <= 32; at++)
      expect(article({ kind: 'signal', name: `SIGRT_${at}` })?.title).toMatch(new RegExp(`^signal ${32 + at}:`));
    expect(article({ kind: 'signal', name: 'SIGRT_33' })).toBeUndefined();
  });

  it('in the words that sets of signals use', () => {
    for (const [short, name] of [
      ['CHLD', 'SIGCHLD'],
      ['RT_1', 'SIGRT_1'],
      ['SIGIOT', 'SIGABRT'],
    ] as const)
      expect(article({ kind: 'signal', name: short })).toEqual(article({ kind: 'signal', name }));
  });
});

describe('constants in arguments', () => {
  it('have an article, signals and errors among them', () => {
    for (const name of ['O_CLOEXEC', 'POLLIN', 'FUTEX_WAIT_PRIVATE', 'MSG_NOSIGNAL', 'SIGCHLD', 'ECONNREFUSED'])
      expect(article({ kind: 'flag', name })?.text, name).toMatch(/\S/);
    expect(article({ kind: 'flag', name: 'FUTEX_WAIT_PRIVATE' })?.text).toMatch(/Only within this process/);
  });

  it('are many, each once', () => {
    const names = rows(flags).map(([name]) => name);
    expect(names.length).toBeGreaterThan(500);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    for (const name of names) expect(name).toMatch(/^_{0,2}[A-Z][A-Z0-9_]+$/);
  });
});

describe('real logs', () => {
  const root = join(import.meta.dirname, '../..');
  const logs = ['samples', 'server/src/core/formats/strace/samples']
    .filter((name) => existsSync(join(root, name)))
    .flatMap((name) =>
      readdirSync(join(root, name), { recursive: true, encoding: 'utf8' }).map((file) => join(root, name, file)),
    )
    .filter((path) => /strace/.test(path.slice(root.length)) && /\.(?:strace|log|txt)(?:\.\d+)?$/.test(path));

  it('have an article for everything that they mention, with a value for each of its places', () => {
    const wrong = new Set<string>();
    const need = (kind: string, name: string, values?: Values): void => {
      const found = article({ kind, name });
      if (!found) wrong.add(`no article: ${kind} ${name}`);
      for (const [place, key] of `${found?.title} ${found?.text}`.matchAll(/\{(\w+)\}/g))
        if (values && values[key!] === undefined) wrong.add(`no value: ${kind} ${name} ${place}`);
    };
    expect(logs.length).toBeGreaterThan(0);
    for (const path of logs) {
      const trace = strace.parse(readFileSync(path, 'utf8'), path);
      for (let section = 0; section < trace.sections.length; section++)
        for (const { topic, values } of trace.inside(section).mentions)
          if (topic) need(topic.kind, topic.name, values ?? {});
      const { waits, holds, unheld, notes = [], summary } = trace.facts;
      for (const { topic } of waits) need(topic.kind, topic.name);
      for (const { evidence } of holds) for (const { rule, values } of evidence) need('evidence', rule, values);
      for (const { reason, values } of unheld) need('unheld', reason, values);
      for (const { code, values } of trace.problems) need('problem', code, values);
      for (const { code, values, related } of notes) {
        need('note', code, values);
        for (const { name } of related) need('note place', name);
      }
      if (summary) need('summary', summary.name, summary.values);
    }
    expect([...wrong]).toEqual([]);
  });
});

describe('tables', () => {
  it('name the source of each row', () => {
    for (const [name, row] of [
      ...rows(syscalls),
      ...rows(flags),
      ...[...Object.values(articles), SUMMARIES].flatMap((table) => Object.entries(table)),
    ])
      expect(row.source, name).toMatch(/\S/);
  });

  it('have whole articles', () => {
    for (const [group, table] of Object.entries(articles))
      for (const [name, { title, text, next }] of Object.entries(table)) {
        const at = `${group} ${name}`;
        expect(title, at).toMatch(/\S.*[^.]$/);
        // Evidence is a clause behind *for:* or *against:*, everything else sentences.
        expect(text, at).toMatch(group === 'EVIDENCE' ? /^[a-z].*[^.]$/ : /[.)]$/);
        if (next !== undefined) expect(next, at).toMatch(/[.?]\)?$/);
      }
    for (const [name, { title, text, blocks, next }] of rows(syscalls)) {
      expect(title, name).toMatch(/^[a-z].*[^.]$/);
      for (const words of [text, blocks, next]) if (words) expect(words, name).toMatch(/[.?]\)?$/);
    }
    for (const [name, { title, text }] of rows(flags)) {
      expect(title, name).toMatch(/^\S.*[^.]$/);
      if (text) expect(text, name).toMatch(/[.)]$/);
    }
  });

  it('are Markdown without accidents: what could be structure stands in code spans', () => {
    const all: (Article & Partial<Syscall>)[] = [
      ...rows(syscalls).map(([, row]) => row),
      ...rows(flags).map(([, row]) => row),
      ...Object.values(articles).flatMap((table) => Object.values(table)),
    ];
    for (const { title, text, next = '', blocks = '' } of all)
      for (const words of [title, text, next, blocks]) {
        expect((words.match(/`/g) ?? []).length % 2, words).toBe(0);
        expect(words.replace(/`[^`]*`/g, ''), words).not.toMatch(/[<>*[\]&\\]|\b_|_\b|https?:/);
      }
  });

  it('know nothing of names that are no rows', () => {
    const kinds = ['syscall', 'errno', 'signal', 'flag', 'term', 'wait', 'note', 'note place', 'evidence', 'dbus'];
    for (const kind of [...kinds, 'constructor', '__proto__'])
      for (const name of ['constructor', '__proto__', 'toString', 'no such thing', ''])
        expect(article({ kind, name }), `${kind} ${name}`).toBeUndefined();
  });

  it('leave no clause half empty: a note’s places stand alone between dots, or in sentences of their own', () => {
    for (const [name, { title, text }] of Object.entries(NOTES))
      for (const clause of [...title.split(' · '), ...text.split(/(?<=\.) /)])
        expect(clause.match(/\{(?:for|what|peer|missing|message)\}/g)?.length ?? 0, `${name}: ${clause}`).toBeLessThan(
          2,
        );
  });
});
