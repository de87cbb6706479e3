// What the parser has to know of system calls: which of them make, change or use descriptors, and which change tasks.
// Names as strace prints them (its own table, linux/64/syscallent.h and the 32-bit ones).

/** What a call means for the state that the parser keeps. A number, because it is looked up for each line. */
export const Role = {
  /** Nothing. */
  none: 0,
  /** Its first argument is a descriptor. */
  uses: 1,
  /** Reads bytes from its first argument; writes bytes to it. Their payload may be a D-Bus message. */
  reads: 2,
  writes: 3,
  /** Its result is a new descriptor for the path in its arguments. */
  opens: 4,
  /** Its result is a new descriptor of a kind that the name tells. */
  makes: 5,
  socket: 6,
  /** Makes two descriptors: pipe, pipe2, socketpair. */
  pair: 7,
  accepts: 8,
  /** dup, dup2, dup3. */
  dups: 9,
  fcntl: 10,
  ioctl: 11,
  closes: 12,
  closeRange: 13,
  /** fork, vfork, clone, clone3. */
  forks: 14,
  execs: 15,
  connects: 16,
  /** bind, listen. */
  names: 17,
  /** recvmsg, recvmmsg: may bring descriptors. */
  receives: 18,
  /** sendmsg, sendmmsg: may take descriptors along. */
  sends: 19,
  epollCtl: 20,
  flock: 21,
  exits: 22,
  unshares: 23,
  getfd: 24,
  prctl: 25,
  /** The result is the caller's own thread id. */
  ownTid: 26,
  futex: 27,
  kills: 28,
  signalfd: 29,
  mkfifo: 30,
  restart: 31,
} as const;

const BY_ROLE: Readonly<Record<number, string>> = {
  [Role.uses]:
    'lseek _llseek fstat fstat64 newfstatat fstatfs fstatfs64 fsync fdatasync ftruncate ftruncate64 getdents getdents64 fchmod fchown ' +
    'fchdir fallocate fadvise64 readahead sync_file_range syncfs getsockopt setsockopt getsockname getpeername shutdown ' +
    'epoll_wait epoll_pwait epoll_pwait2 timerfd_settime timerfd_gettime inotify_add_watch inotify_rm_watch io_uring_enter ' +
    'io_uring_register sendfile sendfile64 splice tee vmsplice copy_file_range fgetxattr fsetxattr flistxattr pidfd_send_signal setns ' +
    'finit_module mq_timedsend mq_timedreceive mq_getsetattr mq_notify fsconfig fsmount fspick move_mount fanotify_mark statx',
  [Role.reads]: 'read pread64 pread readv preadv preadv2 recvfrom recv',
  [Role.writes]: 'write pwrite64 pwrite writev pwritev pwritev2 sendto send',
  [Role.opens]: 'open openat openat2 creat open_by_handle_at open_tree mq_open',
  [Role.makes]:
    'eventfd eventfd2 timerfd_create epoll_create epoll_create1 inotify_init inotify_init1 memfd_create memfd_secret pidfd_open ' +
    'userfaultfd io_uring_setup perf_event_open bpf fanotify_init fsopen landlock_create_ruleset seccomp',
  [Role.socket]: 'socket',
  [Role.pair]: 'pipe pipe2 socketpair',
  [Role.accepts]: 'accept accept4',
  [Role.dups]: 'dup dup2 dup3',
  [Role.fcntl]: 'fcntl fcntl64',
  [Role.ioctl]: 'ioctl',
  [Role.closes]: 'close',
  [Role.closeRange]: 'close_range',
  [Role.forks]: 'fork vfork clone clone2 clone3',
  [Role.execs]: 'execve execveat',
  [Role.connects]: 'connect',
  [Role.names]: 'bind listen',
  [Role.receives]: 'recvmsg recvmmsg recvmmsg_time64',
  [Role.sends]: 'sendmsg sendmmsg',
  [Role.epollCtl]: 'epoll_ctl',
  [Role.flock]: 'flock',
  [Role.exits]: 'exit exit_group _exit',
  [Role.unshares]: 'unshare',
  [Role.getfd]: 'pidfd_getfd',
  [Role.prctl]: 'prctl',
  [Role.ownTid]: 'set_tid_address gettid',
  [Role.futex]: 'futex futex_time64',
  [Role.kills]: 'kill tgkill tkill',
  [Role.signalfd]: 'signalfd signalfd4',
  [Role.mkfifo]: 'mknod mknodat mkfifo',
  [Role.restart]: 'restart_syscall',
};

/** The role of each call that has one. */
export const ROLES: ReadonlyMap<string, number> = new Map(
  Object.entries(BY_ROLE).flatMap(([role, names]) => names.split(' ').map((name) => [name, Number(role)] as const)),
);

/** What a call makes, where its name tells. */
export const MADE: Readonly<Record<string, string>> = {
  eventfd: 'eventfd',
  eventfd2: 'eventfd',
  timerfd_create: 'timerfd',
  epoll_create: 'epoll',
  epoll_create1: 'epoll',
  inotify_init: 'inotify',
  inotify_init1: 'inotify',
  memfd_create: 'memfd',
  memfd_secret: 'memfd',
  pidfd_open: 'pidfd',
  userfaultfd: 'userfaultfd',
  io_uring_setup: 'io_uring',
  perf_event_open: 'perf',
  bpf: 'bpf',
  fanotify_init: 'fanotify',
  fsopen: 'fscontext',
  landlock_create_ruleset: 'landlock',
  seccomp: 'seccomp',
  signalfd: 'signalfd',
  signalfd4: 'signalfd',
  mq_open: 'mqueue',
};

/** Words in the flags of a call that make the new descriptor close on exec. */
export const CLOEXEC = /\b(?:O|SOCK|EFD|TFD|SFD|EPOLL|IN|MFD|FAN)_CLOEXEC\b|\bMSG_CMSG_CLOEXEC\b/;
