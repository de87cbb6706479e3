// Transcripts of gdb: stacks of all threads, values that were printed; also eu-stack, pstack and systemd-coredump's stacks.

import type { Format } from '../format.js';
import { detect, occurs } from './detect.js';
import { FORMAT_ID } from './facts.js';
import { article, names } from './knowledge/index.js';
import { SURE } from './knowledge/notes.js';
import { parse } from './parse.js';

export const gdb: Format = { id: FORMAT_ID, name: 'GDB transcript', detect, occurs, parse, article, names, sure: SURE };
