// What is said about an episode: the title is its lens, the text its finding. Places `{name}` are filled by facts.ts, which
// joins the phrases below; `next` of an outage comes from runtimes.ts where it depends on the runtime.

import type { Article } from '../../format.js';

type Articles = Readonly<Record<string, Article & { readonly runtime?: 'hangs' | 'gone' }>>;

const PLEG = 'pkg/kubelet/pleg/generic.go';
const KUBELET = 'pkg/kubelet/kubelet.go';
const STATE = 'pkg/kubelet/runtime.go';

/** Pieces of titles and texts. A clause (between ` · ` or sentences) whose place is empty is left out where it is filled. */
export const PHRASES = {
  during: '{from}–{to}',
  since: 'since {from}, not over in this text',
  once: 'at {from}',
  untimed: 'no times in this text',
  before: 'before this text begins',
  line: '1 line',
  lines: '{count} lines',
  timedOut: '{call} timed out',
  failed: '{call} failed: {error}',
  container: ' for container {id}',
  flapping: '{count} times, every {seconds} s',
  longFlapping: '{count} times',
  guess: 'No year stands in this text: what counts days over a month’s or year’s end is a guess',
  entry: '1 log entry',
  entries: '{count} log entries',
  more: '{names} and {count} more',
  noOutage: 'no outage',
  outage: '1 outage',
  outages: '{count} outages',
} as const;

/** The kinds in a few words. */
export const KINDS = {
  stale: 'PLEG unhealthy',
  'never-relisted': 'PLEG never relisted',
  'runtime-check': 'runtime not yet asked',
  'cannot-list': 'PLEG cannot list pods',
  'runtime-down': 'container runtime down',
  'write-status-error': 'status of a pod not read',
  'evented-stream-failed': 'event stream broken',
  'evented-channel-full': 'Evented PLEG’s channel full',
  'channel-full': 'PLEG’s event channel full',
  network: 'pod network not ready',
  'api-server': 'API server not reached',
  'kubelet-exits': 'kubelet ends again and again',
  shutdown: 'node shuts down',
  other: 'node not ready',
} as const;

/** How sure its notes are, where they do not say themselves. */
export const SURE =
  'That the program wrote these lines is certain. They tell what it saw, not why: the cause is in the dumps and logs of those whom it waited for. Lines that the log lost (rate limits, rotation) can hide the real beginning or end.';

