// Entry: the client in a web extension host. The server is a web worker. The bundle is also loaded in Node, for what it has in common
// with the client there (scripts/share.mjs): what only a browser has is loaded when it starts.

import { type ExtensionContext, Uri } from 'vscode';
import { ID, NAME, startClient } from './client.js';

async function activate(context: ExtensionContext): Promise<void> {
  const { LanguageClient } = await import('vscode-languageclient/browser');
  await startClient(context, (options) => {
    const worker = new Worker(Uri.joinPath(context.extensionUri, 'dist/server/web.js').toString(true));
    return new LanguageClient(ID, NAME, worker, options);
  });
}

/** What the extension host calls. */
export const start = () => ({ activate });
