// The format's articles, by topic.

import { namesIn } from '../../../knowledge/lookup.js';
import type { Topic } from '../../../trace/trace.js';
import type { Article } from '../../format.js';
import { plainName, SuffixTable } from '../suffix.js';
import { ARGUMENTS } from './arguments.js';
import { EVIDENCE, PROBLEMS, UNHELD } from './evidence.js';
import { FRAMES } from './frames.js';
import { FUNCTIONS } from './functions.js';
import { HEADERS } from './headers.js';
import { IDLE } from './idle.js';
import { STATES } from './states.js';
import { WAITS } from './waits.js';

type Articles = Readonly<Record<string, Article>>;

/** Topics whose name is a table's key. */
const TABLES: Readonly<Record<string, Articles>> = {
  state: STATES,
  header: HEADERS,
  frame: FRAMES,
  argument: ARGUMENTS,
  idle: IDLE,
  wait: WAITS,
  evidence: EVIDENCE,
  unheld: UNHELD,
  problem: PROBLEMS,
};

const FUNCTION = new SuffixTable(FUNCTIONS);

/** The article on a topic; undefined for kinds and names that the format does not know. Names may be any text. */
export function article(topic: Topic): Article | undefined {
  if (topic.kind === 'function') return FUNCTION.find(plainName(topic.name));
  const table = own(TABLES, topic.kind);
  return table && own(table, topic.name);
}

/** Own rows only: a trace may well name `constructor`. */
function own<T>(rows: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(rows, key) ? rows[key] : undefined;
}

/** The names of its articles of a kind. */
export const names = (kind: string): readonly string[] => namesIn(TABLES, kind);
