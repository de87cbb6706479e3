// What is told about the kernel's messages.

import type { Article } from '../../format.js';

const HUNG_TASK = 'kernel/hung_task.c check_hung_task';
const OOM = 'mm/oom_kill.c';
const WATCHDOG = 'kernel/watchdog.c';

/** How sure its notes are, where they do not say themselves. */
export const SURE =
  'The kernel itself says so, which makes the fact certain. When it ended, if it has, a log tells only where the kernel reports that too.';

export const NOTES: Readonly<Record<string, Article>> = {
  'hung-task': {
    title: 'hung for more than {seconds} s: {what}',
    text: '{name} (pid {pid}) was in an uninterruptible wait for more than {seconds} seconds: {what} {where}. No signal reaches it.',
    next: 'Look at what the stack waits for, and for other tasks in the same place. The kernel stops reporting after 10 tasks (`kernel.hung_task_warnings`): `echo w > /proc/sysrq-trigger` prints all that are blocked now.',
    source: HUNG_TASK,
  },
  'blocked-task': {
    title: 'in an uninterruptible wait: {what}',
    text: '{name} (pid {pid}) was in an uninterruptible wait when the kernel was asked for its tasks: {what} {where}.',
    source: 'kernel/sched/core.c show_state_filter (sysrq w, t)',
  },
  'oom-kill': {
    title: 'out of memory: {name} (pid {pid}) killed',
    text: 'The kernel killed {name} (pid {pid}) because {limit}.',
    next: 'If a container has too small a limit, raise that. If the node itself ran out, see what else used memory at that time: the table of processes is in the report.',
    source: `${OOM} oom_kill_process`,
  },
  'oom-invoked': {
    title: 'out of memory',
    text: '{name} asked for memory that was not there; whom the kernel killed is not in this text.',
    source: `${OOM} dump_header`,
  },
  'soft-lockup': {
    title: 'CPU {cpu} stuck for {seconds} s in {name}',
    text: 'Processor {cpu} did nothing else for {seconds} seconds than {name} (pid {pid}) in the kernel. On a virtual machine it may be the host that did not run it.',
    source: WATCHDOG,
  },
  'hard-lockup': {
    title: 'a processor is stuck with interrupts off',
    text: 'A processor answered no interrupt for seconds.',
    source: WATCHDOG,
  },
  'rcu-stall': {
    title: 'a processor holds up RCU',
    text: 'A processor has not passed a quiet state in time; whoever waits for RCU (removing namespaces, unmounting) waits for it.',
    source: 'kernel/rcu/tree_stall.h',
  },
  panic: { title: 'kernel panic: {why}', text: 'The kernel stopped: {why}.', source: 'kernel/panic.c' },
  oops: {
    title: 'kernel fault: {why}',
    text: 'The kernel made a fault: {why}. The task that was running is gone, and locks that it had are never let go of.',
    next: 'What hangs after this may wait for a lock of that task; only a restart of the machine frees it.',
    source: 'kernel/panic.c, arch/x86/kernel/dumpstack.c',
  },
  warning: {
    title: 'kernel warning at {where}',
    text: 'The kernel found something that should not be, at {where}, and went on.',
    source: 'kernel/panic.c __warn',
  },
  'allocation-failed': {
    title: 'no memory for {name}',
    text: 'The kernel could not get memory for {name} ({why}).',
    source: 'mm/page_alloc.c warn_alloc',
  },
  'nfs-silent': {
    title: 'NFS server {server} does not answer',
    text: 'The NFS server {server} does not answer. On hard mounts every access waits, uninterruptibly, until it is back.',
    next: 'See whether {server} is reachable; `nfsstat -m` and `mount` tell what is mounted from it.',
    source: 'net/sunrpc/clnt.c call_timeout',
  },
  'nfs-back': {
    title: 'NFS server {server} is back',
    text: 'The NFS server {server} answers again.',
    source: 'net/sunrpc/clnt.c',
  },
  'ceph-silent': {
    title: 'connection to Ceph lost',
    text: 'The kernel’s Ceph client lost a connection; accesses wait until it is back.',
    source: 'net/ceph/messenger.c',
  },
  'io-error': {
    title: 'I/O error on {device}',
    text: 'The device {device} answered with an error.',
    source: 'block/blk-core.c',
  },
  'disk-timeout': {
    title: 'a disk does not answer',
    text: 'A command to {device} was not answered in time.',
    source: 'drivers/nvme/host/pci.c nvme_timeout, drivers/ata/libata-eh.c',
  },
  'fs-error': {
    title: '{fs} on {device}: {why}',
    text: 'The {fs} file system on {device} reports: {why}.',
    source: 'fs/ext4/super.c, fs/xfs/xfs_mount.c',
  },
  'fork-rejected': {
    title: 'no more processes allowed in {group}',
    text: 'The control group {group} has as many processes as it may: starting another one failed.',
    next: 'Raise `pids.max` (kubelet: `podPidsLimit`), or find who starts so many.',
    source: 'kernel/cgroup/pids.c',
  },
  'conntrack-full': {
    title: 'connection tracking is full',
    text: 'The table of tracked connections is full: packets are dropped, connections time out.',
    next: '`sysctl net.netfilter.nf_conntrack_max`',
    source: 'net/netfilter/nf_conntrack_core.c',
  },
  'netdev-kept': {
    title: '{device} cannot be removed',
    text: 'A network namespace is to be removed, but something still refers to {device} (count {count}). Until then creating and removing other ones waits.',
    source: 'net/core/dev.c netdev_wait_allrefs',
  },
  segfault: {
    title: '{name} crashed',
    text: '{name} (pid {pid}) was ended by a memory fault.',
    source: 'arch/x86/mm/fault.c show_signal_msg',
  },
};

export const NOTE_PLACES: Readonly<Record<string, Article>> = {
  again: { title: 'again', text: 'reported again', source: HUNG_TASK },
};

export const EVIDENCE: Readonly<Record<string, Article>> = {
  'kernel-says-owner': {
    title: 'the kernel names it',
    text: 'the report says that `{name}` (pid {pid}) likely has the {lock}',
    source: 'kernel/hung_task.c debug_show_blocker (Linux 6.16)',
  },
};

export const SUMMARIES: Readonly<Record<string, Article>> = {
  log: {
    title: 'the log',
    text: 'hung tasks: {hung} · out of memory: {oom} · other messages of note: {other}',
    source: 'dmesg',
  },
};

export const TERMS: Readonly<Record<string, Article>> = {
  time: {
    title: 'time',
    text: 'Seconds since the machine started (`dmesg -T` makes a date of it, which is off by the time the machine slept).',
    source: 'man dmesg',
  },
  frame: {
    title: 'a function of the kernel',
    text: 'Innermost first. One with a question mark may be left over from an earlier call.',
    source: 'arch/x86/kernel/dumpstack.c',
  },
  pid: {
    title: 'thread id',
    text: 'What the kernel calls pid is the thread; `tgid` is the process.',
    source: 'kernel/sched/core.c sched_show_task',
  },
  tgid: {
    title: 'process id',
    text: 'The process that the thread belongs to.',
    source: 'kernel/sched/core.c sched_show_task',
  },
  seconds: {
    title: 'at least so long',
    text: 'The check runs every two minutes by default (`kernel.hung_task_timeout_secs`), so it may be up to twice as long.',
    source: HUNG_TASK,
  },
  container: { title: 'a container’s id', text: 'The control group of the container.', source: OOM },
  'hung wait': {
    title: 'waits uninterruptibly in the kernel',
    text: 'What for, the table does not know; the stack tells.',
    source: HUNG_TASK,
  },
};
