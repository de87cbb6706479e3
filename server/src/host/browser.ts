// Entry: the server in a web worker. It reads no files: there are none.

import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { serve, strategy } from './server.js';

const worker = globalThis as unknown as DedicatedWorkerGlobalScope;
const connection = createConnection(new BrowserMessageReader(worker), new BrowserMessageWriter(worker), strategy);
serve(connection, { findSource: async () => undefined });
