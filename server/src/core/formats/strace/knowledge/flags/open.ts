// Constants in arguments: opening, files, directories, mounts, file locks.

import type { Article } from '../../../format.js';

export const OPEN_FLAGS: Readonly<Record<string, Article>> = {
  // man 2 open
  O_RDONLY: { title: 'open for reading', text: '', source: 'man 2 open' },
  O_WRONLY: {
    title: 'open for writing',
    text: 'On a FIFO the open waits until somebody opens it for reading.',
    source: 'man 2 open',
  },
  O_RDWR: { title: 'open for reading and writing', text: 'On a FIFO the open does not wait.', source: 'man 2 open' },
  O_CREAT: { title: 'create it if it is missing', text: 'The mode argument counts then.', source: 'man 2 open' },
  O_EXCL: {
    title: 'fail if it exists',
    text: 'With `O_CREAT`: a way to take a lock file; `EEXIST` means that somebody has it.',
    source: 'man 2 open',
  },
  O_NOCTTY: { title: 'do not make it the controlling terminal', text: '', source: 'man 2 open' },
  O_TRUNC: { title: 'cut it to nothing', text: '', source: 'man 2 open' },
  O_APPEND: { title: 'every write goes to the end', text: '', source: 'man 2 open' },
  O_NONBLOCK: {
    title: 'no call on it waits',
    text: 'Reads and writes end with `EAGAIN` instead. Opening a FIFO does not wait either. It belongs to the open file, so copies and inherited descriptors share it.',
    source: 'man 2 open',
  },
  O_DSYNC: { title: 'writes wait until the data is on the disk', text: '', source: 'man 2 open' },
  O_SYNC: { title: 'writes wait until everything is on the disk', text: '', source: 'man 2 open' },
  O_ASYNC: { title: 'send a signal when it is ready', text: '', source: 'man 2 open' },
  O_DIRECT: { title: 'bypass the page cache', text: 'On a pipe: packet mode.', source: 'man 2 open' },
  O_LARGEFILE: { title: 'allow large files', text: 'Always on for 64-bit programs.', source: 'man 2 open' },
  O_DIRECTORY: { title: 'fail if it is no directory', text: '', source: 'man 2 open' },
  O_NOFOLLOW: { title: 'fail if it is a symbolic link', text: '', source: 'man 2 open' },
  O_NOATIME: { title: 'do not change the access time', text: '', source: 'man 2 open' },
  O_CLOEXEC: {
    title: 'close it at exec',
    text: 'The descriptor does not reach programs that are started. Without it a child may keep a pipe or lock open by accident.',
    source: 'man 2 open',
  },
  O_PATH: {
    title: 'only a handle on the path',
    text: 'Can’t be read or written; for use with the calls that take a directory.',
    source: 'man 2 open',
  },
  O_TMPFILE: { title: 'a file without a name', text: '', source: 'man 2 open' },
  AT_FDCWD: { title: 'the current directory', text: 'A relative path counts from it.', source: 'man 2 open' },
  AT_SYMLINK_NOFOLLOW: { title: 'do not follow a symbolic link', text: '', source: 'man 2 open' },
  AT_SYMLINK_FOLLOW: { title: 'follow a symbolic link', text: '', source: 'man 2 open' },
  AT_REMOVEDIR: { title: 'remove a directory', text: '', source: 'man 2 open' },
  AT_EMPTY_PATH: {
    title: 'the descriptor itself',
    text: 'With an empty path the call works on the descriptor.',
    source: 'man 2 open',
  },
  AT_NO_AUTOMOUNT: { title: 'do not mount anything for it', text: '', source: 'man 2 open' },
  AT_EACCESS: { title: 'check with the effective ids', text: '', source: 'man 2 open' },
  AT_STATX_SYNC_AS_STAT: { title: 'as stat does', text: '', source: 'man 2 open' },
  AT_STATX_DONT_SYNC: { title: 'do not ask the file server', text: '', source: 'man 2 open' },
  AT_STATX_FORCE_SYNC: { title: 'ask the file server', text: '', source: 'man 2 open' },
  AT_RECURSIVE: { title: 'for all below it', text: '', source: 'man 2 open' },
  RESOLVE_NO_XDEV: { title: 'do not cross mounts', text: '', source: 'man 2 open' },
  RESOLVE_NO_MAGICLINKS: {
    title: 'do not follow the links of `/proc/<pid>/fd` and such',
    text: '',
    source: 'man 2 open',
  },
  RESOLVE_NO_SYMLINKS: { title: 'do not follow symbolic links', text: '', source: 'man 2 open' },
  RESOLVE_BENEATH: { title: 'do not leave the directory', text: '', source: 'man 2 open' },
  RESOLVE_IN_ROOT: { title: 'the directory counts as root', text: '', source: 'man 2 open' },
  RESOLVE_CACHED: { title: 'only if it needs no disk', text: '', source: 'man 2 open' },

  // man 2 access
  F_OK: { title: 'does it exist?', text: '', source: 'man 2 access' },
  R_OK: { title: 'may it be read?', text: '', source: 'man 2 access' },
  W_OK: { title: 'may it be written?', text: '', source: 'man 2 access' },
  X_OK: { title: 'may it be executed, or entered?', text: '', source: 'man 2 access' },

  // man 7 inode
  S_IFREG: { title: 'an ordinary file', text: '', source: 'man 7 inode' },
  S_IFDIR: { title: 'a directory', text: '', source: 'man 7 inode' },
  S_IFLNK: { title: 'a symbolic link', text: '', source: 'man 7 inode' },
  S_IFIFO: { title: 'a FIFO or pipe', text: '', source: 'man 7 inode' },
  S_IFSOCK: { title: 'a socket', text: '', source: 'man 7 inode' },
  S_IFCHR: { title: 'a character device', text: '', source: 'man 7 inode' },
  S_IFBLK: { title: 'a block device', text: '', source: 'man 7 inode' },
  S_ISUID: { title: 'runs as its owner', text: '', source: 'man 7 inode' },
  S_ISGID: { title: 'runs as its group', text: '', source: 'man 7 inode' },
  S_ISVTX: { title: 'sticky: only owners may remove', text: '', source: 'man 7 inode' },

  // man 2 lseek
  SEEK_SET: { title: 'from the start', text: '', source: 'man 2 lseek' },
  SEEK_CUR: { title: 'from the current position', text: '', source: 'man 2 lseek' },
  SEEK_END: { title: 'from the end', text: '', source: 'man 2 lseek' },
  SEEK_DATA: { title: 'to the next data', text: '', source: 'man 2 lseek' },
  SEEK_HOLE: { title: 'to the next hole', text: '', source: 'man 2 lseek' },

  // man 2 fcntl
  F_DUPFD: { title: 'copy the descriptor, to this number or above', text: '', source: 'man 2 fcntl' },
  F_DUPFD_CLOEXEC: { title: 'copy the descriptor, to be closed at exec', text: '', source: 'man 2 fcntl' },
  F_GETFD: { title: 'ask for the descriptor’s flags', text: '', source: 'man 2 fcntl' },
  F_SETFD: { title: 'set the descriptor’s flags', text: '', source: 'man 2 fcntl' },
  FD_CLOEXEC: { title: 'close it at exec', text: '', source: 'man 2 fcntl' },
  F_GETFL: { title: 'ask for the open file’s flags', text: '', source: 'man 2 fcntl' },
  F_SETFL: {
    title: 'set the open file’s flags',
    text: '`O_NONBLOCK`, `O_APPEND`, `O_ASYNC`, `O_DIRECT`.',
    source: 'man 2 fcntl',
  },
  F_GETLK: { title: 'who has a lock here?', text: '', source: 'man 2 fcntl' },
  F_SETLK: {
    title: 'try a record lock',
    text: 'Ends with `EAGAIN` or `EACCES` if somebody has it.',
    source: 'man 2 fcntl',
  },
  F_SETLKW: { title: 'wait for a record lock', text: '', source: 'man 2 fcntl' },
  F_OFD_GETLK: { title: 'who has a lock here? (by open file)', text: '', source: 'man 2 fcntl' },
  F_OFD_SETLK: { title: 'try a lock that belongs to the open file', text: '', source: 'man 2 fcntl' },
  F_OFD_SETLKW: { title: 'wait for a lock that belongs to the open file', text: '', source: 'man 2 fcntl' },
  F_RDLCK: { title: 'shared lock', text: '', source: 'man 2 fcntl' },
  F_WRLCK: { title: 'exclusive lock', text: '', source: 'man 2 fcntl' },
  F_UNLCK: { title: 'no lock', text: '', source: 'man 2 fcntl' },
  F_GETOWN: { title: 'who gets the signals?', text: '', source: 'man 2 fcntl' },
  F_SETOWN: { title: 'set who gets the signals', text: '', source: 'man 2 fcntl' },
  F_SETPIPE_SZ: { title: 'set a pipe’s size', text: '', source: 'man 2 fcntl' },
  F_GETPIPE_SZ: { title: 'ask for a pipe’s size', text: '', source: 'man 2 fcntl' },
  F_ADD_SEALS: { title: 'forbid changes of a file in memory', text: '', source: 'man 2 fcntl' },
  F_GET_SEALS: { title: 'ask which changes are forbidden', text: '', source: 'man 2 fcntl' },
  F_SETLEASE: {
    title: 'take a lease on a file',
    text: 'Opens of others wait until it is given back.',
    source: 'man 2 fcntl',
  },
  F_GETLEASE: { title: 'ask for a lease', text: '', source: 'man 2 fcntl' },
  F_NOTIFY: { title: 'tell of changes in a directory', text: '', source: 'man 2 fcntl' },
  F_SEAL_SEAL: { title: 'no more seals', text: '', source: 'man 2 fcntl' },
  F_SEAL_SHRINK: { title: 'may not get shorter', text: '', source: 'man 2 fcntl' },
  F_SEAL_GROW: { title: 'may not get longer', text: '', source: 'man 2 fcntl' },
  F_SEAL_WRITE: { title: 'may not be written', text: '', source: 'man 2 fcntl' },

  // man 2 flock
  LOCK_SH: { title: 'shared lock', text: '', source: 'man 2 flock' },
  LOCK_EX: { title: 'exclusive lock', text: '', source: 'man 2 flock' },
  LOCK_UN: { title: 'release the lock', text: '', source: 'man 2 flock' },
  LOCK_NB: { title: 'do not wait for it', text: 'Ends with `EAGAIN` if somebody has it.', source: 'man 2 flock' },

  // man 2 fallocate
  FALLOC_FL_KEEP_SIZE: { title: 'do not make the file longer', text: '', source: 'man 2 fallocate' },
  FALLOC_FL_PUNCH_HOLE: { title: 'make a hole', text: '', source: 'man 2 fallocate' },
  FALLOC_FL_ZERO_RANGE: { title: 'make it zeros', text: '', source: 'man 2 fallocate' },

  // man 2 memfd_create
  MFD_CLOEXEC: { title: 'close it at exec', text: '', source: 'man 2 memfd_create' },
  MFD_ALLOW_SEALING: { title: 'allow seals', text: '', source: 'man 2 memfd_create' },
  MFD_HUGETLB: { title: 'from huge pages', text: '', source: 'man 2 memfd_create' },
  MFD_NOEXEC_SEAL: { title: 'can’t be executed', text: '', source: 'man 2 memfd_create' },
  MFD_EXEC: { title: 'can be executed', text: '', source: 'man 2 memfd_create' },

  // man 2 inotify_add_watch
  IN_CLOEXEC: { title: 'close it at exec', text: '', source: 'man 2 inotify_add_watch' },
  IN_NONBLOCK: { title: 'reads do not wait', text: '', source: 'man 2 inotify_add_watch' },
  IN_ACCESS: { title: 'was read', text: '', source: 'man 2 inotify_add_watch' },
  IN_MODIFY: { title: 'was changed', text: '', source: 'man 2 inotify_add_watch' },
  IN_ATTRIB: { title: 'its metadata changed', text: '', source: 'man 2 inotify_add_watch' },
  IN_CLOSE_WRITE: { title: 'was closed after writing', text: '', source: 'man 2 inotify_add_watch' },
  IN_CLOSE_NOWRITE: { title: 'was closed without writing', text: '', source: 'man 2 inotify_add_watch' },
  IN_OPEN: { title: 'was opened', text: '', source: 'man 2 inotify_add_watch' },
  IN_MOVED_FROM: { title: 'was moved away', text: '', source: 'man 2 inotify_add_watch' },
  IN_MOVED_TO: { title: 'was moved here', text: '', source: 'man 2 inotify_add_watch' },
  IN_CREATE: { title: 'was made', text: '', source: 'man 2 inotify_add_watch' },
  IN_DELETE: { title: 'was removed', text: '', source: 'man 2 inotify_add_watch' },
  IN_DELETE_SELF: { title: 'the watched thing was removed', text: '', source: 'man 2 inotify_add_watch' },
  IN_MOVE_SELF: { title: 'the watched thing was moved', text: '', source: 'man 2 inotify_add_watch' },
  IN_IGNORED: { title: 'is not watched any more', text: '', source: 'man 2 inotify_add_watch' },

  // man 2 mount
  MS_RDONLY: { title: 'read-only', text: '', source: 'man 2 mount' },
  MS_NOSUID: { title: 'no set-user-id programs', text: '', source: 'man 2 mount' },
  MS_NODEV: { title: 'no devices', text: '', source: 'man 2 mount' },
  MS_NOEXEC: { title: 'no programs', text: '', source: 'man 2 mount' },
  MS_REMOUNT: { title: 'change an existing mount', text: '', source: 'man 2 mount' },
  MS_BIND: { title: 'show a directory at a second place', text: '', source: 'man 2 mount' },
  MS_REC: { title: 'with everything below', text: '', source: 'man 2 mount' },
  MS_PRIVATE: { title: 'mounts do not spread', text: '', source: 'man 2 mount' },
  MS_SLAVE: { title: 'mounts come in, but do not go out', text: '', source: 'man 2 mount' },
  MS_SHARED: { title: 'mounts spread', text: '', source: 'man 2 mount' },
  MS_MOVE: { title: 'move a mount', text: '', source: 'man 2 mount' },
  MS_NOATIME: { title: 'do not change access times', text: '', source: 'man 2 mount' },
  MS_RELATIME: { title: 'change access times seldom', text: '', source: 'man 2 mount' },
  MNT_FORCE: { title: 'give up what is under way', text: '', source: 'man 2 mount' },
  MNT_DETACH: { title: 'take it out now, free it later', text: '', source: 'man 2 mount' },
  MNT_EXPIRE: { title: 'only if unused for a while', text: '', source: 'man 2 mount' },
  UMOUNT_NOFOLLOW: { title: 'do not follow a symbolic link', text: '', source: 'man 2 mount' },

  // man 2 splice
  SPLICE_F_MOVE: { title: 'move pages if possible', text: '', source: 'man 2 splice' },
  SPLICE_F_NONBLOCK: { title: 'do not wait on the pipe', text: '', source: 'man 2 splice' },
  SPLICE_F_MORE: { title: 'more will come', text: '', source: 'man 2 splice' },

  // man 2 close_range
  CLOSE_RANGE_CLOEXEC: {
    title: 'mark them to be closed at exec',
    text: 'Nothing is closed now.',
    source: 'man 2 close_range',
  },
  CLOSE_RANGE_UNSHARE: {
    title: 'on a table of its own',
    text: 'The other threads keep theirs.',
    source: 'man 2 close_range',
  },

  // man 2 getxattr
  XATTR_CREATE: { title: 'fail if it is set already', text: '', source: 'man 2 getxattr' },
  XATTR_REPLACE: { title: 'fail if it is not set', text: '', source: 'man 2 getxattr' },

  // man 2 renameat2
  RENAME_NOREPLACE: { title: 'fail if the new name exists', text: '', source: 'man 2 renameat2' },
  RENAME_EXCHANGE: { title: 'swap the two', text: '', source: 'man 2 renameat2' },
  RENAME_WHITEOUT: { title: 'leave a whiteout (overlay file systems)', text: '', source: 'man 2 renameat2' },

  // man 2 posix_fadvise
  POSIX_FADV_NORMAL: { title: 'no advice', text: '', source: 'man 2 posix_fadvise' },
  POSIX_FADV_SEQUENTIAL: { title: 'will be read in order', text: '', source: 'man 2 posix_fadvise' },
  POSIX_FADV_RANDOM: { title: 'will be read here and there', text: '', source: 'man 2 posix_fadvise' },
  POSIX_FADV_WILLNEED: { title: 'will be needed soon', text: '', source: 'man 2 posix_fadvise' },
  POSIX_FADV_DONTNEED: { title: 'drop it from the cache', text: '', source: 'man 2 posix_fadvise' },
  POSIX_FADV_NOREUSE: { title: 'will be read once', text: '', source: 'man 2 posix_fadvise' },

  // man 2 sync_file_range
  SYNC_FILE_RANGE_WAIT_BEFORE: { title: 'wait for write-back under way', text: '', source: 'man 2 sync_file_range' },
  SYNC_FILE_RANGE_WRITE: { title: 'begin write-back', text: '', source: 'man 2 sync_file_range' },
  SYNC_FILE_RANGE_WAIT_AFTER: { title: 'wait until it is written', text: '', source: 'man 2 sync_file_range' },
};
