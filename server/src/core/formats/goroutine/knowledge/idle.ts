// Waits that are a program's normal rest. Reported as findings they would bury the real ones; but a row must never cover
// a real block. So a row matches, unless it says more, only the function that itself waits (`at: 'top'`): the same
// loop further down a stack is doing its work, and that work may hang.

import type { Article } from '../../format.js';
import { IDLE_CLUSTER } from './idle/cluster.js';
import { IDLE_CONNECTIONS } from './idle/connections.js';
import { IDLE_CONTAINERS } from './idle/containers.js';
import { IDLE_LIBRARY } from './idle/library.js';
import type { IdleCall } from './idle/row.js';

export type { IdleCall };

export interface IdleState {
  readonly state: string;
  /** Name of an article in IDLE. */
  readonly why: string;
  readonly source: string;
}

export const IDLE_STATES: readonly IdleState[] = [
  { state: 'idle', why: 'runtime', source: 'runtime/traceback.go gStatusStrings' },
  { state: 'GC worker (idle)', why: 'runtime', source: 'runtime/mgc.go gcBgMarkWorker' },
  { state: 'GC sweep wait', why: 'runtime', source: 'runtime/mgcsweep.go bgsweep' },
  { state: 'GC scavenge wait', why: 'runtime', source: 'runtime/mgcscavenge.go bgscavenge' },
  { state: 'finalizer wait', why: 'runtime', source: 'runtime/mfinal.go runfinq' },
  { state: 'cleanup wait', why: 'runtime', source: 'runtime/mcleanup.go' },
  { state: 'force gc (idle)', why: 'runtime', source: 'runtime/proc.go forcegchelper' },
  { state: 'GOMAXPROCS updater (idle)', why: 'runtime', source: 'runtime/proc.go updateMaxProcsGoroutine' },
  { state: 'timer goroutine (idle)', why: 'runtime', source: 'runtime/time.go timerproc of Go 1.13' },
  { state: 'trace reader (blocked)', why: 'runtime', source: 'runtime/trace.go ReadTrace' },
  { state: 'Concurrent GC wait', why: 'runtime', source: 'runtime/mgc.go backgroundgc of Go 1.5' },
  { state: 'mark wait (idle)', why: 'runtime', source: 'runtime/mgc.go of Go 1.5' },
  { state: 'waiting for cgo callback', why: 'runtime', source: 'runtime/traceback.go gStatusStrings' },
];

/** Functions whose presence says that the wait is part of a request: no row makes such a stack idle. */
export const NEVER_IDLE: readonly { readonly ends: string; readonly source: string }[] = [
  // The shim accepts one connection, from runc, that brings the terminal.
  { ends: 'go-runc.(*Socket).ReceiveMaster', source: 'github.com/containerd/go-runc console.go' },
];

export const IDLE_CALLS: readonly IdleCall[] = [
  ...IDLE_LIBRARY,
  ...IDLE_CONNECTIONS,
  ...IDLE_CONTAINERS,
  ...IDLE_CLUSTER,
];

const IDLE_NEXT = 'Nothing to do here, unless this very work is what does not happen.';

