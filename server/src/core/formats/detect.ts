// Which format a text is of, by the detectors alone: an editor asks this of every plain text, and needs nothing else of most.

import { detect as busctl } from './busctl/detect.js';
import { detect as dbusMonitor } from './dbus-monitor/detect.js';
import { detect as gdb } from './gdb/detect.js';
import { detect as goroutine } from './goroutine/detect.js';
import { detect as journal } from './journal/detect.js';
import { detect as kernelLog } from './kernel-log/detect.js';
import { detect as lsof } from './lsof/detect.js';
import { detect as procFiles } from './proc-files/detect.js';
import { detect as processList } from './process-list/detect.js';
import { detect as socketList } from './socket-list/detect.js';
import { detect as strace } from './strace/detect.js';

/** By the formats' ids, in the order of the registry: of two that are equally sure the first counts. */
export const DETECTORS: Readonly<Record<string, (head: string) => number>> = {
  'goroutine-dump': goroutine,
  'kubelet-journal': journal,
  strace,
  'process-list': processList,
  lsof,
  'socket-list': socketList,
  'proc-files': procFiles,
  busctl,
  'dbus-monitor': dbusMonitor,
  gdb,
  'kernel-log': kernelLog,
};

/** How much of a text `detectId` reads, in UTF-16 code units. */
export const HEAD_SIZE = 256 * 1024;

/** The id of the surest format, if any is sure enough (0.5), from the text's first `HEAD_SIZE` code units. */
export function detectId(text: string): string | undefined {
  const head = text.slice(0, HEAD_SIZE);
  let best: string | undefined;
  let bestSure = 0.5;
  for (const [id, detect] of Object.entries(DETECTORS)) {
    const sure = detect(head);
    if (sure > bestSure) {
      best = id;
      bestSure = sure;
    }
  }
  return best;
}
