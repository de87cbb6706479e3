// Entry: the client in a web extension host. The server is a web worker.

import { type ExtensionContext, Uri } from 'vscode';
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  LanguageClient,
  type MessageTransports,
} from 'vscode-languageclient/browser';
import { ID, NAME, startClient } from './client.js';

export const activate = (context: ExtensionContext): Promise<void> =>
  startClient(context, (options) => {
    let worker: Worker | undefined;
    // Not the worker itself: the host's own kind of it is not known there for one.
    const start = async (): Promise<MessageTransports> => {
      worker?.terminate(); // one that hangs does not end by itself
      worker = new Worker(Uri.joinPath(context.extensionUri, 'dist/server/web.js').toString(true));
      return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
    };
    return new LanguageClient(ID, NAME, start, options);
  });
