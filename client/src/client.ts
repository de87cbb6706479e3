// Starts the language client and what VS Code alone can do: palette commands, virtual documents, language detection.

import {
  type CancellationToken,
  commands,
  type Disposable,
  type ExtensionContext,
  l10n,
  type TextDocument,
  Uri,
  window,
  workspace,
} from 'vscode';
import {
  type BaseLanguageClient,
  CloseAction,
  DidOpenTextDocumentNotification,
  ErrorAction,
  type LanguageClientOptions,
} from 'vscode-languageclient';
import {
  CHANGED,
  type ClientOptions,
  FETCH_PIECE,
  FINDINGS,
  type FindingItem,
  LARGE_PROGRESS,
  type LargeProgress,
  OFFER,
  type Offered,
  type PieceParams,
  READING,
  type ReadingParams,
} from '../../server/src/host/protocol.js';
import { registerCommands } from './commands.js';
import { registerDetection } from './detection.js';
import { registerFindings } from './findings.js';
import { Guard } from './guard.js';
import { HandOver } from './handOver.js';
import { reading, registerLarge } from './large.js';
import { literally } from './notice.js';
import { PicturePanel } from './picture/panel.js';
import { registerSample } from './sample.js';
import { answerForFiles } from './sources.js';
import { registerTools } from './tools.js';
import { registerVirtualDocuments } from './virtual.js';

/** Also the section of the settings: `traceInvestigator.trace.server` is the client's own. */
export const ID = 'traceInvestigator';
export const NAME = 'Trace Investigator';

/** Everything is registered before the server runs: a command that comes early waits for it. */
export async function startClient(
  context: ExtensionContext,
  create: (options: LanguageClientOptions) => BaseLanguageClient,
): Promise<void> {
  const contributed: { id: string; aliases: string[] }[] = context.extension.packageJSON.contributes.languages;
  const names = new Map(contributed.map(({ id, aliases }) => [id, aliases[0] ?? id]));
  const languages = [...names.keys()];
  const guard: Guard = new Guard({
    tell: tellSetAside,
    async restart() {
      const ended = end(client);
      await client.stop().catch(() => {}); // it does not answer
      await ended();
      await client.start();
    },
    send: (uri) => {
      const document = workspace.textDocuments.find((one) => one.uri.toString() === uri);
      if (document) void sendOpen(client, document).catch(() => {});
    },
  });
  const handOver = new HandOver();
  const client: BaseLanguageClient = create({
    documentSelector: languages.map((language) => ({ language })),
    // Other sources may say something else about the open traces.
    synchronize: { configurationSection: ID, fileEvents: workspace.createFileSystemWatcher('**/*.go') },
    initializationOptions: {
      virtualDocuments: true,
      commands: true,
      // What the server says is in the same file as the client's own words.
      ...(l10n.bundle && { words: l10n.bundle }),
    } satisfies ClientOptions,
    errorHandler: {
      error: (_error, _message, count) => ({
        action: (count ?? 0) <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
      }),
      closed() {
        if (guard.closed(Date.now())) return { action: CloseAction.Restart, handled: true };
        return {
          action: CloseAction.DoNotRestart,
          message: l10n.t(
            'Trace Investigator ended several times in a short while and is not started again. Reload the window to try.',
          ),
        };
      },
    },
    middleware: {
      // A file that is set aside is not sent again until it changes.
      async didOpen(document, next) {
        if (!guard.isAside(document.uri.toString())) await next(document);
      },
      async didChange(event, next) {
        if (guard.release(event.document.uri.toString())) await sendOpen(client, event.document);
        else await next(event);
      },
      async didClose(document, next) {
        if (!guard.isAside(document.uri.toString())) await next(document);
      },
      sendNotification: (type, next, params) => handOver.send(type, params, next),
      workspace: {
        async configuration(params, token, next) {
          const settings = await next(params, token);
          return Array.isArray(settings) ? settings.map(withAbsoluteRoots) : settings;
        },
      },
    },
  });
  answerForFiles(client, context, () => [
    ...(workspace.workspaceFolders?.map(({ uri }) => uri) ?? []),
    ...configuredRoots(),
  ]);
  let started: Promise<void> | undefined;
  /** The server runs from the first trace or question on: most plain texts are no traces. */
  const start = (): Promise<void> => {
    started ??= client.start();
    return started;
  };
  const ask: Ask = async (method, params, token) => {
    await start();
    if (method !== OFFER) return client.sendRequest(method, params, token);
    const offered = params as Offered;
    if (guard.isAside(offered.uri)) throw new Error('set aside: the language server could not read it');
    return handOver.offer(offered, (params) => client.sendRequest(method, params, token));
  };
  const { subscriptions } = context;
  void commands.executeCommand('setContext', 'traceInvestigator.languages', languages); // for the menus
  subscriptions.push(
    client,
    guard,
    client.onRequest(FETCH_PIECE, (params: PieceParams) => handOver.piece(params)),
    client.onNotification(READING, ({ uri }: ReadingParams) => guard.reading(uri)),
  );
  registerVirtualDocuments(subscriptions, ask);
  const investigateLarge = registerCommands(subscriptions, ask, new Set(languages));
  registerDetection(subscriptions);
  registerSample(context, ask);
  registerLarge(subscriptions, ask, context.workspaceState, names, investigateLarge);
  registerTools(subscriptions, ask);
  const picture = new PicturePanel(context, ask);
  subscriptions.push(
    commands.registerCommand('traceInvestigator.showPicture', () => picture.show()),
    commands.registerCommand('traceInvestigator.savePicture', () => picture.save()),
  );
  const findings = registerFindings(subscriptions, ask);
  const isTrace = ({ languageId }: TextDocument): boolean => languages.includes(languageId);
  const changed = async (): Promise<void> => {
    const open = workspace.textDocuments.some(isTrace);
    if (!open && !started) return;
    // An investigation has traces that are not open.
    const any = open || (await ask<FindingItem[]>(FINDINGS)).length > 0;
    await commands.executeCommand('setContext', 'traceInvestigator.hasTraces', any); // for the side bar
    findings.refresh();
    picture.refresh();
  };
  onChange(client, subscriptions, isTrace, changed);
  subscriptions.push(
    workspace.onDidOpenTextDocument((document) => {
      if (isTrace(document)) void start().catch(() => {}); // the client says why
    }),
  );
  if (workspace.textDocuments.some(isTrace)) await start();
  void changed().catch(() => {});
}

