// Entry: the client in a web extension host. The server is a web worker.

import { type ExtensionContext, Uri } from 'vscode';
import { LanguageClient } from 'vscode-languageclient/browser';
import { ID, NAME, startClient } from './client.js';

export const activate = (context: ExtensionContext): Promise<void> =>
  startClient(context, (options) => {
    const worker = new Worker(Uri.joinPath(context.extensionUri, 'dist/server/web.js').toString(true));
    return new LanguageClient(ID, NAME, worker, options);
  });
