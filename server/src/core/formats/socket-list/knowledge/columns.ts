// Columns, states and queues of ss.

import type { Article } from '../../format.js';

const SOURCE = 'man ss; misc/ss.c of iproute2';

export const COLUMNS: Readonly<Record<string, Article>> = {
  Netid: {
    title: 'kind of socket',
    text: 'u_str, u_dgr, u_seq: unix stream, datagram, packet; tcp, udp, …',
    source: SOURCE,
  },
  State: { title: 'state', text: 'Of the connection.', source: SOURCE },
  'Recv-Q': {
    title: 'not read yet',
    text: 'Bytes that came and that the program has not read. For a listener: connections that it has not accepted.',
    source: SOURCE,
  },
  'Send-Q': {
    title: 'not taken yet',
    text: 'Bytes that the other side has not read (unix) or not acknowledged (TCP). For a listener: how many connections may wait.',
    source: SOURCE,
  },
  inode: {
    title: 'inode',
    text: 'What this end is known by: `socket:[N]` in `ls -l /proc/PID/fd`, NODE in lsof.',
    source: SOURCE,
  },
  'peer inode': {
    title: 'the other end’s inode',
    text: 'The line that has this number as its own tells whose the other end is. 0: none.',
    source: SOURCE,
  },
  users: {
    title: 'process',
    text: 'Who has it open: name, pid, descriptor. Only root sees those of others.',
    source: SOURCE,
  },
  Process: {
    title: 'process',
    text: 'Who has it open: name, pid, descriptor. Only root sees those of others.',
    source: SOURCE,
  },
  Local: { title: 'own address', text: 'Path or address, then port; for unix sockets the inode.', source: SOURCE },
  Peer: { title: 'the other end', text: 'Address and port; for unix sockets the peer’s inode.', source: SOURCE },
};

export const QUEUES: Readonly<Record<string, Article>> = {
  'Recv-Q': {
    title: 'not read yet',
    text: 'Bytes that came and that the program has not read. One moment’s value: look twice.',
    source: SOURCE,
  },
  'Send-Q': {
    title: 'not taken yet',
    text: 'Unix socket: bytes that the other side has not read, counted with the kernel’s overhead; at about 213,000 (`net.core.wmem_default`) the writer waits. TCP: bytes not acknowledged.',
    source: SOURCE,
  },
  'Recv-Q of a listener': {
    title: 'connections not accepted',
    text: 'Clients that are connected already, and wait for the server to accept them.',
    source: SOURCE,
  },
  'Send-Q of a listener': {
    title: 'room for connections',
    text: 'The backlog that the server asked for in listen.',
    source: SOURCE,
  },
};

export const STATES: Readonly<Record<string, Article>> = {
  ESTAB: { title: 'connected', text: 'Both ends can send.', source: SOURCE },
  LISTEN: { title: 'listens', text: 'A server’s socket.', source: SOURCE },
  UNCONN: {
    title: 'not connected',
    text: 'Datagrams, or not connected yet. A client that waits for a full server looks like this.',
    source: SOURCE,
  },
  'SYN-SENT': { title: 'asks for a connection', text: 'No answer yet.', source: SOURCE },
  'SYN-RECV': {
    title: 'is asked for a connection',
    text: 'The last step of the handshake is missing.',
    source: SOURCE,
  },
  'FIN-WAIT-1': { title: 'closes', text: 'Its last data is not acknowledged.', source: SOURCE },
  'FIN-WAIT-2': { title: 'closed this side', text: 'The other side has not closed.', source: SOURCE },
  'TIME-WAIT': { title: 'closed', text: 'Waits for late packets.', source: SOURCE },
  'CLOSE-WAIT': { title: 'the other side has closed', text: 'The program has not.', source: SOURCE },
  'LAST-ACK': { title: 'closes', text: 'Waits for the last acknowledgement.', source: SOURCE },
  CLOSING: { title: 'closes', text: 'Both sides at once.', source: SOURCE },
  CLOSED: { title: 'closed', text: 'No connection.', source: SOURCE },
  CLOSE: { title: 'closed', text: 'No connection.', source: SOURCE },
  UNKNOWN: { title: 'unknown', text: 'ss does not know the state.', source: SOURCE },
  DISCONNECTING: { title: 'disconnects', text: 'On its way out.', source: SOURCE },
  'SYN-RCV': { title: 'is asked for a connection', text: 'The last step of the handshake is missing.', source: SOURCE },
};

export const NETIDS: Readonly<Record<string, Article>> = {
  u_str: { title: 'unix stream', text: 'A local connection.', source: SOURCE },
  u_dgr: { title: 'unix datagram', text: 'Local messages.', source: SOURCE },
  u_seq: { title: 'unix packets', text: 'A local connection that keeps messages apart.', source: SOURCE },
  tcp: { title: 'TCP', text: 'An internet connection.', source: SOURCE },
  udp: { title: 'UDP', text: 'Internet datagrams.', source: SOURCE },
  raw: { title: 'raw', text: 'A kind of socket.', source: SOURCE },
  nl: { title: 'netlink', text: 'To the kernel.', source: SOURCE },
  p_raw: { title: 'p_raw', text: 'A kind of socket.', source: SOURCE },
  p_dgr: { title: 'p_dgr', text: 'A kind of socket.', source: SOURCE },
  v_str: { title: 'v_str', text: 'A kind of socket.', source: SOURCE },
  v_dgr: { title: 'v_dgr', text: 'A kind of socket.', source: SOURCE },
  icmp6: { title: 'icmp6', text: 'A kind of socket.', source: SOURCE },
  sctp: { title: 'sctp', text: 'A kind of socket.', source: SOURCE },
  mptcp: { title: 'mptcp', text: 'A kind of socket.', source: SOURCE },
  dccp: { title: 'dccp', text: 'A kind of socket.', source: SOURCE },
  tipc: { title: 'tipc', text: 'A kind of socket.', source: SOURCE },
  vsock: { title: 'vsock', text: 'A kind of socket.', source: SOURCE },
  xdp: { title: 'xdp', text: 'A kind of socket.', source: SOURCE },
  '???': { title: '???', text: 'A kind of socket.', source: SOURCE },
  ti_st: { title: 'ti_st', text: 'A kind of socket.', source: SOURCE },
  ti_dg: { title: 'ti_dg', text: 'A kind of socket.', source: SOURCE },
  ti_rd: { title: 'ti_rd', text: 'A kind of socket.', source: SOURCE },
  ti_sq: { title: 'ti_sq', text: 'A kind of socket.', source: SOURCE },
  unix: { title: 'unix', text: 'A kind of socket.', source: SOURCE },
};