const sendOpen = (client: BaseLanguageClient, document: TextDocument): Promise<void> =>
  client.sendNotification(
    DidOpenTextDocumentNotification.type,
    client.code2ProtocolConverter.asOpenTextDocumentParams(document),
  );

/**
 * What ends the server's process as it is now (in the web there is none). The library would do so too, but later, and take the end for
 * that of the next server.
 */
function end(client: BaseLanguageClient): () => Promise<void> {
  const server = (client as { _serverProcess?: ServerProcess })._serverProcess;
  return () =>
    new Promise((resolve) => {
      if (!server || server.exitCode !== null || server.signalCode !== null) return resolve();
      server.once('close', resolve);
      server.kill('SIGKILL');
    });
}

/** As much of Node's ChildProcess. */
interface ServerProcess {
  readonly exitCode: number | null;
  readonly signalCode: string | null;
  once(event: 'close', listener: () => void): void;
  kill(signal: string): void;
}

/** Says which file the server could not read. Returns whether to try again. */
async function tellSetAside(uri: string, hung: boolean): Promise<boolean> {
  const name = literally(workspace.asRelativePath(Uri.parse(uri)));
  const again = l10n.t('Read It Again');
  const chosen = await window.showWarningMessage(
    hung
      ? l10n.t(
          'Trace Investigator did not come to an end with {0}. It was started again without this file, which is set aside until it changes.',
          name,
        )
      : l10n.t(
          'Trace Investigator ended unexpectedly while it read {0}. It was started again without this file, which is set aside until it changes.',
          name,
        ),
    again,
  );
  return chosen === again;
}

/** Calls back a moment after what is known of the open traces may have changed. */
function onChange(
  client: BaseLanguageClient,
  subscriptions: Disposable[],
  isTrace: (document: TextDocument) => boolean,
  changed: () => Promise<void>,
): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void changed().catch(() => {}), 300); // the server may be gone by then
  };
  const ofTrace = (document: TextDocument): void => {
    if (isTrace(document)) soon();
  };
  subscriptions.push(
    client.onNotification(CHANGED, soon),
    client.onNotification(LARGE_PROGRESS, (so: LargeProgress) => reading.fire(so)),
    workspace.onDidOpenTextDocument(ofTrace),
    workspace.onDidCloseTextDocument(ofTrace),
    workspace.onDidChangeTextDocument(({ document }) => ofTrace(document)),
    { dispose: () => clearTimeout(timer) },
  );
}

/** The settings with source roots that begin with `${workspaceFolder}` made absolute: the server knows no folders. */
function withAbsoluteRoots(settings: { sourceRoots?: unknown } | null): object | null {
  const first = workspace.workspaceFolders?.[0]?.uri;
  const folder = first?.scheme === 'file' ? first.fsPath : first?.toString();
  if (!Array.isArray(settings?.sourceRoots) || folder === undefined) return settings;
  const absolute = (path: unknown): unknown =>
    typeof path === 'string' ? path.replace(/^\$\{workspaceFolder\}/, () => folder) : path;
  const sourceRoots = settings.sourceRoots.map((root) =>
    typeof root === 'object' && root !== null ? { ...root, path: absolute(root.path) } : absolute(root),
  );
  return { ...settings, sourceRoots };
}

/** Source roots that are given as URIs: the server asks for what is in them. */
function configuredRoots(): Uri[] {
  const settings = withAbsoluteRoots({ sourceRoots: workspace.getConfiguration(ID).get('sourceRoots') });
  const { sourceRoots } = settings as { sourceRoots?: unknown };
  if (!Array.isArray(sourceRoots)) return [];
  return sourceRoots
    .map((root) => (typeof root === 'object' && root !== null ? root.path : root))
    .filter((path): path is string => typeof path === 'string' && /^[a-z][a-z0-9+.-]*:\/\//i.test(path))
    .map((path) => Uri.parse(path));
}

/** Asks the server one of the questions of its protocol.ts. */
export type Ask = <R>(method: string, params?: object, token?: CancellationToken) => Promise<R>;
