// The other parts of a goroutine's header line.

import type { Article } from '../../format.js';

const HEADER = 'runtime/traceback.go goroutineheader';

export const HEADERS: Readonly<Record<string, Article>> = {
  goroutine: {
    title: 'goroutine',
    text: 'A goroutine and its id. Ids are given out in rising order and never used again, so a lower id was started earlier; small gaps mean nothing. An id names the same goroutine in every dump of one run of the process, and something else after a restart.',
    source: 'runtime/proc.go newproc1, runtime/traceback.go goroutineheader',
  },
  minutes: {
    title: 'blocked for at least this long',
    text: 'Whole minutes since a garbage collection first saw it blocked. It is a lower bound: the clock starts at the first collection after the wait began (one runs at least every two minutes) and starts anew whenever the goroutine runs. No number means less than a minute counted so, not that the wait is new. A loop that sleeps and tries again never shows minutes.',
    next: 'Take a second dump a few minutes later: what is really stuck has the same id, the same frames and more minutes.',
    source: 'runtime/mgcmark.go (waitsince), runtime/traceback.go goroutineheader',
  },
  'locked to thread': {
    title: 'bound to one operating system thread',
    text: 'runtime.LockOSThread was called: this goroutine and one thread belong to each other. Code that changes namespaces, C libraries and `main` during start-up need it. It says nothing about mutexes.',
    source: HEADER,
  },
  scan: {
    title: 'its stack is being scanned',
    text: 'The garbage collector was reading this goroutine’s stack when the dump was taken. Of no meaning for a hang.',
    source: HEADER,
  },
  durable: {
    title: 'durably blocked in a test bubble',
    text: 'Only a goroutine of the same testing/synctest bubble can wake it. Printed since Go 1.25; Go 1.24 prints `(synctest)`.',
    source: 'runtime/runtime2.go waitReasonStrings',
  },
  synctest: {
    title: 'blocked in a test bubble',
    text: 'Only a goroutine of the same testing/synctest bubble can wake it. Go 1.24 prints this; since Go 1.25 it is `(durable)`.',
    source: 'runtime/runtime2.go waitReasonStrings of Go 1.24',
  },
  leaked: {
    title: 'leaked: can never run again',
    text: 'The garbage collector found that nothing which still runs can reach what this goroutine waits for. This is certain, not a guess. An experiment of Go 1.26 (goroutine leak profile), part of Go 1.27.',
    next: 'Find out who should have sent, received or unlocked, and why it went away.',
    source: 'runtime/mgc.go findGoroutineLeaks',
  },
  'synctest bubble': {
    title: 'belongs to a test bubble',
    text: 'The goroutine runs inside a testing/synctest bubble with this number. Go 1.24 says `synctest group`.',
    source: HEADER,
  },
  'synctest group': {
    title: 'belongs to a test bubble',
    text: 'The goroutine runs inside a testing/synctest bubble with this number. Go 1.25 and later say `synctest bubble`.',
    source: 'runtime/traceback.go goroutineheader of Go 1.24',
  },
  gp: {
    title: 'address of the goroutine’s descriptor',
    text: 'Where the runtime keeps this goroutine’s own record (`runtime.g`), for debuggers. Not an address of the program’s data. Printed since Go 1.22 in crash dumps and with GOTRACEBACK=system or more.',
    source: HEADER,
  },
  m: {
    title: 'thread that runs it',
    text: 'The runtime’s number of the operating system thread that runs the goroutine; `m=nil`: none does. It is not a thread id of the kernel.',
    source: HEADER,
  },
  mp: {
    title: 'address of the thread’s descriptor',
    text: 'Where the runtime keeps the record of the thread that runs it (`runtime.m`), for debuggers.',
    source: HEADER,
  },
  labels: {
    title: 'profiler labels',
    text: 'Keys and values that the program set with runtime/pprof.Do or SetGoroutineLabels; goroutines inherit them from their creator. Often a request id or a user: goroutines with the same label serve the same request. Go 1.26 prints them in the bracket with GODEBUG=tracebacklabels=1; Go 1.27 prints them behind it, by default for modules that say go 1.27.',
    source: HEADER,
  },
  group: {
    title: 'goroutines with the same stack',
    text: 'A goroutine profile (pprof debug=1) counts goroutines with identical stacks and labels. It has no ids, no states, no minutes and no arguments. It shows how many wait where; it can’t show which of them wait for the same lock, and a holder can only be argued from functions and source lines.',
    next: 'Take the full dump: the same address with `?debug=2`.',
    source: 'runtime/pprof/pprof.go printCountProfile',
  },
};