/** What each kind of rest is. */
export const IDLE: Readonly<Record<string, Article>> = {
  runtime: {
    title: 'at rest: part of the Go runtime',
    text: 'One of the runtime’s own goroutines (garbage collection, finalizers, timers, tracing) without work.',
    source: 'runtime',
  },
  'signal loop': {
    title: 'at rest: waits for a signal',
    text: 'It waits for a signal that the process may never get.',
    source: 'os/signal',
  },
  'accept loop': {
    title: 'at rest: waits for the next connection',
    text: 'A server’s accept loop. It hands each connection to another goroutine.',
    source: 'net',
  },
  'next request': {
    title: 'at rest: waits for the next request',
    text: 'An open connection whose client has sent nothing since the last answer.',
    source: 'net/http/server.go',
  },
  'client connected': {
    title: 'at rest: watches whether the client is still there',
    text: 'While a handler works, net/http reads ahead on the connection to notice when the client goes away. The handler itself is another goroutine.',
    next: 'The request that it belongs to is the goroutine with `net/http.(*conn).serve` and the same connection.',
    source: 'net/http/server.go startBackgroundRead',
  },
  'kept-open connection': {
    title: 'at rest: serves an open connection',
    text: 'One of the goroutines that read and write a client’s open connection. The caller that waits for an answer is another goroutine.',
    source: 'net/http/transport.go',
  },
  'rpc connection': {
    title: 'at rest: serves an rpc connection',
    text: 'One of the goroutines that keep a gRPC or ttrpc connection. Calls that wait for an answer are other goroutines.',
    source: 'grpc-go internal/transport, github.com/containerd/ttrpc',
  },
  'bus connection': {
    title: 'at rest: serves a D-Bus connection',
    text: 'One of the goroutines that read and write messages of a D-Bus connection. A call that waits for its reply is another goroutine.',
    source: 'github.com/godbus/dbus',
  },
  'event subscription': {
    title: 'at rest: waits for the next event',
    text: 'It reads a stream of events that stays open as long as both sides live. Silence is normal.',
    next: 'If events are missing, look at the sender.',
    source: 'containerd services/events, client-go tools/cache',
  },
  'event queue': {
    title: 'at rest: waits for something to pass on',
    text: 'It takes events from a queue and passes them on; the queue is empty.',
    next: IDLE_NEXT,
    source: 'github.com/docker/go-events, containerd runtime/v2/shim',
  },
  'work queue': {
    title: 'at rest: a worker without work',
    text: 'It waits for the next piece of work.',
    next: IDLE_NEXT,
    source: 'client-go util/workqueue and others',
  },
  'periodic work': {
    title: 'at rest: until its next turn',
    text: 'A loop that does something every so often and sleeps in between.',
    next: IDLE_NEXT,
    source: 'see the function',
  },
  'exit of a process': {
    title: 'at rest: waits until a process or container exits',
    text: 'It goes on when the process or the container ends; for a long-lived container that is months. It becomes interesting only if the process is gone already.',
    next: 'Check whether the container’s process still exists.',
    source: 'containerd task.go Wait, moby container/state.go Wait',
  },
  'output copy': {
    title: 'at rest: waits for input or output to copy',
    text: 'It copies what a process or container writes (or reads); nothing has been written since. It is waiting in a read. A copy that waits in a write is not at rest: its reader is gone or slow.',
    source: 'containerd pkg/process/io.go, moby container/stream, os/exec',
  },
  'streaming request': {
    title: 'at rest: streams to a client',
    text: 'A request that stays open as long as its client likes (events, stats, logs, watch): it has nothing new to send.',
    source: 'moby api/server/router',
  },
  'log follower': {
    title: 'at rest: waits for new log lines',
    text: 'It follows a container’s log for a client; nothing has been written since.',
    source: 'moby daemon/logger/loggerutils',
  },
  'log writer': {
    title: 'at rest: waits for log lines to write',
    text: 'It passes log lines on; there are none.',
    source: 'github.com/sirupsen/logrus writer.go',
  },
  'file watcher': {
    title: 'at rest: waits for a file to change',
    text: 'It reads change notices (inotify); nothing has changed.',
    source: 'github.com/fsnotify/fsnotify',
  },
  'readiness poll': {
    title: 'at rest: waits for any of its descriptors',
    text: 'It sits in `epoll_wait` until one of the descriptors that it watches has something (terminal output, an out-of-memory notice).',
    source: 'github.com/containerd/console, containerd pkg/oom',
  },
  'context watcher': {
    title: 'at rest: waits for an operation to end or be cancelled',
    text: 'A helper beside a call: it waits for the end or the cancellation of something that another goroutine does. If it is old, that operation is old: look for it.',
    source: 'context/context.go',
  },
  measurements: {
    title: 'at rest: collects measurements',
    text: 'It collects or exports metrics or traces and has nothing to do.',
    source: 'go.opencensus.io, go.opentelemetry.io/otel',
  },
  'cluster member': {
    title: 'at rest: takes part in a cluster',
    text: 'A loop that exchanges messages with other members (gossip, raft) and waits for the next one or for its timer.',
    source: 'hashicorp/memberlist, hashicorp/serf, hashicorp/raft, etcd',
  },
  'database pool': {
    title: 'at rest: manages database connections',
    text: 'A helper of database/sql. Queries that wait are other goroutines.',
    source: 'database/sql/sql.go',
  },
  'main loop': {
    title: 'at rest: the main loop',
    text: 'The program has started everything and waits for something to happen, or for the end.',
    source: 'moby cmd/dockerd, containerd cmd/containerd, kubelet syncLoop',
  },
  'test runner': {
    title: 'at rest: waits for a test',
    text: 'The test runner waits for a test to end. The test itself is another goroutine.',
    next: 'Look for the goroutine with `testing.tRunner` at the bottom of its stack.',
    source: 'testing/testing.go',
  },
  'parked for good': {
    title: 'at rest: parked for good',
    text: '`select {}` in main keeps the program alive while other goroutines work.',
    source: 'runtime/select.go block',
  },
};
