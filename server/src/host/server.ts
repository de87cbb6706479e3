// The server: features and questions, wired to a connection. No request can bring it down: one that fails answers empty and
// says so in the log.

import {
  type CancellationToken,
  CodeLensRefreshRequest,
  type Connection,
  type ConnectionStrategy,
  type Diagnostic,
  DiagnosticRefreshRequest,
  FileChangeType,
  InlayHintRefreshRequest,
  LSPErrorCodes,
  Message,
  ResponseError,
  SemanticTokensRefreshRequest,
  type ServerCapabilities,
  TextDocumentSyncKind,
  WorkspaceSymbolRequest,
} from 'vscode-languageserver';
import { speak } from '../core/text/l10n.js';
import { diagnosticsOf } from '../features/diagnostic.js';
import { features } from '../features/index.js';
import { verifyInBackground } from './background.js';
import { type Host, readReadOptions, readSourceRoots } from './host.js';
import {
  CHANGED,
  DETECT_LARGE,
  FETCH_PIECE,
  NEW_INVESTIGATION,
  OFFER,
  OFFER_LARGE,
  OPEN_LARGE,
  type OpenLarge,
  READING,
  type ReadingParams,
} from './protocol.js';
import { questions, type Tell } from './questions.js';
import { Workspace } from './workspace.js';

/** A request and its answer: a feature's or one of the client's own questions. */
interface Answered {
  readonly method: string;
  handle(workspace: Workspace, params: unknown, token: CancellationToken, tell: Tell): unknown;
  empty(params: unknown): unknown;
}

const SETTINGS = 'traceInvestigator';

/** Questions after which other traces are in the graph. */
const JOINS: ReadonlySet<string> = new Set([NEW_INVESTIGATION, OFFER, OFFER_LARGE]);

/** Questions that are asked before anything is read. */
const BEFORE: ReadonlySet<string> = new Set([...JOINS, DETECT_LARGE]);

/** The document that a request is about; null where it names none. */
function documentOf(params: unknown): string | null {
  const { textDocument, item, data } = (params ?? {}) as Record<string, { uri?: string } | undefined>;
  return textDocument?.uri ?? item?.uri ?? data?.uri ?? null;
}

const cancelled = (token: CancellationToken): Promise<unknown> =>
  new Promise((resolve) => token.onCancellationRequested(resolve));

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
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  };
  for (const { capability } of features) Object.assign(all, capability);
  return all;
}

