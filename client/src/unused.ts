// Stands for the modules of the language client in the client's bundles whose features our server does not announce: nothing of a trace
// is edited or completed, and no cell of a notebook is one. A test of the package sees that (10 KB less).

/** What the language client asks of every feature. The server is not told of any of it: it could not be sent one. */
class Unused {
  fillClientCapabilities(): void {}
  initialize(): void {}
  register(): void {}
  unregister(): void {}
  getState(): { kind: 'static' } {
    return { kind: 'static' };
  }
  clear(): void {}
}

const never = () => ({ dispose() {} });

/** It is asked for by its method, and listened to. */
export class NotebookDocumentSyncFeature extends Unused {
  static readonly CellScheme = 'vscode-notebook-cell';
  readonly registrationType = { method: 'notebookDocument/sync' };
  readonly onOpenNotificationSent = never;
  readonly onChangeNotificationSent = never;
  readonly onSaveNotificationSent = never;
  readonly onCloseNotificationSent = never;
  handles(): boolean {
    return false;
  }
}

export {
  Unused as CodeActionFeature,
  Unused as ColorProviderFeature,
  Unused as CompletionItemFeature,
  Unused as DeclarationFeature,
  Unused as DidCreateFilesFeature,
  Unused as DidDeleteFilesFeature,
  Unused as DidRenameFilesFeature,
  Unused as DocumentFormattingFeature,
  Unused as DocumentOnTypeFormattingFeature,
  Unused as DocumentRangeFormattingFeature,
  Unused as ImplementationFeature,
  Unused as InlineCompletionItemFeature,
  Unused as InlineValueFeature,
  Unused as LinkedEditingFeature,
  Unused as RenameFeature,
  Unused as SignatureHelpFeature,
  Unused as TextDocumentContentFeature,
  Unused as TypeDefinitionFeature,
  Unused as TypeHierarchyFeature,
  Unused as WillCreateFilesFeature,
  Unused as WillDeleteFilesFeature,
  Unused as WillRenameFilesFeature,
};
