// Which file to take where a chain of waits leaves the files at hand, and how, exactly. Data only, from the programs' own
// manuals and sources, named in each row.

export interface CollectRow {
  /** What the end of the chain waits for: the id of an entity begins with one of these. */
  readonly on: readonly string[];
  /** What to take. */
  readonly what: string;
  /** How, as Markdown of ours with commands to copy. */
  readonly how: string;
  readonly source: string;
}

/** The first row that fits counts. */
export const COLLECT: readonly CollectRow[] = [
  {
    on: ['rpc:Docker/'],
    what: 'dockerd’s goroutine dump',
    how: '`kill -USR1 $(pidof dockerd)` writes `goroutine-stacks-*.log` below `/var/run/docker` (Docker 1.13 and later; before, into dockerd’s log), or `curl --unix-socket /var/run/docker.sock "http://localhost/debug/pprof/goroutine?debug=2"`.',
    source: 'moby daemon/daemon.go, pkg/signal',
  },
  {
    on: ['rpc:Runtime/', 'rpc:Image/'],
    what: 'the container runtime’s goroutine dump',
    how: 'containerd: `kill -USR1 $(pidof containerd)`, then `journalctl -u containerd -a` and `/tmp/containerd.*.stacks.log`. CRI-O: `kill -USR1 $(pidof crio)`, then `/tmp/crio-goroutine-stacks-*.log`. dockerd: `kill -USR1 $(pidof dockerd)`, then `/var/run/docker/goroutine-stacks-*.log`.',
    source: 'containerd cmd/containerd/main_unix.go; cri-o internal/signals; moby daemon',
  },
  {
    on: ['rpc:Task/'],
    what: 'the shim’s goroutine dump',
    how: '`pgrep -fa "containerd-shim.*CONTAINER_ID"`, then `kill -USR1 PID`: a v2 shim prints into containerd’s log, an older one only with debug on; `strace -f -s 1048576 -e trace=write -p PID` around the signal catches it anyway.',
    source: 'containerd cmd/containerd-shim/main_unix.go, runtime/v2/shim',
  },
  {
    on: ['rpc:Shim/'],
    what: 'the shim’s goroutine dump',
    how: '`pgrep -fa "containerd-shim.*CONTAINER_ID"`, then `kill -USR1 PID`; where its log goes nowhere, `strace -f -s 1048576 -e trace=write -p PID` around the signal catches it.',
    source: 'containerd cmd/containerd-shim/main_unix.go',
  },
  {
    on: ['Tasks', 'Containers', 'Content', 'Snapshots', 'Images', 'Namespaces', 'Events', 'API'].map(
      (name) => `rpc:${name}/`,
    ),
    what: 'containerd’s goroutine dump',
    how: '`kill -USR1 $(pidof containerd docker-containerd)`: it goes into its log (`journalctl -u containerd -a`, as a single line), since 1.3 also into `/tmp/containerd.PID.stacks.log`.',
    source: 'containerd cmd/containerd/main_unix.go',
  },
  {
    on: ['program:runc'],
    what: 'an strace of runc',
    how: '`ps -eo pid,ppid,stat,wchan:30,etime,args | grep [r]unc`, then `strace -f -tt -T -yy -s 4096 -p PID` for a minute, and `cat /proc/PID/stack`, `ls -l /proc/PID/fd`. Save the listings before you attach: attaching can end the hang.',
    source: 'strace(1), proc(5); opencontainers/runc issue 2828',
  },
  {
    on: ['bus:org.freedesktop.systemd1'],
    what: 'systemd’s side of the bus',
    how: '`busctl tree org.freedesktop.systemd1` (no answer: it says `Connection timed out`), `busctl list`, `systemctl --version`, `journalctl -b _PID=1 | tail -100`, `gdb -p 1 -batch -ex "thread apply all bt"`; with systemd’s debug symbols, in a frame of sd-bus, `p /x bus->cookie`.',
    source: 'busctl(1); systemd src/libsystemd/sd-bus',
  },
  {
    on: ['bus:'],
    what: 'the state of the name’s owner',
    how: '`busctl list`, `busctl status NAME`, then `cat /proc/PID/stack` and `strace -f -p PID`.',
    source: 'busctl(1)',
  },
  {
    on: ['pipe:'],
    what: 'a listing of who has the other end',
    how: '`ls -l /proc/*/fd 2>/dev/null | grep "pipe:\\[NUMBER\\]"` or `lsof -n | grep NUMBER`, as root.',
    source: 'proc(5), pipe(7)',
  },
  {
    on: ['socket:'],
    what: 'a listing of who is at the other end',
    how: '`ss -xp` (unix) or `ss -tnp` (TCP) as root: the line whose local number is this one’s peer.',
    source: 'ss(8)',
  },
];

/** The row for what a chain ends at. */
export const collectFor = (on: string): CollectRow | undefined =>
  COLLECT.find((row) => row.on.some((start) => on.startsWith(start)));
