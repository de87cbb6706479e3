// Stands for two modules of the language client in the client's bundles, for notebooks and for operations on files: our server announces
// neither, and a test of the package sees that (6 KB less).

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
  Unused as DidCreateFilesFeature,
  Unused as DidDeleteFilesFeature,
  Unused as DidRenameFilesFeature,
  Unused as WillCreateFilesFeature,
  Unused as WillDeleteFilesFeature,
  Unused as WillRenameFilesFeature,
};
