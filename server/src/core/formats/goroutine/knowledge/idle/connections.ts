// Waits at rest: connections of gRPC, ttrpc and D-Bus.

import type { IdleCall } from './row.js';

export const IDLE_CONNECTIONS: readonly IdleCall[] = [
  // gRPC.
  { ends: 'grpc.(*ccBalancerWrapper).watcher', why: 'rpc connection', source: 'grpc-go balancer_conn_wrappers.go' },
  {
    ends: 'grpcsync.(*CallbackSerializer).run',
    why: 'rpc connection',
    source: 'grpc-go internal/grpcsync/callback_serializer.go',
  },
  { ends: 'grpc.(*addrConn).resetTransport', why: 'rpc connection', source: 'grpc-go clientconn.go' },
  { ends: 'grpc.(*addrConn).transportMonitor', why: 'rpc connection', source: 'grpc-go clientconn.go, 1.0 to 1.10' },
  { ends: 'grpc.(*Conn).transportMonitor', why: 'rpc connection', source: 'grpc-go clientconn.go before 1.0' },
  { ends: 'grpc.(*ClientConn).scWatcher', why: 'rpc connection', source: 'grpc-go clientconn.go' },
  { ends: 'grpc.(*ClientConn).lbWatcher', why: 'rpc connection', source: 'grpc-go clientconn.go of 1.0' },
  { ends: 'grpc.(*balancerWrapper).lbWatcher', why: 'rpc connection', source: 'grpc-go balancer_v1_wrapper.go' },
  { ends: 'grpc.(*ccResolverWrapper).watcher', why: 'rpc connection', source: 'grpc-go resolver_conn_wrapper.go' },
  { ends: 'dns.(*dnsResolver).watcher', why: 'rpc connection', source: 'grpc-go internal/resolver/dns' },
  { ends: 'dns.(*ipResolver).watcher', why: 'rpc connection', source: 'grpc-go resolver/dns of 1.10' },
  { ends: 'grpc.newClientStream.func', states: ['select'], why: 'context watcher', source: 'grpc-go stream.go' },
  {
    ends: 'grpc.newClientStreamWithParams.func',
    states: ['select'],
    why: 'context watcher',
    source: 'grpc-go stream.go',
  },
  { ends: 'transport.(*controlBuffer).get', why: 'rpc connection', source: 'grpc-go internal/transport/controlbuf.go' },
  { ends: 'transport.(*loopyWriter).run', why: 'rpc connection', source: 'grpc-go internal/transport/controlbuf.go' },
  { ends: 'transport.loopyWriter', why: 'rpc connection', source: 'grpc-go transport/control.go of 1.10' },
  { ends: 'transport.(*http2Client).controller', why: 'rpc connection', source: 'grpc-go transport of 1.0' },
  { ends: 'transport.(*http2Server).controller', why: 'rpc connection', source: 'grpc-go transport of 1.0' },
  { ends: 'transport.(*http2Client).keepalive', why: 'rpc connection', source: 'grpc-go transport/http2_client.go' },
  { ends: 'transport.(*http2Server).keepalive', why: 'rpc connection', source: 'grpc-go transport/http2_server.go' },
  {
    ends: 'transport.(*http2Client).reader',
    at: 'any',
    states: ['IO wait'],
    why: 'rpc connection',
    source: 'grpc-go transport/http2_client.go',
  },
  {
    ends: 'transport.(*http2Server).HandleStreams',
    at: 'any',
    states: ['IO wait'],
    why: 'next request',
    source: 'grpc-go transport/http2_server.go',
  },
  { ends: 'grpc.(*Server).serverWorker', why: 'work queue', source: 'grpc-go server.go' },

  // ttrpc: containerd and its shims.
  {
    ends: 'ttrpc.readMessageHeader',
    at: 'any',
    states: ['IO wait'],
    why: 'rpc connection',
    source: 'github.com/containerd/ttrpc channel.go',
  },
  { ends: 'ttrpc.(*Client).run', why: 'rpc connection', source: 'github.com/containerd/ttrpc client.go' },
  { ends: 'ttrpc.(*Client).run.func', why: 'rpc connection', source: 'github.com/containerd/ttrpc client.go' },
  { ends: 'ttrpc.(*Client).receiveLoop', why: 'rpc connection', source: 'github.com/containerd/ttrpc client.go' },
  { ends: 'ttrpc.(*serverConn).run', why: 'rpc connection', source: 'github.com/containerd/ttrpc server.go' },
  {
    ends: 'ttrpc.(*serverConn).run.func',
    states: ['IO wait', 'select'],
    why: 'rpc connection',
    source: 'github.com/containerd/ttrpc server.go',
  },

  // D-Bus.
  {
    ends: '(*Conn).inWorker',
    at: 'any',
    states: ['IO wait', 'syscall'],
    why: 'bus connection',
    source: 'github.com/godbus/dbus conn.go: reads messages; sending a signal to a full channel is not this',
  },
  {
    ends: '(*Conn).outWorker',
    states: ['chan receive'],
    why: 'bus connection',
    source: 'github.com/godbus/dbus conn.go',
  },
  {
    ends: '(*sequentialSignalChannelData).bufferSignals',
    why: 'bus connection',
    source: 'github.com/godbus/dbus sequential_handler.go',
  },
  {
    ends: 'dbus.(*Conn).dispatch.func',
    states: ['chan receive'],
    why: 'bus connection',
    source: 'github.com/coreos/go-systemd dbus/subscription.go',
  },
];
