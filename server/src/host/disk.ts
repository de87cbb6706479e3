// Source files on disk, for the server that runs in Node and for the command line. Links in a root are not followed.

import { constants } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { openRevision } from './git.js';
import type { Host, SourceRoot } from './host.js';
import { openLarge } from './largeFile.js';
import { escaped, type Probe, SourceFiles } from './sourceFiles.js';
import { LARGEST, type Root, type SourceTree, tooLarge } from './sourceTree.js';
import { reallyWithin } from './within.js';

/** A pipe must not block, and what has become a link since the folder was listed is not followed. */
const SAFELY = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

export const diskTree: SourceTree = {
  async list(folder) {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.flatMap((entry) =>
      entry.isFile()
        ? { name: entry.name, kind: 'file' as const }
        : entry.isDirectory()
          ? { name: entry.name, kind: 'folder' as const }
          : [],
    );
  },
  async read(path) {
    const file = await open(path, SAFELY);
    try {
      const info = await file.stat();
      if (!info.isFile()) throw new Error('no file');
      if (info.size > LARGEST) throw tooLarge();
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  },
  join,
  uri: (path) => pathToFileURL(path).href,
};

const rootAt = (path: string, prefix?: string): Root => ({ tree: diskTree, path, name: path, prefix, origin: '' });

/** Where Go keeps its own source and that of modules, by the environment and by custom. Some may not be there. */
export function usualRoots(env: NodeJS.ProcessEnv): string[] {
  const roots: string[] = [];
  if (env.GOROOT) roots.push(join(env.GOROOT, 'src'));
  const gopaths = env.GOPATH ? env.GOPATH.split(process.platform === 'win32' ? ';' : ':') : [join(homedir(), 'go')];
  roots.push(env.GOMODCACHE ?? join(gopaths[0] ?? '', 'pkg/mod'));
  for (const path of gopaths) roots.push(join(path, 'src'));
  roots.push('/usr/local/go/src', '/usr/lib/go/src', '/usr/share/gocode/src');
  return roots.filter((root) => isAbsolute(root));
}

/** Tries a printed path, and as the module cache writes it, below a folder. */
const probeOf =
  (root: Root): Probe =>
  async (below) => {
    for (const path of new Set([below, escaped(below)])) {
      const whole = join(root.path, path);
      if (await isFileWithin(root.path, whole)) return { root, path: whole, folder: dirname(whole) };
    }
    return undefined;
  };

async function isFileWithin(root: string, path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile() && (await reallyWithin(path, root));
  } catch {
    return false;
  }
}

/**
 * Opens roots: folders, or git repositories at a tag, branch or commit (`repo@v20.10.24`). `usual` are tried where no root
 * has a file.
 */
export async function openOnDisk(
  roots: readonly SourceRoot[],
  usual: readonly string[] = [],
  folders: readonly Root[] = [],
): Promise<SourceFiles> {
  const problems: string[] = [];
  const opened: Root[] = [];
  for (const { path, prefix } of roots) {
    try {
      opened.push(await openRoot(path, prefix));
    } catch (error) {
      problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}; left out`);
    }
  }
  // Those that are not there are not asked again for each file.
  const there = await Promise.all(usual.map(isFolder));
  const places = usual.filter((_, at) => there[at]).map((path) => rootAt(path));
  const files = new SourceFiles([...opened, ...folders], places.map(probeOf), places);
  files.problems.push(...problems);
  return files;
}

async function openRoot(path: string, prefix: string | undefined): Promise<Root> {
  const whole = path.startsWith('file:') ? fileURLToPath(path) : resolve(path);
  const at = whole.lastIndexOf('@');
  if (at <= 0 || (await isFolder(whole))) return rootAt(whole, prefix);
  const repository = whole.slice(0, at);
  // The revision may itself be a path: `repo@origin/main`.
  return (await isFolder(repository)) ? openRevision(repository, whole.slice(at + 1), prefix) : rootAt(whole, prefix);
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );

/** What the Node server has: the disk. Folders elsewhere are read through the editor. */
export const disk = (remote: (uri: string) => Root | undefined): Host => ({
  openSources(roots, folders) {
    const local = roots.filter(({ path }) => isAbsolute(path) || path.startsWith('file:'));
    const opened = folders.flatMap((uri): Root | Root[] =>
      uri.startsWith('file:') ? rootAt(fileURLToPath(uri)) : (remote(uri) ?? []),
    );
    return openOnDisk(local, usualRoots(process.env), opened);
  },
  // The bundle is dist/server/node.cjs; the grammar lies in dist.
  readAsset: (name) => readFile(join(__dirname, '..', name)),
  openLarge,
});
