// Source files on disk, for the server that runs in Node.

import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Host, pathsBelow } from './host.js';

export const disk: Host = {
  async findSource(file, roots) {
    for (const root of roots) {
      if (!isAbsolute(root.path)) continue;
      for (const below of pathsBelow(file, root)) {
        const found = await fileWithin(root.path, below);
        if (found !== undefined) return pathToFileURL(found).href;
      }
    }
    return undefined;
  },
};

/** The file below the root, unless a link leads out of it. */
async function fileWithin(root: string, below: string): Promise<string | undefined> {
  try {
    const path = join(root, below);
    if (!(await stat(path)).isFile()) return undefined;
    const home = await realpath(root);
    return (await realpath(path)).startsWith(home.endsWith(sep) ? home : home + sep) ? path : undefined;
  } catch {
    return undefined; // not there, or not ours to read
  }
}