export const NOTES = {
  stale: {
    title: 'PLEG unhealthy {when} · last relist {relist} · {before} · {flaps} · {lines} · {call} · also {also}',
    text: 'The kubelet called itself unhealthy {when}. The last relist of the containers before that began at {lastRelist}. {because}. It happened {flaps}. The node is NotReady as long as it lasts.',
    runtime: 'hangs',
    source: PLEG,
  },
  'runtime-check': {
    title: 'the runtime’s status never came {when} · {lines} · {call} · also {also}',
    text: 'The kubelet’s first Status call has not come back {when}: the runtime does not answer. {because}.',
    runtime: 'hangs',
    source: STATE,
  },
  'never-relisted': {
    title: 'PLEG never relisted {when} · last relist {relist} · {before} · {flaps} · {lines} · {call} · also {also}',
    text: 'The kubelet’s first relist has not come back {when}: the runtime does not answer its first list. {because}.',
    runtime: 'hangs',
    source: PLEG,
  },
  'cannot-list': {
    title: 'PLEG cannot list pods {when} · last relist {relist} · {before} · {flaps} · {lines} · {call} · also {also}',
    text: 'The kubelet got no list of its containers {when}. {because}. Three minutes after the last list that worked the node becomes NotReady.',
    runtime: 'gone',
    source: PLEG,
  },
  'runtime-down': {
    title: 'container runtime down {when} · last relist {relist} · {before} · {flaps} · {lines} · {call} · also {also}',
    text: 'The runtime gave no good answer to the kubelet’s Status call {when}. {because}. It happened {flaps}. The node is NotReady as long as it lasts.',
    runtime: 'hangs',
    source: STATE,
  },
  'evented-stream-failed': {
    title:
      'the runtime’s event stream broke {when} · last relist {relist} · {before} · {flaps} · {lines} · {call} · also {also}',
    text: 'Evented PLEG lost the runtime’s event stream {when}. {because}. After five failed streams the kubelet uses the Generic PLEG until it is restarted.',
    runtime: 'gone',
    source: 'pkg/kubelet/pleg/evented.go',
  },
  'evented-channel-full': {
    title:
      'Evented PLEG’s channel is full {when} · last relist {relist} · {before} · {flaps} · {lines} · {call} · also {also}',
    text: 'The kubelet called itself unhealthy {when}: its sync loop does not take the container events.',
    next: 'A goroutine dump of the kubelet: `kubectl get --raw "/api/v1/nodes/<node>/proxy/debug/pprof/goroutine?debug=2"`.',
    source: 'pkg/kubelet/pleg/evented.go',
  },
  network: {
    title: 'pod network not ready {when} · last relist {relist} · {before} · {flaps} · {lines} · {call} · also {also}',
    text: 'The runtime had no network configuration {when}; the node is NotReady, and pods without the host’s network do not start.',
    next: 'The network plugin’s pod of this node (`kubectl -n kube-system get pods -o wide`) and `ls -l /etc/cni/net.d`.',
    source: KUBELET,
  },
  'api-server': {
    title: 'API server not reached {when} · last relist {relist} · {before} · {flaps} · {lines} · {call} · also {also}',
    text: 'The kubelet could not send its status or renew its lease {when}; after 40 seconds the node controller calls the node Unknown. The node itself may be well.',
    next: 'The way to the API server: `curl -k https://<api server>/healthz` from the node; load balancer, certificates.',
    source: 'pkg/kubelet/kubelet_node_status.go',
  },
  'kubelet-exits': {
    title:
      'the kubelet ends again and again {when} · last relist {relist} · {before} · {flaps} · {lines} · {call} · also {also}',
    text: 'The kubelet could not start, or ended with a fatal error, {count} times {when}.',
    next: 'The error in the first of these lines; `journalctl -u kubelet -n 100`.',
    source: 'cmd/kubelet/app/server.go',
  },
  other: {
    title: 'node not ready {when} · last relist {relist} · {before} · {flaps} · {lines} · {call} · also {also}',
    text: 'The kubelet called itself or the node not ready {when}.',
    source: KUBELET,
  },

  // No outage.
  'start-up': {
    title: 'start-up, no outage',
    text: 'The kubelet has just started and has not asked the runtime yet. Usual in its first seconds.',
    source: KUBELET,
  },
  planned: {
    title: 'planned, no outage',
    text: 'Somebody stopped the runtime or shut the node down; this follows from it.',
    source: 'pkg/kubelet/nodeshutdown',
  },
  'one-pod': {
    title: 'about one pod, no outage',
    text: 'PLEG could not read the status of one pod ({count} lines). The relist goes on with the others.',
    next: 'The error in the line: it is about this pod’s sandbox or container.',
    source: PLEG,
  },

  // Marks.
  'bus-overrun': {
    title: 'systemd’s D-Bus counter has run over',
    text: 'PID 1 can send no message on D-Bus any more: its 32-bit message counter has run over. Whoever asks systemd for something waits for ever, every runc with the systemd cgroup driver among them.',
    next: 'Check: `busctl tree org.freedesktop.systemd1` times out. Work-around without a reboot: `systemctl daemon-reexec`. Cure: systemd 242 or the distribution’s backport; runc 1.0.0-rc9, which asks systemd far less.',
    source: 'systemd #11390, #11809, PR #11818; runc#1959',
  },
  'bus-silent': {
    title: 'systemd answers nothing on D-Bus',
    text: 'systemd-logind has too many questions open to PID 1. That follows when PID 1 can send no message any more.',
    next: 'Look for “Failed to propagate agent release message: Operation not supported”. Check: `busctl tree org.freedesktop.systemd1`. Work-around: `systemctl daemon-reexec`.',
    sure: 'A sign, no proof: a systemd that is merely slow or overloaded makes logind say the same.',
    source: 'systemd src/login',
  },
  'test-slices': {
    title: 'runc makes test slices: {count} in this text{rate}',
    text: 'An old runc asks systemd what it can do each time it starts: {count} test slices in this text{rate}. Each costs PID 1 a dozen or more D-Bus messages; a systemd before 242 stops answering after some 4 billion.',
    next: 'How far it is: `systemctl --version` (below 242 without the backport is in danger); gdb on PID 1, `p bus->cookie`. runc 1.0.0-rc9 and later do not do it.',
    sure: 'The count is certain. That it comes from an old runc is known from the slices’ names; whether systemd is in danger, only its version and counter tell.',
    source: 'runc PRs #1084, #2117',
  },
  oom: {
    title: 'OOM killer: {process}',
    text: 'The kernel ran out of memory ({where}) and ended {process}.',
    next: '`free -h`, `dmesg -T | grep -iE "oom|killed process"`; which container’s limit it was.',
    source: 'kernel mm/oom_kill.c',
  },
  'hung-task': {
    title: 'hung in the kernel: {process}',
    text: 'The task {process} has waited in the kernel for more than {seconds} seconds; no signal reaches it, and who waits for it hangs too.',
    next: 'The kernel stack below this line: the top names the file system, driver or lock. `cat /proc/<pid>/stack` now.',
    source: 'kernel/hung_task.c',
  },
  crash: {
    title: 'a Go program crashes here',
    text: 'A Go program crashed; its goroutines stand below if the log has them.',
    next: 'The first goroutine below this line crashed. Look for the function on its top in the release notes.',
    source: 'Go runtime/panic.go',
  },
  panic: {
    title: 'the kubelet panics',
    text: 'The kubelet panicked here: a bug in it. It ends and is started again.',
    next: 'The stack below this line; the release notes of newer versions.',
    source: 'k8s.io/apimachinery/pkg/util/runtime',
  },
  fatal: {
    title: 'the program ends here',
    text: 'A fatal error: the program ended with this line.',
    next: 'The error in the line is the reason.',
    source: 'k8s.io/klog',
  },
  'unit-ended': {
    title: '{unit} ended: {how}',
    text: 'systemd saw the main process of {unit} end: {how}.',
    next: 'The unit’s own lines before this one.',
    source: 'systemd src/core/service.c',
  },
  'dump-here': {
    title: 'a goroutine dump was written',
    text: 'The runtime wrote a goroutine dump: here, or into the file that the line names.',
    next: 'Open it beside this log.',
    source: 'moby pkg/signal/trap.go',
  },
} as const satisfies Articles;

