// The picture's webview panel: one, beside the editor. It shows what the server knows, follows its changes, and can do nothing but
// draw: no resource but its own script and style, no network.

import { type ExtensionContext, l10n, Uri, ViewColumn, type WebviewPanel, window, workspace } from 'vscode';
import { type Location, PICTURE, type PictureView } from '../../../server/src/host/protocol.js';
import type { Ask } from '../client.js';
import { goTo } from '../goTo.js';
import type { FromPicture, ToPicture } from './messages.js';
import { pictureWords } from './words.js';

const VIEW = 'traceInvestigator.picture';

export class PicturePanel {
  readonly #context: ExtensionContext;
  readonly #ask: Ask;
  #panel: WebviewPanel | undefined;
  #picture: PictureView | undefined;

  constructor(context: ExtensionContext, ask: Ask) {
    this.#context = context;
    this.#ask = ask;
  }

  show(): void {
    if (this.#panel) {
      this.#panel.reveal(undefined, true);
      return;
    }
    const dist = Uri.joinPath(this.#context.extensionUri, 'dist');
    const panel = window.createWebviewPanel(
      VIEW,
      l10n.t('Trace Picture'),
      { viewColumn: ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [dist] },
    );
    this.#panel = panel;
    panel.onDidDispose(() => {
      this.#panel = undefined;
      this.#picture = undefined;
    });
    panel.webview.onDidReceiveMessage((message: FromPicture) => this.#receive(message));
    const address = (name: string): string => panel.webview.asWebviewUri(Uri.joinPath(dist, name)).toString();
    panel.webview.html = page(address('picture.js'), address('picture.css'));
  }

  /** Draws anew, if it is seen. A hidden one starts over when it is seen again. */
  refresh(): void {
    if (this.#panel?.visible) void this.#send();
  }

  /** Asks the picture for itself as an SVG file. */
  async save(): Promise<void> {
    if (this.#panel) await this.#post({ type: 'save' });
    else await window.showInformationMessage(l10n.t('There is no picture yet: run “Trace: Show Picture” first.'));
  }

  async #send(): Promise<void> {
    const picture = await this.#ask<PictureView | null>(PICTURE);
    this.#picture = picture ?? { boxes: [], arrows: [], more: 0, timeline: [] };
    await this.#post({ type: 'picture', picture: this.#picture, words: pictureWords() });
  }

  async #post(message: ToPicture): Promise<void> {
    await this.#panel?.webview.postMessage(message);
  }

  async #receive(message: FromPicture): Promise<void> {
    if (message.type === 'ready') await this.#send();
    else if (message.type === 'box') await this.#open(this.#picture?.boxes[message.at]?.location);
    else if (message.type === 'bar')
      await this.#open(this.#picture?.timeline[message.axis]?.bars[message.at]?.location);
    else if (message.type === 'svg' && typeof message.text === 'string') await saveSvg(message.text);
  }

  /** In the column of the traces, not in its own. */
  async #open(location: Location | undefined): Promise<void> {
    if (!location) return;
    const shown = window.visibleTextEditors.find(({ document }) => document.uri.toString() === location.uri);
    const other = window.visibleTextEditors.find(({ viewColumn }) => viewColumn !== this.#panel?.viewColumn);
    await goTo(location, shown?.viewColumn ?? other?.viewColumn ?? ViewColumn.One);
  }
}

async function saveSvg(text: string): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const target = await window.showSaveDialog({
    filters: { SVG: ['svg'] },
    ...(folder && { defaultUri: Uri.joinPath(folder, 'trace-picture.svg') }),
  });
  if (target) await workspace.fs.writeFile(target, new TextEncoder().encode(text));
}

/** The page: nothing is allowed but this one script and this one style. */
function page(script: string, style: string): string {
  const nonce = [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<title>Trace Picture</title>
<link rel="stylesheet" nonce="${nonce}" href="${style}">
</head>
<body>
<main></main>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
