// The tools for language models (chat, agents): the same as those of the Model Context Protocol, answered by the running language server
// about the open traces and the investigation. Where the editor knows no such tools, there are none.

import * as vscode from 'vscode';
import { l10n } from 'vscode';
import {
  ANSWER,
  type AnswerParams,
  FINDINGS,
  type FindingItem,
  type ToolAnswer,
  type ToolInput,
  type ToolName,
} from '../../server/src/host/protocol.js';
import type { Ask } from './client.js';
import { gather, workspaceFolders } from './investigate.js';
import { within } from './sources.js';

/** What is used of the API that came with VS Code 1.95; the extension starts on older ones too. */
interface LanguageModelApi {
  readonly lm?: {
    registerTool?(name: string, tool: LanguageModelTool): vscode.Disposable;
  };
  readonly LanguageModelToolResult: new (content: readonly unknown[]) => unknown;
  readonly LanguageModelTextPart: new (value: string) => unknown;
}
interface LanguageModelTool {
  prepareInvocation(options: { readonly input: ToolInput }): unknown;
  invoke(options: { readonly input: ToolInput }, token: vscode.CancellationToken): Promise<unknown>;
}

/** The name in the manifest -> the tool, and what is said while it works. What a model reads stays English. */
const tools = (): Readonly<Record<string, readonly [ToolName, string]>> => ({
  traceInvestigator_investigate: ['investigate', l10n.t('Investigating the traces')],
  traceInvestigator_findLockHolder: ['find_lock_holder', l10n.t('Looking for who holds a lock')],
  traceInvestigator_blockedCalls: ['blocked_calls', l10n.t('Listing calls that never returned')],
  traceInvestigator_outages: ['outages', l10n.t('Listing outages')],
  traceInvestigator_explain: ['explain', l10n.t('Looking up what a trace says')],
  traceInvestigator_compareDumps: ['compare_dumps', l10n.t('Comparing dumps')],
});

export function registerTools(subscriptions: vscode.Disposable[], ask: Ask): void {
  const api = vscode as unknown as LanguageModelApi;
  const register = api.lm?.registerTool;
  if (!api.lm || !register) return;
  for (const [name, [tool, doing]] of Object.entries(tools()))
    subscriptions.push(
      register.call(api.lm, name, {
        prepareInvocation: ({ input }) => ({
          invocationMessage: doing,
          confirmationMessages: {
            title: l10n.t('{0}?', doing),
            // Nothing of the input is Markdown here: a model wrote it.
            message: `${whatIsRead(input)} ${l10n.t('The answer quotes them and goes to the language model that asked. What looks like a secret is taken out; traces may hold others.')}`,
          },
        }),
        invoke: async ({ input }, token) => {
          const { text } = await answer(ask, tool, input ?? {}, token);
          return new api.LanguageModelToolResult([new api.LanguageModelTextPart(text)]);
        },
      }),
    );
}

function whatIsRead({ paths, file, term }: ToolInput): string {
  const count = (paths?.length ?? 0) + (file === undefined ? 0 : 1);
  if (count === 1) return l10n.t('Trace Investigator reads one file or folder of the workspace, and the open traces.');
  if (count > 1)
    return l10n.t('Trace Investigator reads {0} files or folders of the workspace, and the open traces.', count);
  return term === undefined
    ? l10n.t('Trace Investigator reads the open traces, or those of the workspace where none is open.')
    : l10n.t('Trace Investigator reads the open traces.');
}

/** Gathers what is asked about, and lets the server answer. Throws what the model should know. */
async function answer(
  ask: Ask,
  tool: ToolName,
  input: ToolInput,
  token: vscode.CancellationToken,
): Promise<ToolAnswer> {
  const quietly = (): void => {};
  const file = input.file === undefined ? undefined : await allowed(input.file);
  const paths = await Promise.all((input.paths ?? []).map(allowed));
  const about: string[] = file === undefined ? [] : [file.toString()];
  const taken = (uri: vscode.Uri): void => void about.push(uri.toString());
  if (paths.length > 0) await gather(ask, paths, token, quietly, { join: tool === 'explain', taken });
  else if (tool !== 'explain' && (await ask<FindingItem[]>(FINDINGS)).length === 0)
    // Nothing is known yet of what is open; perhaps nothing is open.
    await gather(ask, workspaceFolders(), token, quietly);
  const setting = vscode.workspace.getConfiguration('traceInvestigator').get<unknown>('redact');
  const secrets = Array.isArray(setting) ? setting.filter((word) => typeof word === 'string') : [];
  const settled: ToolInput = file === undefined ? input : { ...input, file: file.toString() };
  const params: AnswerParams = { tool, input: settled, secrets, ...(paths.length > 0 ? { files: about } : {}) };
  let found = await ask<ToolAnswer | null>(ANSWER, params);
  if (found?.failed && file) {
    // A file that nobody has opened joins what is known.
    await gather(ask, [file], token, quietly, { join: true });
    found = await ask<ToolAnswer | null>(ANSWER, params);
  }
  if (!found) throw new Error('The traces could not be read.');
  return found;
}

/** A file or folder of the workspace, or an open document. Links are not followed. Throws where it is none of them. */
async function allowed(path: string): Promise<vscode.Uri> {
  const folders = workspaceFolders();
  const open = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === path || uri.fsPath === path);
  if (open) return open.uri;
  const candidates = isAbsolute(path) ? [toUri(path)] : folders.map((folder) => vscode.Uri.joinPath(folder, path));
  let why = 'outside of the workspace';
  for (const candidate of candidates) {
    const folder = folders.find((one) => within(candidate.toString(), [one]));
    if (!folder) continue;
    why = (await isThere(candidate, folder)) ? '' : 'no such file or folder, or a link';
    if (why === '') return candidate;
  }
  throw new Error(`${path.slice(0, 300)}: ${why}. Only files of the workspace and open documents are read.`);
}

const isAbsolute = (path: string): boolean => /^(?:[/\\]|[A-Za-z]:[\\/]|[a-z][a-z0-9+.-]+:\/\/)/i.test(path);
const toUri = (path: string): vscode.Uri =>
  /^[a-z][a-z0-9+.-]+:\/\//i.test(path)
    ? vscode.Uri.parse(path)
    : // In a remote or virtual workspace a path is one of its files.
      (workspaceFolders()[0]?.with({ path: vscode.Uri.file(path).path }) ?? vscode.Uri.file(path));

/** Whether it is there, and no part of its path below the folder is a link. */
async function isThere(uri: vscode.Uri, folder: vscode.Uri): Promise<boolean> {
  let at = folder;
  const below = uri.path.slice(folder.path.length).split('/').filter(Boolean);
  for (const part of ['', ...below]) {
    if (part !== '') at = vscode.Uri.joinPath(at, part);
    const type = await vscode.workspace.fs.stat(at).then(
      (info) => info.type,
      () => vscode.FileType.Unknown,
    );
    if (type === vscode.FileType.Unknown) return false;
    if (part !== '' && (type & vscode.FileType.SymbolicLink) !== 0) return false;
  }
  return true;
}
