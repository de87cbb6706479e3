// Entry: the server as a Node process, over stdio or IPC as its command line says.

import { createConnection } from 'vscode-languageserver/node';
import { disk } from './disk.js';
import { remoteRoot } from './remote.js';
import { serve, strategy } from './server.js';

const connection = createConnection(strategy);
serve(
  connection,
  disk((uri) => remoteRoot((method, params) => connection.sendRequest(method, params), uri)),
);
