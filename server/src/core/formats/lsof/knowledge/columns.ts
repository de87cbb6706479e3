// Columns, descriptors, lock characters, types and names of lsof.

import type { Article } from '../../format.js';

const SOURCE = 'man lsof, OUTPUT';

export const COLUMNS: Readonly<Record<string, Article>> = {
  COMMAND: {
    title: 'command',
    text: 'The program’s name, cut to nine letters unless `+c 0` is given.',
    source: SOURCE,
  },
  PID: { title: 'process id', text: 'Who has it open.', source: SOURCE },
  TID: { title: 'thread id', text: 'Blank for the process itself.', source: SOURCE },
  TASKCMD: { title: 'thread’s name', text: 'Blank for the process itself.', source: SOURCE },
  PPID: { title: 'parent process id', text: 'Only with `-R`.', source: SOURCE },
  PGID: { title: 'process group', text: 'Only with `-g`.', source: SOURCE },
  USER: { title: 'user', text: 'Whose process it is.', source: SOURCE },
  FD: {
    title: 'descriptor',
    text: 'Number, then `r`, `w` or `u` (both), then a lock character. Or `cwd`, `rtd`, `txt` (program), `mem` (mapped), `DEL` (mapped and deleted).',
    source: SOURCE,
  },
  TYPE: {
    title: 'type',
    text: 'REG file, DIR folder, CHR and BLK device, FIFO, unix, IPv4, IPv6, sock (protocol unknown), a_inode (epoll, eventfd, …).',
    source: SOURCE,
  },
  DEVICE: {
    title: 'device',
    text: 'Major and minor number; the kernel’s address of a unix socket; the inode of an internet socket.',
    source: SOURCE,
  },
  'SIZE/OFF': {
    title: 'size or offset',
    text: '`0t` before decimal offsets, `0x` before hexadecimal ones.',
    source: SOURCE,
  },
  NODE: {
    title: 'inode',
    text: 'What a pipe or unix socket is known by everywhere: `pipe:[N]`, `socket:[N]`, `ss -x`. For internet sockets it is the protocol.',
    source: SOURCE,
  },
  NAME: {
    title: 'name',
    text: 'Path, address, or for pipes and sockets with `+E` the other ends: `pid,command,fd`.',
    source: SOURCE,
  },
};

export const DESCRIPTORS: Readonly<Record<string, Article>> = {
  cwd: { title: 'working folder', text: 'Keeps its file system busy.', source: SOURCE },
  rtd: { title: 'root folder', text: 'Another than `/`: in a container or chroot.', source: SOURCE },
  txt: { title: 'program text', text: 'The program, or a library that runs.', source: SOURCE },
  mem: { title: 'mapped file', text: 'A library or a file mapped into memory.', source: SOURCE },
  DEL: { title: 'mapped file, deleted', text: 'The program runs with a file that was replaced.', source: SOURCE },
  mmap: { title: 'mapped device', text: 'Mapped into memory.', source: SOURCE },
  NOFD: { title: 'no permission', text: 'lsof could not read the descriptors: run it as root.', source: SOURCE },
  r: { title: 'open for reading', text: 'A descriptor and its access. For a pipe: the reading end.', source: SOURCE },
  w: { title: 'open for writing', text: 'A descriptor and its access. For a pipe: the writing end.', source: SOURCE },
  u: {
    title: 'open for reading and writing',
    text: 'A descriptor and its access. Sockets are always so.',
    source: SOURCE,
  },
  number: { title: 'descriptor', text: 'Its access is unknown.', source: SOURCE },
};

export const LOCKS: Readonly<Record<string, Article>> = {
  r: {
    title: 'read lock on a part of the file',
    text: 'Others can read-lock it too; whoever wants to write-lock that part waits.',
    source: SOURCE,
  },
  R: {
    title: 'read lock on the whole file',
    text: 'Others can read-lock it too; whoever wants to write-lock it waits.',
    source: SOURCE,
  },
  w: {
    title: 'write lock on a part of the file',
    text: 'Whoever wants that part waits for this process.',
    source: SOURCE,
  },
  W: {
    title: 'write lock on the whole file',
    text: 'Whoever wants a lock on it waits for this process.',
    source: SOURCE,
  },
  u: { title: 'read and write lock', text: 'Whoever wants a lock on it waits for this process.', source: SOURCE },
  U: { title: 'lock of unknown type', text: 'Whoever wants a lock on it waits for this process.', source: SOURCE },
  x: { title: 'SCO lock on a part', text: 'Historic.', source: SOURCE },
  X: { title: 'SCO lock on the whole file', text: 'Historic.', source: SOURCE },
  N: { title: 'Solaris NFS lock', text: 'Of unknown type.', source: SOURCE },
};

