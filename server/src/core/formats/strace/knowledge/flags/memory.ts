// Constants in arguments: memory and shared memory.

import type { Article } from '../../../format.js';

export const MEMORY_FLAGS: Readonly<Record<string, Article>> = {
  // man 2 mmap
  PROT_NONE: { title: 'no access', text: '', source: 'man 2 mmap' },
  PROT_READ: { title: 'may be read', text: '', source: 'man 2 mmap' },
  PROT_WRITE: { title: 'may be written', text: '', source: 'man 2 mmap' },
  PROT_EXEC: { title: 'may be executed', text: '', source: 'man 2 mmap' },
  MAP_SHARED: {
    title: 'changes are shared with others',
    text: 'Through the file, or with children.',
    source: 'man 2 mmap',
  },
  MAP_SHARED_VALIDATE: { title: 'shared, unknown flags are refused', text: '', source: 'man 2 mmap' },
  MAP_PRIVATE: { title: 'changes stay in this process', text: '', source: 'man 2 mmap' },
  MAP_ANONYMOUS: { title: 'fresh memory, no file', text: '', source: 'man 2 mmap' },
  MAP_FIXED: { title: 'exactly at this address', text: 'What was there is replaced.', source: 'man 2 mmap' },
  MAP_FIXED_NOREPLACE: { title: 'exactly at this address, if it is free', text: '', source: 'man 2 mmap' },
  MAP_DENYWRITE: { title: 'without effect', text: '', source: 'man 2 mmap' },
  MAP_NORESERVE: {
    title: 'do not reserve swap for it',
    text: 'Go and Java reserve large areas so.',
    source: 'man 2 mmap',
  },
  MAP_STACK: { title: 'for a stack', text: '', source: 'man 2 mmap' },
  MAP_POPULATE: { title: 'read it in now', text: '', source: 'man 2 mmap' },
  MAP_LOCKED: { title: 'keep it in memory', text: '', source: 'man 2 mmap' },
  MAP_GROWSDOWN: { title: 'grows downwards', text: '', source: 'man 2 mmap' },
  MAP_HUGETLB: { title: 'from huge pages', text: '', source: 'man 2 mmap' },
  MAP_32BIT: { title: 'in the lowest 2 GB', text: '', source: 'man 2 mmap' },
  MAP_NONBLOCK: { title: 'do not read it in', text: '', source: 'man 2 mmap' },
  MREMAP_MAYMOVE: { title: 'may be moved', text: '', source: 'man 2 mmap' },
  MREMAP_FIXED: { title: 'to this address', text: '', source: 'man 2 mmap' },
  MADV_NORMAL: { title: 'no advice', text: '', source: 'man 2 mmap' },
  MADV_DONTNEED: { title: 'give it back now', text: '', source: 'man 2 mmap' },
  MADV_FREE: { title: 'give it back when memory is short', text: '', source: 'man 2 mmap' },
  MADV_WILLNEED: { title: 'will be needed', text: '', source: 'man 2 mmap' },
  MADV_HUGEPAGE: { title: 'use huge pages', text: '', source: 'man 2 mmap' },
  MADV_NOHUGEPAGE: { title: 'do not use huge pages', text: '', source: 'man 2 mmap' },
  MADV_COLLAPSE: { title: 'make huge pages of it', text: '', source: 'man 2 mmap' },
  MADV_DONTFORK: { title: 'not in children', text: '', source: 'man 2 mmap' },
  MADV_SEQUENTIAL: { title: 'will be read in order', text: '', source: 'man 2 mmap' },
  MADV_RANDOM: { title: 'will be read here and there', text: '', source: 'man 2 mmap' },
  MADV_REMOVE: { title: 'free it in the file too', text: '', source: 'man 2 mmap' },
  MADV_POPULATE_READ: { title: 'read it in now', text: '', source: 'man 2 mmap' },
  MADV_POPULATE_WRITE: { title: 'make it writable now', text: '', source: 'man 2 mmap' },
  MS_SYNC: { title: 'wait until it is on the disk', text: '', source: 'man 2 mmap' },
  MS_ASYNC: { title: 'begin to write it back', text: '', source: 'man 2 mmap' },
  MS_INVALIDATE: { title: 'others shall see the change', text: '', source: 'man 2 mmap' },
  MCL_CURRENT: { title: 'all that is mapped now', text: '', source: 'man 2 mmap' },
  MCL_FUTURE: { title: 'all that will be mapped', text: '', source: 'man 2 mmap' },

  // man 2 getrandom
  GRND_NONBLOCK: { title: 'do not wait', text: '', source: 'man 2 getrandom' },
  GRND_RANDOM: { title: 'from the better pool', text: '', source: 'man 2 getrandom' },
  GRND_INSECURE: { title: 'even if it is too early', text: '', source: 'man 2 getrandom' },

  // man 2 membarrier
  MEMBARRIER_CMD_QUERY: { title: 'what is supported?', text: '', source: 'man 2 membarrier' },
  MEMBARRIER_CMD_GLOBAL: { title: 'for all processes', text: '', source: 'man 2 membarrier' },
  MEMBARRIER_CMD_PRIVATE_EXPEDITED: { title: 'for this process’ threads, fast', text: '', source: 'man 2 membarrier' },
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED: { title: 'will use the fast form', text: '', source: 'man 2 membarrier' },
  MEMBARRIER_CMD_GLOBAL_EXPEDITED: {
    title: 'for all registered processes, fast',
    text: '',
    source: 'man 2 membarrier',
  },
  MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED: {
    title: 'register for the fast form',
    text: '',
    source: 'man 2 membarrier',
  },
  MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE: {
    title: 'for this process’ threads, instructions too',
    text: '',
    source: 'man 2 membarrier',
  },
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE: {
    title: 'register for the form with instructions',
    text: '',
    source: 'man 2 membarrier',
  },
  MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ: {
    title: 'for this process’ threads, restarting their sequences',
    text: '',
    source: 'man 2 membarrier',
  },
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ: {
    title: 'register for the form with sequences',
    text: '',
    source: 'man 2 membarrier',
  },

  // man 2 shmget
  IPC_CREAT: { title: 'make it if it is missing', text: '', source: 'man 2 shmget' },
  IPC_EXCL: { title: 'fail if it exists', text: '', source: 'man 2 shmget' },
  IPC_NOWAIT: { title: 'do not wait', text: '', source: 'man 2 shmget' },
  IPC_RMID: { title: 'remove it', text: '', source: 'man 2 shmget' },
  IPC_PRIVATE: { title: 'a new one without a key', text: '', source: 'man 2 shmget' },
  IPC_STAT: { title: 'ask for its state', text: '', source: 'man 2 shmget' },
  IPC_SET: { title: 'change it', text: '', source: 'man 2 shmget' },
  SHM_RDONLY: { title: 'read-only', text: '', source: 'man 2 shmget' },
  SEM_UNDO: {
    title: 'undo it when the process ends',
    text: 'Without it a semaphore stays taken when its owner dies.',
    source: 'man 2 shmget',
  },
  SETVAL: { title: 'set a semaphore’s value', text: '', source: 'man 2 shmget' },
  GETVAL: { title: 'ask for a semaphore’s value', text: '', source: 'man 2 shmget' },
  SETALL: { title: 'set all values', text: '', source: 'man 2 shmget' },
};
