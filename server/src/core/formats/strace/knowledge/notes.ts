// What is said of a place in a log: the title is the lens, the text the finding. A clause with an empty place is left out.

import type { Article } from '../../format.js';

type Articles = Readonly<Record<string, Article>>;

/** How sure its notes are, where they do not say themselves. */
export const SURE =
  'What the log shows is certain: the call, its arguments, and that nothing more of it came. What came after the log’s last line, and what threads did that were not recorded, is unknown.';

export const NOTES: Articles = {
  'never-returned': {
    title: '{where} never returned · {for} · {what}',
    text: '{where} of {who} never returned. It has lasted {for} when the log ends. Descriptor: {what}. It waits for {peer}.',
    next: 'Look at the other end: what does it do, and what does it wait for? If it is not in this log: `lsof +E -p <pid>`, `ss -xp`, then `strace -f -tt -T -yy -s 256 -p <peer>`.',
    sure: 'That the log shows no end of the call is certain. A log that stopped a moment after the call began shows the same: the time tells how much that is worth. Who is at the other end is said with how sure that is.',
    source: 'a call without a result: strace src/syscall.c',
  },
  'at-rest': {
    title: '{where} waits, perhaps at rest · {for} · {what}',
    text: 'At its end the log has {who} waiting in {where}, as a server or an event loop does that has nothing to do. So far it has lasted {for}. Descriptor: {what}. It waits for {peer}.',
    next: 'If it should have something to do: look for a request that it sent and that was not answered, and at whoever should wake it.',
    sure: 'A guess from the kind of the call and of the descriptor: servers and event loops wait like this. Only what it should have done tells whether it hangs.',
    source: 'a call without a result: strace src/syscall.c',
  },
  'never-returned-bus': {
    title: '{where} never returned · {for} · {what}',
    text: '{where} of {who} never returned: the bus does not take the message. It has lasted {for} when the log ends. Descriptor: {what}. Message: {message}.',
    next: 'The reader of this socket is dbus-daemon (or systemd): `ss -xp | grep <inode>`, then `strace -f -tt -p $(pidof dbus-daemon)`. A stopped or hung bus daemon does not read; so does one whose own receiver does not.',
    source: 'net/unix/af_unix.c; D-Bus specification',
  },
  unanswered: {
    title: '{method} to {destination} was never answered · {for}',
    text: 'No reply came on this connection to the {message}, sent by {who}, before the log ends. Time since: {for}. Not shown of it: {missing}.',
    next: 'The request was handed over; who should answer is silent. `busctl status <name>` names the process behind a bus name, `busctl --timeout=5 call <name> / org.freedesktop.DBus.Peer Ping` asks whether it answers anyone, `strace -f -tt -p <pid>` shows what it does. For systemd: `strace -p 1`, `journalctl -b _PID=1 | tail -50`. If the bus itself is asked (`org.freedesktop.DBus`): the bus daemon.',
    sure: 'Certain for a log that shows all of the connection: replies name the request that they answer. Where messages are cut short or the log ends soon after, the reply may merely not be shown.',
    source: 'D-Bus specification, message protocol: REPLY_SERIAL',
  },
  'unanswered-stream': {
    title: 'the request of {bytes} was never answered · {for} · {what}',
    text: 'The request of {bytes} on the {what} was never answered. It was sent by {who} in {where}, which returned. Nothing came back before the log ends. Time since: {for}.',
    next: 'The request was handed over; who should answer is silent. `ss -xp` or `ss -tnp` names the process at the other end, `strace -f -tt -T -yy -s 256 -p <pid>` shows what it does; of a Go program take a goroutine dump.',
    sure: 'Concluded: a stream of bytes does not show which answer belongs to which request. That nothing came back on this connection is certain.',
    source: 'the bytes that the calls on the socket moved: man 2 read, man 2 write',
  },
  'owes-answer': {
    title: 'read {bytes}, wrote no answer · {for} · {what}',
    text: '{who} read {bytes} in {where} and wrote nothing on this connection from there to the end of the log, though it has answered others. Time since: {for}. Descriptor: {what}.',
    next: 'Look at what the program does after this line: where do the thread that read it, and those it woke, stand at the end? A request that is not whole yet, or that needs no answer, looks the same.',
    sure: 'Concluded from what it did before: it has answered others on this connection. That it wrote nothing more is certain.',
    source: 'the bytes that the calls on the socket moved: man 2 read, man 2 write',
  },
  'unanswered-auth': {
    title: 'the bus never answered the authentication · {for} · {what}',
    text: 'The bus did not answer the authentication that {who} began, before the log ends. Time since: {for}. Descriptor: {what}.',
    next: '`systemctl status dbus`, `strace -f -tt -p $(pidof dbus-daemon)`: does it read, or wait for a name service?',
    source: 'D-Bus specification, authentication protocol',
  },
  slow: {
    title: '{where} took {seconds} · {what}',
    text: '{where} of {who} took {seconds}. Descriptor: {what}.',
    next: 'Compare with the other calls on the same descriptor, and with what the other end did in that time.',
    source: 'strace -T, or the times of the lines',
  },
  ended: {
    title: '{where} was cut off · {how}',
    text: '{where} of {who} never returned: it was {how} in it.',
    source: 'kernel/exit.c',
  },
  'cookie-overflow': {
    title: 'D-Bus serial {serial}: at the end of 32 bits',
    text: 'A message of {who} has the serial {serial}. Serials have 32 bits; sd-bus before systemd 242 counted on beyond them and could not send any message from there on. Descriptor: {what}.',
    next: '`gdb -p 1`, `p /x bus->cookie` (needs debug symbols); `systemctl --version`; `systemctl daemon-reexec` starts counting anew.',
    sure: 'The number is certain. Whether it stops the program is not: only sd-bus before systemd 242 fails there, later versions go on at 0x80000000.',
    source: 'systemd issue 11809, commit 1f82f5bb, first in v242',
  },
};

/** Other places that belong to a note. */
export const NOTE_PLACES: Articles = {
  opened: { title: 'opened here', text: 'The call that made the descriptor.', source: 'strace src/syscall.c' },
  connected: { title: 'connected here', text: 'The call that connected the socket.', source: 'strace src/syscall.c' },
  peer: { title: 'the other end', text: 'What the other end does.', source: 'strace src/syscall.c' },
  wakes: {
    title: 'woken from here last',
    text: 'The last time somebody woke a waiter on this.',
    source: 'strace src/syscall.c',
  },
  request: { title: 'the request', text: 'The call that carried the request.', source: 'strace src/syscall.c' },
  reply: {
    title: 'the last reply',
    text: 'The last answer that came on this connection.',
    source: 'strace src/syscall.c',
  },
  waits: {
    title: 'waits for the answer here',
    text: 'The call in which the sender waits for the answer.',
    source: 'strace src/syscall.c',
  },
};

/** The whole log in one line. */
export const SUMMARIES: Articles = {
  strace: {
    title: 'strace log',
    text: '{calls} of {threads} · {blocked} · {unanswered} · {slow} · {idle} · {duration}',
    source: 'counted',
  },
};
