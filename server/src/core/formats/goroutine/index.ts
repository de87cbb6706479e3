// The goroutine dump format: runtime.Stack, SIGQUIT, panic, pprof debug=1 and 2, and the logs such dumps are found in.

import type { Format } from '../format.js';
import { detect, occurs } from './detect.js';
import { article, names } from './knowledge/index.js';
import { parseDump } from './parse.js';
import { sieve } from './sieve.js';
import { askSource, FORMAT_ID, forget, framesIn, readTrace, refined, traceOf } from './trace.js';

export const goroutine: Format = {
  id: FORMAT_ID,
  name: 'Goroutine dump',
  detect,
  parse: (text, scope, lines) => traceOf(parseDump(text, scope, lines)),
  sieve,
  read: (text, scope) => readTrace(text, scope),
  occurs,
  logged: true,
  sourced: { frames: framesIn, ask: askSource, refine: refined, forget },
  article,
  names,
};
