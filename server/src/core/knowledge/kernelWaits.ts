// What tasks wait for in the kernel, by the function that waits: wchan, /proc/PID/stack, hung task reports. Names of Linux 3.10
// to 6.18. Shared by formats.

import type { Article } from '../formats/format.js';
import type { WaitKind, WaitState } from '../trace/trace.js';

/** A wait in the kernel. */
export interface KernelWait extends Article {
  readonly kind: WaitKind;
  /** Absent: the function alone does not tell whether somebody is stuck. */
  readonly state?: WaitState;
  /** One that many parts of the kernel call: a caller further out tells more. */
  readonly generic?: true;
}

const ROWS: readonly (readonly [names: string, row: KernelWait])[] = [
  [
    'sock_alloc_send_pskb',
    {
      title: 'waits to send on a unix socket',
      text: 'The receiver’s queue is full: the program on the other side does not read. A write to a socket of D-Bus or of a logger hangs like this.',
      next: 'Find the other end: `ss -xp` has the peer’s inode, `ls -l /proc/PID/fd` tells whose it is.',
      source: 'net/core/sock.c sock_alloc_send_pskb',
      kind: 'io',
      state: 'blocked',
    },
  ],
  [
    'unix_wait_for_peer',
    {
      title: 'waits for the peer to read datagrams, or to accept the connection',
      text: 'The peer has too many unread datagrams, or too many connections that it has not accepted.',
      next: 'Find the other end: `ss -xp` has the peer’s inode, `ls -l /proc/PID/fd` tells whose it is.',
      source: 'net/unix/af_unix.c unix_wait_for_peer',
      kind: 'io',
      state: 'blocked',
    },
  ],
  [
    'sk_stream_wait_memory',
    {
      title: 'waits to send on a TCP socket',
      text: 'The send buffer is full: the other side does not read, or the network is down.',
      next: '`ss -tnpo` shows the bytes that wait (Send-Q) and the retransmission timer.',
      source: 'net/core/stream.c',
      kind: 'io',
      state: 'blocked',
    },
  ],
  [
    'inet_wait_for_connect inet_stream_connect',
    {
      title: 'waits for a TCP connection to be made',
      text: 'No answer to the connection request yet.',
      next: 'See whether the address answers; a firewall that drops packets looks like this.',
      source: 'net/ipv4/af_inet.c',
      kind: 'io',
      state: 'blocked',
    },
  ],
  [
    'unix_stream_read_generic unix_stream_data_wait __skb_wait_for_more_packets skb_wait_for_more_packets sk_wait_data tcp_recvmsg_locked',
    {
      title: 'waits for data on a socket',
      text: 'Nothing has come yet. For a client it is the wait for an answer, for a server the wait for work.',
      source: 'net/unix/af_unix.c, net/core/datagram.c, net/core/sock.c',
      kind: 'io',
    },
  ],
  [
    'inet_csk_accept unix_accept',
    {
      title: 'waits for a connection',
      text: 'A server at rest.',
      source: 'net/ipv4/inet_connection_sock.c, net/unix/af_unix.c',
      kind: 'io',
      state: 'idle',
    },
  ],
  [
    'anon_pipe_write pipe_write',
    {
      title: 'waits to write to a full pipe',
      text: 'A pipe holds 64 KiB by default; whoever has its other end does not read.',
      next: 'Find the reader: `ls -l /proc/[0-9]*/fd 2>/dev/null | grep pipe:`, or `lsof +E`.',
      source: 'fs/pipe.c',
      kind: 'io',
      state: 'blocked',
    },
  ],
  [
    'anon_pipe_read pipe_read',
    {
      title: 'waits to read from an empty pipe',
      text: 'Nobody has written yet, and somebody still has the writing end open.',
      source: 'fs/pipe.c',
      kind: 'io',
    },
  ],
  [
    'pipe_wait',
    {
      title: 'waits on a pipe',
      text: 'To read from an empty one or to write to a full one: kernels up to 5.4 have one function for both.',
      source: 'fs/pipe.c of Linux 5.4',
      kind: 'io',
    },
  ],
  [
    'wait_for_partner fifo_open',
    {
      title: 'waits for somebody to open the other end of a FIFO',
      text: 'Opening a FIFO for reading waits for a writer and the other way round. runc waits so at `exec.fifo` until `runc start`.',
      next: 'Find who should open it; opening it by hand releases both, and changes what you look at.',
      source: 'fs/pipe.c wait_for_partner',
      kind: 'io',
      state: 'blocked',
    },
  ],
  [
    'futex_do_wait futex_wait_queue futex_wait_queue_me futex_wait __futex_wait do_futex futex_wait_restart',
    {
      title: 'waits in user space’s lock',
      text: 'A futex: a mutex, a condition variable, a parked thread of Go or Java. The kernel does not know which, nor who has it.',
      next: 'The program’s own stacks tell: a goroutine dump for Go, `gdb -p PID -batch -ex "thread apply all bt"` for C.',
      source: 'kernel/futex/waitwake.c',
      kind: 'syscall',
    },
  ],
  [
    'do_wait kernel_wait4 kernel_waitid do_wait_pid',
    {
      title: 'waits for a child process',
      text: 'wait4 or waitid. For a shell, a shim or an init it is the normal rest.',
      source: 'kernel/exit.c do_wait',
      kind: 'child',
      state: 'idle',
    },
  ],
  [
    'locks_lock_inode_wait flock_lock_inode_wait posix_lock_inode_wait',
    {
      title: 'waits for a lock on a file (flock)',
      text: 'Another process has the file locked.',
      next: '`cat /proc/locks` or `lslocks` names the process that has it.',
      source: 'fs/locks.c',
      kind: 'syscall',
      state: 'blocked',
    },
  ],
  [
    'fcntl_setlk fcntl_setlk64',
    {
      title: 'waits for a lock on a file (fcntl)',
      text: 'Another process has that range of the file locked.',
      next: '`cat /proc/locks` or `lslocks` names the process that has it.',
      source: 'fs/locks.c',
      kind: 'syscall',
      state: 'blocked',
    },
  ],
  [
    'do_epoll_wait ep_poll',
    {
      title: 'waits for events (epoll)',
      text: 'An event loop at rest, or one that waits for an answer: it looks the same.',
      source: 'fs/eventpoll.c',
      kind: 'io',
      state: 'idle',
    },
  ],
  [
    'poll_schedule_timeout do_poll do_sys_poll do_select core_sys_select schedule_hrtimeout_range schedule_hrtimeout_range_clock',
    {
      title: 'waits for events (poll, select)',
      text: 'An event loop at rest, or a client that waits for an answer: it looks the same.',
      source: 'fs/select.c',
      kind: 'io',
      state: 'idle',
    },
  ],
  [
    'hrtimer_nanosleep do_nanosleep common_nsleep',
    {
      title: 'sleeps',
      text: 'The program asked for a pause.',
      source: 'kernel/time/hrtimer.c',
      kind: 'sleep',
      state: 'idle',
    },
  ],
  [
    'sigsuspend do_sigtimedwait sys_pause do_sys_pause __do_sys_pause',
    {
      title: 'waits for a signal',
      text: 'A program at rest until somebody sends it a signal.',
      source: 'kernel/signal.c',
      kind: 'sleep',
      state: 'idle',
    },
  ],
  [
    'n_tty_read tty_read wait_woken',
    {
      title: 'waits for input on a terminal',
      text: 'Nobody types.',
      source: 'drivers/tty/n_tty.c',
      kind: 'io',
      state: 'idle',
    },
  ],
  [
    'inotify_read eventfd_read timerfd_read signalfd_dequeue signalfd_read_iter do_syslog syslog_print',
    {
      title: 'waits for an event',
      text: 'Nothing has happened yet.',
      source: 'fs/notify/inotify/inotify_user.c, fs/eventfd.c, fs/timerfd.c, fs/signalfd.c',
      kind: 'io',
      state: 'idle',
    },
  ],
  [
    'worker_thread rescuer_thread kthreadd smpboot_thread_fn kthread_worker_fn rcu_gp_kthread rcu_gp_fqs_loop kswapd kcompactd khugepaged devtmpfsd irq_thread kauditd_thread oom_reaper ksm_scan_thread scsi_error_handler kjournald2 hub_thread',
    {
      title: 'a kernel thread at rest',
      text: 'It waits for work.',
      source: 'kernel/workqueue.c, kernel/kthread.c',
      kind: 'sleep',
      state: 'idle',
    },
  ],
  [
    'request_wait_answer fuse_simple_request __fuse_simple_request',
    {
      title: 'waits for a FUSE file system to answer',
      text: 'The program that serves the mount does not answer: it hangs, or waits for this very process.',
      next: 'Find the daemon of the mount (`mount -t fuse`, `ps`), and take its stacks. `/sys/fs/fuse/connections/N/waiting` counts open requests.',
      source: 'fs/fuse/dev.c request_wait_answer',
      kind: 'io',
      state: 'blocked',
    },
  ],
  [
    'percpu_rwsem_wait __percpu_down_read percpu_down_write',
    {
      title: 'waits for a system-wide lock, such as a frozen file system has',
      text: 'A frozen file system (`fsfreeze`, a snapshot) blocks writers so, and a change of control groups blocks forks.',
      next: 'The caller in the stack tells which: `vfs_write` or `mnt_want_write`: look for a frozen file system (`fsfreeze -u`, LVM snapshots).',
      source: 'kernel/locking/percpu-rwsem.c',
      kind: 'io',
      state: 'blocked',
    },
  ],
  [
    'rwsem_down_read_slowpath rwsem_down_write_slowpath rwsem_down_read_failed rwsem_down_write_failed call_rwsem_down_read_failed call_rwsem_down_write_failed down_read down_write',
    {
      title: 'waits for a reader/writer lock of the kernel',
      text: 'Often the memory map of a process (`mmap_lock`) or a directory.',
      next: 'Look for another task in D state whose stack has the same callers further on: it has the lock.',
      source: 'kernel/locking/rwsem.c',
      kind: 'syscall',
      state: 'blocked',
      generic: true,
    },
  ],
  [
    '__mutex_lock mutex_lock __mutex_lock_slowpath __mutex_lock_killable_slowpath mutex_lock_killable __mutex_lock_interruptible_slowpath schedule_preempt_disabled',
    {
      title: 'waits for a mutex of the kernel',
      text: 'Another task has it; its stack is further inside.',
      next: 'Look for a task in D state that is deeper in the same part of the kernel.',
      source: 'kernel/locking/mutex.c',
      kind: 'syscall',
      state: 'blocked',
      generic: true,
    },
  ],
  [
    'rtnl_lock netdev_run_todo netdev_wait_allrefs',
    {
      title: 'waits for the network configuration lock, or for a device to be let go',
      text: 'Deleting namespaces and interfaces takes its turns here; a leaked reference holds up everybody (`unregister_netdevice: waiting for lo to become free`).',
      source: 'net/core/rtnetlink.c, net/core/dev.c',
      kind: 'syscall',
      state: 'blocked',
    },
  ],
  [
    'copy_net_ns cleanup_net',
    {
      title: 'creates or removes a network namespace',
      text: 'These go one after the other.',
      source: 'net/core/net_namespace.c',
      kind: 'syscall',
      state: 'blocked',
    },
  ],
  [
    'io_schedule io_schedule_timeout',
    {
      title: 'waits for input or output',
      text: 'A block device has not answered yet.',
      next: '`iostat -x 1`, `dmesg`, and the state of the storage behind it.',
      source: 'kernel/sched/core.c io_schedule',
      kind: 'io',
      state: 'blocked',
      generic: true,
    },
  ],
  [
    'folio_wait_bit_common folio_wait_bit folio_wait_writeback wait_on_page_bit wait_on_page_bit_common wait_on_page_writeback __lock_page __folio_lock filemap_fdatawait_range bit_wait_io out_of_line_wait_on_bit __wait_on_bit wait_on_buffer __wait_on_buffer',
    {
      title: 'waits for a page to be read or written',
      text: 'The storage below has not answered yet.',
      next: '`iostat -x 1`, `dmesg`, and the state of the storage behind it.',
      source: 'mm/filemap.c, fs/buffer.c',
      kind: 'io',
      state: 'blocked',
      generic: true,
    },
  ],
  [
    'blk_mq_get_tag rq_qos_wait wbt_wait get_request blk_execute_rq submit_bio_wait balance_dirty_pages balance_dirty_pages_ratelimited',
    {
      title: 'waits for the block device’s queue',
      text: 'More is asked of the device than it does, or it does nothing.',
      next: '`iostat -x 1`; limits of the control group (`io.max`, `blkio.throttle`).',
      source: 'block/blk-mq-tag.c, block/blk-rq-qos.c, mm/page-writeback.c',
      kind: 'io',
      state: 'blocked',
    },
  ],
  [
    'jbd2_log_wait_commit wait_transaction_locked add_transaction_credits start_this_handle jbd2_journal_commit_transaction',
    {
      title: 'waits for the ext4 journal',
      text: 'A commit to the disk has not ended.',
      next: 'Look at the disk below, and at who commits (`jbd2/…` in `ps`).',
      source: 'fs/jbd2/transaction.c',
      kind: 'io',
      state: 'blocked',
    },
  ],
  [
    'xlog_grant_head_wait xfs_log_force_seq xfs_log_force xlog_wait_on_iclog xfs_buf_lock',
    {
      title: 'waits for the XFS log',
      text: 'The log is full or not yet on the disk.',
      next: 'Look at the disk below.',
      source: 'fs/xfs/xfs_log.c',
      kind: 'io',
      state: 'blocked',
    },
  ],
  [
    'wait_current_trans btrfs_commit_transaction wait_for_commit',
    {
      title: 'waits for a btrfs transaction',
      text: 'A commit to the disk has not ended.',
      source: 'fs/btrfs/transaction.c',
      kind: 'io',
      state: 'blocked',
    },
  ],
  [
    'rpc_wait_bit_killable nfs_wait_bit_killable nfs_wait_on_request nfs4_call_sync_sequence rpc_run_task',
    {
      title: 'waits for an NFS server',
      text: 'The server has not answered; a `hard` mount waits for ever.',
      next: '`dmesg | grep "not responding"`, `nfsstat -m`, `mount`; try the server with `rpcinfo`.',
      source: 'net/sunrpc/sched.c',
      kind: 'io',
      state: 'blocked',
    },
  ],
  [
    'ceph_mdsc_wait_request ceph_mdsc_do_request ceph_get_caps __ceph_do_getattr',
    {
      title: 'waits for a Ceph server',
      text: 'The metadata server has not answered.',
      next: '`ceph -s`; `/sys/kernel/debug/ceph/*/mdsc` lists open requests.',
      source: 'fs/ceph/mds_client.c',
      kind: 'io',
      state: 'blocked',
    },
  ],
  [
    'wait_for_response cifs_send_recv',
    {
      title: 'waits for an SMB server',
      text: 'The server has not answered.',
      source: 'fs/smb/client/transport.c',
      kind: 'io',
      state: 'blocked',
    },
  ],
  [
    'autofs_wait',
    {
      title: 'waits for an automount',
      text: 'The automount daemon has not mounted it yet.',
      source: 'fs/autofs/waitq.c',
      kind: 'io',
      state: 'blocked',
    },
  ],
  [
    'handle_userfault',
    {
      title: 'waits for a page that another program supplies',
      text: 'userfaultfd: live migration of a virtual machine or of a container.',
      source: 'fs/userfaultfd.c',
      kind: 'io',
      state: 'blocked',
    },
  ],
  [
    'wait_for_completion wait_for_completion_killable wait_for_completion_interruptible wait_for_common __wait_for_common',
    {
      title: 'waits for another part of the kernel to finish',
      text: 'The caller in the stack tells what.',
      source: 'kernel/sched/completion.c',
      kind: 'syscall',
      state: 'blocked',
      generic: true,
    },
  ],
  [
    'sync_inodes_sb wb_wait_for_completion super_lock iterate_supers ksys_sync',
    {
      title: 'waits for everything to be written (sync)',
      text: 'One slow or dead file system holds up `sync` for all.',
      next: 'Look at each mount; network file systems first.',
      source: 'fs/fs-writeback.c',
      kind: 'io',
      state: 'blocked',
    },
  ],
  [
    'do_signal_stop',
    {
      title: 'stopped by a signal',
      text: 'SIGSTOP, SIGTSTP or a terminal stopped it. It does nothing, and answers nobody, until it gets SIGCONT.',
      next: 'If nobody means it to stand still: `kill -CONT PID`.',
      source: 'kernel/signal.c do_signal_stop',
      kind: 'syscall',
      state: 'blocked',
    },
  ],
  [
    'ptrace_stop',
    {
      title: 'stopped for its tracer',
      text: 'strace or a debugger looks at it; it goes on when that lets it.',
      source: 'kernel/signal.c ptrace_stop',
      kind: 'syscall',
    },
  ],
  [
    'do_freezer_trap cgroup_enter_frozen __refrigerator',
    {
      title: 'frozen',
      text: 'Its control group is frozen (`docker pause`, `systemctl freeze`), or the system suspends.',
      next: '`cat /proc/PID/cgroup`, then `cgroup.freeze` or `freezer.state` there.',
      source: 'kernel/cgroup/freezer.c, kernel/freezer.c',
      kind: 'syscall',
      state: 'blocked',
    },
  ],
  [
    'zap_pid_ns_processes',
    {
      title: 'waits for the processes of its pid namespace to end',
      text: 'The first process of a container has ended, and one of the others can not: look for it in D state.',
      next: '`ps -eo pid,ppid,stat,wchan:32,comm | grep " D"`',
      source: 'kernel/pid_namespace.c',
      kind: 'child',
      state: 'blocked',
    },
  ],
  [
    'mem_cgroup_handle_over_high mem_cgroup_oom_synchronize',
    {
      title: 'held back because its control group has too much memory',
      text: 'Above `memory.high` the kernel slows a process down; without the OOM killer it stands still at the limit.',
      next: '`memory.events`, `memory.current` and `memory.high` of its control group.',
      source: 'mm/memcontrol.c',
      kind: 'syscall',
      state: 'blocked',
    },
  ],
  [
    'throttle_direct_reclaim shrink_inactive_list congestion_wait try_to_free_pages',
    {
      title: 'waits for free memory',
      text: 'The system is short of memory and frees some first.',
      next: '`free -h`, `vmstat 1`, `dmesg | grep -i oom`.',
      source: 'mm/vmscan.c',
      kind: 'syscall',
      state: 'blocked',
    },
  ],
  [
    'synchronize_rcu synchronize_rcu_expedited wait_rcu_gp __wait_rcu_gp __synchronize_srcu',
    {
      title: 'waits until no processor uses an old version of something',
      text: 'Milliseconds as a rule. Longer: a processor is stuck.',
      next: '`dmesg | grep -iE "rcu|lockup"`',
      source: 'kernel/rcu/tree.c',
      kind: 'syscall',
      state: 'blocked',
    },
  ],
  [
    'd_alloc_parallel lookup_slow',
    {
      title: 'waits for another process that looks up the same file name',
      text: 'Usually a network or FUSE file system that does not answer that one.',
      source: 'fs/dcache.c d_alloc_parallel',
      kind: 'io',
      state: 'blocked',
    },
  ],
  [
    'do_semtimedop __do_semtimedop do_msgrcv do_msgsnd',
    {
      title: 'waits on System V semaphores or messages',
      text: '`ipcs -s -p` shows who touched them last.',
      source: 'ipc/sem.c, ipc/msg.c',
      kind: 'syscall',
      state: 'blocked',
    },
  ],
  [
    'kernel_clone wait_for_vfork_done _do_fork do_fork',
    {
      title: 'waits for its vfork child to start a program',
      text: 'The parent of a vfork stands still until the child calls exec or ends; ps shows it in D state.',
      next: 'Look at the child: its PPID is this process.',
      source: 'kernel/fork.c wait_for_vfork_done',
      kind: 'child',
      state: 'blocked',
    },
  ],
  [
    'do_exit exit_mm mmput do_group_exit',
    {
      title: 'ends',
      text: 'The process is on its way out; what it waits for stands above it in the stack.',
      source: 'kernel/exit.c',
      kind: 'syscall',
      state: 'blocked',
      generic: true,
    },
  ],
  [
    'nbd_read_stat usb_start_wait_urb sg_read scsi_execute_cmd nvme_submit_sync_cmd',
    {
      title: 'waits for a device',
      text: 'The device has not answered.',
      next: '`dmesg`',
      source: 'drivers/',
      kind: 'io',
      state: 'blocked',
    },
  ],
];

/** Each function and what waiting in it means. */
export const KERNEL_WAITS: Readonly<Record<string, KernelWait>> = Object.fromEntries(
  ROWS.flatMap(([names, row]) => names.split(' ').map((name) => [name, row])),
);
