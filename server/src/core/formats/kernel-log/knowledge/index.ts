// The format's articles, by topic.

import { KERNEL_WAITS } from '../../../knowledge/kernelWaits.js';
import { articleIn, namesIn } from '../../../knowledge/lookup.js';
import type { Topic } from '../../../trace/trace.js';
import type { Article } from '../../format.js';
import { EVIDENCE, NOTE_PLACES, NOTES, SUMMARIES, TERMS } from './notes.js';

const TABLES = {
  note: NOTES,
  'note place': NOTE_PLACES,
  evidence: EVIDENCE,
  summary: SUMMARIES,
  term: TERMS,
  'kernel wait': KERNEL_WAITS,
};

/** The article on a topic; undefined for kinds and names that the format does not know. */
export const article = (topic: Topic): Article | undefined => articleIn(TABLES, topic);

/** The names of its articles of a kind. */
export const names = (kind: string): readonly string[] => namesIn(TABLES, kind);
