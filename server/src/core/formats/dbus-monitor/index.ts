// What passes on a bus: dbus-monitor (also --profile), busctl monitor (also as JSON), gdbus monitor.

import type { Format } from '../format.js';
import { detect } from './detect.js';
import { FORMAT_ID } from './facts.js';
import { article, names } from './knowledge/index.js';
import { SURE } from './knowledge/words.js';
import { parse } from './parse.js';

export const dbusMonitor: Format = { id: FORMAT_ID, name: 'D-Bus monitor', detect, parse, article, names, sure: SURE };
