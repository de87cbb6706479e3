// The sample incident that ships with the extension: opens its dump and investigates all its files.

import { commands, type ExtensionContext, Uri, window, workspace } from 'vscode';
import type { Ask } from './client.js';
import { investigate } from './investigate.js';

const FOLDER = 'samples/node-not-ready';
const DUMP = 'goroutine-stacks-2026-11-26T000629Z.log';
/** By name: a folder that a web server holds cannot be listed. */
const OTHERS = [
  'busctl.txt',
  'containerd.log',
  'gdb.txt',
  'journal.log',
  'ps.txt',
  'runc-fd.txt',
  'runc.strace',
  'ss.txt',
] as const;

export function registerSample({ extensionUri, subscriptions }: ExtensionContext, ask: Ask): void {
  const file = (name: string): Uri => Uri.joinPath(extensionUri, FOLDER, name);
  subscriptions.push(
    commands.registerCommand('traceInvestigator.openSample', async () => {
      await window.showTextDocument(await workspace.openTextDocument(file(DUMP)), { preview: false });
      await investigate(ask, [DUMP, ...OTHERS].map(file), []);
    }),
  );
}
