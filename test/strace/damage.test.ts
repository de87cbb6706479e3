// Damaged logs: cut anywhere, lines lost, bytes mixed in. Nothing throws, spans stay in the text and in order, and a line that
// can't be read loses no other.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { strace } from '../../server/src/core/formats/strace/index.js';
import type { Outline, Trace } from '../../server/src/core/trace/trace.js';
import { parse, read, recorded } from './logs.js';

/** Asks a trace everything it can say, and checks what must hold of any text. */
function examine(trace: Trace, scopes: ReadonlyMap<string, number>): void {
  const size = trace.text.length;
  const within = ({ start, end }: { start: number; end: number }, limit = size): boolean =>
    0 <= start && start <= end && end <= limit;
  const fail = (what: string): never => {
    throw new Error(what);
  };
  let last = 0;
  for (let i = 0; i < trace.sections.length; i++) {
    const { span, head } = trace.sections.at(i);
    if (!within(span) || span.start < last || head.start < span.start || head.end > span.end)
      fail(`section ${i}: ${JSON.stringify({ span, head, last })}`);
    last = span.end;
    let before = span.start;
    for (const { span: inner, origin } of trace.inside(i).mentions) {
      if (!within(inner) || inner.start < before || inner.end > span.end)
        fail(`inside section ${i}: ${JSON.stringify({ span, inner })}`);
      if (origin && !within(origin)) fail(`origin in ${i}`);
      before = inner.end;
    }
    if (trace.sections.find(span.start) !== i) fail(`find ${i}`);
  }
  const { waits, holds, notes = [] } = trace.facts;
  for (const { section, span, target } of waits) {
    if (section < 0 || section >= trace.sections.length || !within(span)) fail('wait');
    if (target?.opened && !within(target.opened.span, scopes.get(target.opened.scope) ?? -1)) fail('opened');
  }
  for (const { section } of holds) if (section < 0 || section >= trace.sections.length) fail('hold');
  for (const { section, span, related } of notes) {
    if (section < 0 || section >= trace.sections.length || !within(span)) fail('note');
    for (const place of related) if (!within(place.span, scopes.get(place.scope ?? trace.scope) ?? -1)) fail('related');
  }
  for (const { span } of trace.problems) if (!within(span)) fail('problem');
  if (trace.shapes.reduce((sum, shape) => sum + shape.sections.length, 0) !== trace.sections.length) fail('shapes');
  const outline = (entries: readonly Outline[]): void => {
    for (const entry of entries) {
      if (!within(entry.span) || entry.head.start < entry.span.start || entry.head.end > entry.span.end)
        fail('outline');
      outline(entry.children);
    }
  };
  outline(trace.outline ?? []);
  for (const fold of trace.folds ?? []) if (!within(fold)) fail('fold');
}

const examined = (text: string): Trace => {
  const trace = parse(text, 'damaged');
  examine(trace, new Map([['damaged', text.length]]));
  return trace;
};

describe('whole logs', () => {
  it.each(recorded.map(({ name, text }) => [name, text] as const))('%s', (_, text) => {
    expect(examined(text).sections.length).toBeGreaterThan(0);
  });
});

const samples = ['cycle.strace', 'lockchain-y.strace', 'request-yy.strace', 'passed.strace', 'finished.strace'];

