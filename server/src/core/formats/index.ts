// The registry: every format, one line each.

import type { Topic, Trace } from '../trace/trace.js';
import type { Article, Format } from './format.js';
import { goroutine } from './goroutine/index.js';

export const formats: readonly Format[] = [goroutine];

/** How much of a document `detectFormat` reads. */
export const HEAD_SIZE = 256 * 1024;

/** The surest format, if any is sure enough (0.5), from the document's first `HEAD_SIZE` code units. */
export function detectFormat(text: string): Format | undefined {
  const head = text.slice(0, HEAD_SIZE);
  let best: Format | undefined;
  let bestSure = 0.5;
  for (const format of formats) {
    const sure = format.detect(head);
    if (sure > bestSure) {
      best = format;
      bestSure = sure;
    }
  }
  return best;
}

export const formatById = (id: string): Format | undefined => formats.find((format) => format.id === id);

/** The article on a topic of a trace's format. */
export const articleOf = (trace: Trace, topic: Topic): Article | undefined => formatById(trace.format)?.article(topic);
