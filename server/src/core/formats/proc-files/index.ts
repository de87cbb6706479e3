// Files of /proc about processes: stack, wchan, syscall, status, fd, locks, net/unix; and lslocks, which reads them.

import type { Format } from '../format.js';
import { detect } from './detect.js';
import { FORMAT_ID } from './facts.js';
import { article, names } from './knowledge/index.js';
import { SURE } from './knowledge/notes.js';
import { parse } from './parse.js';
import { joins, together } from './together.js';

export const procFiles: Format = {
  id: FORMAT_ID,
  name: 'Process files (/proc)',
  detect,
  parse: (text, scope, lines) => parse(text, scope, lines),
  together,
  joins,
  article,
  names,
  sure: SURE,
};
