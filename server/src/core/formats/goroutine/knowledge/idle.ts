// Waits that are a program's normal rest. A stack is idle when a frame ends with one of these functions.

export interface IdleState {
  readonly state: string;
  readonly why: string;
  readonly source: string;
}

export interface IdleCall {
  readonly ends: string;
  readonly why: string;
  readonly source: string;
}

export const IDLE_STATES: readonly IdleState[] = [
  { state: 'idle', why: 'runtime', source: 'runtime/runtime2.go gStatusStrings' },
];

export const IDLE_CALLS: readonly IdleCall[] = [
  { ends: 'os/signal.signal_recv', why: 'signals', source: 'os/signal/sig.s' },
];
