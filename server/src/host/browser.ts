// Entry: the server in a web worker. It reads no files itself: it asks the client.

import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { type Asset, READ_ASSET } from './protocol.js';
import { remoteRoot } from './remote.js';
import { serve, strategy } from './server.js';
import { SourceFiles } from './sourceFiles.js';

const worker = globalThis as unknown as DedicatedWorkerGlobalScope;
const connection = createConnection(new BrowserMessageReader(worker), new BrowserMessageWriter(worker), strategy);
serve(connection, {
  openSources: async (roots, folders) => {
    const ask = <R>(method: string, params: object): Promise<R> => connection.sendRequest(method, params);
    return new SourceFiles([
      ...roots
        .filter(({ path }) => /^[a-z][a-z0-9+.-]*:\/\//i.test(path))
        .map(({ path, prefix }) => remoteRoot(ask, path, prefix)),
      ...folders.map((uri) => remoteRoot(ask, uri)),
    ]);
  },
  readAsset: async (name) => {
    const { bytes } = await connection.sendRequest<Asset>(READ_ASSET, { name });
    return Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0));
  },
});
