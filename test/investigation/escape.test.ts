// Text of a trace is shown and never obeyed: no Markdown, HTML, links, icons, terminal codes or hidden characters.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  escapeText,
  fillMarkdown,
  fillPlain,
  inlineCode,
  plainText,
  shorten,
  visible,
} from '../../server/src/core/investigation/escape.js';

describe('visible', () => {
  it.each([
    ['\u001b[31mred', '␛[31mred'],
    ['a\r\nb\tc', 'a␍␊b␉c'],
    ['\u202eevil\u2066x', '⟨U+202E⟩evil⟨U+2066⟩x'],
    ['zero\u200bwidth\ufeff\u00ad', 'zero⟨U+200B⟩width⟨U+FEFF⟩⟨U+00AD⟩'],
    ['\u0085\u2028\u2029', '⟨U+0085⟩⟨U+2028⟩⟨U+2029⟩'],
    ['half \ud800 pair', 'half ⟨U+D800⟩ pair'],
    ['\u{e0041}tag', '⟨U+E0041⟩tag'],
    ['func·025 日本 😀', 'func·025 日本 😀'],
  ])('%j is shown as %j', (raw, shown) => {
    expect(visible(raw)).toBe(shown);
  });

  it('cuts with an ellipsis, never inside a pair', () => {
    expect(shorten('abcdef', 6)).toBe('abcdef');
    expect(shorten('abcdefg', 6)).toBe('abcde…');
    expect(shorten('abcd😀xyz', 6)).toBe('abcd…');
    expect(visible('x'.repeat(1000)).length).toBe(300);
  });

  it('leaves nothing that a terminal would obey', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (raw) => {
        expect(visible(raw)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe('escapeText', () => {
  it.each([
    ['[click](command:workbench.action.quit)', '\\[click\\](command\\:workbench.action.quit)'],
    ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
    ['a*b*c_d_', 'a\\*b\\*c\\_d\\_'],
    ['`code`', '\\`code\\`'],
    ['$(flame) $(zap~spin)', '$ (flame) $ (zap\\~spin)'],
    ['https://evil.example/x www.evil.example', 'https\\://evil.example/x www\\.evil.example'],
    ['me@evil.example', 'me\\@evil.example'],
    ['# heading', '\\# heading'],
    ['- item', '\\- item'],
    ['1. item', '1\\. item'],
    ['a | b', 'a \\| b'],
    ['two\nlines', 'two␊lines'],
    ['&lt;b&gt;', '&amp;lt;b&amp;gt;'],
    ['github.com/x/y.(*T).f', 'github.com/x/y.(\\*T).f'],
  ])('%j becomes %j', (raw, markdown) => {
    expect(escapeText(raw)).toBe(markdown);
  });

  it('leaves no active character unescaped, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'`*_[]()<>!#&|~@$\\:/.-1a\n '), maxLength: 60 }), (raw) => {
        const markdown = escapeText(raw);
        const bare = markdown.replace(/\\./g, 'x').replace(/&(?:lt|gt|amp);/g, 'x');
        expect(bare).not.toMatch(/[`*_[\]<>&|~@#]|\$\(/);
        expect(markdown).not.toMatch(/^(?:[-+=\s]|\d+[.)])/);
      }),
    );
  });
});

/** What CommonMark reads as the content of one code span: the text between equal fences, one space off each end. */
function contentOf(span: string): string | undefined {
  const fence = /^`+/.exec(span)?.[0];
  if (!fence || !span.endsWith(fence) || span.length < 2 * fence.length) return undefined;
  const inner = span.slice(fence.length, -fence.length);
  if ((inner.match(/`+/g) ?? []).some((run) => run.length === fence.length)) return undefined; // closed too early
  return inner.startsWith(' ') && inner.endsWith(' ') && inner.trim() ? inner.slice(1, -1) : inner;
}

describe('inlineCode', () => {
  it.each([
    ['plain', '`plain`'],
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    ['``x`', '``` ``x` ```'],
    ['a|b', '`a│b`'],
    ['x\ny', '`x␊y`'],
    ['$(zap)', '`$ (zap)`'],
    ['', ''],
  ])('%j becomes %j', (raw, markdown) => {
    expect(inlineCode(raw)).toBe(markdown);
  });

  it('can not be left from inside', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('`', ' ', 'a', '\n', '\\'), minLength: 1, maxLength: 30 }),
        (raw) => {
          if (raw.trim() === '') return;
          expect(contentOf(inlineCode(raw))?.trim()).toBe(visible(raw).trim());
        },
      ),
    );
  });
});

describe('templates', () => {
  it('show values literally, as code where they stand in code, and leave unknown places alone', () => {
    const values = { func: 'main.f[...]', line: '42', evil: '`](command:x)' };
    expect(fillMarkdown('at `{func}`, line {line}: `{evil}` {other}', values)).toBe(
      'at `main.f[...]`, line 42: `` `](command:x) `` {other}',
    );
    expect(fillMarkdown('{evil}, {func}', values)).toBe('\\`\\](command\\:x), main.f\\[...\\]');
    expect(fillMarkdown('`lsof -p {line}` and `ls {evil} {other}`', values)).toBe(
      '`lsof -p 42` and ``ls `](command:x) {other}``',
    );
  });

  it('leave out the clauses that have nothing to say', () => {
    const values = { call: 'write', time: '', what: 'a pipe' };
    const template = '{call} never returned · {time} · {what}';
    expect(fillPlain(template, values)).toBe('write never returned · a pipe');
    expect(fillMarkdown('It waits since {time}. It is {what}. Ask {time}.', values)).toBe('It is a pipe.');
    expect(fillPlain(template, { ...values, call: '' })).toBe('a pipe');
  });

  it('lose their Markdown signs in plain text, and values keep theirs', () => {
    const template = 'run **now** `ps -ef` or *see* [the manual](https://go.dev): {func}';
    expect(fillPlain(template, { func: '*x* `y`' })).toBe('run now ps -ef or see the manual (https://go.dev): *x* `y`');
  });

  it('do not fill places that a value names', () => {
    expect(fillPlain('{a} {b}', { a: '{b}', b: 'x' })).toBe('{b} x');
    expect(fillMarkdown('`{a}` {b}', { a: '{b}', b: 'x' })).toBe('`{b}` x');
    expect(fillMarkdown('`{a} {b}`', { a: '{b}', b: 'x' })).toBe('`{b} x`');
  });
});

it('plain text for lenses has no icons and no control characters', () => {
  expect(plainText('$(error) a\nb\u202e')).toBe('$ (error) a␊b⟨U+202E⟩');
});
