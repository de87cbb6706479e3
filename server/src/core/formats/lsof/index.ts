// lsof: who has which file, pipe and socket open.

import type { Format } from '../format.js';
import { detect, occurs } from './detect.js';
import { FORMAT_ID } from './facts.js';
import { SURE } from './knowledge/evidence.js';
import { article, names } from './knowledge/index.js';
import { parse } from './parse.js';

export const lsof: Format = {
  id: FORMAT_ID,
  name: 'Open files (lsof)',
  detect,
  occurs,
  parse,
  article,
  names,
  sure: SURE,
};
