// What it means to wait in each way (WaitKind of the Trace), and what to do next.

import type { WaitKind } from '../../../trace/trace.js';
import type { Article } from '../../format.js';

/** How to take the other side's dump. */
const PEER_DUMP = [
  'Take the dump of the process that should answer:',
  '- dockerd: `kill -USR1 $(pidof dockerd)`; since 1.13 it writes `goroutine-stacks-<time>.log` in `/var/run/docker`, before that into its log. Or `curl --unix-socket /var/run/docker.sock "http://./debug/pprof/goroutine?debug=2"` (since 17.07 always, before that only with debug on).',
  '- containerd: `kill -USR1 $(pidof containerd)`; it writes into its log (`journalctl -u containerd`), since 1.3 also `containerd.<pid>.stacks.log` in its `$TMPDIR`. Or `ctr pprof goroutines`.',
  '- containerd-shim-runc-v2 and other v2 shims: `kill -USR1 <pid>`; the dump goes to containerd’s log. Or, with containerd 2, `ctr shim pprof`.',
  '- containerd-shim (v1, the default of docker up to 19.03): the same signal, but its log is thrown away unless shim debugging is on. Start `strace -f -s 1048576 -e trace=write -p <pid>` before the signal to catch it.',
  '- CRI-O, since 1.12: `kill -USR1 $(pidof crio)` (not USR2); it writes `crio-goroutine-stacks-<time>.log` in `/tmp`.',
  '- kubelet: `kubectl get --raw "/api/v1/nodes/<node>/proxy/debug/pprof/goroutine?debug=2"`.',
  '- Any other Go program: its pprof address with `?debug=2`; `kill -QUIT` prints a dump too, but ends the process.',
].join('\n');

const LOCK_NEXT =
  'Go to the holder, if one is named, and see what it waits for; that is the thing to repair. Everything that waits for this lock goes on by itself when it is released.';

export const WAITS: Readonly<Record<WaitKind, Article>> = {
  mutex: {
    title: 'waits for a mutex',
    text: 'One goroutine at a time can hold it; this one waits until that one unlocks. The order is first come, first served once somebody has waited for a millisecond. A mutex does not record its owner, so the holder is inferred from the dump.',
    next: LOCK_NEXT,
    source: 'sync/mutex.go',
  },
  'rwmutex-read': {
    title: 'waits to read-lock an RWMutex',
    text: 'A writer has the lock, or waits for it: a waiting writer blocks every new reader. So the one to blame may be a reader that does not let go, with a writer in between.',
    next: 'Look for the writer first. If it waits too, look for the reader that it waits for.',
    source: 'sync/rwmutex.go',
  },
  'rwmutex-write': {
    title: 'waits to write-lock an RWMutex',
    text: 'It waits for the readers that have the lock, or for another writer. Until it gets the lock, new readers wait behind it.',
    next: 'Look for a reader, or another writer, that is stuck in something else.',
    source: 'sync/rwmutex.go',
  },
  waitgroup: {
    title: 'waits for other goroutines to finish',
    text: 'A WaitGroup waits until all that were counted have called Done. Nobody holds it; the ones that have not finished are the reason.',
    next: 'Look for goroutines that this function started and see what they wait for.',
    source: 'sync/waitgroup.go',
  },
  cond: {
    title: 'waits for a condition',
    text: 'It waits until another goroutine signals that something has changed. Queue workers without work wait like this.',
    next: 'Find who should signal: the methods of the same type that call Signal or Broadcast.',
    source: 'sync/cond.go',
  },
  'chan-send': {
    title: 'waits to hand over a value',
    text: 'Nobody receives from the channel, and its buffer is full. Seldom a normal rest. Any lock that it holds stays locked.',
    next: 'Find the goroutine that should receive and see what it waits for, or whether it has ended.',
    source: 'runtime/chan.go',
  },
  'chan-receive': {
    title: 'waits for a value',
    text: 'Nobody has sent to the channel or closed it.',
    next: 'Find who should send, and see what that one waits for.',
    source: 'runtime/chan.go',
  },
  select: {
    title: 'waits for one of several channels',
    text: 'None of the channels of its select statement is ready.',
    next: 'Read the calling function: which of its cases should come, and from whom?',
    source: 'runtime/select.go',
  },
  io: {
    title: 'waits for a socket or pipe',
    text: 'It waits until it can read or write. Read: the peer sends nothing. Write: the peer does not read, and the buffer is full.',
    next: 'Find the peer with `ss -xtp` or `lsof -p <pid>`, and look at what the peer does.',
    source: 'internal/poll/fd_unix.go, runtime/netpoll.go',
  },
  sleep: {
    title: 'sleeps',
    text: 'It goes on by itself. If it sleeps in a retry loop, what it retries is the thing to look at, and a lock that it holds stays locked meanwhile.',
    source: 'runtime/time.go',
  },
  rpc: {
    title: 'waits for another process to answer',
    text: 'It has called another server (gRPC, ttrpc, HTTP, net/rpc) and waits for the answer. This process can do nothing about it; the reason is in the other one. Locks that it holds stay locked until the answer comes, or until a time limit passes, if the call has one.',
    next: PEER_DUMP,
    source:
      'google.golang.org/grpc, github.com/containerd/ttrpc, net/http; signals: moby daemon/debugtrap_unix.go, containerd cmd/containerd/command/main.go and runtime/v2/shim/shim.go, cri-o',
  },
  dbus: {
    title: 'waits for an answer over D-Bus',
    text: 'It has called another program over the message bus, most often systemd or firewalld. godbus has no time limit of its own: without an answer it waits for ever.',
    next: 'See whether the peer answers: `busctl tree org.freedesktop.systemd1` (for systemd), `systemctl status firewalld`. In the journal look for “Failed to propagate agent release message: Operation not supported”: an old systemd whose message counter has run over answers nobody until `systemctl daemon-reexec`.',
    source: 'github.com/godbus/dbus object.go; systemd before 242 bus-message.c bus_message_seal',
  },
  child: {
    title: 'waits for a child process',
    text: 'It has started a program and waits for it to end, or to close its output. The reason is in that program, or in one that it has started and that still has its output open.',
    next: 'Find it with `ps --ppid <pid> -o pid,stat,wchan:30,args`, and see what it waits for: `strace -f -tt -p <child>`. For runc also look at its children.',
    source: 'os/exec/exec.go Wait, github.com/containerd/go-runc',
  },
  syscall: {
    title: 'is inside a system call',
    text: 'The goroutine and its thread are in the kernel. Short calls pass through here all the time; one that stays for minutes is blocked there.',
    next: 'As root: `grep . /proc/<pid>/task/*/wchan`, `cat /proc/<pid>/task/<tid>/stack`, or strace. A file system that does not answer (NFS, FUSE) shows as state D in ps.',
    source: 'runtime/proc.go entersyscall',
  },
};
