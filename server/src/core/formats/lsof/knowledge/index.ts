// The format's articles, by topic.

import { articleIn, namesIn } from '../../../knowledge/lookup.js';
import type { Topic } from '../../../trace/trace.js';
import type { Article } from '../../format.js';
import { COLUMNS, DESCRIPTORS, LOCKS, NAMES, SOCKET_STATES, TYPES } from './columns.js';
import { EVIDENCE, NOTES, SUMMARIES } from './evidence.js';

const TABLES = {
  column: COLUMNS,
  fd: DESCRIPTORS,
  lock: LOCKS,
  type: TYPES,
  name: NAMES,
  'socket state': SOCKET_STATES,
  evidence: EVIDENCE,
  note: NOTES,
  summary: SUMMARIES,
};

/** The article on a topic; undefined for kinds and names that the format does not know. */
export const article = (topic: Topic): Article | undefined => articleIn(TABLES, topic);

/** The names of its articles of a kind. */
export const names = (kind: string): readonly string[] => namesIn(TABLES, kind);