export const TYPES: Readonly<Record<string, Article>> = {
  REG: { title: 'file', text: 'A regular file.', source: SOURCE },
  DIR: { title: 'folder', text: 'A directory.', source: SOURCE },
  CHR: { title: 'character device', text: 'Terminal, /dev/null, …', source: SOURCE },
  BLK: { title: 'block device', text: 'A disk.', source: SOURCE },
  FIFO: {
    title: 'pipe',
    text: 'A pipe (`pipe`), or a FIFO with a path. NODE is the number that both ends share.',
    source: SOURCE,
  },
  unix: {
    title: 'unix socket',
    text: 'A local socket. NODE is its own inode; the other end has another one (`->INO=`, with `+E`).',
    source: SOURCE,
  },
  IPv4: { title: 'internet socket', text: 'DEVICE is its inode.', source: SOURCE },
  IPv6: { title: 'internet socket', text: 'DEVICE is its inode.', source: SOURCE },
  sock: {
    title: 'socket',
    text: 'lsof does not know its protocol: often it is in another network namespace.',
    source: SOURCE,
  },
  a_inode: {
    title: 'anonymous inode',
    text: 'epoll, eventfd, timerfd, inotify, …: no file and no peer.',
    source: SOURCE,
  },
  netlink: { title: 'netlink socket', text: 'A socket to the kernel.', source: SOURCE },
  pack: { title: 'packet socket', text: 'Raw network packets.', source: SOURCE },
  unknown: { title: 'unknown', text: 'lsof could not tell: run it as root.', source: SOURCE },
};

export const NAMES: Readonly<Record<string, Article>> = {
  peer: {
    title: 'the other end’s inode',
    text: 'Whose it is: the row of lsof, or of `ss -xp`, with this inode as its own.',
    source: SOURCE,
  },
  endpoint: {
    title: 'the other end',
    text: '`pid,command,descriptor`: who has it open, with the access behind it.',
    source: SOURCE,
  },
};

export const SOCKET_STATES: Readonly<Record<string, Article>> = {
  LISTEN: {
    title: 'listens',
    text: 'A server’s socket. What `+E` names behind it are connections that are not accepted yet.',
    source: SOURCE,
  },
  CONNECTED: { title: 'connected', text: 'It has a peer.', source: SOURCE },
  UNCONNECTED: { title: 'not connected', text: 'No peer: not yet, or never (datagrams).', source: SOURCE },
  ESTABLISHED: { title: 'connected', text: 'It has a peer.', source: SOURCE },
  CLOSE_WAIT: {
    title: 'the other side has closed',
    text: 'This program has not closed yet: a leak if it stays.',
    source: SOURCE,
  },
  deleted: { title: 'deleted', text: 'Its name is gone; the space is free when it is closed.', source: SOURCE },
  SYN_SENT: { title: 'asks for a connection', text: 'No answer yet: a firewall, or a dead host.', source: SOURCE },
  TIME_WAIT: { title: 'closed', text: 'Waits for late packets.', source: SOURCE },
  FIN_WAIT1: { title: 'closes', text: 'Its last data is not acknowledged.', source: SOURCE },
  FIN_WAIT2: { title: 'closed this side', text: 'The other side has not closed yet.', source: SOURCE },
  LAST_ACK: { title: 'closes', text: 'Waits for the last acknowledgement.', source: SOURCE },
  CLOSING: { title: 'closes', text: 'Both sides at once.', source: SOURCE },
  CONNECTING: { title: 'connects', text: 'The server has not accepted yet.', source: SOURCE },
  DISCONNECTING: { title: 'disconnects', text: 'On its way out.', source: SOURCE },
};
