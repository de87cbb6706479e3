// As much of VS Code's API as the extension needs to start its language client in plain Node: documents that a test opens, changes and
// closes, the notifications that are shown, hovers. Everything else is there and does nothing.

type Listener = (event: unknown) => void;

class EventEmitter {
  readonly #listeners = new Set<Listener>();
  event = (listener: Listener, self?: object): { dispose(): void } => {
    const bound = self ? listener.bind(self) : listener;
    this.#listeners.add(bound);
    return { dispose: () => this.#listeners.delete(bound) };
  };
  fire(event: unknown): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
  dispose(): void {
    this.#listeners.clear();
  }
}

class Uri {
  readonly scheme = 'file';
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
  static parse = (text: string): Uri => new Uri(decodeURIComponent(text.replace(/^file:\/\//, '')));
  static file = (path: string): Uri => new Uri(path);
  static joinPath = ({ path }: Uri, ...more: string[]): Uri => new Uri([path, ...more].join('/'));
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    return `file://${this.path}`;
  }
}

class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}

class Range {
  constructor(
    readonly start: Position,
    readonly end: Position,
  ) {}
}

/** A document of the fake editor. */
export interface FakeDocument {
  readonly uri: Uri;
  readonly languageId: string;
  version: number;
  text: string;
  getText(): string;
}

/** What a test does to the editor, and sees of it. */
export const editor = {
  documents: [] as FakeDocument[],
  /** Every warning that was shown; `choose` presses a button of the last one. */
  warnings: [] as string[],
  errors: [] as string[],
  /** What the client writes into its output channel. */
  log: [] as string[],
  choose: (_button: string): void => {},
  hoverProvider: undefined as
    | { provideHover(document: FakeDocument, position: Position, token: object): Promise<unknown> }
    | undefined,
  open(path: string, languageId: string, text: string): FakeDocument {
    const document = {
      uri: new Uri(path),
      languageId,
      version: 1,
      text,
      isUntitled: false,
      getText: () => document.text,
    };
    this.documents.push(document);
    opened.fire(document);
    return document;
  },
  /** Puts a text in front of all. */
  write(document: FakeDocument, text: string): void {
    document.version++;
    document.text = text + document.text;
    const start = new Position(0, 0);
    const contentChanges = [{ range: new Range(start, start), rangeOffset: 0, rangeLength: 0, text }];
    changed.fire({ document, contentChanges, reason: undefined });
  },
  close(document: FakeDocument): void {
    this.documents.splice(this.documents.indexOf(document), 1);
    closed.fire(document);
  },
  hover(document: FakeDocument, line: number): Promise<unknown> {
    const token = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose() {} }) };
    if (!this.hoverProvider) return Promise.resolve(undefined);
    return Promise.resolve(this.hoverProvider.provideHover(document, new Position(line, 3), token));
  },
};

const opened = new EventEmitter();
const changed = new EventEmitter();
const closed = new EventEmitter();

/** What is asked for and not there: a class that can be extended, events that never come, functions that do nothing. */
function missing(name: string): unknown {
  if (/^on(?:Did|Will)/.test(name)) return () => ({ dispose() {} });
  if (/^[A-Z]/.test(name)) return class {};
  if (/^(?:register|create)/.test(name)) return () => rest({ dispose() {} });
  return undefined;
}

/** Adds all that is missing, behind what is known: bundles copy the properties of a module, and keep its prototype. */
const rest = <T extends object>(known: T): T =>
  Object.setPrototypeOf(known, new Proxy({}, { get: (_, name) => missing(String(name)) }));

const channel = rest({
  ...Object.fromEntries(
    ['append', 'appendLine', 'trace', 'debug', 'info', 'warn', 'error', 'show', 'clear', 'dispose'].map((name) => [
      name,
      (...said: unknown[]) => void editor.log.push(said.map(String).join(' ')),
    ]),
  ),
  logLevel: 0,
  onDidChangeLogLevel: () => ({ dispose() {} }),
});

const shown =
  (list: string[]) =>
  (text: string, ...buttons: unknown[]) => {
    list.push(text);
    return new Promise((resolve) => {
      editor.choose = (button) => resolve(buttons.includes(button) ? button : undefined);
    });
  };

export const api = rest({
  __esModule: true, // taken as it is
  version: '1.140.0',
  EventEmitter,
  Uri,
  Position,
  Range,
  CancellationTokenSource: class {
    token = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose() {} }) };
    cancel(): void {}
    dispose(): void {}
  },
  Disposable: class {
    static from(...all: { dispose(): void }[]): { dispose(): void } {
      return { dispose: () => void all.forEach((one) => void one.dispose()) };
    }
    readonly #act: () => void;
    constructor(act: () => void) {
      this.#act = act;
    }
    dispose(): void {
      this.#act();
    }
  },
  MarkdownString: class {
    value = '';
    appendMarkdown(text: string): this {
      this.value += text;
      return this;
    }
  },
  env: rest({ language: 'en', appName: 'fake' }),
  extensions: rest({}),
  l10n: { t: (text: string, ...values: unknown[]) => text.replace(/\{(\d)\}/g, (_, at) => String(values[Number(at)])) },
  commands: rest({ executeCommand: async () => undefined }),
  languages: rest({
    match: (selector: readonly { language?: string }[], { languageId }: FakeDocument) =>
      selector.some(({ language }) => language === languageId) ? 10 : 0,
    createDiagnosticCollection: () => ({ set() {}, delete() {}, clear() {}, has: () => false, dispose() {} }),
    registerHoverProvider: (_selector: unknown, provider: typeof editor.hoverProvider) => {
      editor.hoverProvider = provider;
      return { dispose() {} };
    },
  }),
  workspace: rest({
    textDocuments: editor.documents,
    notebookDocuments: [],
    onDidOpenTextDocument: opened.event,
    onDidChangeTextDocument: changed.event,
    onDidCloseTextDocument: closed.event,
    getConfiguration: () => ({ get: (_name: string, otherwise?: unknown) => otherwise }),
    asRelativePath: ({ path }: Uri) => path.split('/').at(-1),
    fs: rest({ stat: async () => ({ size: 0 }) }),
    createFileSystemWatcher: () => rest({ dispose() {} }),
  }),
  window: rest({
    visibleTextEditors: [],
    tabGroups: rest({ all: [], activeTabGroup: {}, onDidChangeTabs: () => ({ dispose() {} }) }),
    createOutputChannel: () => channel,
    showWarningMessage: shown(editor.warnings),
    showErrorMessage: shown(editor.errors),
    showInformationMessage: async () => undefined,
  }),
});
