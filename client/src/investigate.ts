// Trace: Investigate. Gathers the files of the incident - those chosen in the explorer, else those beside the open traces, else the
// workspace's - and offers them to the server, which keeps those that are traces. Nothing outside the chosen folders is read, and
// links are not followed.

import { type CancellationToken, FileType, l10n, ProgressLocation, Uri, window, workspace } from 'vscode';
import { detectId } from '../../server/src/core/formats/detect.js';
import {
  LARGEST_DOCUMENT,
  LEFT_OUT,
  type LeftOutParams,
  NEW_INVESTIGATION,
  OFFER,
  type Offered,
  type Value,
} from '../../server/src/host/protocol.js';
import type { Ask } from './client.js';
import { decode, forgetExcerpts, readLarge } from './large.js';
import { literally } from './notice.js';
import { showVirtual } from './virtual.js';

/** Folders below the chosen ones that are looked into. */
const DEEPEST = 4;
const SKIPPED = new Set(['node_modules', 'vendor', 'dist', 'out']);
const MEGABYTE = 1024 * 1024;

interface Limits {
  readonly files: number;
  /** Bytes of one file. */
  readonly size: number;
}

function limits(): Limits {
  const settings = workspace.getConfiguration('traceInvestigator.investigate');
  const atLeast = (name: string, fallback: number): number => Math.max(1, settings.get<number>(name) ?? fallback);
  return { files: atLeast('maxFiles', 200), size: atLeast('maxFileSize', 50) * MEGABYTE };
}

/**
 * Investigates and shows the report. `traces` are open documents, `large` files that are too large for that. Returns whether there was
 * anything to investigate.
 */
export async function investigate(
  ask: Ask,
  chosen: readonly Uri[],
  traces: readonly Uri[],
  large: readonly Uri[] = [],
): Promise<boolean> {
  const here = [...traces, ...large];
  const places = chosen.length > 0 ? chosen : here.length > 0 ? [...large, ...besides(here)] : workspaceFolders();
  if (places.length === 0 && traces.length === 0) return false;
  const options = { location: ProgressLocation.Notification, title: l10n.t('Trace: Investigate'), cancellable: true };
  const { found, leftOut, cancelled } = await window.withProgress(options, (progress, token) =>
    gather(ask, places, token, (message) => progress.report({ message })),
  );
  if (found + traces.length > 0) {
    await showVirtual(`${l10n.t('Investigation')}.md`, { kind: 'report' });
    return true;
  }
  // There is no report that could say it.
  if (leftOut.length > 0 && !cancelled) {
    const first = literally(leftOut[0]!);
    void window.showWarningMessage(
      leftOut.length > 1
        ? l10n.t('Nothing could be investigated. {0}. And {1} more.', first, leftOut.length - 1)
        : l10n.t('Nothing could be investigated. {0}.', first),
    );
  }
  return leftOut.length > 0 || cancelled;
}

export const workspaceFolders = (): Uri[] => workspace.workspaceFolders?.map(({ uri }) => uri) ?? [];

/** The folders of the open traces, each once. Documents without a folder (untitled) have none. */
function besides(traces: readonly Uri[]): Uri[] {
  const folders = new Map<string, Uri>();
  for (const uri of traces) {
    if (uri.scheme === 'untitled') continue;
    const folder = Uri.joinPath(uri, '..');
    folders.set(folder.toString(), folder);
  }
  return [...folders.values()];
}

/** A reason that people read in their language, and agents in English: whoever shows it says it. */
const because = (phrase: string, values: Readonly<Record<string, string>>): Value => ({ phrase, values });

const inWords = (reason: Value): string =>
  typeof reason === 'string' ? reason : l10n.t(reason.phrase, reason.values as Record<string, string>);

interface Gathered {
  /** How many were traces. */
  readonly found: number;
  /** `dump.log: no permission` */
  readonly leftOut: readonly string[];
  readonly cancelled: boolean;
}

