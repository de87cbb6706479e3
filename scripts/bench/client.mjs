// A client of the built server, as VS Code starts it: a process of its own, over Node's channel.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { root, UserError } from '../ensure.mjs';

/** Starts the server and waits for its answer to `initialize`. `ask` sends a request, `tell` a notification, `answer` says what to answer. */
export async function startServer() {
  const child = fork(join(root, 'dist/server/node.cjs'), ['--node-ipc'], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const died = new Promise((_, reject) => child.on('exit', () => reject(new UserError('The server has died.'))));
  died.catch(() => {}); // when it is stopped, nobody asks
  const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  connection.listen();
  const ask = (method, params) => Promise.race([connection.sendRequest(method, params), died]);
  const tell = (method, params) => connection.sendNotification(method, params);
  const answer = (method, handle) => connection.onRequest(method, handle);
  await ask('initialize', { processId: null, rootUri: null, capabilities: {}, initializationOptions: {} });
  await tell('initialized', {});
  const stop = () => {
    connection.dispose();
    child.kill();
  };
  return { ask, tell, answer, stop };
}
