// What is told about sockets, and why a process is taken for the other end.

import type { Article } from '../../format.js';

const QUEUE = 'misc/ss.c; net/unix/af_unix.c unix_inq_len, unix_outq_len';

/** How sure its notes are, where they do not say themselves. */
export const SURE =
  'That it was so in the moment in which it was taken is certain. For how long it has been so, one listing does not tell: take a second one.';

export const NOTES: Readonly<Record<string, Article>> = {
  'not-read': {
    title: '{bytes} bytes from {writer} are not read',
    text: '{reader} has not read {bytes} bytes (as the kernel counts them) that {writer} sent to it over a unix socket. {full} One listing shows one moment.',
    next: 'Look at {reader}: is it stopped (`ps`), or does it hang (its stacks, `strace -p`)? Take a second listing: a queue that stays is not read.',
    source: `${QUEUE}; net/core/sock.c sysctl_wmem_default`,
  },
  'not-read-unknown': {
    title: '{bytes} bytes are not read by the other side',
    text: '{writer} has sent {bytes} bytes that the other side has not read. {full} Who that is, this listing does not show.',
    next: 'Take the whole listing as root: `ss -xp`.',
    source: QUEUE,
  },
  'backlog-full': {
    title: 'connections are not accepted: {waiting} wait, limit {limit}',
    text: '{who} has {waiting} connections on `{path}` that it has not accepted, and room for {limit}: further clients wait in connect.',
    next: 'See what {who} does: `strace -p`, its stacks.',
    source: 'net/unix/af_unix.c unix_recvq_full, net/ipv4/inet_connection_sock.c',
  },
  'not-accepted': {
    title: '{waiting} connections not accepted yet',
    text: '{who} has {waiting} connections on `{path}` that it has not accepted yet, of at most {limit}.',
    next: 'A moment of that is normal. Take a second listing.',
    source: 'misc/ss.c: Recv-Q and Send-Q of a listener',
  },
  'inet-not-read': {
    title: '{bytes} bytes are not read',
    text: '{who} has not read {bytes} bytes that {peer} sent.',
    next: 'Take a second listing: a Recv-Q that stays means that the program does not read.',
    source: QUEUE,
  },
  'inet-unacknowledged': {
    title: '{bytes} bytes are not acknowledged',
    text: '{who} has sent {bytes} bytes that {peer} has not acknowledged: it does not read, or the network loses them.',
    next: '`ss -tnpoi` shows retransmissions and their timer.',
    source: QUEUE,
  },
  'not-closed': {
    title: 'the other side has closed',
    text: '{peer} has closed the connection, {who} has not. Many of them are a leak.',
    source: 'RFC 9293',
  },
  'no-answer': {
    title: 'no answer to the connection request',
    text: '{who} has asked {peer} for a connection and has no answer.',
    next: 'A firewall that drops packets, a dead host, or a full backlog.',
    source: 'RFC 9293',
  },
};

export const NOTE_PLACES: Readonly<Record<string, Article>> = {
  writer: { title: 'the side that writes', text: 'the side that writes', source: QUEUE },
};

export const EVIDENCE: Readonly<Record<string, Article>> = {
  'peer-inode': {
    title: 'has the peer socket open',
    text: '{program} has the other end (inode {inode}) open as descriptor {fd}',
    source: 'man ss, -x: the second number is the peer’s inode',
  },
  'peer-address': {
    title: 'has the other end of the connection',
    text: '{program} has the socket from {peer} to {local} open as descriptor {fd}',
    source: 'man ss, -t: local and peer address',
  },
  listens: { title: 'listens there', text: '{program} listens on `{path}` (descriptor {fd})', source: 'man ss, -l' },
  accepted: {
    title: 'has accepted a connection there',
    text: '{program} has an accepted connection of `{path}` (descriptor {fd})',
    source: 'net/unix/af_unix.c: accepted sockets have the listener’s name',
  },
};

export const SUMMARIES: Readonly<Record<string, Article>> = {
  sockets: {
    title: 'the listing',
    text: 'sockets: {sockets} · processes: {processes} · with something that is not taken: {unread}',
    source: 'man ss',
  },
};
