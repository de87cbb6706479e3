// What stands in the brackets of a goroutine's header: wait reasons and statuses that Go 1.4 to 1.27 print.
// The key is the text without its marks ((scan), (leaked), (durable)).

import type { Article } from '../../format.js';

const REASONS = 'runtime/runtime2.go waitReasonStrings';
const STATUSES = 'runtime/traceback.go gStatusStrings';
const OLD = 'runtime/proc.go, runtime/mgc.go of Go 1.4 to 1.10 (calls of gopark)';

export const STATES: Readonly<Record<string, Article>> = {
  '': {
    title: 'no state printed',
    text: 'The header is cut off before its bracket, or is missing. What the goroutine waits for can only be told from its top frames.',
    next: 'Take the dump again, or get it from the file that the program wrote instead of from a log that cuts long lines.',
    source: 'runtime/traceback.go goroutineheader',
  },

  // Locks and semaphores.
  'sync.Mutex.Lock': {
    title: 'waits for a sync.Mutex',
    text: 'Another goroutine holds the mutex; this one goes on when that one calls Unlock. Go does not record who holds a mutex, so the dump does not say it: the holder must be found among the other goroutines. Printed since Go 1.20; before that the same wait is called `semacquire`. The second wait inside RWMutex.Lock, a writer behind another writer, also looks like this.',
    next: 'Go to the likely holder and look at what that one waits for. If nobody in the dump can hold the mutex, look for a path that returns without Unlock.',
    source: REASONS,
  },
  'sync.RWMutex.RLock': {
    title: 'waits to read-lock a sync.RWMutex',
    text: 'A writer holds the lock, or a writer is already waiting for it: a waiting writer blocks every new reader, so that it gets its turn. In the second case the lock is held by an older reader. Printed since Go 1.20; before that `semacquire`.',
    next: 'Look for a goroutine that waits with `sync.RWMutex.Lock` for the same lock. If there is one, the holder is a reader, perhaps this very goroutine further down its stack.',
    source: REASONS,
  },
  'sync.RWMutex.Lock': {
    title: 'waits to write-lock a sync.RWMutex',
    text: 'The lock still has readers, and the writer waits until the last of them calls RUnlock. While it waits, every new reader waits too. Printed since Go 1.20; before that `semacquire`.',
    next: 'Look for a reader: a goroutine that took RLock and is now blocked somewhere else. There may be several.',
    source: REASONS,
  },
  'sync.WaitGroup.Wait': {
    title: 'waits for a sync.WaitGroup',
    text: 'It goes on when the counter reaches zero: when every goroutine that was counted by Add has called Done. This is no lock and has no holder. Printed since Go 1.24; before that `semacquire`.',
    next: 'Find the goroutines that this function started (`created by` names it) and see what they wait for.',
    source: REASONS,
  },
  'sync.Cond.Wait': {
    title: 'waits for a sync.Cond',
    text: 'It released its mutex and waits until another goroutine calls Signal or Broadcast. Often the normal rest of a queue consumer. Old Go, before about 1.11, prints `semacquire` for this wait.',
    next: 'Ask which goroutine should signal, and look at what that one waits for.',
    source: 'runtime/sema.go notifyListWait',
  },
  semacquire: {
    title: 'waits for a runtime semaphore',
    text: 'The word covers several waits; the first frame outside the runtime tells which.\n- Go up to 1.19: sync.Mutex and sync.RWMutex (`lockSlow`, `RLock`, `Lock`), and what is built on them such as sync.Once.\n- Go up to 1.23: sync.WaitGroup.\n- Old Go, before about 1.11: sync.Cond.\n- Every version: a second reader or writer of one file or socket (`internal/poll.(*fdMutex).rwlock`), and locks inside the runtime (stopping the world).',
    next: 'Read the frames below the `runtime_Semacquire…` frame: they name the primitive and the caller.',
    source: 'runtime/sema.go semacquire1, sync/runtime.go, internal/poll/fd_mutex.go',
  },

  // Channels.
  'chan receive': {
    title: 'waits to receive from a channel',
    text: 'Nobody has sent a value and nobody has closed the channel. A worker without work, a ticker loop or a signal loop rests like this; so does a caller whose answer never comes. The dump does not name the channel or its senders.',
    next: 'Read the calling function: who sends on this channel? Find that goroutine and see what it waits for.',
    source: REASONS,
  },
  'chan send': {
    title: 'waits to send on a channel',
    text: 'No goroutine receives, and the buffer, if there is one, is full. Unlike a receive this is seldom a normal rest: the receiver is gone, blocked or slow. If the sender holds a lock, everyone behind that lock hangs too.',
    next: 'Find the goroutine that should receive, and see what it waits for. If it does not exist any more, the send can never end.',
    source: REASONS,
  },
  'chan receive (nil chan)': {
    title: 'receives from a nil channel: never ends',
    text: 'A receive from a nil channel blocks for ever. Some programs do it on purpose, to park a goroutine; otherwise a channel was never made.',
    next: 'Look at where the channel should have been created.',
    source: 'runtime/chan.go chanrecv',
  },
  'chan send (nil chan)': {
    title: 'sends on a nil channel: never ends',
    text: 'A send on a nil channel blocks for ever. Nearly always a programming error: the channel was never made.',
    next: 'Look at where the channel should have been created.',
    source: 'runtime/chan.go chansend',
  },
  select: {
    title: 'waits in select',
    text: 'None of the channels in the select statement is ready. Event loops rest like this, and calls that wait for an answer or for their context to end (gRPC, ttrpc, HTTP, D-Bus). The frames tell which of the two it is.',
    next: 'If a call to another process stands in the frames, take the dump of that process. If it is a loop of its own, it is probably at rest.',
    source: 'runtime/select.go selectgo',
  },
  'select (no cases)': {
    title: 'empty select: never ends',
    text: '`select {}` blocks for ever, on purpose. Programs use it to keep main alive while other goroutines work.',
    source: 'runtime/select.go block',
  },
  'chan receive (synctest)': {
    title: 'waits to receive from a channel of its test bubble',
    text: 'The goroutine belongs to a testing/synctest bubble and waits for a channel made in it. Go 1.24 with GOEXPERIMENT=synctest prints this; since Go 1.25 the mark is `(durable)`.',
    source: REASONS,
  },
  'chan send (synctest)': {
    title: 'waits to send on a channel of its test bubble',
    text: 'The goroutine belongs to a testing/synctest bubble and waits for a channel made in it. Go 1.24 with GOEXPERIMENT=synctest prints this; since Go 1.25 the mark is `(durable)`.',
    source: REASONS,
  },
  'select (synctest)': {
    title: 'waits in select on channels of its test bubble',
    text: 'The goroutine belongs to a testing/synctest bubble, and every channel of the select was made in it. Go 1.24 with GOEXPERIMENT=synctest prints this; since Go 1.25 the mark is `(durable)`.',
    source: REASONS,
  },

  // Outside the program.
  'IO wait': {
    title: 'waits for a socket or pipe',
    text: 'The network poller will wake it when the file descriptor is ready to read or write, when a deadline passes, or when the descriptor is closed. It uses no thread. Servers rest like this in Accept and in the read of the next request; a read of an answer that never comes looks the same.',
    next: 'See whether the caller reads or writes. Read: the peer sends nothing. Write: the peer does not read, and the buffer is full. `ss -xtp` or `lsof -p` of the process names the peer.',
    source: 'runtime/netpoll.go netpollblock',
  },
  syscall: {
    title: 'is in a system call',
    text: 'The goroutine and its thread are inside the kernel (or in C code called by cgo). With minutes shown it has been there all that time. Reads of ordinary files, waits for child processes, flock and mount calls wait here, not in the poller. One goroutine in `os/signal.signal_recv` is always here or idle.',
    next: 'The frame names the call. If it has been there for minutes: `cat /proc/<pid>/task/*/stack` as root, or strace -f -p, shows what the kernel waits for.',
    source: STATUSES,
  },
  sleep: {
    title: 'sleeps',
    text: 'time.Sleep: it goes on by itself. A goroutine that sleeps again and again in a retry loop may hold a lock all that time, and never shows minutes.',
    next: 'Look at the caller: is this a retry loop, and what does it retry?',
    source: 'runtime/time.go timeSleep',
  },

  // Not waiting.
  running: {
    title: 'runs',
    text: 'It was executing when the dump was taken. In a dump made by the program itself the first goroutine is the one that wrote the dump; in a panic it is the one that crashed. It may hold locks.',
    source: STATUSES,
  },
  runnable: {
    title: 'is ready to run',
    text: 'Nothing blocks it: it waits for a processor. Hundreds of runnable goroutines mean that the CPU, or GOMAXPROCS or the cgroup quota, is the bottleneck.',
    next: 'If many are runnable, look at the CPU use and throttling of the process instead of at locks.',
    source: STATUSES,
  },
  preempted: {
    title: 'was stopped by the scheduler',
    text: 'It was executing and stopped itself at the request of the runtime, usually for garbage collection; it goes on at once. Printed since Go 1.14.',
    source: REASONS,
  },
  waiting: {
    title: 'waits, no reason recorded',
    text: 'Parked without a reason. The runtime does this in a few places of its own; the frames are all there is to go by.',
    source: STATUSES,
  },
  idle: {
    title: 'idle: a goroutine that has not started, or a thread’s own stack',
    text: 'Just allocated. In a SIGQUIT dump `goroutine 0 [idle]` is the scheduler’s own stack of the thread that got the signal; the program’s goroutines follow it.',
    source: STATUSES,
  },
  dead: {
    title: 'dead: unused',
    text: 'It has ended, or has not been used yet. It holds no frames; a lock it took and did not release stays locked.',
    source: STATUSES,
  },
  enqueue: {
    title: 'enqueue: an internal status',
    text: 'A status that the runtime of Go 1.4 named but did not use.',
    source: 'runtime/traceback.go gStatusStrings of Go 1.4',
  },
  copystack: {
    title: 'its stack is being moved',
    text: 'The runtime copies its stack to a bigger or smaller place. Takes microseconds; it goes on by itself.',
    source: STATUSES,
  },
  leaked: {
    title: 'leaked: can never run again',
    text: 'The garbage collector found that nothing which still runs can reach the channel or lock that this goroutine waits for. An experiment of Go 1.26 (goroutine leak profile), part of Go 1.27.',
    next: 'Find out who should have answered this goroutine and why it went away.',
    source: STATUSES,
  },
  'waiting for cgo callback': {
    title: 'kept for C code that calls Go',
    text: 'A goroutine that the runtime keeps for a thread made by C, to run its next call into Go. At rest. Printed by recent Go (1.26).',
    source: STATUSES,
  },
  '???': {
    title: 'unknown status',
    text: 'The status has no name: the dump was taken in the middle of a change, or the memory is damaged.',
    source: 'runtime/traceback.go goroutineheader',
  },
  scan: {
    title: 'its stack is being scanned',
    text: 'Go 1.4 puts `scan` before the status while the garbage collector reads the stack; later versions print ` (scan)` behind it.',
    source: 'runtime/traceback.go gScanStatusStrings of Go 1.4',
  },
  scanrunnable: {
    title: 'ready to run, its stack is being scanned',
    text: 'Go 1.4’s word for runnable while the garbage collector reads the stack.',
    source: 'runtime/traceback.go gScanStatusStrings of Go 1.4',
  },
  scanrunning: {
    title: 'runs, asked to scan its stack',
    text: 'Go 1.4’s word for running while the garbage collector wants to read the stack.',
    source: 'runtime/traceback.go gScanStatusStrings of Go 1.4',
  },
  scansyscall: {
    title: 'in a system call, its stack is being scanned',
    text: 'Go 1.4’s word for syscall while the garbage collector reads the stack.',
    source: 'runtime/traceback.go gScanStatusStrings of Go 1.4',
  },
  scanwaiting: {
    title: 'waits, its stack is being scanned',
    text: 'Go 1.4’s word for any wait while the garbage collector reads the stack: the reason is not printed. The frames tell it.',
    source: 'runtime/traceback.go gScanStatusStrings of Go 1.4',
  },
  scandead: {
    title: 'dead, its stack is being scanned',
    text: 'Go 1.4’s word for a dead goroutine that the garbage collector looks at.',
    source: 'runtime/traceback.go gScanStatusStrings of Go 1.4',
  },
  scanenqueue: {
    title: 'an internal status, its stack is being scanned',
    text: 'A status that the runtime of Go 1.4 named but did not use.',
    source: 'runtime/traceback.go gScanStatusStrings of Go 1.4',
  },

  // Panic and debugging.
  panicwait: {
    title: 'main waits while another goroutine panics',
    text: 'The main goroutine has returned, and waits so that a panicking goroutine can finish printing before the process exits.',
    source: 'runtime/proc.go main',
  },
  'debug call': {
    title: 'a debugger calls a function',
    text: 'A debugger injected a function call into this goroutine and the call runs. Printed since Go 1.14.',
    source: REASONS,
  },
  'dumping heap': {
    title: 'waits for a heap dump',
    text: 'debug.WriteHeapDump stopped the world and writes the heap to a file. It ends when the file is written; a full pipe or a slow disk stops the whole program.',
    source: 'runtime/heapdump.go',
  },
  'trace reader (blocked)': {
    title: 'execution tracer: no data yet',
    text: 'The goroutine that reads the execution trace (runtime/trace) waits for data. At rest while tracing is on.',
    source: 'runtime/trace.go ReadTrace',
  },
  'trace goroutine status': {
    title: 'execution tracer: writes goroutine states',
    text: 'The execution tracer records the state of every goroutine. Short. Printed since Go 1.22.',
    source: REASONS,
  },
  'trace proc status': {
    title: 'execution tracer: writes processor states',
    text: 'The execution tracer records the state of every processor. Short. Printed since Go 1.22.',
    source: REASONS,
  },
  'page trace flush': {
    title: 'page tracer: flushes its buffers',
    text: 'The page tracer, an experiment of the runtime, flushes its buffers. Short. Printed since Go 1.22.',
    source: REASONS,
  },
  coroutine: {
    title: 'a coroutine that is not its turn',
    text: 'One half of iter.Pull: it waits until the other half asks for or hands over the next value. It runs only when the goroutine that uses the iterator wants it to. In the runtime since Go 1.22.',
    next: 'Find the goroutine that uses the iterator; it can also have forgotten to call stop.',
    source: 'runtime/coro.go',
  },
  'synctest.Run': {
    title: 'waits until its test bubble is done',
    text: 'The goroutine that started a testing/synctest bubble waits for all goroutines in it to end. Printed since Go 1.24.',
    source: 'runtime/synctest.go',
  },
  'synctest.Wait': {
    title: 'waits until its test bubble is at rest',
    text: 'It goes on when every other goroutine of the testing/synctest bubble is durably blocked. Printed since Go 1.24.',
    source: 'runtime/synctest.go',
  },

  // The runtime's own goroutines.
  'GC assist marking': {
    title: 'helps the garbage collector',
    text: 'It allocates fast during a collection and therefore has to do part of the marking. Short; if many goroutines are here, the program allocates faster than the collector keeps up.',
    next: 'If many: look at memory limits (GOMEMLIMIT, cgroup) and at the CPU quota.',
    source: 'runtime/mgcmark.go gcAssistAlloc',
  },
  'GC assist wait': {
    title: 'waits for garbage collection credit',
    text: 'It allocates during a collection, there was nothing left for it to mark, and it waits for the background workers. Short; if many goroutines are here for minutes, the collector gets no CPU.',
    next: 'If many: look at the CPU quota and throttling of the process.',
    source: 'runtime/mgcmark.go gcParkAssist',
  },
  'GC sweep wait': {
    title: 'background sweeper at rest',
    text: 'The runtime’s goroutine that returns swept memory has nothing to do.',
    source: 'runtime/mgcsweep.go bgsweep',
  },
  'GC scavenge wait': {
    title: 'background scavenger at rest',
    text: 'The runtime’s goroutine that gives unused memory back to the system has nothing to do. Printed since Go 1.13.',
    source: 'runtime/mgcscavenge.go bgscavenge',
  },
  'GC worker (idle)': {
    title: 'garbage collection worker at rest',
    text: 'One of the background mark workers, one for each processor. Normal outside a collection.',
    source: 'runtime/mgc.go gcBgMarkWorker',
  },
  'GC worker (active)': {
    title: 'garbage collection worker at work',
    text: 'A background mark worker that runs on the system stack. A collection is in progress.',
    source: 'runtime/mgc.go gcBgMarkWorker',
  },
  'GC mark termination': {
    title: 'ends the mark phase of a collection',
    text: 'The world is stopped for the end of the mark phase. Takes well under a millisecond unless a thread can’t be stopped.',
    source: 'runtime/mgc.go gcMarkTermination',
  },
  'GC weak to strong wait': {
    title: 'waits to turn a weak pointer into a strong one',
    text: 'A collection is at its end, and weak pointers (package weak, unique) can’t be read until it is over. Short. Printed since Go 1.23.',
    source: 'runtime/mheap.go gcParkStrongFromWeak',
  },
  'garbage collection': {
    title: 'runs a garbage collection',
    text: 'It started the collection and the world is stopped. Short.',
    source: 'runtime/mgc.go',
  },
  'garbage collection scan': {
    title: 'its stack is being scanned',
    text: 'The garbage collector reads this goroutine’s own stack. Short.',
    source: 'runtime/mgcmark.go markroot',
  },
  'wait for GC cycle': {
    title: 'waits for a garbage collection to finish',
    text: 'runtime.GC or debug.FreeOSMemory was called and waits for a full cycle.',
    source: 'runtime/mgc.go gcWaitOnMark',
  },
  'stopping the world': {
    title: 'stops all other goroutines',
    text: 'It waits until every running goroutine has stopped: a goroutine dump, a collection or a change of GOMAXPROCS. If it stays, some goroutine runs a loop that can’t be preempted, or a thread does not get CPU.',
    next: 'Look for goroutines in state running, and at the CPU throttling of the process.',
    source: REASONS,
  },
  'flushing proc caches': {
    title: 'flushes the processors’ memory caches',
    text: 'A short step of the runtime at the end of a collection. Printed since Go 1.22.',
    source: REASONS,
  },
  'finalizer wait': {
    title: 'finalizer goroutine at rest',
    text: 'The one goroutine that runs finalizers has none to run. If instead it shows another state, a finalizer hangs and no other finalizer runs.',
    source: 'runtime/mfinal.go runfinq',
  },
  'cleanup wait': {
    title: 'cleanup goroutine at rest',
    text: 'A goroutine that runs runtime.AddCleanup functions has none to run. Printed since Go 1.25.',
    source: 'runtime/mcleanup.go',
  },
  'GOMAXPROCS updater (idle)': {
    title: 'GOMAXPROCS updater at rest',
    text: 'The goroutine that follows changes of the cgroup CPU limit. Printed since Go 1.25.',
    source: 'runtime/proc.go updateMaxProcsGoroutine',
  },
  'force gc (idle)': {
    title: 'forced-collection helper at rest',
    text: 'The goroutine that starts a collection when none has run for two minutes.',
    source: 'runtime/proc.go forcegchelper',
  },
  'timer goroutine (idle)': {
    title: 'timer goroutine at rest',
    text: 'No timer is set. Go before 1.14 had goroutines of its own for timers (`runtime.timerproc`).',
    source: 'runtime/time.go timerproc of Go 1.13',
  },
  'stack growth': {
    title: 'grows its stack',
    text: 'It is executing and needs a bigger stack. Takes microseconds. Printed by Go 1.4 to 1.9.',
    source: OLD,
  },
  'Concurrent GC wait': {
    title: 'background collector at rest',
    text: 'The goroutine that ran collections in Go 1.5 has nothing to do.',
    source: OLD,
  },
  'mark wait (idle)': {
    title: 'waits for background mark workers',
    text: 'A step of the collector of Go 1.5. Short.',
    source: OLD,
  },
};
