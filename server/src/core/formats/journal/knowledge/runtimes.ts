// The container runtimes: how the text tells which one is used, and how to take a goroutine dump of each version.

export interface RuntimeRow {
  /** Words of a log that tell that the kubelet uses it. */
  readonly words: readonly string[];
  /** The program to look at. */
  readonly program: string;
  /** What to do while it hangs. */
  readonly hangs: string;
  /** What to do when it is gone. */
  readonly gone: string;
}

const SHIM =
  'The shims: `kill -USR1 <pid>`; v2 shims write into containerd’s log (containerd 2: `ctr shim pprof`), v1 shims nowhere unless their debugging is on: `strace -f -s 1048576 -e trace=write -p <pid>` around the signal catches it.';
const KUBELET = 'The kubelet’s own: `kubectl get --raw "/api/v1/nodes/<node>/proxy/debug/pprof/goroutine?debug=2"`.';
const OPEN = 'Open the dumps beside this log: the chain of waits goes on in them.';
const SLOW =
  'Which container hangs: `for c in $(crictl ps -q); do timeout 5 crictl inspect $c >/dev/null || echo $c; done`.';
const SLOW_DOCKER =
  'Which container hangs: `for c in $(docker ps -q); do timeout 5 docker inspect $c >/dev/null || echo $c; done`.';

/** The first whose words occur counts. */
export const RUNTIMES: Readonly<Record<string, RuntimeRow>> = {
  docker: {
    words: [
      'dockershim',
      'docker.sock',
      'Docker daemon',
      'operation timeout: context deadline exceeded',
      'containerRuntime="docker"',
      'Container runtime docker initialized',
      'message:docker:',
      'docker_service.go',
      'cri-dockerd',
      'kube_docker_client',
    ],
    program: 'dockerd',
    hangs: [
      'While it hangs:',
      `- ${SLOW_DOCKER}`,
      '- dockerd’s dump: `kill -USR1 $(pidof dockerd)`. Since 1.13 it writes `goroutine-stacks-<time>.log` into `/var/run/docker` and says so in its log; up to 1.12 the dump goes into the log itself. Or `curl --unix-socket /var/run/docker.sock "http://./debug/pprof/goroutine?debug=2"` (since 18.09 always, before only with debug on).',
      '- containerd’s: `kill -USR1 $(pidof containerd docker-containerd)`; it goes into the daemon’s log.',
      `- ${SHIM}`,
      `- ${OPEN}`,
    ].join('\n'),
    gone: 'Why it went away:\n- `systemctl status docker`, `journalctl -u docker -u containerd` around the first line: a crash, the OOM killer, a restart?\n- `dmesg -T | grep -iE "oom|killed process"`, `free -h`.',
  },
  'cri-o': {
    words: ['crio.sock', 'containerRuntime="cri-o"', 'cri-o initialized', 'containerRuntime":"cri-o"'],
    program: 'crio',
    hangs: [
      'While it hangs:',
      `- ${SLOW}`,
      '- CRI-O’s dump (1.12 and later): `kill -USR1 $(pidof crio)`, not USR2; it writes `/tmp/crio-goroutine-stacks-<time>.log`.',
      `- ${KUBELET}`,
      `- ${OPEN}`,
    ].join('\n'),
    gone: 'Why it went away:\n- `systemctl status crio`, `journalctl -u crio` around the first line: a crash, the OOM killer, a restart?\n- `dmesg -T | grep -iE "oom|killed process"`, `free -h`.',
  },
  containerd: {
    words: [
      'containerd.sock',
      'containerRuntime="containerd"',
      'containerRuntime":"containerd"',
      'containerd initialized',
    ],
    program: 'containerd',
    hangs: [
      'While it hangs:',
      `- ${SLOW}`,
      '- containerd’s dump: `kill -USR1 $(pidof containerd)`; it goes into its journal (`journalctl -a -u containerd`), since 1.3 also into `containerd.<pid>.stacks.log` in its `$TMPDIR`. Or `ctr pprof goroutines`.',
      `- ${SHIM}`,
      `- ${OPEN}`,
    ].join('\n'),
    gone: 'Why it went away:\n- `systemctl status containerd`, `journalctl -u containerd` around the first line: a crash, the OOM killer, a restart?\n- `dmesg -T | grep -iE "oom|killed process"`, `free -h`.',
  },
  unknown: {
    words: [],
    program: 'the container runtime',
    hangs: [
      'While it hangs:',
      `- ${SLOW}`,
      '- The runtime’s goroutine dump: dockerd `kill -USR1 $(pidof dockerd)` (a file in `/var/run/docker` since 1.13), containerd `kill -USR1 $(pidof containerd)` (its journal), CRI-O `kill -USR1 $(pidof crio)` (a file in `/tmp`).',
      `- ${KUBELET}`,
      `- ${OPEN}`,
    ].join('\n'),
    gone: 'Why it went away:\n- `systemctl status` of the runtime (docker, containerd, crio) and its journal around the first line: a crash, the OOM killer, a restart?\n- `dmesg -T | grep -iE "oom|killed process"`, `free -h`.',
  },
};
