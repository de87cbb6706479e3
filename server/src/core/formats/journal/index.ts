// The journal format: what a kubelet and its neighbours write into a node's log.

import type { Format } from '../format.js';
import { detect, occurs } from './detect.js';
import { article, names } from './knowledge/index.js';
import { SURE } from './knowledge/notes.js';
import { parseJournal } from './parse.js';
import { sieve } from './sieve.js';
import { FORMAT_ID, readTrace, traceOf } from './trace.js';

export const journal: Format = {
  id: FORMAT_ID,
  name: 'Journal',
  detect,
  read: (text, scope, _options, before) => readTrace(text, scope, before),
  parse: (text, scope) => traceOf(parseJournal(text, scope)),
  occurs,
  wraps: true,
  sieve,
  article,
  names,
  sure: SURE,
};
