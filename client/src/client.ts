// Starts the language client and what VS Code alone can do: palette commands, virtual documents, language detection.

import { commands, type Disposable, type ExtensionContext, type TextDocument, Uri, workspace } from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';
import { CHANGED, type ClientOptions, FINDINGS, type FindingItem } from '../../server/src/host/protocol.js';
import { registerCommands } from './commands.js';
import { registerDetection } from './detection.js';
import { registerFindings } from './findings.js';
import { PicturePanel } from './picture/panel.js';
import { registerSample } from './sample.js';
import { answerForFiles } from './sources.js';
import { registerVirtualDocuments } from './virtual.js';

/** Also the section of the settings: `traceInvestigator.trace.server` is the client's own. */
export const ID = 'traceInvestigator';
export const NAME = 'Trace Investigator';

/** Everything is registered before the server runs: a command that comes early waits for it. */
export async function startClient(
  context: ExtensionContext,
  create: (options: LanguageClientOptions) => BaseLanguageClient,
): Promise<void> {
  const languages: string[] = context.extension.packageJSON.contributes.languages.map(({ id }: { id: string }) => id);
  const client = create({
    documentSelector: languages.map((language) => ({ language })),
    // Other sources may say something else about the open traces.
    synchronize: { configurationSection: ID, fileEvents: workspace.createFileSystemWatcher('**/*.go') },
    initializationOptions: { virtualDocuments: true } satisfies ClientOptions,
    middleware: {
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
  const started = client.start();
  const ask: Ask = async (method, params) => {
    await started;
    return client.sendRequest(method, params);
  };
  const { subscriptions } = context;
  void commands.executeCommand('setContext', 'traceInvestigator.languages', languages); // for the menus
  subscriptions.push(client);
  registerVirtualDocuments(subscriptions, ask);
  registerCommands(subscriptions, ask, new Set(languages));
  registerDetection(subscriptions, ask);
  registerSample(context, ask);
  const picture = new PicturePanel(context, ask);
  subscriptions.push(
    commands.registerCommand('traceInvestigator.showPicture', () => picture.show()),
    commands.registerCommand('traceInvestigator.savePicture', () => picture.save()),
  );
  const findings = registerFindings(subscriptions, ask);
  const changed = async (): Promise<void> => {
    const open = workspace.textDocuments.some(({ languageId }) => languages.includes(languageId));
    // An investigation has traces that are not open.
    const any = open || (await ask<FindingItem[]>(FINDINGS)).length > 0;
    await commands.executeCommand('setContext', 'traceInvestigator.hasTraces', any); // for the side bar
    findings.refresh();
    picture.refresh();
  };
  onChange(client, subscriptions, new Set(languages), changed);
  void changed().catch(() => {});
  await started;
}

/** Calls back a moment after what is known of the open traces may have changed. */
function onChange(
  client: BaseLanguageClient,
  subscriptions: Disposable[],
  languages: ReadonlySet<string>,
  changed: () => Promise<void>,
): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void changed().catch(() => {}), 300); // the server may be gone by then
  };
  const ofTrace = ({ languageId }: TextDocument): void => {
    if (languages.has(languageId)) soon();
  };
  subscriptions.push(
    client.onNotification(CHANGED, soon),
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
export type Ask = <R>(method: string, params?: object) => Promise<R>;
