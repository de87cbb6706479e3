// The text of a finding's article: a document of its own, or a part of the page of all findings.

import { fromTable, t } from '../text/l10n.js';
import { type ArticleKey, findArticle, idOf } from './articles.js';
import { fillMarkdown } from './escape.js';

/** What a template's places are called: `{lastRelist}` is shown as ‹last relist›. */
const PLACE = /\{([A-Za-z][\w-]*)\}/g;

/** Stands at the top where an article has such places. */
export const PLACES_NOTE = 'Words in ‹ › stand for what the trace says.';

/** The article as Markdown, below a heading of that level; undefined where there is none. */
export function articleMarkdown(key: ArticleKey, level: number): string | undefined {
  const article = findArticle(key);
  if (!article) return undefined;
  const { title, text, next, sure, source } = article;
  const id = idOf(key);
  // Behind its first clause a note's title only tells more of the one case.
  const name = general(fromTable(title).split(' · ')[0]!);
  return [
    `${'#'.repeat(level)} ${id === key.name ? id : `${id}: ${key.name}`}`,
    `*${name}*${text === '' ? '' : ` — ${general(fromTable(text))}`}`,
    ...(next === undefined ? [] : [t('**Next**: {0}', general(fromTable(next)))]),
    t('**How sure**: {0}', fromTable(sure)),
    t('**Known from**: {0}', general(source)),
  ].join('\n\n');
}

/** A document about one article. */
export function articleDocument(key: ArticleKey): string | undefined {
  const text = articleMarkdown(key, 1);
  return text && `${text}\n${text.includes('‹') ? `\n${fromTable(PLACES_NOTE)}\n` : ''}`;
}

/** `last relist` for `{lastRelist}` */
export const placeName = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** A template of ours with its places named instead of filled. */
function general(template: string): string {
  const values: Record<string, string> = {};
  for (const [, name] of template.matchAll(PLACE)) values[name!] = `‹${fromTable(placeName(name!))}›`;
  return fillMarkdown(template, values);
}
