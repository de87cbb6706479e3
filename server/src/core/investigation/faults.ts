// Known faults, by the marks that they leave in several files. Data only: what shows the fault, what speaks against it, what
// mends it, and where that is known from. `recognise.ts` reads it.

import type { WaitKind } from '../trace/trace.js';

/** One thing to find in the traces. Of the conditions given all must hold, at one place. */
export interface Mark {
  /** A clause of ours: what was seen. */
  readonly says: string;
  /** The code of a format's note. */
  readonly notes?: readonly string[];
  /** One of the note's values has this in it. */
  readonly about?: string;
  /** Somebody is blocked in a wait of these kinds. */
  readonly waits?: readonly WaitKind[];
  /** … on an entity whose id begins so. */
  readonly on?: string;
  /** … in this system call. */
  readonly call?: string;
  /** … with frames whose functions have each of these in their names. */
  readonly frames?: readonly string[];
}

export interface Fault {
  readonly id: string;
  /** A few words: what is broken. */
  readonly name: string;
  /** Each alone is enough to recognise the fault. */
  readonly proofs: readonly Mark[];
  /** So many of these are enough too; fewer, but at least `suspicious`, make it a suspicion. */
  readonly signs: readonly Mark[];
  readonly enough: number;
  readonly suspicious: number;
  /** What speaks against it. */
  readonly against: readonly Mark[];
  /** What happens, in a sentence or two. */
  readonly text: string;
  /** What mends it, and since which version. */
  readonly fix: string;
  /** The same as a clause, for the verdict: what ends it now, what for good. */
  readonly remedy: string;
  /** What to look at, to be sure. */
  readonly check: string;
  readonly source: string;
}

const SYSTEMD = 'bus:org.freedesktop.systemd1';

