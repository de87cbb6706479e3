// Starts the language client and what VS Code alone can do: palette commands, virtual documents, language detection.

import { commands, type ExtensionContext, Uri, workspace } from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';
import type { ClientOptions } from '../../server/src/host/protocol.js';
import { registerCommands } from './commands.js';
import { registerDetection } from './detection.js';
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
  await started;
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
