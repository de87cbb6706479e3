// Untrusted text made harmless: a trace is shown, never obeyed. Every word of a trace goes through one of these functions
// on its way to a hover, a lens, a report or a terminal.

import { fromTable, said, type Values } from '../text/l10n.js';

// Characters that change how text looks without being seen, or that a terminal obeys: controls, bidirectional overrides,
// zero-width characters, soft hyphen, tags, line separators, halves of a surrogate pair (Unicode General_Category Cc, Cf,
// Zl, Zp, Cs), and the Hangul fillers, which are letters without ink.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u3164\uffa0]/gu;

/** How much of one untrusted piece is shown. */
const LIMIT = 300;

/**
 * The text with control, bidirectional and zero-width characters as visible signs, cut with `…` after `limit` code units.
 *
 * Example input:  ESC `[31m`, U+202E
 * Example output: `␛[31m⟨U+202E⟩`
 */
export function visible(raw: string, limit = LIMIT): string {
  return shorten(raw, limit).replace(INVISIBLE, (c) => {
    const code = c.codePointAt(0)!;
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return '␡';
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

/** Cuts to `limit` code units, `…` included; never inside a surrogate pair. */
export function shorten(raw: string, limit: number): string {
  if (raw.length <= limit) return raw;
  let end = Math.max(0, limit - 1);
  const last = raw.charCodeAt(end - 1);
  if (last >= 0xd800 && last <= 0xdbff) end--;
  return `${raw.slice(0, end)}…`;
}

/** Keeps `$(name)` from becoming an icon in a lens title, a status bar or a Markdown text that allows icons. */
const noIcons = (text: string): string => text.replaceAll('$(', '$ (');

/** Plain text for a lens title, a diagnostic, a tree item: one line, no icons. */
export const plainText = (raw: string, limit = LIMIT): string => noIcons(visible(raw, limit));

// What CommonMark and its GitHub extensions read as structure: emphasis, code, links, HTML, tables, entities, e-mail
// addresses anywhere; the start of URLs; headings, lists and rules at the start of a line.
const ANYWHERE = /[\\`*_~[\]|<>&#@]/g;
const URL_START = /(https?|ftp|file|command|vscode)(?=:)|www(?=\.)/gi;
const LINE_START = /^(?:[-+=]|\d{1,9}(?=[.)]))/;

/**
 * Markdown that shows the text literally: no emphasis, links, HTML, autolinks, headings, lists or icons come of it. For
 * running text; one line.
 */
export const escapeText = (raw: string, limit = LIMIT): string =>
  noIcons(visible(raw, limit))
    .replace(/\s+/g, ' ')
    .trim()
    .replace(ANYWHERE, (c) => (c === '<' ? '&lt;' : c === '>' ? '&gt;' : c === '&' ? '&amp;' : `\\${c}`))
    .replace(URL_START, (scheme) => `${scheme}\\`)
    .replace(LINE_START, (mark) => (/^\d/.test(mark) ? `${mark}\\` : `\\${mark}`));

/** A Markdown code span that shows the text literally, in a table too. */
export function inlineCode(raw: string, limit = LIMIT): string {
  const text = noIcons(visible(raw, limit)).replaceAll('|', '\u2502');
  if (text.trim() === '') return text === '' ? '' : '` `';
  let longest = 0;
  for (const run of text.match(/`+/g) ?? []) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** A Markdown link to an address of our own making; the text alone where the address is none that may be followed. */
export function link(text: string, address: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(address) || /^(?:command|javascript|data|vbscript):/i.test(address))
    return escapeText(text);
  // What could end the link, or hide where it leads.
  const safe = address.replace(/[\s()<>[\]\\"`]|\p{C}/gu, (c) =>
    c === '(' ? '%28' : c === ')' ? '%29' : encodeURIComponent(c.replace(/\p{Cs}/u, '\ufffd')),
  );
  return `[${escapeText(text)}](${safe})`;
}

const PLACE = /\{([A-Za-z][\w-]*)\}/g;
/** A code span of a template, or a place outside of one. */
const CODE_OR_PLACE = /`([^`\n]*)`|\{([A-Za-z][\w-]*)\}/g;
const isNumber = (text: string): boolean => /^\d{1,15}$/.test(text);

/** Values in words. */
type Texts = Readonly<Record<string, string>>;

/** The values, phrases among them, in words. */
function spoken(values: Values): Texts {
  const texts: Record<string, string> = Object.create(null); // a template may name `constructor`
  for (const name in values) texts[name] = said(values[name]!);
  return texts;
}

/** Between ` · ` or between sentences. */
const CLAUSES = /( · |(?<=\.) |(?<=。))/;

/**
 * The template without the clauses that have nothing to say: those with a place whose value is ''.
 *
 * Example input:  `{call} never returned · {for} · {what}`, for = ''
 * Example output: `{call} never returned · {what}`
 */
function withoutEmpty(template: string, values: Texts): string {
  if (!Object.values(values).includes('')) return template;
  let kept = '';
  const parts = template.split(CLAUSES);
  for (let at = 0; at < parts.length; at += 2) {
    const clause = parts[at]!;
    if ([...clause.matchAll(PLACE)].some(([, name]) => values[name!] === '')) continue;
    kept += (kept === '' ? '' : parts[at - 1]!) + clause;
  }
  return kept;
}

/** The template with each place given to `fill`; one without a value stays. */
const fillPlaces = (template: string, values: Texts, fill: (value: string) => string): string =>
  template.replace(PLACE, (all, name: string) => (values[name] === undefined ? all : fill(values[name])));

/**
 * A template of our own, in the language that is set, with untrusted values in its `{name}` places, as Markdown: literal text, and code
 * where the place stands in a code span. Clauses with an empty value are left out.
 */
export function fillMarkdown(template: string, values: Values = {}): string {
  const texts = spoken(values);
  return withoutEmpty(fromTable(template), texts).replace(
    CODE_OR_PLACE,
    (all, code: string | undefined, name: string | undefined) => {
      if (name !== undefined) return texts[name] === undefined ? all : escapeText(texts[name]);
      if (code!.search(PLACE) < 0) return all;
      const filled = fillPlaces(code!, texts, (value) => value);
      return isNumber(filled) ? filled : inlineCode(filled);
    },
  );
}

/** The same as plain text: the template's Markdown signs are left out, `[text](address)` becomes `text (address)`. */
export function fillPlain(template: string, values: Values = {}): string {
  const texts = spoken(values);
  const plain = withoutEmpty(fromTable(template), texts)
    .replace(/\[([^\]]*)\]\(([^)]*)\)/g, (_, text: string, address: string) =>
      text === address ? text : `${text} (${address})`,
    )
    .replace(/`|\*\*/g, '')
    .replace(/(^|[\s(])\*([^*\s][^*]*)\*/g, '$1$2');
  return fillPlaces(plain, texts, plainText);
}
