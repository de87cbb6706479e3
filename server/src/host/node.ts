// Entry: the server as a Node process, over stdio or IPC as its command line says.

import { createConnection } from 'vscode-languageserver/node';
import { serve, strategy } from './server.js';
import { disk } from './sources.js';

serve(createConnection(strategy), disk);
