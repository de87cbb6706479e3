// The format's articles, by topic.

import { articleIn, namesIn } from '../../../knowledge/lookup.js';
import type { Topic } from '../../../trace/trace.js';
import type { Article } from '../../format.js';
import { COLUMNS, QUEUES, STATES } from './columns.js';
import { EVIDENCE, NOTE_PLACES, NOTES, SUMMARIES } from './notes.js';

const TABLES = {
  column: COLUMNS,
  queue: QUEUES,
  state: STATES,
  evidence: EVIDENCE,
  note: NOTES,
  summary: SUMMARIES,
  'note place': NOTE_PLACES,
};

/** The article on a topic; undefined for kinds and names that the format does not know. */
export const article = (topic: Topic): Article | undefined => articleIn(TABLES, topic);

/** The names of its articles of a kind. */
export const names = (kind: string): readonly string[] => namesIn(TABLES, kind);
