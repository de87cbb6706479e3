// Files above 50 MB: VS Code shows them and gives their text to no extension. Where a tab shows a trace of that size, Investigate is
// offered, once; the server then reads the file itself and keeps an excerpt, in which everything works.

import {
  type CancellationToken,
  type Disposable,
  EventEmitter,
  l10n,
  type Memento,
  TabInputText,
  type Uri,
  window,
  workspace,
} from 'vscode';
import { detectId, HEAD_SIZE } from '../../server/src/core/formats/detect.js';
import {
  DETECT_LARGE,
  type FileParams,
  LARGEST_DOCUMENT,
  type Large,
  type LargeParams,
  type LargeProgress,
  OFFER_LARGE,
} from '../../server/src/host/protocol.js';
import type { Ask } from './client.js';
import { literally } from './notice.js';
import { excerptUri, reload, showExcerpt } from './virtual.js';

const MEGABYTE = 1024 * 1024;
/** Bytes of a file that only the editor reaches (the web, virtual file systems): it gives no parts of one. */
const LARGEST_THROUGH_EDITOR = 128 * MEGABYTE;
/** Milliseconds after which a tab without a document is no document that is still opening. */
const SETTLED = 700;
/** What is remembered of files that are not to be offered again. */
const DECLINED = 'large.declined';
const MOST_DECLINED = 200;

/** How far the server is with a file. */
export const reading = new EventEmitter<LargeProgress>();

/** The large files whose excerpts the server has. */
const read = new Set<string>();
export const forgetExcerpts = (): void => read.clear();

/** The file of the active tab, where VS Code shows it and keeps its text from extensions. */
export async function largeTab(): Promise<Uri | undefined> {
  const uri = tabWithoutDocument();
  return uri && (await sizeOf(uri)) > LARGEST_DOCUMENT ? uri : undefined;
}

function tabWithoutDocument(): Uri | undefined {
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  if (window.activeTextEditor || !(input instanceof TabInputText)) return undefined;
  const uri = input.uri.toString();
  return workspace.textDocuments.some((document) => document.uri.toString() === uri) ? undefined : input.uri;
}

const sizeOf = (uri: Uri): Promise<number> =>
  Promise.resolve(workspace.fs.stat(uri)).then(
    ({ size }) => size,
    () => 0,
  );

const nameOf = (uri: Uri): string => literally(uri.path.slice(uri.path.lastIndexOf('/') + 1));

/** Watches the tabs and offers `investigate` for those that show a large trace. `names` are the languages' names by their ids. */
export function registerLarge(
  subscriptions: Disposable[],
  ask: Ask,
  memory: Memento,
  names: ReadonlyMap<string, string>,
  investigate: (file: Uri) => Promise<void>,
): void {
  /** In this session. */
  const offered = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const offer = async (): Promise<void> => {
    const candidate = tabWithoutDocument()?.toString();
    const declined = memory.get<readonly string[]>(DECLINED, []);
    if (candidate === undefined || offered.has(candidate) || declined.includes(candidate)) return;
    const uri = await largeTab();
    if (uri?.toString() !== candidate || offered.has(candidate)) return;
    offered.add(candidate);
    const language = await detect(ask, uri);
    if (!language) return;
    const never = l10n.t('Don’t Offer Again');
    const known = read.has(candidate);
    const act = known ? l10n.t('Open Excerpt') : l10n.t('Investigate');
    const [name, kind] = [nameOf(uri), names.get(language) ?? language];
    const chosen = await window.showInformationMessage(
      known
        ? l10n.t(
            '{0} is a trace ({1}) above 50 MB, which VS Code keeps from extensions. Its excerpt is at hand.',
            name,
            kind,
          )
        : l10n.t(
            '{0} is a trace ({1}) above 50 MB, which VS Code keeps from extensions. “Investigate” reads it in parts, and shows a report and an excerpt to work in.',
            name,
            kind,
          ),
      act,
      never,
    );
    if (chosen === never) await memory.update(DECLINED, [...declined, candidate].slice(-MOST_DECLINED));
    else if (chosen === act) await (known ? showExcerpt(uri) : investigate(uri));
  };
  const look = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void offer().catch((error) => console.error('Trace Investigator:', error)), SETTLED);
  };
  subscriptions.push(reading, window.tabGroups.onDidChangeTabs(look), window.tabGroups.onDidChangeTabGroups(look), {
    dispose: () => clearTimeout(timer),
  });
  look();
}

/** The language of a large file, if it is a trace that can be read in parts. Only its beginning is read where there is a disk. */
async function detect(ask: Ask, uri: Uri): Promise<string | null> {
  if (uri.scheme === 'file') return ask(DETECT_LARGE, { uri: uri.toString() } satisfies FileParams);
  if ((await sizeOf(uri)) > LARGEST_THROUGH_EDITOR) return null;
  const bytes = await workspace.fs.readFile(uri);
  return detectId(decode(bytes.subarray(0, HEAD_SIZE))) ?? null;
}

/**
 * Has the server read a large file, and says how far it is. `within`: the folder that it was found in; none where the user named it.
 */
export async function readLarge(
  ask: Ask,
  uri: Uri,
  within: Uri | undefined,
  token: CancellationToken,
  say: (percent: number) => void,
): Promise<Large> {
  const file = uri.toString();
  const excerpt = excerptUri(uri);
  const params: LargeParams = {
    uri: file,
    excerpt: excerpt.toString(),
    ...(within && { within: within.toString() }),
    ...(uri.scheme !== 'file' && { text: await textOf(uri) }),
  };
  const listener = reading.event((so) => so.uri === file && say(so.percent));
  try {
    const large = await ask<Large>(OFFER_LARGE, params, token);
    if (large.language && !large.reason && !large.whole) {
      read.add(file);
      await reload(excerpt);
    }
    return large;
  } finally {
    listener.dispose();
  }
}

async function textOf(uri: Uri): Promise<string> {
  const most = LARGEST_THROUGH_EDITOR / MEGABYTE;
  if ((await sizeOf(uri)) > LARGEST_THROUGH_EDITOR)
    throw new Error(`larger than ${most} MB, and only the editor can read it; investigate it where there is a disk`);
  return decode(await workspace.fs.readFile(uri));
}

/**
 * Whether a command finds no document because the tab shows a file that VS Code keeps from extensions; says what to do. With `place`
 * the command is about the place of a cursor; without, it works wherever the file's excerpt is known.
 */
export async function tooLarge(place: boolean, investigate: (file: Uri) => Promise<void>): Promise<boolean> {
  const uri = await largeTab();
  if (!uri) return false;
  if (read.has(uri.toString())) {
    if (!place) return false;
    await showExcerpt(uri);
    void window.showInformationMessage(
      l10n.t(
        'VS Code keeps {0} from extensions: it is above 50 MB. This is its excerpt: put the cursor into it and try again.',
        nameOf(uri),
      ),
    );
    return true;
  }
  const chosen = window.showWarningMessage(
    l10n.t(
      'VS Code keeps {0} from extensions: it is above 50 MB. “Investigate” reads it in parts, and shows a report and an excerpt in which this command works.',
      nameOf(uri),
    ),
    l10n.t('Investigate'),
  );
  void Promise.resolve(chosen).then((act) => (act ? investigate(uri) : undefined));
  return true;
}

/** UTF-8, or UTF-16 with a byte order mark; what is neither gives U+FFFD for each bad byte. */
export function decode(bytes: Uint8Array): string {
  const [a, b] = bytes;
  const encoding = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
