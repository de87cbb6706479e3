// The format's articles, by topic.

import { KERNEL_WAITS } from '../../../knowledge/kernelWaits.js';
import { articleIn, namesIn } from '../../../knowledge/lookup.js';
import type { Topic } from '../../../trace/trace.js';
import type { Article } from '../../format.js';
import { EVIDENCE, NOTES, PROBLEMS, SUMMARIES } from './notes.js';
import { LOCKS, STATES, STATUS, TERMS } from './terms.js';

const TABLES = {
  term: TERMS,
  status: STATUS,
  state: STATES,
  lock: LOCKS,
  note: NOTES,
  problem: PROBLEMS,
  summary: SUMMARIES,
  evidence: EVIDENCE,
  'kernel wait': KERNEL_WAITS,
};

/** The article on a topic; undefined for kinds and names that the format does not know. */
export const article = (topic: Topic): Article | undefined => articleIn(TABLES, topic);

/** The names of its articles of a kind. */
export const names = (kind: string): readonly string[] => namesIn(TABLES, kind);
