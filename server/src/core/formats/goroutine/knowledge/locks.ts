// Locks of well-known programs: which functions take them, and in which calls they are known to be held.
// `takers` and `holders` are ends of function names as printed. `object: true`: holder and waiter work on the same
// object, so an equal live receiver proves it; without it the row is strong evidence, not proof.

export interface LockRow {
  /** How people call the lock. */
  readonly name: string;
  /** Functions that ask for it: the waiter's calling frame. */
  readonly takers: readonly string[];
  /** Functions during which it is held, with the call they must be in (any, if not given). */
  readonly holders: readonly { readonly in: string; readonly calling?: readonly string[] }[];
  readonly object: boolean;
  readonly source: string;
}

export const LOCKS: readonly LockRow[] = [
  {
    name: 'net/rpc.Client.reqMutex',
    takers: ['net/rpc.(*Client).send'],
    holders: [{ in: 'net/rpc.(*Client).send', calling: ['WriteRequest'] }],
    object: true,
    source: 'net/rpc/client.go send: reqMutex is held over codec.WriteRequest',
  },
  {
    name: 'log.Logger',
    takers: ['log.(*Logger).output', 'log.(*Logger).Output'],
    holders: [
      { in: 'log.(*Logger).output', calling: ['Write'] },
      { in: 'log.(*Logger).Output', calling: ['Write'] },
    ],
    object: true,
    source: 'log/log.go output: outMu (mu before 1.21) is held over out.Write',
  },
  {
    name: 'tls.Conn.handshakeMutex',
    takers: ['crypto/tls.(*Conn).handshakeContext', 'crypto/tls.(*Conn).Handshake'],
    holders: [
      { in: 'crypto/tls.(*Conn).handshakeContext', calling: ['clientHandshake', 'serverHandshake'] },
      { in: 'crypto/tls.(*Conn).Handshake', calling: ['clientHandshake', 'serverHandshake'] },
    ],
    object: true,
    source: 'crypto/tls/conn.go handshakeContext: handshakeMutex is held over handshakeFn',
  },
  {
    name: 'container.State',
    takers: [
      'daemon.(*Daemon).ContainerInspectCurrent',
      'daemon.(*Daemon).ContainerInspect',
      'daemon.(*Daemon).ContainerInspect120',
      'daemon.(*Daemon).containerInspectPre120',
      'container.(*State).IsRunning',
      'container.(*State).IsPaused',
      'container.(*State).IsRestarting',
      'container.(*State).GetPID',
      'container.(*State).StateString',
      'container.(*State).Health',
      'daemon.(*Daemon).reducePsContainer',
      'daemon.(*Daemon).containerStart',
      'daemon.(*Daemon).containerStop',
      'daemon.(*Daemon).killWithSignal',
      'daemon.(*Daemon).handleContainerExit',
      'daemon.(*Daemon).ProcessEvent',
      'daemon.(*Daemon).StateChanged',
      'daemon.handleProbeResult',
      'daemon.(*Daemon).ContainerExecCreate',
      'container.(*Container).Wait',
      'container.(*State).Wait',
      'container.(*Snapshotter).snapshot',
    ],
    holders: [
      { in: 'daemon.(*Daemon).containerStart' },
      {
        in: 'daemon.(*Daemon).ContainerInspectCurrent',
        calling: ['getInspectData', 'exec.(*Store).List', 'GetExecIDs'],
      },
      { in: 'daemon.(*Daemon).StateChanged' },
      { in: 'daemon.(*Daemon).handleContainerExit', calling: ['DeleteTask', 'Delete', 'Wait'] },
      { in: 'daemon.(*Daemon).killWithSignal' },
    ],
    object: false,
    source:
      'moby daemon/start.go containerStart, inspect.go ContainerInspectCurrent, kill.go, monitor.go: container.Lock()',
  },
  {
    name: 'exec.Store',
    takers: [
      'exec.(*Store).List',
      'exec.(*Store).Commands',
      'exec.(*Store).Get',
      'exec.(*Store).Add',
      'exec.(*Store).Delete',
    ],
    holders: [{ in: 'daemon.(*Daemon).ContainerExecStart' }],
    object: false,
    source:
      'moby daemon/exec.go ContainerExecStart of 17.12 to 23.0: c.ExecCommands.Lock() around containerd.Exec (docker/for-linux issue 543)',
  },
  {
    name: 'shim.Service',
    takers: [
      'shim.(*Service).checkProcesses',
      'shim.(*Service).State',
      'shim.(*Service).getExecProcess',
      'shim.(*Service).getInitProcess',
    ],
    holders: [{ in: 'shim.(*Service).Kill' }, { in: 'shim.(*Service).Create' }, { in: 'shim.(*Service).Delete' }],
    object: true,
    source: 'containerd runtime/v1/shim/service.go 1.0 to 1.1.4 and 1.2.0 (containerd issue 2709)',
  },
];
