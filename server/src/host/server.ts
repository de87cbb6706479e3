// The server: features and questions, wired to a connection. No request can bring it down: one that fails answers empty and
// says so in the log.

import {
  type CancellationToken,
  CodeLensRefreshRequest,
  type Connection,
  type ConnectionStrategy,
  DiagnosticRefreshRequest,
  InlayHintRefreshRequest,
  LSPErrorCodes,
  Message,
  ResponseError,
  SemanticTokensRefreshRequest,
  type ServerCapabilities,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import type { Handler } from '../features/feature.js';
import { features } from '../features/index.js';
import { type Host, readSourceRoots } from './host.js';
import { CHANGED } from './protocol.js';
import { questions } from './questions.js';
import { Workspace } from './workspace.js';

const SETTINGS = 'traceInvestigator';

const REFRESHES = [
  ['codeLens', CodeLensRefreshRequest.method],
  ['diagnostics', DiagnosticRefreshRequest.method],
  ['inlayHint', InlayHintRefreshRequest.method],
  ['semanticTokens', SemanticTokensRefreshRequest.method],
] as const;

/** A request that is cancelled before its turn is answered at once and never computed. */
export const strategy: ConnectionStrategy = {
  cancelUndispatched: (message) =>
    Message.isRequest(message)
      ? {
          jsonrpc: message.jsonrpc,
          id: message.id,
          error: new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled').toJson(),
        }
      : undefined,
};

/** What the server announces: the features' capabilities, and that it follows documents. */
export function capabilities(): ServerCapabilities {
  const all: ServerCapabilities = {
    positionEncoding: 'utf-16',
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
  };
  for (const { capability } of features) Object.assign(all, capability);
  return all;
}

/** Answers over the connection until it ends. */
export function serve(connection: Connection, host: Host): void {
  const workspace = new Workspace(host);
  const log = (what: string, error: unknown): void =>
    connection.console.error(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);

  connection.onInitialize(({ capabilities: client, initializationOptions }) => {
    workspace.client = client;
    workspace.sourceRoots = readSourceRoots(initializationOptions?.sourceRoots);
    return { capabilities: capabilities(), serverInfo: { name: 'Trace Investigator' } };
  });

  const configure = async (): Promise<void> => {
    if (!workspace.client.workspace?.configuration) return;
    const settings = await connection.workspace.getConfiguration(SETTINGS);
    workspace.sourceRoots = readSourceRoots(settings?.sourceRoots);
  };
  const configureSafely = (): void => void configure().catch((error) => log('configuration', error));
  connection.onInitialized(configureSafely);
  connection.onDidChangeConfiguration(({ settings }) => {
    if (workspace.client.workspace?.configuration) configureSafely();
    else workspace.sourceRoots = readSourceRoots(settings?.[SETTINGS]?.sourceRoots);
  });

  // What one document says can change what is known of another.
  let refreshing: ReturnType<typeof setTimeout> | undefined;
  const refreshOthers = (): void => {
    clearTimeout(refreshing);
    refreshing = setTimeout(() => {
      const supported = workspace.client.workspace;
      // The client may be gone by then.
      for (const [capability, request] of REFRESHES)
        if (supported?.[capability]?.refreshSupport) connection.sendRequest(request).catch(() => {});
      connection.sendNotification(CHANGED).catch(() => {});
    }, 200);
  };
  connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
    workspace.open(uri, languageId, version, text);
    if (workspace.documents.length > 1) refreshOthers();
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    workspace.change(uri, version, contentChanges);
    if (workspace.documents.length > 1) refreshOthers();
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    workspace.close(uri);
    if (workspace.documents.length > 0) refreshOthers();
  });

  const answer = ({ method, handle, empty }: Handler): void => {
    connection.onRequest(method, async (...args: unknown[]) => {
      // A request without params comes as its token alone.
      const token = args.pop() as CancellationToken;
      const params = args[0];
      if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
      try {
        return (await handle(workspace, params, token)) ?? empty(params);
      } catch (error) {
        log(method, error);
        return empty(params);
      }
    });
  };
  for (const { handlers } of features) handlers.forEach(answer);
  questions.forEach(answer);
  connection.onShutdown(() => clearTimeout(refreshing));
  connection.listen();
}
