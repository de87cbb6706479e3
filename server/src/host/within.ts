// Whether a path lies in a folder: by its letters, and where its links lead.

import { realpath } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';

/** By its letters alone; the folder lies in itself. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (!isAbsolute(way) && way !== '..' && !way.startsWith('../') && !way.startsWith('..\\'));
}

/** Once all links are followed. Rejects with the system's error where one of the two is not there. */
export const reallyWithin = async (path: string, folder: string): Promise<boolean> =>
  isWithin(await realpath(path), await realpath(folder));
