// Source files that only the editor can read: through requests to the client, which lets nothing out but what lies in the
// workspace's folders and the configured roots.

import { LIST_FOLDER, type ListedFolder, READ_FILE, type ReadFile } from './protocol.js';
import type { Root, SourceTree } from './sourceTree.js';

/** Asks the client. */
export type AskClient = <R>(method: string, params: object) => Promise<R>;

/** A root at a URI. */
export function remoteRoot(ask: AskClient, uri: string, prefix?: string): Root {
  const tree: SourceTree = {
    async list(folder) {
      const { entries, reason } = await ask<ListedFolder>(LIST_FOLDER, { uri: folder });
      if (!entries) throw new Error(reason ?? 'not there');
      return entries;
    },
    async read(path) {
      const { text, reason } = await ask<ReadFile>(READ_FILE, { uri: path });
      if (text === undefined) throw new Error(reason ?? 'not there');
      return text;
    },
    join: (folder, name) => `${folder.replace(/\/$/, '')}/${encodeURIComponent(name)}`,
    uri: (path) => path,
  };
  return { tree, path: uri, name: decoded(uri), prefix, origin: '' };
}

/** The path of a URI as people write it. */
function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, ''));
  } catch {
    return uri;
  }
}
