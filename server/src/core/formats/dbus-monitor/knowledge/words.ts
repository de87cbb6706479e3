// Words about messages on a bus.

import type { Article } from '../../format.js';

const SPEC = 'D-Bus specification, Message Protocol';
const TIMEOUT = 'dbus/dbus-connection.c _DBUS_DEFAULT_TIMEOUT_VALUE; sd-bus BUS_DEFAULT_TIMEOUT; gio: 25 s';

const LOOK =
  'Look at the program that owns {service}: `busctl status {service}` gives its pid; then its state (`ps`), its stacks, `strace -p`. For org.freedesktop.systemd1 see its journal for `Operation not supported` and the counter of its bus connection.';

/** How sure its notes are, where they do not say themselves. */
export const SURE =
  'What stands in the capture is certain. What does not stand in it may have been sent before it began, after it ended, or where the monitor was not allowed to see it.';

export const NOTES: Readonly<Record<string, Article>> = {
  unanswered: {
    title: '{member}: no reply from {service} {seconds}',
    text: '{caller} called {member} of {service}, and up to the end of this capture there is no reply {seconds}. A capture that ends too early, or that shows only some messages, looks the same.',
    next: LOOK,
    source: TIMEOUT,
  },
  'unanswered.left': {
    title: '{member}: no reply from {service}, the caller left after waiting {seconds}',
    text: '{caller} called {member} of {service}, got no reply {seconds}, and left the bus: it gave up.',
    next: LOOK,
    source: TIMEOUT,
  },
  'unanswered.error': {
    title: '{member}: the bus says that {service} did not reply ({error})',
    text: '{caller} called {member} of {service}; after {seconds} it was told {error}.',
    next: LOOK,
    source: TIMEOUT,
  },
  'slow-answer': {
    title: '{member}: reply after {seconds}',
    text: '{service} took {seconds} to reply to {member} of {caller}.',
    source: SPEC,
  },
  'no-replies-shown': {
    title: 'this capture shows no replies at all',
    text: 'There are calls and not a single reply: the monitor was probably told to show calls only. Which calls were answered is unknown.',
    next: 'Take one with both: `dbus-monitor --system "sender=\'org.freedesktop.systemd1\'" "destination=\'org.freedesktop.systemd1\'"`.',
    source: 'man dbus-monitor',
  },
  'nothing-seen': {
    title: 'no message in this capture',
    text: 'The monitor printed its heading and no message: nothing passed, it may not see messages (root is needed), or its output was still in a buffer when it ended.',
    source: 'man dbus-monitor, man busctl',
  },
  'no-owner': {
    title: '{service} has no owner',
    text: 'Nobody owns {service} on this bus: the service does not run, or has lost its connection.',
    source: 'man gdbus',
  },
  'serial-near': {
    title: 'serial {serial}: close to 0xffffffff',
    text: '{sender} has reached serial {serial}; the last one that fits is 0xffffffff. systemd before v242 can send nothing on this connection after that; from v242 on it goes on at 0x80000000, and then such a value is normal.',
    next: '`systemctl --version`; before v242 `systemctl daemon-reexec` gives it a new connection.',
    source: 'systemd issue 11809, PR 11818',
  },
};

export const NOTE_PLACES: Readonly<Record<string, Article>> = {
  reply: { title: 'the reply', text: 'the reply', source: SPEC },
};

export const SUMMARIES: Readonly<Record<string, Article>> = {
  messages: {
    title: 'the capture',
    text: 'messages: {messages} · calls without a reply: {unanswered}',
    source: 'man dbus-monitor',
  },
};

export const WAITS: Readonly<Record<string, Article>> = {
  dbus: {
    title: 'waits for an answer over D-Bus',
    text: 'The call was sent, and no reply has passed. Callers give up after 25 seconds where they set no time; some, such as runc, wait for ever.',
    next: 'Look at the program that owns the name: `busctl status NAME`.',
    source: TIMEOUT,
  },
};

export const TERMS: Readonly<Record<string, Article>> = {
  'unique name': {
    title: 'unique name of a connection',
    text: 'The bus gives one to each connection and never gives it twice: `busctl list` tells whose it is.',
    source: SPEC,
  },
  'bus name': { title: 'well-known name', text: 'The name of a service; its owner gets the message.', source: SPEC },
  serial: {
    title: 'serial',
    text: 'The sender’s number of this message: 32 bits, counted for each connection. A reply names it.',
    source: SPEC,
  },
  'reply serial': {
    title: 'the call that it answers',
    text: 'The serial of the call, as its sender numbered it.',
    source: SPEC,
  },
  member: { title: 'method or signal', text: 'What is called, or what has happened.', source: SPEC },
  error: {
    title: 'error',
    text: 'The call failed with this. `NoReply` and `Timeout`: nobody answered in time.',
    source: SPEC,
  },
  call: {
    title: 'method call',
    text: 'Its sender waits for a reply, unless it has said that it wants none (which only busctl shows: flag 1).',
    source: SPEC,
  },
  return: { title: 'reply', text: 'The answer to a call.', source: SPEC },
  signal: { title: 'signal', text: 'A message that nobody answers.', source: SPEC },
};
