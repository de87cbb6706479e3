// Why a goroutine is, or is not, taken for the holder of a lock; why nobody is named; what a dump can't tell.
// The texts have `{name}` places for words of the trace. Evidence reads as a clause after *for:* or *against:*.

import type { Article } from '../../format.js';

type Articles = Readonly<Record<string, Article>>;

/** Facts of the language and the runtime behind the rules. */
const PRINTED = 'runtime/traceback.go printArgs: receivers come first, addresses are equal for equal objects';
const MUTEX = 'sync/mutex.go: a mutex keeps no owner';
const SOURCE = 'the program’s source code, where nearly every frame fits its line';
const LIVE = 'runtime/traceback.go: frames are calls that have not returned';

export const EVIDENCE: Articles = {
  // Words that both have.
  'exact-pointer': {
    title: 'has the lock’s own address',
    text: 'its frame `{frame}` has the lock’s own address `{address}` as an argument',
    source: PRINTED,
  },
  'stale-exact-pointer': {
    title: 'had to do with the lock itself',
    text: 'its frame `{frame}` has the lock’s own address `{address}` in a place that may be out of date: it had to do with this very lock, now or before',
    source: 'runtime/traceback.go printArgs: `?` stands behind what a register may have left behind',
  },
  'owner-object': {
    title: 'works on the object that the lock is part of',
    text: 'its frame `{frame}` is a method of the type whose methods wait for the lock, and works on the object that the lock `{address}` lies in',
    source: 'cmd/compile: a method’s receiver is its first argument; a lock field lies within its struct',
  },
  'lock-object': {
    title: 'has the object that the lock is part of',
    text: 'its frame `{frame}` has `{pointer}`, {offset} bytes below the lock: as far as those who wait for other locks of this kind show the object to begin',
    source: 'cmd/compile: a field lies at one distance in all objects of its type',
  },
  'stale-lock-object': {
    title: 'had to do with the object that the lock is part of',
    text: 'its frame `{frame}` has `{pointer}` in a place that may be out of date, {offset} bytes below the lock: as far as those who wait for other locks of this kind show the object to begin',
    source: 'runtime/traceback.go printArgs: `?` stands behind what a register may have left behind',
  },
  'near-pointer': {
    title: 'has an address just below the lock',
    text: 'its frame `{frame}` has `{pointer}`, {offset} bytes below the lock: perhaps the struct that contains it',
    source: PRINTED,
  },
  'shared-receiver': {
    title: 'works on the same object as the callers that wait',
    text: 'its frame `{frame}` works on the same object `{pointer}` as the callers that wait',
    source: PRINTED,
  },
  'shared-words': {
    title: 'shares words with the callers that wait',
    text: 'its frame `{frame}` has words (`{pointer}`) that the callers that wait have too, and few others',
    source: PRINTED,
  },
  'common-pointer': {
    title: 'the shared pointer is everybody’s',
    text: 'many goroutines have `{pointer}`: it ties none of them to the lock',
    source: PRINTED,
  },
  'other-object': {
    title: 'works on another object of the same type',
    text: 'its frame `{frame}` works on another object of the same type, with a lock of its own',
    source: PRINTED,
  },

  // What the source code says.
  'source-held': {
    title: 'holds the lock here, says the source',
    text: '`{frame}` holds `{on}` here, on line {line}: locked at `{at}`, unlocked by defer',
    source: SOURCE,
  },
  'source-held-until': {
    title: 'holds the lock here, says the source',
    text: '`{frame}` holds `{on}` here, on line {line}: locked at `{at}`, unlocked at `{unlocked}`',
    source: SOURCE,
  },
  'source-held-on': {
    title: 'holds the lock here, says the source',
    text: '`{frame}` holds `{on}` here, on line {line}: locked at `{at}`, and it does not unlock it itself',
    source: SOURCE,
  },
  'source-held-some': {
    title: 'may hold the lock here, says the source',
    text: '`{frame}` holds `{on}` here, on line {line}, on some paths: locked at `{at}`',
    source: SOURCE,
  },
  'source-held-maybe': {
    title: 'holds a lock of that name here, says the source',
    text: '`{frame}` holds `{on}` here, on line {line}, locked at `{at}`; whether it is this lock, the source at hand does not tell',
    source: SOURCE,
  },
  'source-released': {
    title: 'has released the lock before this line, says the source',
    text: 'by its source, `{frame}` has released `{on}` before line {line}: at `{at}`',
    source: SOURCE,
  },
  'source-instead': {
    title: 'the source took the claim from another',
    text: 'by the dump alone goroutine {other} would come first, but by its source it does not hold the lock',
    source: SOURCE,
  },
  'source-none': {
    title: 'holds no such lock, says the source',
    text: 'no line of the source that it stands on has such a lock held',
    source: SOURCE,
  },

  // Where it stands in the code.
  'same-function-past-lock': {
    title: 'is in the same function, past the line that locks',
    text: 'it is in `{frame}` at line {line}, past the line where the others wait: it has got the lock, unless the function unlocked it in between',
    source: LIVE,
  },
  'caller-past-call': {
    title: 'is in the caller of a function that locks, past that call',
    text: 'it is in `{frame}` at line {line}, past the call in which others wait: it has come back from there, with the lock unless that call unlocked it again',
    source: LIVE,
  },
  'same-function-before-lock': {
    title: 'is in the same function, before the line that locks',
    text: 'it is in `{frame}` at line {line}, before the line where the others wait; it has the lock only if that line runs in a loop',
    source: LIVE,
  },
  'same-type-method': {
    title: 'is in a method of the same type',
    text: 'it is in `{frame}`, a method of the type whose methods wait for the lock',
    source: LIVE,
  },
  'same-outer-type': {
    title: 'came through the same type as the callers',
    text: 'it came through `{frame}`, of a type that those who wait came through too',
    source: LIVE,
  },
  'same-package': {
    title: 'is in the same package',
    text: 'it is in `{frame}`, in the package of those who wait',
    source: LIVE,
  },
  'same-name': {
    title: 'does something that sounds alike',
    text: 'it is in `{frame}`, whose name has a word in common with those who wait',
    source: LIVE,
  },
  'closure-of-locker': {
    title: 'is in a closure of the function that locks',
    text: 'it is in `{frame}`, a closure of a function that asks for the lock: such a closure often runs with the lock held',
    source: LIVE,
  },
  'same-creator': {
    title: 'was started by the same function',
    text: 'it was started by the same function as those who wait: both are requests of one kind',
    source: 'runtime/traceback.go printcreatedby',
  },
  'known-call-under-lock': {
    title: 'is in a call that is known to hold the lock',
    text: 'it is in `{frame}`, which is known to hold this lock during the call it is in',
    source: 'the table of known locks, each row with its own source',
  },
  'only-group': {
    title: 'is the only group that fits',
    text: 'no other group of this profile is in such a call',
    source: 'runtime/pprof/pprof.go printCountProfile: equal stacks are one group',
  },
  'no-addresses': {
    title: 'a profile of counts shows no addresses',
    text: 'a profile shows no addresses, so it may be the same lock of another object',
    source: 'runtime/pprof/pprof.go printCountProfile',
  },
  'blocked-elsewhere': {
    title: 'is stuck in something else',
    text: 'it is stuck in something else, which is how a holder keeps a lock for long',
    source: MUTEX,
  },
  runs: {
    title: 'is running',
    text: 'it was running when the dump was taken: it may hold the lock and just be busy',
    source: 'runtime/traceback.go gStatusStrings',
  },
  'serves-rpc': {
    title: 'serves this remote call',
    text: 'its frame `{function}` is the generated handler of `{method}`; which caller it serves is not printed',
    source: 'protoc-gen-go-grpc and protoc-gen-go-ttrpc: names of the generated handlers',
  },
  'serves-request': {
    title: 'serves this request',
    text: 'its frame `{function}` is the handler of `{method}`; which caller it serves is not printed',
    source: 'moby api/server/router: names of the handlers',
  },
  'waitgroup-pointer': {
    title: 'has the WaitGroup’s address',
    text: 'it has the WaitGroup’s own address `{address}`: it is probably one of those that must call Done',
    source: 'sync/waitgroup.go: Done is called on the same WaitGroup',
  },
  'waitgroup-worker': {
    title: 'was started by the function that waits',
    text: 'it was started in `{function}`, which now waits',
    source: 'runtime/traceback.go printcreatedby',
  },
  'channel-object': {
    title: 'the only other one at work on the same object',
    text: 'its frame `{frame}` works on the same object `{pointer}`, and it is the only other goroutine that does: the other end of the channel is likely there',
    source: PRINTED,
  },

  // Its own waits.
  'waits-longer': {
    title: 'has waited at least as long',
    text: 'it has been stuck for at least {minutes} minutes, as long as the longest of those who wait',
    source: 'runtime/mgcmark.go: minutes are a lower bound',
  },
  'waits-shorter': {
    title: 'has not been stuck as long',
    text: 'it has been stuck for {minutes} minutes, and others have waited for {longest}; minutes are a lower bound, so this is a weak reason',
    source: 'runtime/mgcmark.go: minutes are a lower bound',
  },
  older: {
    title: 'is older than those who wait',
    text: 'its id is lower than all who wait: it was started before them',
    source: 'runtime/proc.go: ids rise',
  },
  'waits-for-same-lock': {
    title: 'waits for the lock itself',
    text: 'it waits for this very lock; it can hold it only if it asks a second time',
    source: MUTEX,
  },
  'waits-alike': {
    title: 'waits just like the others, at another lock',
    text: 'it stands just where those who wait stand, at another lock of the kind',
    source: MUTEX,
  },
  sibling: {
    title: 'stands where holders of such locks stand',
    text: 'it stands in the program’s code just where the holders of other locks of this kind, or the first candidates for them, stand, and is tied to none of those locks',
    source: MUTEX,
  },
  'sibling-in-turn': {
    title: 'stands where holders of such locks stand, and fits in their order',
    text: 'it stands in the program’s code just where the holders of other locks of this kind, or the first candidates for them, stand, and is tied to none of those locks; the numbers of these {count} rise with the addresses of what they hold, and its number fits in between',
    source: MUTEX,
  },
  'holds-another-lock': {
    title: 'fits another lock better',
    text: 'it is tied more closely to another lock of the same kind, and a goroutine holds one of them as a rule',
    source: MUTEX,
  },
  'shared-stack': {
    title: 'several stand there at once',
    text: 'several goroutines are in this place on the same object at once, so this lock can’t be held there',
    source: 'sync/mutex.go: one holder at a time',
  },
  'own-loop': {
    title: 'waits in the function that it was started with',
    text: 'it waits in the very function that it was started with, as loops do that wait for work or for an end: they seldom hold a lock',
    source: 'runtime/traceback.go: the outermost frame is the function of the go statement',
  },
  idle: {
    title: 'is at rest',
    text: 'it is at rest ({why}), where programs seldom hold a lock',
    source: 'the table of waits at rest, each row with its own source',
  },

  // Deadlocks.
  'asks-again': {
    title: 'asks for the lock a second time',
    text: 'further up its own stack it came through `{frame}`, which works on the object whose lock it now asks for: it may have locked it already, and Go’s locks can’t be taken twice',
    source: 'sync/mutex.go, sync/rwmutex.go: not reentrant',
  },
  'self-deadlock': {
    title: 'waits for itself',
    text: 'it holds the lock further up its own stack, in `{frame}`, and asks for it again: Go’s mutexes can’t be locked twice',
    source: 'sync/mutex.go: not reentrant',
  },
  'recursive-rlock': {
    title: 'read-locks a second time behind a writer',
    text: 'it read-locked in `{frame}` and read-locks again; a writer that came in between waits for the first and blocks the second',
    source: 'sync/rwmutex.go: a waiting writer blocks new readers',
  },
  cycle: {
    title: 'part of a deadlock',
    text: 'goroutine {other} waits in turn for what this one has: a deadlock explains both waits',
    source: MUTEX,
  },
  elimination: {
    title: 'nobody else can be it',
    text: 'every other goroutine is ruled out',
    source: MUTEX,
  },
};