describe('cut and torn', () => {
  it.each(samples)('%s, cut at every 67th place', (name) => {
    const text = read(name);
    for (let end = 0; end < text.length; end += 67) examined(text.slice(0, end));
    for (let start = 0; start < text.length; start += 67) examined(text.slice(start));
  });

  it('at every place of each kind of line', () => {
    // What `-X raw` prints in place of names.
    const raw = ['futex(0x7f0e28, 0x189, 0, 0, 0, 0xffffffff) = 0', 'wait4(0xffffffff, 0x7ffc, 0x40000000, 0) = 7'];
    const kinds = new Set<string>();
    for (const text of [...recorded.map(({ text }) => text), raw.join('\n')]) {
      const lines = text.split('\n');
      for (const [at, line] of lines.entries()) {
        const kind = line.replace(/"[^"]*"|0x[0-9a-f]+|\d+/g, '0').slice(0, 60);
        if (kinds.has(kind)) continue;
        kinds.add(kind);
        const before = lines.slice(Math.max(0, at - 4), at).map((line) => `${line}\n`);
        for (let end = 1; end <= line.length; end++) examined(before.join('') + line.slice(0, end));
      }
    }
    expect(kinds.size).toBeGreaterThan(100);
  });

  it.each(samples)('%s, without any one line', (name) => {
    const lines = read(name).split('\n');
    const whole = examined(lines.join('\n')).sections.length;
    for (let i = 0; i < lines.length; i++) {
      const { sections } = examined(lines.toSpliced(i, 1).join('\n'));
      expect(Math.abs(sections.length - whole), `line ${i + 1}`).toBeLessThanOrEqual(1);
    }
  });

  it('files of one process tree, each cut', () => {
    const files = recorded.filter(({ name }) => name.startsWith('lockchain-ff'));
    for (let cut = 0; cut < 3000; cut += 61) {
      const texts = files.map(({ name, text }, index) => ({
        name,
        text: text.slice(0, Math.max(1, text.length - cut * (index + 1))),
      }));
      const scopes = new Map(texts.map(({ name, text }) => [name, text.length]));
      for (const trace of strace.together!(texts.map(({ name, text }) => parse(text, name)))) examine(trace, scopes);
    }
  });
});

describe('any text', () => {
  const scraps = recorded.flatMap(({ text }) => text.split('\n').slice(28));
  const line = fc.oneof(
    fc.constantFrom(...scraps),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      '',
      ' ',
      '7 ',
      '[pid ',
      '[pid 7] ',
      '12:00:00 ',
      '1 12:00:00.000000',
      'read(',
      'read(3, "',
      'read(3, "\\',
      'write(1, "a"..., 5) = ',
      'close(2147483647) = 0',
      'dup2(3, 2147483647) = 2147483647',
      'pipe2([3, 4], 0) = 0',
      'clone(child_stack=NULL, flags=CLONE_VM|CLONE_FILES|CLONE_THREAD) = 7',
      'vfork() = 7',
      '<... read resumed>',
      '<... read resumed>) = ?',
      '7 <... clone resumed>) = 8',
      ' <unfinished ...>',
      ' <detached ...>',
      ') = 3',
      '+++ killed by SIGKILL +++',
      '7 +++ superseded by execve in pid 8 +++',
      '--- SIGCHLD {} ---',
      'strace: Process 7 attached',
      'wait4(7, strace: Process 7 attached',
      'recvmsg(3, {msg_control=[{cmsg_type=SCM_RIGHTS, cmsg_data=[5, 6]}]}, 0) = 1',
      'execve("/bin/x", [], NULL) = 0',
      'openat(AT_FDCWD</>, "x", 0) = 3</x',
      'sendmsg(3, {msg_iov=[{iov_base="l\\1\\0\\1\\377\\377\\377\\7\\1\\0\\0\\0", iov_len=12}]}, 0) = 12',
      'futex(0x1, FUTEX_WAIT, 2, NULL',
      'poll([{fd=3, events=POLLIN}], 1, -1',
      '% time     seconds',
    ),
  );

  it('never throws', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), fc.constantFrom('\n', '\r\n', '\r'), (lines, end) => {
        examined(lines.join(end));
      }),
      { numRuns: 600 },
    );
  });

  it('reads lines as they end on Windows', () => {
    const text = read('cycle.strace');
    const [plain, other] = [parse(text), parse(text.replaceAll('\n', '\r\n'))];
    expect(other.lines).toEqual(plain.lines);
    expect(other.facts.waits.map(({ call, fd, state, section }) => [call, fd, state, section])).toEqual(
      plain.facts.waits.map(({ call, fd, state, section }) => [call, fd, state, section]),
    );
  });
});
