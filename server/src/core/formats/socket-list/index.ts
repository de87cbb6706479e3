// ss: which sockets there are, who has them, what waits in their queues.

import type { Format } from '../format.js';
import { detect, occurs } from './detect.js';
import { FORMAT_ID } from './facts.js';
import { article, names } from './knowledge/index.js';
import { SURE } from './knowledge/notes.js';
import { parse } from './parse.js';

export const socketList: Format = {
  id: FORMAT_ID,
  name: 'Socket listing (ss)',
  detect,
  occurs,
  parse,
  article,
  names,
  sure: SURE,
};
