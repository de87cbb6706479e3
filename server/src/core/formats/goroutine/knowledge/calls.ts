// Calls by which a stack is recognised: what a goroutine waits for, and which waits are a program's normal rest.
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
  { ends: 'os/exec.(*Cmd).Wait', kind: 'child', source: 'os/exec/exec.go' },
  { ends: 'os/exec.(*Cmd).Run', kind: 'child', source: 'os/exec/exec.go' },
  { ends: 'os.(*Process).Wait', kind: 'child', source: 'os/exec.go' },
  { ends: 'os.(*Process).wait', kind: 'child', source: 'os/exec_unix.go' },
  { ends: 'os.(*Process).blockUntilWaitable', kind: 'child', source: 'os/wait_waitid.go' },
  { ends: 'os.(*Process).pidfdWait', kind: 'child', source: 'os/pidfd_linux.go' },
  { ends: 'syscall.Wait4', kind: 'child', source: 'syscall/syscall_linux.go' },
  { ends: 'syscall.wait4', kind: 'child', source: 'syscall/zsyscall_linux_amd64.go' },
  { has: 'containerd/go-runc.(*Runc).', kind: 'child', source: 'github.com/containerd/go-runc runc.go' },
  { has: 'godbus/dbus', kind: 'dbus', source: 'github.com/godbus/dbus object.go Call' },
  { has: 'go-systemd/v22/dbus.', kind: 'dbus', source: 'github.com/coreos/go-systemd dbus' },
  { has: 'go-systemd/dbus.', kind: 'dbus', source: 'github.com/coreos/go-systemd dbus' },
  { ends: 'grpc.(*ClientConn).Invoke', kind: 'rpc', source: 'google.golang.org/grpc call.go' },
  { ends: 'grpc.Invoke', kind: 'rpc', source: 'google.golang.org/grpc call.go' },
  { ends: 'grpc.invoke', kind: 'rpc', source: 'google.golang.org/grpc call.go' },
  { ends: 'grpc.(*clientStream).RecvMsg', kind: 'rpc', source: 'google.golang.org/grpc stream.go' },
  { ends: 'grpc.(*clientStream).Header', kind: 'rpc', source: 'google.golang.org/grpc stream.go' },
  { ends: 'ttrpc.(*Client).Call', kind: 'rpc', source: 'github.com/containerd/ttrpc client.go' },
  { ends: 'ttrpc.(*Client).dispatch', kind: 'rpc', source: 'github.com/containerd/ttrpc client.go' },
  { ends: 'net/rpc.(*Client).Call', kind: 'rpc', source: 'net/rpc/client.go' },
  { ends: 'net/http.(*Client).Do', kind: 'rpc', source: 'net/http/client.go' },
  { ends: 'net/http.(*Client).do', kind: 'rpc', source: 'net/http/client.go' },
];
