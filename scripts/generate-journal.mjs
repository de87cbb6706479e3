// Makes a journal of any size for benchmarks: `journalctl` of a busy node whose kubelet 1.19 loses its container runtime now and then.
//
//   node scripts/generate-journal.mjs 200 > journal.log       200 MiB, seed 1
//
// The same size and seed always give the same text: no clock, no Math.random. Nodes, pods and programs are invented.

import { MEGABYTE, random, two } from './random.mjs';

/** Milliseconds from the end of one outage to the next. */
const BETWEEN = 3_600_000;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const START = Date.UTC(2026, 10, 2);

/**
 * Chunks of the journal, each of whole lines.
 * @param {{ megabytes: number, seed?: number }} options
 * @returns {Generator<string, { lines: number, outages: number }>}
 */
export function* generateJournal({ megabytes, seed = 1 }) {
  const next = random(seed);
  const pick = (n) => Math.floor(next() * n);
  const hex = (length) => Array.from({ length: length / 4 }, () => pick(65536).toString(16).padStart(4, '0')).join('');
  let millis = START;
  let lines = 0;
  let size = 0;
  let chunk = [];
  const put = (who, text) => {
    const at = new Date(millis);
    const clock = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
    const line = `${MONTHS[at.getUTCMonth()]} ${two(at.getUTCDate())} ${clock} node-3 ${who}: ${text}\n`;
    chunk.push(line);
    size += line.length;
    lines++;
  };
  const klog = (severity, place, text) => {
    const at = new Date(millis);
    const stamp = `${two(at.getUTCMonth() + 1)}${two(at.getUTCDate())} ${at.toISOString().slice(11, 23)}${String(pick(1000)).padStart(3, '0')}`;
    put('kubelet[742]', `${severity}${stamp}     742 ${place}] ${text}`);
  };
  const pod = () => `"web-${pick(40)}_default(${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)})"`;
  const ordinary = [
    () => put('systemd[1]', `Started libcontainer container ${hex(64)}.`),
    () => put('systemd[1]', `run-docker-runtime\\x2drunc-moby-${hex(64)}-runc.${hex(8)}.mount: Succeeded.`),
    () =>
      put(
        'dockerd[811]',
        `time="${new Date(millis).toISOString()}" level=info msg="ignoring event" container=${hex(64)} module=libcontainerd namespace=moby topic=/tasks/delete type="*events.TaskDelete"`,
      ),
    () =>
      put(
        'containerd[790]',
        `time="${new Date(millis).toISOString()}" level=info msg="shim disconnected" id=${hex(64)}`,
      ),
    () =>
      klog(
        'I',
        'prober.go:117',
        `Readiness probe for ${pod()} failed (failure): HTTP probe failed with statuscode: 503`,
      ),
    () =>
      klog(
        'I',
        'kubelet.go:1958',
        `SyncLoop (PLEG): ${pod()}, event: &pleg.PodLifecycleEvent{ID:"${hex(32)}", Type:"ContainerStarted", Data:"${hex(64)}"}`,
      ),
    () =>
      klog(
        'W',
        'cni.go:331',
        `CNI failed to retrieve network namespace path: cannot find network namespace for the terminated container "${hex(64)}"`,
      ),
  ];
  let outages = 0;
  let nextOutage = START + BETWEEN;
  while (size < megabytes * MEGABYTE) {
    if (millis < nextOutage) {
      millis += 20 + pick(600);
      ordinary[pick(ordinary.length)]();
    } else {
      outages++;
      const from = millis - 180_000;
      for (let told = 0; told < 20 + pick(40); told++) {
        millis += 5000 + pick(200);
        klog(
          'E',
          'kubelet.go:1845',
          `skipping pod synchronization - PLEG is not healthy: pleg was last seen active ${Math.floor((millis - from) / 60_000)}m${(((millis - from) / 1000) % 60).toFixed(3)}s ago; threshold is 3m0s`,
        );
        for (let other = pick(4); other > 0; other--) ordinary[pick(4)]();
      }
      nextOutage = millis + BETWEEN;
    }
    if (chunk.length > 500) {
      yield chunk.join('');
      chunk = [];
    }
  }
  yield chunk.join('');
  return { lines, outages };
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const [megabytes = '10', seed = '1'] = process.argv.slice(2);
  for (const text of generateJournal({ megabytes: Number(megabytes), seed: Number(seed) })) process.stdout.write(text);
}
