// The format's articles, by topic.

import { articleIn, namesIn } from '../../../knowledge/lookup.js';
import type { Topic } from '../../../trace/trace.js';
import type { Article } from '../../format.js';
import { EVIDENCE, NOTE_PLACES, NOTES, SUMMARIES, WAITS } from './notes.js';
import { TERMS } from './terms.js';

const TABLES = {
  term: TERMS,
  summary: SUMMARIES,
  note: NOTES,
  'note place': NOTE_PLACES,
  evidence: EVIDENCE,
  wait: WAITS,
};

/** The article on a topic; undefined for kinds and names that the format does not know. */
export const article = (topic: Topic): Article | undefined => articleIn(TABLES, topic);

/** The names of its articles of a kind. */
export const names = (kind: string): readonly string[] => namesIn(TABLES, kind);
