// Lines of the kubelet's neighbours that matter to the story: systemd, the kernel, dockerd, containerd.

import type { MessageRow } from './messages.js';

const SYSTEMD = 'systemd src/core/job.c, service.c';
const LOGIND = 'systemd src/login/logind-dbus.c';
const KERNEL = 'kernel mm/oom_kill.c';

/** The units whose start and stop are told, by a word of their name or description. The first that occurs counts. */
export const UNITS: Readonly<Record<string, readonly string[]>> = {
  kubelet: ['kubelet', 'Kubelet', 'k3s', 'k0s', 'atomic-openshift-node', 'Kubernetes Node'],
  containerd: ['containerd'],
  docker: ['docker.service', 'Docker Application', 'docker-'],
  'cri-o': ['crio', 'Container Runtime Interface for OCI', 'cri-o'],
};

export const SYSTEM = {
  'unit-started': {
    starts: ['Started ', 'Starting '],
    article: { title: 'a service starts', text: 'systemd started it, or begins to.', source: SYSTEMD },
  },
  'unit-stopped': {
    starts: ['Stopped ', 'Stopping '],
    article: {
      title: 'a service is stopped',
      text: 'systemd stops it: somebody asked for it, another service needed it, or the node goes down. What fails in the kubelet right behind it is its consequence.',
      source: SYSTEMD,
    },
  },
  'unit-failed': {
    starts: [
      'kubelet.service',
      'containerd.service',
      'docker.service',
      'crio.service',
      'cri-docker.service',
      'k3s.service',
      'k3s-agent.service',
      'rke2-server.service',
      'rke2-agent.service',
      'Unit docker.service',
      'Unit kubelet.service',
      'Unit containerd.service',
      'Unit crio.service',
    ],
    article: {
      title: 'systemd on a service',
      text: 'How its main process ended, and whether it is started again. `code=killed, status=9/KILL` is often the OOM killer; `code=dumped` a crash; `watchdog` means it did not answer systemd in time.',
      next: 'The service’s own last lines before this one: `journalctl -u <unit> --until <time>`.',
      source: SYSTEMD,
    },
  },
  'bus-release': {
    starts: ['Failed to propagate agent release message'],
    article: {
      title: 'systemd could not pass on that a cgroup is empty',
      text: 'With *Operation not supported*, and only then: PID 1 can send no message on its D-Bus connection any more. Its 32-bit message counter has run over (systemd before 242 without the fix), and whoever asks org.freedesktop.systemd1 for something waits for ever: every runc with the systemd cgroup driver, `systemctl`, logind. With *Transport endpoint is not connected* or *Connection reset by peer* the bus went away at a shutdown, which is nothing.',
      next: 'Check: `busctl tree org.freedesktop.systemd1` times out. `systemctl daemon-reexec` starts the counter again without a reboot; systemd 242, or the distribution’s backport, mends it.',
      source: 'systemd bus_message_seal(), issues #11390, #11809, #6777; runc#1959',
    },
  },
  'pending-replies': {
    starts: ['Failed to start session scope'],
    article: {
      title: 'systemd-logind gets no answers from PID 1',
      text: 'With *The maximum number of pending replies per connection has been reached*: PID 1 answers nothing on D-Bus. That follows when its message counter has run over.',
      next: 'Check: `busctl tree org.freedesktop.systemd1` times out. `systemctl daemon-reexec` is the work-around.',
      source: LOGIND,
    },
  },
  'test-slice': {
    starts: ['Created slice libcontainer', 'created slice libcontainer'],
    article: {
      title: 'a test slice of runc',
      text: 'Each start of an old runc (1.0.0-rc3 to rc8) with the systemd cgroup driver makes and removes a slice only to see what systemd can do; that costs PID 1 a dozen or more D-Bus messages. Exec probes and `runc events` start runc all the time. After some 4 billion messages, months on a busy node, systemd before 242 can send none any more.',
      next: 'Newer runc (1.0.0-rc9) does not do it. How far the counter is: gdb on PID 1, `p bus->cookie`.',
      source: 'runc libcontainer/cgroups/systemd UseSystemd(), PRs #1084, #2117',
    },
  },
  reexec: {
    starts: ['Reexecuting.', 'Reexecuting'],
    article: {
      title: 'systemd starts itself anew',
      text: 'PID 1 keeps all services and has new D-Bus connections; its message counter starts at 0.',
      source: 'systemd src/core/main.c',
    },
  },
  'system-down': {
    starts: [
      'System is powering down',
      'System is rebooting',
      'The system is going down',
      'The system will reboot',
      'The system will power off',
      'Reached target Shutdown',
      'Reached target Reboot',
      'Reached target Power-Off',
      'Reached target System Shutdown',
      'Reached target System Reboot',
      'Reached target System Power Off',
      'Shutting down.',
    ],
    article: {
      title: 'the node goes down',
      text: 'A planned shutdown or reboot; services that fail now are part of it.',
      source: LOGIND,
    },
  },
  oom: {
    starts: [
      'Out of memory: Kill',
      'Memory cgroup out of memory',
      'Killed process',
      'oom-kill:',
      'Out of memory and no killable',
    ],
    article: {
      title: 'the OOM killer ended a process',
      text: 'The kernel was out of memory: on the whole node (`Out of memory`), or within one memory cgroup, usually a container’s limit (`Memory cgroup out of memory`). If runc or the runtime itself is hit, calls hang or break.',
      next: '`free -h`, `dmesg -T | grep -iE "oom|killed process"`, and which process it was.',
      source: KERNEL,
    },
  },
  'hung-task': {
    starts: ['INFO: task '],
    article: {
      title: 'a task has hung in the kernel',
      text: 'It waited for more than two minutes without a signal reaching it (state D): storage that does not answer, or a lock in the kernel. Nothing can end it, SIGKILL neither; who waits for it hangs too. Its kernel stack stands below.',
      next: 'The top of the stack tells which file system or driver. `echo w > /proc/sysrq-trigger` prints all such tasks.',
      source: 'kernel/hung_task.c',
    },
  },
  'dump-written': {
    starts: ['goroutine stacks written to', 'goroutine stack dump written to', '=== BEGIN goroutine stack dump'],
    article: {
      title: 'a goroutine dump was written',
      text: 'On SIGUSR1, by dockerd or containerd: the dump itself stands here, or in the file that is named.',
      next: 'Open the file beside this log: the chain of waits goes on there.',
      source: 'moby pkg/signal/trap.go; containerd cmd/containerd/command/main.go',
    },
  },
  'daemon-signal': {
    starts: ['Processing signal', 'received signal', 'Received signal'],
    article: {
      title: 'a daemon got a signal',
      text: '`terminated` is an ordinary stop; the daemon ends by itself.',
      source: 'moby pkg/signal; containerd cmd/containerd/command/main_unix.go',
    },
  },
  'daemon-up': {
    starts: ['Daemon has completed initialization', 'API listen on', 'containerd successfully booted'],
    article: {
      title: 'the runtime is up',
      text: 'From here on it answers calls.',
      source: 'moby cmd/dockerd; containerd cmd/containerd',
    },
  },
  'daemon-start': {
    starts: [
      'Starting up',
      'starting containerd',
      'Loading containers: start',
      'Starting CRI-O',
      'libcontainerd: started new',
      'libcontainerd: new containerd process',
    ],
    article: {
      title: 'the runtime starts',
      text: 'It does not answer calls yet.',
      source: 'moby cmd/dockerd; containerd cmd/containerd',
    },
  },
  'shim-gone': {
    starts: [
      'shim disconnected',
      'shim reaped',
      'cleanup warnings',
      'cleaning up dead shim',
      'cleaning up after shim disconnected',
    ],
    article: {
      title: 'a shim ended',
      text: 'Each container has a shim that keeps its streams and its exit status. Ordinary when the container ended; many at once mean that the shims were killed.',
      source: 'containerd runtime/v1, v2',
    },
  },
  'api-error': {
    starts: ['Handler for '],
    article: {
      title: 'the docker API answered with an error',
      text: 'A client’s call failed or was given up: the path tells which call and which container.',
      source: 'moby api/server/server.go',
    },
  },
  crash: {
    starts: ['panic: ', 'fatal error: ', 'unexpected fault address', 'runtime: out of memory', '[signal SIGSEGV'],
    article: {
      title: 'a Go program crashes',
      text: 'The process ends; its goroutines stand below.',
      next: 'The first goroutine below is the one that crashed.',
      source: 'Go runtime/panic.go',
    },
  },
} as const satisfies Readonly<Record<string, MessageRow>>;
