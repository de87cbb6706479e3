// The format's articles, by topic.

import type { Topic } from '../../../trace/trace.js';
import type { Article } from '../../format.js';

export function article(_topic: Topic): Article | undefined {
  return undefined;
}
