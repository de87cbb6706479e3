// Who is at the other end of a call that leaves the program, where the stack tells: which program or bus name a wait is for, and
// which call of another program's a goroutine serves. The longest matching end of a function's name counts.

import type { EntityKind } from '../../../trace/trace.js';

export interface CalleeRow {
  /** A part of the name of a frame of the stack. */
  readonly has: string;
  readonly kind: EntityKind;
  readonly name: string;
  readonly source: string;
}

/** For waits of the kinds `child` and `dbus`: what the stack waits for. The first row that a frame has counts. */
export const CALLEES: readonly CalleeRow[] = [
  {
    has: 'containerd/go-runc.(*Runc).',
    kind: 'program',
    name: 'runc',
    source: 'github.com/containerd/go-runc runc.go',
  },
  {
    has: 'libnetwork/firewalld',
    kind: 'bus',
    name: 'org.fedoraproject.FirewallD1',
    source: 'moby libnetwork/iptables/firewalld.go',
  },
  {
    has: 'libnetwork/iptables.checkRunning',
    kind: 'bus',
    name: 'org.fedoraproject.FirewallD1',
    source: 'moby libnetwork/iptables/firewalld.go',
  },
  {
    has: 'libnetwork/iptables.(*Conn)',
    kind: 'bus',
    name: 'org.fedoraproject.FirewallD1',
    source: 'moby libnetwork/iptables/firewalld.go',
  },
  {
    has: 'libnetwork/iptables.FirewalldInit',
    kind: 'bus',
    name: 'org.fedoraproject.FirewallD1',
    source: 'moby libnetwork/iptables/firewalld.go',
  },
  ...['go-systemd/v22/login1.', 'go-systemd/login1.'].map(
    (has): CalleeRow => ({
      has,
      kind: 'bus',
      name: 'org.freedesktop.login1',
      source: 'github.com/coreos/go-systemd login1/dbus.go',
    }),
  ),
  ...['go-systemd/v22/dbus.', 'go-systemd/dbus.', 'cgroups/systemd.'].map(
    (has): CalleeRow => ({
      has,
      kind: 'bus',
      name: 'org.freedesktop.systemd1',
      source: 'github.com/coreos/go-systemd dbus/dbus.go; runc libcontainer/cgroups/systemd',
    }),
  ),
];

export interface HandlerRow {
  /** The end of the handler's name. */
  readonly ends: string;
  /** The call, as Docker's client names it. */
  readonly method: string;
  readonly source: string;
}

const ROUTER = 'moby api/server/router/container/container.go';
const handler = (name: string, method: string): HandlerRow => ({
  ends: `container.(*containerRouter).${name}`,
  method: `Docker/${method}`,
  source: ROUTER,
});

/** Handlers of Docker's HTTP API, which the kubelet's dockershim and `docker` call. */
export const DOCKER_HANDLERS: readonly HandlerRow[] = [
  handler('getContainersByName', 'ContainerInspect'),
  handler('getContainersJSON', 'ContainerList'),
  handler('postContainersStart', 'ContainerStart'),
  handler('postContainersStop', 'ContainerStop'),
  handler('postContainersKill', 'ContainerKill'),
  handler('postContainersCreate', 'ContainerCreate'),
  handler('deleteContainers', 'ContainerRemove'),
  handler('postContainerExecCreate', 'ContainerExecCreate'),
  handler('postContainerExecStart', 'ContainerExecStart'),
  handler('getExecByID', 'ContainerExecInspect'),
];
