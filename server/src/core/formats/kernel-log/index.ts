// The kernel's log: dmesg, kern.log, and kernel lines in a journal. Tasks that hang, memory that runs out, processors that stall.

import type { Format } from '../format.js';
import { detect, occurs } from './detect.js';
import { FORMAT_ID } from './facts.js';
import { article, names } from './knowledge/index.js';
import { SURE } from './knowledge/notes.js';
import { parse } from './parse.js';

export const kernelLog: Format = {
  id: FORMAT_ID,
  name: 'Kernel log',
  detect,
  occurs,
  logged: true,
  parse,
  article,
  names,
  sure: SURE,
};
