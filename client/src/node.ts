// Entry: the client in a Node extension host. The server is a process of its own.

import { type ExtensionContext, Uri } from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { ID, NAME, startClient } from './client.js';

export const activate = (context: ExtensionContext): Promise<void> =>
  startClient(context, (options) => {
    const module = Uri.joinPath(context.extensionUri, 'dist/server/node.cjs').fsPath;
    return new LanguageClient(ID, NAME, { module, transport: TransportKind.ipc }, options);
  });
