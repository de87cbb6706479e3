// Process listings: what `ps` prints, with threads, trees and wait channels.

import type { Format } from '../format.js';
import { detect, occurs } from './detect.js';
import { FORMAT_ID } from './facts.js';
import { article, names } from './knowledge/index.js';
import { SURE } from './knowledge/notes.js';
import { parse } from './parse.js';

export const processList: Format = {
  id: FORMAT_ID,
  name: 'Process listing',
  detect,
  occurs,
  parse,
  article,
  names,
  sure: SURE,
};