/**
 * Offers each file to the server, as an investigation of its own unless they join the one there is. `taken` hears which files are traces
 * or open anyway.
 */
export async function gather(
  ask: Ask,
  places: readonly Uri[],
  token: CancellationToken,
  say: (message: string) => void,
  { join = false, taken = (_: Uri): void => {} } = {},
): Promise<Gathered> {
  if (!join) {
    await ask(NEW_INVESTIGATION);
    forgetExcerpts();
  }
  const { files: most, size: largest } = limits();
  const leftOut: string[] = [];
  const leaveOut = (uri: Uri, reason: Value): Promise<unknown> => {
    const file = workspace.asRelativePath(uri);
    leftOut.push(`${file}: ${inWords(reason)}`);
    return ask(LEFT_OUT, { file, reason } satisfies LeftOutParams);
  };
  const open = new Set(workspace.textDocuments.map(({ uri }) => uri.toString()));
  let seen = 0;
  let found = 0;
  for await (const { uri, within } of filesBelow(places)) {
    if (token.isCancellationRequested) break;
    if (open.has(uri.toString())) {
      taken(uri);
      continue;
    }
    if (++seen > most) {
      await leaveOut(
        uri,
        because('this and what comes after it: more than {count} files (traceInvestigator.investigate.maxFiles)', {
          count: String(most),
        }),
      );
      break;
    }
    const name = workspace.asRelativePath(uri);
    say(found === 1 ? l10n.t('{0} (1 trace so far)', name) : l10n.t('{0} ({1} traces so far)', name, found));
    try {
      const { size } = await workspace.fs.stat(uri);
      if (size > Math.min(largest, LARGEST_DOCUMENT)) {
        const large = await readLarge(ask, uri, within, token, (percent) => say(l10n.t('{0}: {1} %', name, percent)));
        if (large.reason) await leaveOut(uri, large.reason);
        else if (large.language && !large.whole) found++;
        else if (large.language && size > largest)
          await leaveOut(
            uri,
            because(
              'larger than {size} MB (traceInvestigator.investigate.maxFileSize), and a trace of this kind cannot be read in parts',
              { size: String(largest / MEGABYTE) },
            ),
          );
        if (!large.whole || size > largest) continue;
      }
      const text = decode(await workspace.fs.readFile(uri));
      if (detectId(text) === undefined) continue;
      if (!(await ask<string | null>(OFFER, { uri: uri.toString(), text } satisfies Offered))) continue;
      taken(uri);
      found++;
    } catch (error) {
      await leaveOut(uri, error instanceof Error ? error.message : String(error));
    }
  }
  return { found, leftOut, cancelled: token.isCancellationRequested };
}

/** The files at and below the places, folder by folder, in the order of their names; with the place that they are below. */
async function* filesBelow(places: readonly Uri[]): AsyncGenerator<{ uri: Uri; within?: Uri }> {
  const given = new Set<string>();
  const below = async function* (folder: Uri, within: Uri, depth: number): AsyncGenerator<{ uri: Uri; within: Uri }> {
    if (depth > DEEPEST) return;
    const entries = await workspace.fs.readDirectory(folder).then(
      (list) => list.sort(([a], [b]) => (a < b ? -1 : 1)),
      () => [],
    );
    for (const [name, type] of entries) {
      const uri = Uri.joinPath(folder, name);
      // A link has a bit more than its target's.
      if (type === FileType.File && !given.has(uri.toString())) {
        given.add(uri.toString());
        yield { uri, within };
      } else if (type === FileType.Directory && !SKIPPED.has(name) && !name.startsWith('.'))
        yield* below(uri, within, depth + 1);
    }
  };
  for (const place of places) {
    const type = await workspace.fs.stat(place).then(
      (info) => info.type,
      () => FileType.Unknown,
    );
    if (type & FileType.Directory) yield* below(place, place, 0);
    else if (!given.has(place.toString())) {
      given.add(place.toString());
      yield { uri: place };
    }
  }
}