export const UNHELD: Articles = {
  refuted: {
    title: 'the source says that it is not the likeliest one',
    text: 'By the dump alone goroutine {other} would come first, but by its source it does not hold the lock, and nobody else is tied to it.',
    next: 'Take a second dump: who held it may have gone on meanwhile.',
    source: SOURCE,
  },
  'no-candidate': {
    title: 'nobody in this dump is known to hold it',
    text: 'No goroutine of this dump shows a tie to the lock. Either it was released while the dump was taken, or a function returned without unlocking, or the holder’s frames do not show it.',
    next: 'Take a second dump. If the same goroutines still wait and there is still no holder, look in the source for a path that returns without Unlock.',
    source: 'sync/mutex.go: a mutex keeps no owner',
  },
  leaked: {
    title: 'it was probably never unlocked',
    text: 'Nobody who could unlock it is left: a function seems to have returned, or panicked, without Unlock. Those who wait will wait until the process ends.',
    next: 'Look in the source for a return between Lock and Unlock, and restart the process to get going again.',
    source: 'sync/mutex.go: unlocking is the program’s own task',
  },
  'cut-off': {
    title: 'the dump is cut off',
    text: 'The dump does not hold all goroutines, and the holder may be among the missing ones.',
    next: 'Take the dump from the file that the program wrote, not from a log that cuts long messages.',
    source: 'systemd-journald LineMax (48 KiB), rsyslog maxMessageSize (8 KiB)',
  },
  'counts-only': {
    title: 'a profile of counts does not tell',
    text: 'This is a profile with counts of equal stacks (pprof debug=1): it has no ids and no addresses, so waiters can’t be told apart by lock, and no group is the only one in a call that is known to hold it.',
    next: 'Take the full dump: the same address with `?debug=2`.',
    source: 'runtime/pprof/pprof.go printCountProfile',
  },
  'no-address': {
    title: 'the lock’s address is not printed',
    text: 'The frames of those who wait do not show the lock’s address, so it is known only by the object and the functions that ask for it. That is too little to name a holder.',
    next: 'The source tells more: give the folder that holds it.',
    source: 'runtime/traceback.go printArgs: RWMutex.RLock is inlined, register arguments may be stale',
  },
  'too-close': {
    title: 'several could hold it',
    text: 'Several goroutines are equally likely to hold it, and naming one would be a guess.',
    next: 'Compare what each of them waits for; a second dump shows which of them moves on.',
    source: 'sync/mutex.go: a mutex keeps no owner',
  },
};

