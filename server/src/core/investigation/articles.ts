// The article of a finding: what it means, what to do next, how sure that is, where it is known from. Of its kind, not of the one
// case: no word of a trace is in it, only the names of the places that a trace's words take. Also the list of all of them.

import type { Article } from '../formats/format.js';
import { formatById, formats } from '../formats/index.js';
import { fromTable, t } from '../text/l10n.js';
import { FAULTS, type Fault } from './faults.js';
import type { Finding } from './finding.js';
import { FINDINGS, type FindingArticle, LIMIT_SURE, PROBLEMS } from './findingArticles.js';
import { mending } from './knownFaults.js';

/** Which article: of a finding that is told of all formats, or of a format's note or problem. */
export interface ArticleKey {
  readonly kind: 'finding' | 'note' | 'problem';
  /** The finding's id; of a problem its code. */
  readonly name: string;
  /** The format's id; none of a finding that belongs to no format. */
  readonly format?: string;
}

/** The key of a finding's article. */
export function keyOf({ id, note, problem, trace }: Finding): ArticleKey {
  if (note) return { kind: 'note', name: note.code, format: trace.format };
  if (problem !== undefined) return { kind: 'problem', name: problem, format: trace.format };
  return { kind: 'finding', name: id };
}

/** The id that findings with this article have. */
export const idOf = ({ kind, name }: ArticleKey): string => (kind === 'problem' ? 'limit' : name);

/** The article for a key, which may come from outside: undefined where there is none. */
export function findArticle({ kind, name, format }: ArticleKey): FindingArticle | undefined {
  if (kind === 'finding') {
    const fault = FAULTS.find(({ id }) => id === name);
    return fault ? faultArticle(fault) : own(FINDINGS, name);
  }
  const known = formatById(format ?? '');
  const article = known?.article({ kind, name });
  if (kind === 'note') return article && { ...article, sure: article.sure ?? known?.sure ?? '' };
  if (kind !== 'problem') return undefined;
  const problem = article ?? own(PROBLEMS, name);
  return problem && { ...problem, sure: problem.sure ?? LIMIT_SURE };
}

/** What could not be read, in words: an article of the format, or one that holds for all formats. */
export const problemArticle = (format: string, code: string): Article | undefined =>
  formatById(format)?.article({ kind: 'problem', name: code }) ?? own(PROBLEMS, code);

/** A known fault has words of its own for all of this; how sure it is follows from the marks that it is recognised by. */
function faultArticle({
  name,
  text,
  fix,
  check,
  source,
  proofs,
  signs,
  enough,
  suspicious,
  against,
}: Fault): FindingArticle {
  const all = (marks: Fault['signs']): string => marks.map(({ says }) => fromTable(says)).join('; ');
  const canBeEnough = enough <= signs.length;
  const of = ofThem(suspicious, signs);
  return {
    title: name,
    text,
    next: mending({ fix, check }),
    sure: [
      ...(proofs.length === 0
        ? []
        : proofs.length === 1
          ? [t('It is called a known fault as soon as this is seen: {0}.', all(proofs))]
          : [t('It is called a known fault as soon as one of these is seen: {0}.', all(proofs))]),
      ...(canBeEnough ? [t('It is called a known fault on {0}: {1}.', ofThem(enough, signs), all(signs))] : []),
      ...(suspicious < enough && suspicious <= signs.length
        ? [canBeEnough ? t('It only *may be* one on {0}.', of) : t('It only *may be* one on {0}: {1}.', of, all(signs))]
        : []),
      ...(against.length > 0 ? [t('Against it speaks: {0}.', all(against))] : []),
    ].join(' '),
    source,
  };
}

function ofThem(count: number, { length }: Fault['signs']): string {
  if (count < length) return t('{0} of its {1} signs', count, length);
  return count === 2 ? t('both of its signs together') : t('all {0} of its signs together', count);
}

/** Own rows only: names may come from outside. */
const own = <T>(rows: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(rows, name) ? rows[name] : undefined;

/** Every article there is, by where its findings come from. */
export function allArticles(): readonly { readonly title: string; readonly keys: readonly ArticleKey[] }[] {
  const general = (names: readonly string[]): ArticleKey[] => names.map((name) => ({ kind: 'finding', name }));
  return [
    { title: 'Waits and locks, in any trace', keys: general(Object.keys(FINDINGS)) },
    { title: 'Known faults', keys: general(FAULTS.map(({ id }) => id)) },
    ...formats.map(({ id, name, names }) => ({
      title: name,
      keys: (['note', 'problem'] as const).flatMap((kind) =>
        names(kind).map((one): ArticleKey => ({ kind, name: one, format: id })),
      ),
    })),
    {
      title: 'Any text',
      keys: Object.keys(PROBLEMS).map((name): ArticleKey => ({ kind: 'problem', name, format: '' })),
    },
  ].filter(({ keys }) => keys.length > 0);
}
