// Entry: the server in a web worker. It reads no files itself: it asks the client. The bundle is also loaded in Node, for what it has in
// common with the server there (scripts/share.mjs): what only a browser has is loaded when it starts.

import { type Asset, READ_ASSET } from './protocol.js';
import { remoteRoot } from './remote.js';
import { serve, strategy } from './server.js';
import { SourceFiles } from './sourceFiles.js';

/** Serves. No message comes before its turn: what is loaded is in this bundle. */
export async function start(): Promise<void> {
  const { BrowserMessageReader, BrowserMessageWriter, createConnection } = await import(
    'vscode-languageserver/browser'
  );
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
}
