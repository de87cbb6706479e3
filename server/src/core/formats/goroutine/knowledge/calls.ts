// Calls that wait for somebody outside the process: another server (rpc), the message bus (dbus), a child process.
// A row matches a frame whose function ends with `ends` (package path before it may be vendored) or contains `has`.

import type { WaitKind } from '../../../trace/trace.js';

export interface CallRow {
  readonly ends?: string;
  readonly has?: string;
  readonly kind?: WaitKind;
  /** The source that has the function. */
  readonly source: string;
}

/** Calls that wait for another process's answer, looked for from the top of the stack. First match counts. */
export const OUTSIDE_CALLS: readonly CallRow[] = [
  // A child process: started, and waited for.
  { ends: 'os/exec.(*Cmd).Wait', kind: 'child', source: 'os/exec/exec.go' },
  { ends: 'os/exec.(*Cmd).Run', kind: 'child', source: 'os/exec/exec.go' },
  { ends: 'os.(*Process).Wait', kind: 'child', source: 'os/exec.go' },
  { ends: 'os.(*Process).wait', kind: 'child', source: 'os/exec_unix.go' },
  { ends: 'os.(*Process).blockUntilWaitable', kind: 'child', source: 'os/wait_waitid.go' },
  { ends: 'os.(*Process).pidfdWait', kind: 'child', source: 'os/pidfd_linux.go' },
  { ends: 'syscall.forkExec', kind: 'child', source: 'syscall/exec_unix.go: until the child has called exec' },
  { ends: 'syscall.Wait4', kind: 'child', source: 'syscall/syscall_linux.go' },
  { ends: 'syscall.wait4', kind: 'child', source: 'syscall/zsyscall_linux_amd64.go' },
  { ends: 'unix.Wait4', kind: 'child', source: 'golang.org/x/sys/unix/syscall_linux.go' },
  { ends: 'unix.Waitid', kind: 'child', source: 'golang.org/x/sys/unix/syscall_linux.go' },
  // A program that reaps its own children waits for a channel instead.
  { ends: 'reaper.(*Monitor).Wait', kind: 'child', source: 'containerd sys/reaper/reaper_unix.go' },
  { ends: 'reaper.(*Monitor).WaitTimeout', kind: 'child', source: 'containerd sys/reaper/reaper_unix.go' },
  { ends: 'go-runc.(*defaultMonitor).Wait', kind: 'child', source: 'github.com/containerd/go-runc monitor.go' },
  { has: 'containerd/go-runc.(*Runc).', kind: 'child', source: 'github.com/containerd/go-runc runc.go' },
  {
    ends: 'runtime.(*container).waitForCreate',
    kind: 'child',
    source: 'containerd 0.2 runtime/container.go: its shim',
  },
  // runc: waits for what `runc init` tells it over a pipe.
  { ends: 'libcontainer.parseSync', kind: 'child', source: 'github.com/opencontainers/runc libcontainer/sync.go' },
  { ends: 'libcontainer.readSync', kind: 'child', source: 'github.com/opencontainers/runc libcontainer/sync.go' },
  {
    ends: 'libcontainer.(*initProcess).waitForChildExit',
    kind: 'child',
    source: 'github.com/opencontainers/runc libcontainer/process_linux.go',
  },

  // The message bus. The connection's own read and write loops are not calls.
  { has: 'dbus.(*Object).', kind: 'dbus', source: 'github.com/godbus/dbus object.go Call: waits for the reply' },
  { has: 'dbus/v5.(*Object).', kind: 'dbus', source: 'github.com/godbus/dbus object.go Call' },
  { ends: 'dbus.(*Conn).Auth', kind: 'dbus', source: 'github.com/godbus/dbus auth.go' },
  { ends: 'dbus/v5.(*Conn).Auth', kind: 'dbus', source: 'github.com/godbus/dbus auth.go' },
  { has: 'go-systemd/v22/dbus.(*Conn).', kind: 'dbus', source: 'github.com/coreos/go-systemd dbus/methods.go' },
  { has: 'go-systemd/dbus.(*Conn).', kind: 'dbus', source: 'github.com/coreos/go-systemd dbus/methods.go' },
  { has: 'go-systemd/v22/login1.(*Conn).', kind: 'dbus', source: 'github.com/coreos/go-systemd login1/dbus.go' },
  { has: 'go-systemd/login1.(*Conn).', kind: 'dbus', source: 'github.com/coreos/go-systemd login1/dbus.go' },
  // These wait for the job that systemd has promised, after the call itself has been answered.
  { ends: 'systemd.startUnit', kind: 'dbus', source: 'runc libcontainer/cgroups/systemd/common.go' },
  { ends: 'systemd.stopUnit', kind: 'dbus', source: 'runc libcontainer/cgroups/systemd/common.go' },
  { ends: 'cgroups/systemd.(*Manager).Apply', kind: 'dbus', source: 'runc 1.0 cgroups/systemd/apply_systemd.go' },

  // Another server: gRPC.
  { ends: 'grpc.(*ClientConn).Invoke', kind: 'rpc', source: 'google.golang.org/grpc call.go' },
  { ends: 'grpc.Invoke', kind: 'rpc', source: 'google.golang.org/grpc call.go' },
  { ends: 'grpc.invoke', kind: 'rpc', source: 'google.golang.org/grpc call.go' },
  { ends: 'grpc.sendRequest', kind: 'rpc', source: 'google.golang.org/grpc call.go of 1.0' },
  { ends: 'grpc.recvResponse', kind: 'rpc', source: 'google.golang.org/grpc call.go of 1.0' },
  { ends: 'grpc.(*clientStream).RecvMsg', kind: 'rpc', source: 'google.golang.org/grpc stream.go' },
  { ends: 'grpc.(*clientStream).SendMsg', kind: 'rpc', source: 'google.golang.org/grpc stream.go' },
  { ends: 'grpc.(*clientStream).Header', kind: 'rpc', source: 'google.golang.org/grpc stream.go' },
  { ends: 'grpc.(*ClientConn).NewStream', kind: 'rpc', source: 'google.golang.org/grpc stream.go' },
  { ends: 'grpc.newClientStream', kind: 'rpc', source: 'google.golang.org/grpc stream.go' },
  { ends: 'grpc.NewClientStream', kind: 'rpc', source: 'google.golang.org/grpc stream.go' },
  // ttrpc: containerd and its shims.
  { ends: 'ttrpc.(*Client).Call', kind: 'rpc', source: 'github.com/containerd/ttrpc client.go' },
  { ends: 'ttrpc.(*Client).dispatch', kind: 'rpc', source: 'github.com/containerd/ttrpc client.go' },
  { ends: 'ttrpc.(*Client).NewStream', kind: 'rpc', source: 'github.com/containerd/ttrpc client.go of 1.2' },
  { ends: 'ttrpc.(*clientStream).RecvMsg', kind: 'rpc', source: 'github.com/containerd/ttrpc client.go of 1.2' },
  // Others.
  { ends: 'net/rpc.(*Client).Call', kind: 'rpc', source: 'net/rpc/client.go' },
  { ends: 'net/rpc.(*Client).send', kind: 'rpc', source: 'net/rpc/client.go' },
  { ends: 'msgpackrpc.CallWithCodec', kind: 'rpc', source: 'github.com/hashicorp/net-rpc-msgpackrpc client.go' },
  { ends: 'net/http.(*Client).Do', kind: 'rpc', source: 'net/http/client.go' },
  { ends: 'net/http.(*Client).do', kind: 'rpc', source: 'net/http/client.go' },
  { ends: 'net/http.(*Transport).RoundTrip', kind: 'rpc', source: 'net/http/roundtrip.go' },
  { ends: 'net/http.(*Transport).roundTrip', kind: 'rpc', source: 'net/http/transport.go' },
  { ends: 'net/http.(*persistConn).roundTrip', kind: 'rpc', source: 'net/http/transport.go' },
  { ends: 'net/http.(*http2Transport).RoundTrip', kind: 'rpc', source: 'net/http/h2_bundle.go' },
  { ends: 'http2.(*Transport).RoundTrip', kind: 'rpc', source: 'golang.org/x/net/http2/transport.go' },
];
