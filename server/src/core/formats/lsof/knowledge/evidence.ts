// Why a process is taken for the other end, and what is told about files.

import type { Article } from '../../format.js';

const SOURCE = 'man lsof, OUTPUT';

export const EVIDENCE: Readonly<Record<string, Article>> = {
  'lock-character': {
    title: 'has the file locked',
    text: 'lsof shows a lock of it on `{path}` (FD `{fd}`)',
    source: 'man lsof, FD: the lock character',
  },
  'pipe-reader': {
    title: 'has the reading end',
    text: 'it has the reading end open as descriptor {fd}',
    source: SOURCE,
  },
  'pipe-writer': {
    title: 'has the writing end',
    text: 'it has the writing end open as descriptor {fd}',
    source: SOURCE,
  },
  'pipe-end': {
    title: 'has it open',
    text: 'it has it open for reading and writing as descriptor {fd}',
    source: SOURCE,
  },
  'peer-inode': {
    title: 'has the peer socket',
    text: 'it has the peer of this socket (inode {inode}) open as descriptor {fd}',
    source: SOURCE,
  },
  listens: { title: 'listens there', text: 'it listens on `{path}` (descriptor {fd})', source: SOURCE },
  accepted: {
    title: 'has accepted connections there',
    text: 'it has an accepted connection of `{path}` (descriptor {fd})',
    source: SOURCE,
  },
};

/** How sure its notes are, where they do not say themselves. */
export const SURE =
  'That it was so in the moment in which it was taken is certain. For how long it has been so, one listing does not tell: take a second one.';

export const NOTES: Readonly<Record<string, Article>> = {
  deleted: {
    title: 'open, and deleted',
    text: '{command} has a file open that was deleted; its space is free only when it is closed.',
    source: SOURCE,
  },
};

export const SUMMARIES: Readonly<Record<string, Article>> = {
  files: {
    title: 'the listing',
    text: 'open files: {files} · processes: {processes} · file locks held: {locks}',
    source: 'man lsof',
  },
};