/** Other places that belong to a note. */
export const PLACES: Readonly<Record<string, Article>> = {
  last: { title: 'the last line of it', text: 'the last line of it', source: KUBELET },
  call: { title: 'the call that failed', text: 'the call to the runtime that failed', source: KUBELET },
  again: { title: 'again', text: 'the next time', source: KUBELET },
};

export const WAITS: Readonly<Record<string, Article>> = {
  relist: {
    title: 'waits for the container runtime',
    text: 'The kubelet’s relist has not come back: it waits for the runtime. The text does not tell for which call.',
    next: 'A goroutine dump of the runtime, while it hangs, tells what it waits for in turn.',
    source: PLEG,
  },
  call: {
    title: 'waits for a call to the container runtime',
    text: 'This call of the kubelet got no answer in time. The relist that makes such calls does one after the other.',
    next: 'Open the runtime’s goroutine dump beside this log: the goroutine that serves the call is the next link.',
    source: PLEG,
  },
};

export const SUMMARIES: Readonly<Record<string, Article>> = {
  journal: {
    title: 'log',
    text: '{records} · {programs} · {outages}',
    source: 'counted',
  },
};

export const PROBLEMS: Readonly<Record<string, Article>> = {
  'message-null': {
    title: 'the journal left the message out',
    text: 'The journal’s JSON has null instead of the message: journalctl leaves out fields above 4 KB unless it is told not to.',
    next: 'Export again with `journalctl -a -o json`, or with `-o cat`.',
    source: 'systemd src/shared/logs-show.c: output_json, OUTPUT_SHOW_ALL',
  },
  'message-bytes': {
    title: 'a message as numbers',
    text: 'The journal’s JSON has the message as a list of bytes, because it is no UTF-8 text (often colours). It is not read here.',
    next: 'Export with `journalctl -o short-iso` or `-o cat`.',
    source: 'systemd src/shared/logs-show.c',
  },
};
