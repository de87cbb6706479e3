// Is this text a log of a kubelet or its neighbours?

import { FIELD, findKlog, isKlog, JSON_LINE, LABEL, MARKER, NONE, Peel, RECORD } from './peel.js';

/** So many lines are looked at. */
const MOST_LINES = 2000;
/** Words that only a kubelet's log has. */
const KUBELET =
  /PLEG is not healthy|kipping pod synchronization|GenericPLEG|container runtime is down|PLEG: Write status|Evented PLEG|kubelet\.go:\d|from runtime service failed/;
/** A line of a goroutine dump, behind prefixes and indents. */
const DUMP =
  /^\s*(?:goroutine \d{1,18} (?:gp=\S+ )?(?:m=\S+ )?(?:mp=\S+ )?\[|created by \S|[\w./@~%-]+(?:\.\(\*?[\w[\].]+\))?\.[\w.[\]()*·-]+\([^()]*\)(?: in goroutine \d+)?$|\S+\.(?:go|s):\d+(?: \+0x[0-9a-f]+)?(?:\s|$))/;

/**
 * How sure, 0 to 1. Klog lines of a kubelet are sure, whatever stands in front of them; other logs by the share of their lines.
 * A log whose lines are mostly those of a goroutine dump is left to that format.
 */
export function detect(head: string): number {
  const peel = new Peel(head);
  let lines = 0;
  let klog = 0;
  let named = 0; // behind a stamp and a program's name
  let records = 0; // the forms with a line for each field
  let logrus = 0;
  let dump = 0;
  for (let at = 0; at < head.length && lines < MOST_LINES; ) {
    let end = head.indexOf('\n', at);
    if (end < 0) end = head.length;
    const next = end + 1;
    if (end > at && head.charCodeAt(end - 1) === 13) end--;
    if (end > at) {
      lines++;
      peel.read(at, end);
      const message = head.slice(peel.message, Math.min(peel.end, peel.message + 300));
      const prefixed = peel.identEnd > peel.ident;
      if (DUMP.test(message)) dump++;
      else if (isKlog(head, peel.message) || (!prefixed && findKlog(head, at, end) >= 0)) klog++;
      else if (peel.shape === RECORD && head.charCodeAt(at) !== 123) records++;
      else if (peel.shape === FIELD) records++;
      else if (peel.shape === JSON_LINE || peel.shape === LABEL) {
        if (/"ts":[\d"]/.test(head.slice(at, end)) && /"(?:caller|v|logger)":/.test(head.slice(at, end))) klog++;
        else if (head.startsWith('{"log":"', at) || /"MESSAGE"\s?:|"__REALTIME_TIMESTAMP"/.test(head.slice(at, end)))
          records++;
        else if (/"level":"\w+"/.test(head.slice(at, end)) && /"msg":"/.test(head.slice(at, end))) logrus++;
      } else if (/^time="[^"]{10,40}" level=/.test(message)) logrus++;
      else if (prefixed && peel.shape !== NONE) named++;
      else if (
        peel.shape === MARKER &&
        /^-- (?:Logs begin|Boot|Journal begins|Reboot|No entries)/.test(head.slice(at, end))
      )
        named++;
    }
    at = next;
  }
  const log = klog + named + records + logrus;
  if (lines === 0 || log === 0) return bare(head);
  const share = (log + dump) / lines;
  const kubelet = KUBELET.test(head);
  if (dump > log) return kubelet ? 0.75 : 0.6;
  if (klog > 0 && (share >= 0.2 || kubelet)) return kubelet ? 0.95 : 0.85;
  if (share >= 0.6 && dump === 0) return kubelet ? 0.9 : 0.75;
  if (share >= 0.6 && log >= 3) return 0.7;
  return kubelet && share > 0.3 ? 0.8 : log >= 20 && share > 0.3 ? 0.55 : bare(head);
}

/** The kubelet's words without any head: from a post, or a description of a node. */
const bare = (head: string): number =>
  /(?:pleg was last seen active \S+ ago|skipping pod synchronization - |GenericPLEG: Unable)/.test(head) ? 0.6 : 0;

/** What only a kubelet's log has, and is worth a trace of its own in a text that is something else. */
const SIGNS = [
  'pleg was last seen active',
  'pleg has yet to be successful',
  'container runtime is down',
  'GenericPLEG: Unable to retrieve pods',
  'Failed to propagate agent release message',
];

/** Whether a line of a kubelet's health stands in the text, behind a log's prefix: beside a goroutine dump, say. */
export function occurs(text: string, from = 0): boolean {
  if (from > 0 && !SIGNS.some((sign) => text.includes(sign, from))) return false;
  const peel = new Peel(text);
  for (const sign of SIGNS) {
    let tries = 8;
    for (let at = text.indexOf(sign); at >= 0 && tries > 0; at = text.indexOf(sign, at + sign.length), tries--) {
      const start = text.lastIndexOf('\n', at) + 1;
      if (at - start > 2000) continue;
      let end = text.indexOf('\n', at);
      if (end < 0) end = text.length;
      peel.read(start, end);
      if (isKlog(text, peel.message) || peel.identEnd > peel.ident) return true;
    }
  }
  return false;
}