export const FAULTS: readonly Fault[] = [
  {
    id: 'dbus-cookie-overflow',
    name: 'systemd has used up its D-Bus cookies',
    proofs: [
      { says: 'the cookie of its bus connection is past 0xffffffff', notes: ['cookie-overflow', 'cookie-used-up'] },
      {
        says: 'systemd could not send on the bus: “Operation not supported”, which is how sealing a message with a used-up cookie fails',
        notes: ['bus-overrun'],
      },
    ],
    signs: [
      { says: 'systemd answers nothing on the bus', notes: ['bus-silent', 'bus-no-answer', 'tree-no-answer'] },
      { says: 'a call to systemd was never answered', notes: ['unanswered'], about: 'systemd1' },
      { says: 'somebody waits for an answer from systemd', waits: ['dbus'], on: SYSTEMD },
      {
        says: 'runc makes and removes a test slice with every start, which costs systemd messages',
        notes: ['test-slices'],
      },
    ],
    enough: 99,
    suspicious: 2,
    against: [],
    text: 'Every message on a D-Bus connection carries a 32-bit serial. systemd before v242 counts on past it and then refuses to send anything, so no call to it is ever answered; that takes months of frequent unit changes.',
    fix: 'Fixed in systemd v242 (commit 1f82f5bb4237, backported to RHEL 7 and 8 and to Ubuntu 18.04). Until then `systemctl daemon-reexec` as root makes a new connection with a new count, without a restart of the node.',
    remedy: 'systemctl daemon-reexec as root gives it a new count, systemd v242 mends it for good',
    check:
      'Read the count: `gdb -p 1 -batch -ex "p /x bus->cookie"` in a frame of sd-bus, against 0xffffffff; `systemctl --version`.',
    source: 'systemd issue 11809, PR 11818; opencontainers/runc issue 1959',
  },
  {
    id: 'exec-store-lock',
    name: 'dockerd holds the lock of its exec store while it waits for containerd',
    proofs: [],
    signs: [
      { says: 'an exec waits for containerd', waits: ['rpc'], frames: ['.ContainerExecStart', 'Start'] },
      { says: 'others wait to read the exec store', waits: ['rwmutex-read'], frames: ['exec.(*Store).List'] },
    ],
    enough: 2,
    suspicious: 99,
    against: [],
    text: 'An exec that does not start keeps the exec store’s lock; an inspect of that container keeps the container’s lock while it waits for the store; so every `docker ps` and inspect hangs, and the kubelet’s relist with them. It makes one stuck exec a stuck node, and is not why the exec is stuck.',
    fix: 'Docker 17.12 to 23.0 do this; later versions do not hold that lock over the call. Ending the stuck exec’s runc lets the others go on.',
    remedy:
      'ending the stuck exec’s runc lets the others go on, and Docker after 23.0 does not hold that lock over the call',
    check: 'See why containerd does not answer: its own dump, then the shim’s and runc’s.',
    source: 'moby daemon/exec.go; docker/for-linux issue 543, moby PR 38383',
  },
  {
    id: 'exec-pipe-full',
    name: 'runc is stuck writing into a pipe that nobody reads',
    proofs: [],
    signs: [
      { says: 'a write into a pipe never returned', waits: ['syscall', 'io'], call: 'write', on: 'pipe:' },
      { says: 'containerd or its shim waits for runc', waits: ['child'], on: 'program:runc' },
      { says: 'an exec or a start waits for containerd', waits: ['rpc'], on: 'rpc:Task' },
    ],
    enough: 3,
    suspicious: 99,
    against: [],
    text: 'A pipe takes 64 KiB, or one page for a user who has many pipes open (fs.pipe-user-pages-soft). Who starts runc reads its output only after runc has ended, and runc cannot end before its output is read.',
    fix: 'Lower what runc logs (`--debug` off), or raise fs.pipe-user-pages-soft; newer containerd reads runc’s output while it runs.',
    remedy: 'lower what runc logs or raise fs.pipe-user-pages-soft; newer containerd reads runc’s output while it runs',
    check: 'Who has the read end: `ls -l /proc/*/fd | grep "pipe:\\[N\\]"`; what was written: `cat /proc/PID/stack`.',
    source: 'man 7 pipe; github.com/containerd/go-runc',
  },
  {
    id: 'shim-reaper-cycle',
    name: 'the shim’s reaper waits for a reader that waits for the reaper',
    proofs: [],
    signs: [
      { says: 'the reaper waits to hand over an exit', waits: ['chan-send'], frames: ['reaper.Reap'] },
      {
        says: 'a Kill waits with the shim’s lock held',
        frames: ['shim.(*Service).Kill'],
        waits: ['child', 'chan-receive', 'select'],
      },
      { says: 'the reader of exits waits for that lock', waits: ['mutex'], frames: ['shim.(*Service).checkProcesses'] },
    ],
    enough: 3,
    suspicious: 2,
    against: [],
    text: 'More than 32 processes ended at once fill the channel of exits. Kill holds the service’s lock until it hears of an exit; who reads exits needs that lock.',
    fix: 'Fixed by containerd PRs 2743 and 2748 (1.2.0, 1.1.5).',
    remedy: 'containerd 1.1.5 and 1.2.0 mend it',
    check: 'The shim’s own dump: all three goroutines are in it.',
    source: 'containerd issue 2709',
  },
  {
    id: 'pleg-event-channel',
    name: 'the kubelet’s PLEG is stuck on its own full event channel',
    proofs: [{ says: 'relist waits to send an event', waits: ['chan-send'], frames: ['pleg.(*GenericPLEG).relist'] }],
    signs: [],
    enough: 99,
    suspicious: 99,
    against: [],
    text: 'relist sends events into a channel that the sync loop reads, and the sync loop waits for a healthy PLEG: no lock is involved, and the runtime is well.',
    fix: 'Fixed by Kubernetes PR 72709 (1.14): events that do not fit are dropped and counted. A restart of the kubelet ends it.',
    remedy: 'a restart of the kubelet ends it, Kubernetes 1.14 mends it for good',
    check: 'The kubelet’s dump shows `relist` in `chan send`.',
    source: 'kubernetes issue 72482',
  },
  {
    id: 'health-probe-lock',
    name: 'a health probe’s end and the container’s exit wait for each other',
    proofs: [],
    signs: [
      {
        says: 'a probe’s result waits for the container’s lock',
        waits: ['mutex'],
        frames: ['daemon.handleProbeResult'],
      },
      {
        says: 'the exit, with that lock held, waits for the probe to stop',
        waits: ['chan-send'],
        frames: ['.StateChanged'],
      },
    ],
    enough: 2,
    suspicious: 99,
    against: [],
    text: 'The container’s exit stops the health monitor over a channel while it holds the container’s lock; the monitor’s goroutine waits for that lock before it looks at the channel.',
    fix: 'Fixed by moby PR 28462 (Docker 1.13).',
    remedy: 'Docker 1.13 mends it',
    check: 'dockerd’s dump has both goroutines.',
    source: 'moby issue 28405',
  },
  {
    id: 'stdio-copy',
    name: 'a container’s exit waits for its output to be copied, with the container’s lock held',
    proofs: [],
    signs: [
      { says: 'StateChanged waits for the copying of output', waits: ['waitgroup'], frames: ['.StateChanged'] },
      { says: 'others wait for the container’s lock', waits: ['mutex'], frames: ['daemon.'] },
    ],
    enough: 2,
    suspicious: 99,
    against: [],
    text: 'A process that outlived the container’s main process still has its output open, so the copying does not end.',
    fix: 'End the process that keeps the output open; later versions wait with a time limit.',
    remedy: 'end the process that keeps the output open; later versions wait with a time limit',
    check: 'Who has the container’s output open: `lsof` of the fifos under the container’s bundle.',
    source: 'moby issue 30605',
  },
  {
    id: 'firewalld-silent',
    name: 'dockerd’s start waits for firewalld on D-Bus',
    proofs: [
      {
        says: 'the start waits for firewalld’s answer',
        waits: ['dbus', 'chan-receive'],
        frames: ['iptables.'],
        on: 'bus:org.fedoraproject.FirewallD1',
      },
    ],
    signs: [],
    enough: 99,
    suspicious: 99,
    against: [],
    text: 'dockerd asks firewalld whether it runs, without a time limit. No lock is involved.',
    fix: 'Restart firewalld and then dockerd, or see what firewalld or the bus waits for.',
    remedy: 'restart firewalld and then dockerd, or see what firewalld or the bus waits for',
    check: '`busctl status org.fedoraproject.FirewallD1`, `systemctl status firewalld dbus`.',
    source: 'moby issues 15498 and 41266',
  },
  {
    id: 'memory-exhausted',
    name: 'the node ran out of memory',
    proofs: [],
    signs: [
      { says: 'the kernel ended processes for want of memory', notes: ['oom', 'oom-kill'] },
      { says: 'the container runtime was down', notes: ['runtime-down'] },
      { says: 'the PLEG was unhealthy', notes: ['stale'] },
    ],
    enough: 99,
    suspicious: 2,
    against: [],
    text: 'Without memory the runtime answers late or is killed. That looks like a hang, and no lock is to blame.',
    fix: 'Give the system its own memory (`--system-reserved`, `--kube-reserved`), limit what pods may use.',
    remedy: 'give the system its own memory, limit what pods may use',
    check: '`free -h`, `dmesg -T | grep -i oom`, `/proc/pressure/memory` at the time.',
    source: 'Linux mm/oom_kill.c; Kubernetes: Reserve Compute Resources for System Daemons',
  },
];