export const PROBLEMS: Articles = {
  'unknown-line': {
    title: 'a line that could not be read',
    text: 'A line inside a goroutine could not be read.',
    source: 'runtime/traceback.go',
  },
  'torn-header': {
    title: 'a header that is cut off',
    text: 'A goroutine’s header line is cut off: its state may be missing.',
    next: 'Take the dump from the file that the program wrote, not from a log that cuts long messages.',
    source: 'runtime/traceback.go goroutineheader',
  },
  headless: {
    title: 'frames without a header',
    text: 'Frames without a header line: whose they are is unknown.',
    next: 'The text before the first frame is missing: include the line that starts with “goroutine”.',
    source: 'runtime/traceback.go goroutineheader',
  },
  'counts-only': {
    title: 'counts instead of goroutines',
    text: 'This is a profile with counts of equal stacks: it has no ids, states or addresses, so a holder can be no more than possible.',
    next: 'Take the full dump: the same address with `?debug=2`.',
    source: 'runtime/pprof/pprof.go printCountProfile',
  },
  'message-null': {
    title: 'the journal left the message out',
    text: 'The journal’s JSON has null instead of the message: journalctl leaves out fields above 4 KB unless it is told not to.',
    next: 'Export again with `journalctl -a -o json`, or with `-o cat`.',
    source: 'systemd src/shared/logs-show.c: output_json, OUTPUT_SHOW_ALL',
  },
  'cut-log': {
    title: 'the log cut the dump',
    text: 'A log message ends in the middle of the dump: the log cuts long messages, and the goroutines behind the cut are missing.',
    next: 'Use the file that the program wrote (dockerd: `goroutine-stacks-*.log`, containerd: `containerd.<pid>.stacks.log`).',
    source: 'systemd-journald LineMax (48 KiB), rsyslog maxMessageSize (8 KiB)',
  },
  'source-mismatch': {
    title: 'the source is another version’s',
    text: 'The source at hand for `{path}` is not the one that the program was built of: {fit} of {all} lines looked at fit. It was not used.',
    next: 'Check out the version that printed the dump, or name it as a source root: `folder@tag` of a git repository.',
    source: SOURCE,
  },
  'no-arguments': {
    title: 'frames without arguments',
    text: 'The frames have no arguments (gccgo, or frames that were copied without them): locks can’t be told apart by address.',
    source: 'libgo/runtime/go-traceback.c',
  },
};
