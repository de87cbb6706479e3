// The lines below a goroutine's header, apart from the functions themselves.

import type { Article } from '../../format.js';

const FRAME = 'runtime/traceback.go traceback2';

export const FRAMES: Readonly<Record<string, Article>> = {
  'created by': {
    title: 'the function that started this goroutine',
    text: 'The go statement that started it stands in this function, at this line. It is not a caller: that function has gone on, or has returned long ago. main’s own goroutine and some of the runtime’s have no such line.',
    source: 'runtime/traceback.go printcreatedby',
  },
  creator: {
    title: 'the goroutine that started this one',
    text: 'Its id at that time. It may have ended since, and is then not in the dump. Printed since Go 1.21.',
    source: 'runtime/traceback.go printcreatedby1',
  },
  location: {
    title: 'source file and line',
    text: 'Where the frame stands in the source: for the top frame the line that executes or waits, for the others the line of the call that has not returned. The path is the one of the machine that built the program; with -trimpath it starts with the import path.',
    next: 'Compare with the source of exactly this version: lines move from release to release.',
    source: FRAME,
  },
  '+0x': {
    title: 'offset in the machine code',
    text: 'Bytes from the function’s first instruction to where it will go on. It tells two calls on one source line apart. Inlined frames have none.',
    source: FRAME,
  },
  elided: {
    title: 'frames that are not printed',
    text: 'At most 100 frames are printed. Since Go 1.21 they are the 50 innermost and the 50 outermost, and the line in the middle says how many are left out; before, everything behind the hundredth is missing. A lock may have been taken in a frame that you can’t see.',
    source: 'runtime/traceback.go traceback2, tracebackInnerFrames and tracebackOuterFrames',
  },
  unavailable: {
    title: 'its stack can’t be shown',
    text: 'The goroutine was running on another thread when the dump was taken, and its stack can’t be read safely. It may hold any lock. Dumps that the program makes of itself stop every goroutine first, and do not have this.',
    next: 'Take the dump another way: the program’s own (SIGUSR1 for dockerd and containerd), pprof with debug=2, or twice.',
    source: 'runtime/traceback.go tracebackothers',
  },
  'originating from': {
    title: 'frames of an ancestor',
    text: 'With GODEBUG=tracebackancestors=N the frames of the goroutine that started this one follow, as they were at that moment. They are history: not frames of this goroutine, and they hold nothing now.',
    source: 'runtime/traceback.go printAncestorTraceback',
  },
};
