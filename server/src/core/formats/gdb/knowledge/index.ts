// The format's articles, by topic.

import { articleIn, namesIn } from '../../../knowledge/lookup.js';
import type { Topic } from '../../../trace/trace.js';
import type { Article } from '../../format.js';
import { CALLS } from './calls.js';
import { EVIDENCE, NOTES, SUMMARIES, TERMS, UNHELD } from './notes.js';

const TABLES = { function: CALLS, note: NOTES, evidence: EVIDENCE, unheld: UNHELD, summary: SUMMARIES, term: TERMS };

/** The article on a topic; undefined for kinds and names that the format does not know. */
export const article = (topic: Topic): Article | undefined => articleIn(TABLES, topic);

/** The names of its articles of a kind. */
export const names = (kind: string): readonly string[] => namesIn(TABLES, kind);
