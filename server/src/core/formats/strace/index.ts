// The strace format: logs of strace 4 to 6, with every prefix and option, whole or cut, one file or one for each thread.

import type { Format } from '../format.js';
import { detect } from './detect.js';
import { article, names } from './knowledge/index.js';
import { SURE } from './knowledge/notes.js';
import { sieve } from './sieve.js';
import { FORMAT_ID, joins, parseLog, readLog, together } from './trace.js';

export const strace: Format = {
  id: FORMAT_ID,
  name: 'strace log',
  detect,
  parse: parseLog,
  read: readLog,
  sieve,
  together,
  joins,
  article,
  names,
  sure: SURE,
};
