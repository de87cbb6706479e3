// What busctl, gdbus call, dbus-send and systemctl print: names on the bus, objects, and the errors of a bus that does not answer.

import type { Format } from '../format.js';
import { detect } from './detect.js';
import { FORMAT_ID } from './facts.js';
import { article, names } from './knowledge/index.js';
import { SURE } from './knowledge/notes.js';
import { parse } from './parse.js';

export const busctl: Format = {
  id: FORMAT_ID,
  name: 'D-Bus listing (busctl)',
  detect,
  parse,
  article,
  names,
  sure: SURE,
};