/** Answers over the connection until it ends. */
export function serve(connection: Connection, host: Host): void {
  const workspace = new Workspace(host);
  const log = (what: string, error: unknown): void =>
    connection.console.error(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);

  // Sent before the reading begins: who dies of a text can say nothing after it.
  workspace.reading = (uri) =>
    void connection
      .sendNotification(READING, (uri === undefined ? {} : { uri }) satisfies ReadingParams)
      .catch(() => {});

  workspace.fetchPiece = (params) => connection.sendRequest(FETCH_PIECE, params);

  connection.onInitialize(({ capabilities: client, initializationOptions, workspaceFolders, rootUri }) => {
    speak(initializationOptions?.words);
    workspace.client = client;
    workspace.virtualDocuments = initializationOptions?.virtualDocuments === true;
    workspace.commands = initializationOptions?.commands === true;
    workspace.folders = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
    workspace.sourceRoots = readSourceRoots(initializationOptions?.sourceRoots);
    workspace.readOptions = readReadOptions(initializationOptions);
    return { capabilities: capabilities(), serverInfo: { name: 'Trace Investigator' } };
  });

  const take = (settings: { sourceRoots?: unknown; strace?: object } | null | undefined): void => {
    const before = workspace.version;
    workspace.sourceRoots = readSourceRoots(settings?.sourceRoots);
    workspace.readOptions = readReadOptions(settings);
    workspace.readPending();
    background.soon();
    if (workspace.version !== before) refresh();
  };
  const configure = async (): Promise<void> => {
    if (workspace.client.workspace?.configuration) take(await connection.workspace.getConfiguration(SETTINGS));
  };
  const configureSafely = (): void => void configure().catch((error) => log('configuration', error));
  connection.onInitialized(() => {
    if (workspace.client.workspace?.workspaceFolders)
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.map(({ uri }) => uri));
        workspace.folders = [...workspace.folders.filter((uri) => !gone.has(uri)), ...added.map(({ uri }) => uri)];
        background.soon();
      });
    configureSafely();
  });
  connection.onDidChangeConfiguration(({ settings }) => {
    if (workspace.client.workspace?.configuration) configureSafely();
    else take(settings?.[SETTINGS]);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    // A file that only changed is where it was.
    workspace.renewSources(changes.every(({ type }) => type === FileChangeType.Changed));
    background.soon();
  });

  // What one document says can change what is known of another.
  let refreshing: ReturnType<typeof setTimeout> | undefined;
  let everything = false;
  /** `all`: also what depends on nothing but who holds what. */
  const refresh = (all = true): void => {
    everything ||= all;
    clearTimeout(refreshing);
    refreshing = setTimeout(() => {
      const supported = workspace.client.workspace;
      const asked = REFRESHES.filter(([name]) => everything || name === 'codeLens' || name === 'diagnostics');
      everything = false;
      // The client may be gone by then.
      for (const [capability, request] of asked)
        if (supported?.[capability]?.refreshSupport) connection.sendRequest(request).catch(() => {});
      if (workspace.commands) connection.sendNotification(CHANGED).catch(() => {});
      publishSoon();
    }, 200);
  };
  /** Clients that do not ask for diagnostics are sent them. */
  const pushes = (): boolean => !workspace.client.textDocument?.diagnostic;
  const publish = (uri: string, diagnostics: Diagnostic[]): void =>
    void connection.sendDiagnostics({ uri, diagnostics }).catch(() => {});
  let publishing: ReturnType<typeof setTimeout> | undefined;
  const publishSoon = (): void => {
    if (!pushes()) return;
    clearTimeout(publishing);
    publishing = setTimeout(() => {
      for (const document of workspace.documents) publish(document.uri, diagnosticsOf(workspace, document));
    }, 200);
  };
  workspace.read = (failure) => {
    if (failure !== undefined) log('reading', failure);
    refresh();
    background.soon();
  };
  const background = verifyInBackground(workspace, host, refresh, log, (what) => connection.console.warn(what));
  /** A text is new. */
  const heard = (): void => {
    workspace.readPending();
    background.soon();
    publishSoon();
    if (workspace.documents.length > 1) refresh();
  };
  connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
    workspace.open(uri, languageId, version, text);
    heard();
  });
  connection.onNotification(OPEN_LARGE, async (large: OpenLarge) => {
    try {
      if (await workspace.openLarge(large)) heard();
    } catch (error) {
      log(`fetching ${large.uri}`, error);
    }
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    workspace.change(uri, version, contentChanges);
    heard();
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    workspace.close(uri);
    if (pushes()) publish(uri, []);
    if (workspace.documents.length > 0) refresh();
  });

  /** The client may be gone by then. */
  const tell: Tell = (method, params) => void connection.sendNotification(method, params).catch(() => {});
  /** `needs`: the document that must have been read before; undefined for all of them, null for none. */
  const answer = ({ method, handle, empty }: Answered, needs: (params: unknown) => string | null | undefined): void => {
    connection.onRequest(method, async (...args: unknown[]) => {
      // A request without params comes as its token alone.
      const token = args.pop() as CancellationToken;
      const params = args[0];
      if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
      try {
        const needed = needs(params);
        if (needed !== null) await Promise.race([workspace.whenRead(needed), cancelled(token)]);
        if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
        const result = (await handle(workspace, params, token, tell)) ?? empty(params);
        if (JOINS.has(method)) {
          workspace.readPending();
          refresh();
        }
        return result;
      } catch (error) {
        log(method, error);
        return empty(params);
      }
    });
  };
  for (const { handlers } of features)
    for (const handler of handlers)
      answer(handler, handler.method === WorkspaceSymbolRequest.method ? () => undefined : documentOf);
  // A question is about all that is open, except those that come before it is read.
  for (const question of questions) answer(question, () => (BEFORE.has(question.method) ? null : undefined));
  connection.onShutdown(() => {
    clearTimeout(refreshing);
    clearTimeout(publishing);
    background.stop();
  });
  connection.listen();
}
