// Files that the server cannot read itself, for its questions LIST_FOLDER, READ_FILE and READ_ASSET: source code where only the
// editor reaches (the web, virtual file systems), and the extension's own. Nothing else is ever let out.

import { type ExtensionContext, FileType, Uri, workspace } from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import {
  type Asset,
  type AssetParams,
  type FileParams,
  LARGEST_SOURCE,
  LIST_FOLDER,
  type ListedFolder,
  READ_ASSET,
  READ_FILE,
  type ReadFile,
} from '../../server/src/host/protocol.js';

const ASSETS = /^(?:(?:web-tree-sitter|tree-sitter-go)\.wasm\.packed|lock-maps\/[a-z-]+\.lockmap)$/;

/** `roots` gives the folders that the server may look into. */
export function answerForFiles(
  client: BaseLanguageClient,
  { extensionUri }: ExtensionContext,
  roots: () => readonly Uri[],
): void {
  /** What was listed: nothing else is read, so that no link is followed. */
  const listed = new Set<string>();

  client.onRequest(LIST_FOLDER, async ({ uri }: FileParams): Promise<ListedFolder> => {
    const folder = within(uri, roots());
    if (!folder) return { reason: 'outside of the workspace and the source roots' };
    const isRoot = roots().some((root) => root.toString() === folder.toString());
    if (!isRoot && !listed.has(folder.toString())) return { reason: 'not there' };
    try {
      const entries = (await workspace.fs.readDirectory(folder)).flatMap(([name, type]) => {
        if (type !== FileType.File && type !== FileType.Directory) return []; // links have a bit more
        if (type === FileType.File && !/\.go$|^go\.mod$/.test(name)) return []; // nothing else is asked for
        listed.add(Uri.joinPath(folder, name).toString());
        return { name, kind: type === FileType.File ? ('file' as const) : ('folder' as const) };
      });
      return { entries };
    } catch (error) {
      return { reason: wordOf(error) };
    }
  });

  client.onRequest(READ_FILE, async ({ uri }: FileParams): Promise<ReadFile> => {
    const file = within(uri, roots());
    if (!file || !listed.has(file.toString())) return { reason: 'not there' };
    try {
      const { type, size } = await workspace.fs.stat(file);
      if (type !== FileType.File) return { reason: 'no file' };
      if (size > LARGEST_SOURCE) return { reason: `larger than ${LARGEST_SOURCE / 1024 / 1024} MB` };
      return { text: new TextDecoder().decode(await workspace.fs.readFile(file)) };
    } catch (error) {
      return { reason: wordOf(error) };
    }
  });

  client.onRequest(READ_ASSET, async ({ name }: AssetParams): Promise<Asset> => {
    if (!ASSETS.test(name)) throw new Error('no such file');
    const bytes = await workspace.fs.readFile(Uri.joinPath(extensionUri, 'dist', ...name.split('/')));
    let text = '';
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    return { bytes: btoa(text) };
  });
}

/** The URI, if it lies in one of the folders. */
export function within(uri: string, roots: readonly Uri[]): Uri | undefined {
  const asked = Uri.parse(uri);
  if (asked.path.split('/').some((part) => part === '..' || part === '.')) return undefined;
  const inside = (root: Uri): boolean =>
    asked.scheme === root.scheme &&
    asked.authority === root.authority &&
    (asked.path === root.path || asked.path.startsWith(root.path.replace(/\/?$/, '/')));
  return roots.some(inside) ? asked : undefined;
}

const wordOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
