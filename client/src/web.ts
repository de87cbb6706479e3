// Entry: the client in a web extension host. The server is a web worker. The bundle is also loaded in Node, for what it has in common
// with the client there (scripts/share.mjs): what only a browser has is loaded when it starts.

import { type ExtensionContext, Uri } from 'vscode';
import type { MessageTransports } from 'vscode-languageclient/browser';
import { ID, NAME, startClient } from './client.js';

async function activate(context: ExtensionContext): Promise<void> {
  const { BrowserMessageReader, BrowserMessageWriter, LanguageClient } = await import('vscode-languageclient/browser');
  await startClient(context, (options) => {
    let worker: Worker | undefined;
    // Not the worker itself: the host's own kind of it is not known there for one.
    const start = async (): Promise<MessageTransports> => {
      worker?.terminate(); // one that hangs does not end by itself
      worker = new Worker(Uri.joinPath(context.extensionUri, 'dist/server/web.js').toString(true));
      return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
    };
    return new LanguageClient(ID, NAME, start, options);
  });
}

/** What the extension host calls. */
export const start = () => ({ activate });
