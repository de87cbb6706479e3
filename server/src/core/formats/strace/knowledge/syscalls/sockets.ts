// System calls: sockets.

import { PEER, type Syscall } from './row.js';

export const SOCKETS: Readonly<Record<string, Syscall>> = {
  socket: {
    usage: 'socket(family, type, protocol)',
    title: 'makes a socket',
    text: '`AF_UNIX`: on this machine, by path. `AF_INET`, `AF_INET6`: network. `AF_NETLINK`: talks to the kernel. `SOCK_STREAM` is a byte stream, `SOCK_DGRAM` and `SOCK_SEQPACKET` keep messages apart. With `SOCK_NONBLOCK` no call on it waits.',
    source: 'man 2 socket',
  },
  socketpair: {
    usage: 'socketpair(family, type, protocol, [a, b])',
    title: 'makes two connected sockets',
    text: 'What is written to one is read from the other; used between parent and child.',
    source: 'man 2 socketpair',
  },
  connect: {
    usage: 'connect(fd, address, length)',
    title: 'connects a socket to a peer',
    text: 'For `AF_UNIX` the address is a path: `/run/dbus/system_bus_socket` is the system bus. A non-blocking connect ends with `EINPROGRESS` and goes on by itself.',
    blocks:
      'TCP: the peer does not answer (packets are dropped); it gives up after about two minutes. Unix stream: the server’s queue of unaccepted connections is full, so the server does not call accept.',
    next: '`ss -xlp | grep <path>`: the Recv-Q of a listener is its queue, Send-Q its limit. `ss -tnp state syn-sent` for TCP. Then look at what the server does.',
    source: 'man 2 connect',
  },
  bind: {
    usage: 'bind(fd, address, length)',
    title: 'gives a socket its own address',
    text: 'A server’s; for `AF_UNIX` it makes the socket file. `EADDRINUSE`: taken.',
    source: 'man 2 bind',
  },
  listen: {
    usage: 'listen(fd, backlog)',
    title: 'lets a socket take connections',
    text: '`backlog` is how many may wait to be accepted.',
    source: 'man 2 listen',
  },
  accept: {
    usage: 'accept(fd, address, length)',
    title: 'takes a connection',
    text: 'The result is a new descriptor for it; `fd` goes on listening.',
    blocks: 'A server at rest: nobody connects. Seldom a fault.',
    source: 'man 2 accept',
  },
  accept4: {
    usage: 'accept4(fd, address, length, flags)',
    title: 'takes a connection',
    text: 'The result is a new descriptor for it; `fd` goes on listening. For unix sockets the address is mostly empty: clients have no path.',
    blocks: 'A server at rest: nobody connects. Seldom a fault.',
    source: 'man 2 accept',
  },
  getsockname: {
    usage: 'getsockname(fd, address, length)',
    title: 'asks for a socket’s own address',
    text: '',
    source: 'man 2 getsockname',
  },
  getpeername: {
    usage: 'getpeername(fd, address, length)',
    title: 'asks for the peer’s address',
    text: '`ENOTCONN`: there is none (any more).',
    source: 'man 2 getpeername',
  },
  sendto: {
    usage: 'sendto(fd, buf, len, flags, address, length)',
    title: 'sends a message',
    text: 'Without an address it is the same as write with flags. `MSG_NOSIGNAL`: no SIGPIPE. `MSG_DONTWAIT`: does not wait.',
    blocks:
      'The peer does not read: the buffer is full (stream), or the receiver’s queue is (unix datagrams: `/dev/log`, `sd_notify`).',
    next: PEER,
    source: 'man 2 sendto',
  },
  recvfrom: {
    usage: 'recvfrom(fd, buf, len, flags, address, length)',
    title: 'receives a message',
    text: 'Without an address it is the same as read with flags. 0: the peer has closed.',
    blocks: 'The peer sends nothing.',
    next: PEER,
    source: 'man 2 recvfrom',
  },
  sendmsg: {
    usage: 'sendmsg(fd, {msg_name, msg_iov, msg_control}, flags)',
    title: 'sends a message, perhaps with descriptors',
    text: '`SCM_RIGHTS` in `msg_control` passes descriptors to the peer. sd-bus and libdbus send with it: several buffers are one message.',
    blocks: 'The peer does not read: the buffer is full.',
    next: PEER,
    source: 'man 2 sendmsg',
  },
  recvmsg: {
    usage: 'recvmsg(fd, {msg_name, msg_iov, msg_control}, flags)',
    title: 'receives a message, perhaps with descriptors',
    text: '`SCM_RIGHTS` in `msg_control` brings descriptors: they are open from here on. 0: the peer has closed.',
    blocks:
      'The peer sends nothing. On a D-Bus connection: the answer to the call that was sent last does not come, or a service is at rest.',
    next: PEER,
    source: 'man 2 recvmsg',
  },
  sendmmsg: {
    usage: 'sendmmsg(fd, messages, count, flags)',
    title: 'sends several messages',
    text: 'The result is how many were sent. DNS lookups use it.',
    blocks: 'The peer’s queue is full.',
    next: PEER,
    source: 'man 2 sendmmsg',
  },
  recvmmsg: {
    usage: 'recvmmsg(fd, messages, count, flags, timeout)',
    title: 'receives several messages',
    text: 'The result is how many came.',
    blocks: 'Fewer came than it waits for; without `MSG_WAITFORONE` it waits for all.',
    next: PEER,
    source: 'man 2 recvmmsg',
  },
  shutdown: {
    usage: 'shutdown(fd, how)',
    title: 'ends one or both directions of a connection',
    text: '`SHUT_WR`: the peer reads the end of the stream. The descriptor stays open.',
    source: 'man 2 shutdown',
  },
  setsockopt: {
    usage: 'setsockopt(fd, level, option, value, length)',
    title: 'sets an option of a socket',
    text: '`SO_SNDTIMEO` and `SO_RCVTIMEO` (seconds) limit how long calls wait; `SO_SNDBUF` and `SO_RCVBUF` how much is buffered.',
    source: 'man 2 setsockopt',
  },
  getsockopt: {
    usage: 'getsockopt(fd, level, option, value, length)',
    title: 'asks for an option of a socket',
    text: '`SO_ERROR` after a non-blocking connect: how it ended. `SO_PEERCRED`: pid, uid and gid of a unix socket’s peer: it names the other end.',
    source: 'man 2 getsockopt',
  },
};
