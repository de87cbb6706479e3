// Functions that a reader of a dump meets: the Go runtime, locks, input and output.

import type { FunctionRow } from './row.js';

export const RUNTIME_FUNCTIONS: readonly FunctionRow[] = [
  // The Go runtime.
  {
    ends: 'runtime.gopark',
    title: 'parks the goroutine',
    text: 'The runtime has put this goroutine aside until something wakes it. The frames below say what.',
    source: 'runtime/proc.go',
  },
  {
    ends: 'runtime.goexit',
    title: 'the bottom of every stack',
    text: 'Where a goroutine returns to when it ends. Shown only in dumps with the runtime’s own frames.',
    source: 'runtime/asm_amd64.s',
  },
  {
    ends: 'runtime.main',
    title: 'starts main.main',
    text: 'The runtime’s first function of the main goroutine.',
    source: 'runtime/proc.go',
  },
  {
    ends: 'runtime.chanrecv1',
    title: 'receives from a channel',
    text: 'The frame below is the function with the receive expression.',
    source: 'runtime/chan.go',
  },
  {
    ends: 'runtime.chansend1',
    title: 'sends to a channel',
    text: 'The frame below is the function with the send statement.',
    source: 'runtime/chan.go',
  },
  {
    ends: 'runtime.selectgo',
    title: 'waits in a select statement',
    text: 'The frame below is the function with the select statement.',
    source: 'runtime/select.go',
  },
  {
    ends: 'runtime.semacquire1',
    title: 'waits for a runtime semaphore',
    text: 'Mutexes, RWMutexes and WaitGroups are built on it. The sync frames below tell which.',
    source: 'runtime/sema.go',
  },
  {
    ends: 'runtime.gopanic',
    title: 'panics',
    text: 'The frames above are deferred functions that run because of the panic; the frames below are where it began. Deferred Unlocks have not all run yet.',
    source: 'runtime/panic.go',
  },
  {
    ends: 'panic',
    title: 'panics',
    text: 'The frames above are deferred functions that run because of the panic; the frames below are where it began. Deferred Unlocks have not all run yet.',
    source: 'runtime/panic.go gopanic, printed as panic',
  },
  {
    ends: 'runtime.sigpanic',
    title: 'panics because of a signal',
    text: 'A nil pointer or another bad memory access in the frame below.',
    source: 'runtime/signal_unix.go',
  },
  {
    ends: 'runtime.cgocall',
    title: 'calls C code',
    text: 'The goroutine is inside a C function, which the dump can’t look into. It counts as a system call.',
    next: 'gdb on the process shows the C stack.',
    source: 'runtime/cgocall.go',
  },
  {
    ends: 'runtime.Stack',
    title: 'writes this dump',
    text: 'The goroutine that took the dump. Not part of the problem.',
    source: 'runtime/mprof.go',
  },
  {
    ends: 'runtime/debug.Stack',
    title: 'writes a stack',
    text: 'Often from a handler that recovers a panic and logs it.',
    source: 'runtime/debug/stack.go',
  },
  {
    ends: 'runtime/pprof.writeGoroutineStacks',
    title: 'writes this dump',
    text: 'The goroutine that took the dump, over the program’s pprof address. Not part of the problem.',
    source: 'runtime/pprof/pprof.go',
  },
  {
    ends: 'runtime/pprof.runtime_goroutineProfileWithLabels',
    title: 'takes this profile',
    text: 'The goroutine that counts all goroutines. Not part of the problem.',
    source: 'runtime/pprof/pprof.go',
  },
  {
    ends: 'os/signal.signal_recv',
    title: 'waits for a signal',
    text: 'One goroutine of every program that handles signals. Always at rest, for as long as the process lives.',
    source: 'runtime/sigqueue.go',
  },
  {
    ends: 'time.Sleep',
    title: 'sleeps',
    text: 'It goes on by itself. The frame below decides whether this is a retry loop.',
    source: 'runtime/time.go',
  },

  // Locks.
  {
    ends: 'sync.runtime_Semacquire',
    title: 'waits for a semaphore of the sync package',
    text: 'Used by WaitGroup.Wait up to Go 1.23, by RWMutex up to 1.10 and by Mutex up to 1.7. The frame below tells.',
    source: 'sync/runtime.go',
  },
  {
    ends: 'sync.runtime_SemacquireMutex',
    title: 'waits for a mutex’s semaphore',
    text: 'Used by Mutex, and by RWMutex from Go 1.11 to 1.19. Its first argument is the address of a field of the lock in Go up to 1.16; later it is mostly stale.',
    source: 'sync/runtime.go',
  },
  {
    ends: 'sync.runtime_SemacquireRWMutexR',
    title: 'a reader waits for an RWMutex',
    text: 'Since Go 1.20. A writer holds the lock or waits for it.',
    source: 'sync/runtime.go',
  },
  {
    ends: 'sync.runtime_SemacquireRWMutex',
    title: 'a writer waits for an RWMutex’s readers',
    text: 'Since Go 1.20. New readers wait behind it.',
    source: 'sync/runtime.go',
  },
  {
    ends: 'sync.runtime_SemacquireWaitGroup',
    title: 'waits for a WaitGroup',
    text: 'Since Go 1.24. It goes on when every counted goroutine has called Done.',
    source: 'sync/runtime.go',
  },
  {
    ends: 'sync.runtime_notifyListWait',
    title: 'waits for a sync.Cond',
    text: 'It released its mutex and waits for Signal or Broadcast.',
    source: 'sync/cond.go',
  },
  {
    ends: 'sync.(*Mutex).Lock',
    title: 'locks a mutex',
    text: 'The caller below asks for the lock. Since Go 1.24 the same call is shown twice: in internal/sync and in sync.',
    source: 'sync/mutex.go',
  },
  {
    ends: 'sync.(*Mutex).lockSlow',
    title: 'waits for a mutex',
    text: 'Its first argument is the mutex’s own address, and can be believed in every version: equal addresses are one mutex.',
    source: 'sync/mutex.go, internal/sync/mutex.go from 1.24',
  },
  {
    ends: 'sync.(*RWMutex).RLock',
    title: 'read-locks an RWMutex',
    text: 'Mostly inlined, so the lock’s address is not printed: the object that the caller works on is the best clue.',
    source: 'sync/rwmutex.go',
  },
  {
    ends: 'sync.(*RWMutex).Lock',
    title: 'write-locks an RWMutex',
    text: 'With `lockSlow` above it another writer is first; else it waits for readers. Either way new readers wait behind it.',
    source: 'sync/rwmutex.go',
  },
  {
    ends: 'sync.(*WaitGroup).Wait',
    title: 'waits for other goroutines to finish',
    text: 'Not a lock: nobody holds it. Those that have not called Done are the reason.',
    source: 'sync/waitgroup.go',
  },
  {
    ends: 'sync.(*Cond).Wait',
    title: 'waits for a condition',
    text: 'It gave up the condition’s mutex while it waits.',
    source: 'sync/cond.go',
  },
  {
    ends: 'sync.(*Once).doSlow',
    title: 'runs, or waits for, a function that runs once',
    text: 'With a lock frame above it, it waits until the first caller’s function has returned; else it is that first caller, and everybody else waits for what stands above.',
    source: 'sync/once.go: the Once’s mutex is held while its function runs',
  },
  {
    ends: 'errgroup.(*Group).Wait',
    title: 'waits for a group of goroutines',
    text: 'It goes on when all functions of the group have returned.',
    source: 'golang.org/x/sync/errgroup',
  },
  {
    ends: 'singleflight.(*Group).Do',
    title: 'waits for one call shared by many callers',
    text: 'Callers with the same key wait for the first one’s result: find the one that is inside the function.',
    source: 'golang.org/x/sync/singleflight',
  },

  // Input and output.
  {
    ends: 'internal/poll.runtime_pollWait',
    title: 'waits until a descriptor is ready',
    text: 'For a socket, pipe or terminal. The frames below say whether it reads, writes, accepts or connects.',
    source: 'internal/poll/fd_poll_runtime.go',
  },
  {
    ends: 'net.runtime_pollWait',
    title: 'waits until a socket is ready',
    text: 'Go up to 1.8. The frames below say whether it reads, writes, accepts or connects.',
    source: 'net/fd_poll_runtime.go of Go 1.8',
  },
  {
    ends: 'internal/poll.(*FD).Read',
    title: 'reads from a descriptor',
    text: 'It holds the descriptor’s read lock meanwhile: a second reader of the same file waits in `rwlock`.',
    source: 'internal/poll/fd_unix.go',
  },
  {
    ends: 'internal/poll.(*FD).Write',
    title: 'writes to a descriptor',
    text: 'It holds the descriptor’s write lock meanwhile: a second writer of the same file waits in `rwlock`. If it waits, the peer does not read.',
    source: 'internal/poll/fd_unix.go',
  },
  {
    ends: 'internal/poll.(*fdMutex).rwlock',
    title: 'waits for another reader or writer of the same descriptor',
    text: 'Each descriptor allows one reader and one writer at a time. The first argument is the descriptor’s address.',
    next: 'Find the goroutine inside `FD.Read` or `FD.Write` with the same address.',
    source: 'internal/poll/fd_mutex.go',
  },
  {
    ends: 'syscall.Syscall',
    title: 'is in a system call',
    text: 'The first argument is the call’s number; the frame below is its name.',
    source: 'syscall/asm_linux_amd64.s',
  },
  {
    ends: 'syscall.Syscall6',
    title: 'is in a system call',
    text: 'The first argument is the call’s number; the frame below is its name.',
    source: 'syscall/asm_linux_amd64.s',
  },
  {
    ends: 'unix.EpollWait',
    title: 'waits for any of several descriptors',
    text: 'An event loop of the program’s own, apart from Go’s poller. Normally at rest.',
    source: 'golang.org/x/sys/unix/syscall_linux.go',
  },
  {
    ends: 'fifo.openFifo.func',
    title: 'opens a named pipe',
    text: 'Opening a fifo waits until the other end is opened too. A container’s input and output go through such pipes: the runtime has not got so far, or the other side is gone.',
    source: 'github.com/containerd/fifo fifo.go',
  },
];
