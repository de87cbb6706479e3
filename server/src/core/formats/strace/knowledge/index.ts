// The format's articles, by topic.

import type { Topic } from '../../../trace/trace.js';
import type { Article } from '../../format.js';

/** The article on a topic; undefined for kinds and names that the format does not know. Names may be any text. */
export function article(_topic: Topic): Article | undefined {
  return undefined;
}
