// The palette's commands, and the one behind the lenses.

import {
  commands,
  type Disposable,
  env,
  l10n,
  Position,
  type QuickPickItem,
  Range,
  type TextEditor,
  ThemeIcon,
  Uri,
  Location as VsLocation,
  window,
  workspace,
} from 'vscode';
import {
  type Candidate,
  CONTENDED_LOCKS,
  type ContendedLock,
  DUMPS,
  type DumpId,
  type DumpItem,
  HOLDERS,
  type Holders,
  type Location,
  NOTES,
  type NoteItem,
  type PlaceParams,
  SHOW_LOCATIONS_COMMAND,
  TICKET,
  type Ticket,
  type TicketParams,
  VIRTUAL_TEXT,
  type VirtualParams,
  type VirtualText,
  WAIT_CHAIN,
  type WaitChain,
} from '../../server/src/host/protocol.js';
import type { Ask } from './client.js';
import { goTo } from './goTo.js';
import { investigate } from './investigate.js';
import { largeTab, tooLarge } from './large.js';
import { literally } from './notice.js';
import { fileOf, showVirtual } from './virtual.js';

type Json = Location['range']['start'];

/** The commands that list what the formats noted. */
const lists = () => [
  {
    command: 'traceInvestigator.findBlockedCalls',
    about: 'blocked' as const,
    title: l10n.t('Calls that never returned, and requests that were never answered'),
    none: l10n.t('In the open traces no call is seen to be blocked.'),
  },
  {
    command: 'traceInvestigator.showOutages',
    about: 'outage' as const,
    title: l10n.t('Outages in the open journals'),
    none: l10n.t('In the open traces no outage is seen.'),
  },
];

/** Returns what investigates a file that is too large for a document, with the open traces and what lies beside them. */
export function registerCommands(
  subscriptions: Disposable[],
  ask: Ask,
  traceLanguages: ReadonlySet<string>,
): (file: Uri) => Promise<void> {
  const register = (name: string, run: (...args: never[]) => Promise<void>): void => {
    subscriptions.push(commands.registerCommand(name, run));
  };
  const traceEditor = (): TextEditor | undefined => {
    const editor = window.activeTextEditor;
    return editor && traceLanguages.has(editor.document.languageId) ? editor : undefined;
  };

  const investigateAll = async (chosen: readonly Uri[], large?: Uri): Promise<void> => {
    const open = workspace.textDocuments.filter(({ languageId }) => traceLanguages.has(languageId));
    // An excerpt stands for its file, which is read again.
    const files = new Map(
      open
        .map(({ uri }) => uri)
        .flatMap((uri) => fileOf(uri) ?? [])
        .concat(large ?? [])
        .map((uri) => [uri.toString(), uri]),
    );
    const traces = open.map(({ uri }) => uri).filter((uri) => !fileOf(uri));
    if (!(await investigate(ask, chosen, traces, [...files.values()]))) await noTrace();
  };
  const investigateHere = (file: Uri): Promise<void> => investigateAll([], file);

  register(SHOW_LOCATIONS_COMMAND, async (uri: string, position: Json, locations: Location[]) => {
    if (locations.length === 1) return goTo(locations[0]!);
    await commands.executeCommand(
      'editor.action.goToLocations',
      Uri.parse(uri),
      new Position(position.line, position.character),
      locations.map(({ uri, range }) => new VsLocation(Uri.parse(uri), toRange(range))),
      'peek',
    );
  });

  register('traceInvestigator.findLockHolder', async () => {
    const editor = traceEditor();
    if (!editor && (await tooLarge(false, investigateHere))) return;
    const place = editor && placeOf(editor);
    const here = place && (await ask<Holders | null>(HOLDERS, place));
    if (here) return showHolders(here.name, here.candidates, here.reason);
    const locks = await ask<ContendedLock[]>(CONTENDED_LOCKS);
    if (locks.length === 0) {
      await window.showInformationMessage(l10n.t('In the open traces nobody waits for a lock.'));
      return;
    }
    const items = locks.map((lock) => ({ label: lock.name, description: lock.description, detail: lock.detail, lock }));
    const chosen = await window.showQuickPick(items, {
      placeHolder: l10n.t('Locks that somebody waits for, most waiters first: whose holder?'),
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (chosen) await showHolders(chosen.lock.name, chosen.lock.holders, chosen.lock.description);
  });

  register('traceInvestigator.showWaitChain', async () => {
    const editor = traceEditor();
    if (!editor) {
      if (!(await tooLarge(true, investigateHere))) await noTrace();
      return;
    }
    const place = placeOf(editor);
    const chain = await ask<WaitChain | null>(WAIT_CHAIN, place);
    if (!chain) {
      await window.showInformationMessage(
        l10n.t('There is nobody at the cursor who could wait. Put it into a goroutine, a call or a process.'),
      );
      return;
    }
    showChain(chain, () => showVirtual(`${l10n.t('Wait chain')}.md`, { kind: 'waitChain', ...place }));
  });

  for (const { command, about, title, none } of lists())
    register(command, async () => {
      if (!traceEditor() && (await tooLarge(false, investigateHere))) return;
      const items = await ask<NoteItem[]>(NOTES, { about });
      if (items.length === 0) await window.showInformationMessage(none);
      else {
        const chosen = await window.showQuickPick(
          items.map((item) => ({ ...item })),
          { placeHolder: title, matchOnDescription: true, matchOnDetail: true },
        );
        if (chosen) await goTo(chosen.location);
      }
    });

  register('traceInvestigator.openReadable', async () => {
    const editor = traceEditor();
    if (!editor) {
      if (!(await tooLarge(true, investigateHere))) await noTrace();
      return;
    }
    const params: VirtualParams = { kind: 'readable', ...placeOf(editor) };
    if (await ask<VirtualText | null>(VIRTUAL_TEXT, params)) await showVirtual(`${l10n.t('Dump')}.goroutines`, params);
    else await window.showInformationMessage(l10n.t('This document holds no dump in a single line.'));
  });

  register('traceInvestigator.groupStacks', async () => {
    const editor = traceEditor();
    if (editor)
      await showVirtual(`${l10n.t('Grouped stacks')}.txt`, {
        kind: 'groupedStacks',
        uri: editor.document.uri.toString(),
      });
    else if (!(await tooLarge(true, investigateHere))) await noTrace();
  });

  register('traceInvestigator.compareDumps', async () => {
    if (!traceEditor() && (await tooLarge(false, investigateHere))) return;
    const open = await ask<DumpItem[]>(DUMPS);
    const chosen = open.length < 2 ? open : await chooseDumps(open);
    if (!chosen) return;
    if (chosen.length < 2)
      await window.showInformationMessage(
        l10n.t(
          'To compare takes two dumps of one process: open both, or a file with both. Take the second one a minute after the first.',
        ),
      );
    else {
      const dumps = chosen.map(({ uri, format, part }): DumpId => ({ uri, format, part }));
      await showVirtual(`${l10n.t('Comparison')}.md`, { kind: 'compare', dumps });
    }
  });

  register('traceInvestigator.copyForTicket', async () => {
    if (!traceEditor() && (await tooLarge(false, investigateHere))) return;
    const setting = workspace.getConfiguration('traceInvestigator').get<unknown>('redact');
    const words = Array.isArray(setting) ? setting.filter((word) => typeof word === 'string') : [];
    const params: TicketParams = { words };
    const ticket = await ask<Ticket | null>(TICKET, params);
    if (!ticket) {
      await noTrace();
      return;
    }
    await env.clipboard.writeText(ticket.text);
    void window.showInformationMessage(
      l10n.t('The report is on the clipboard. {0} Read it before you send it.', ticket.redacted),
    );
  });

  // From the explorer come the file under the mouse and all that are selected; from an editor its file, which is open anyway.
  register('traceInvestigator.investigate', async (_clicked?: unknown, selected?: unknown) => {
    const chosen = Array.isArray(selected) ? selected.filter(isUri) : [];
    const large = chosen.length === 0 ? await largeTab() : undefined;
    await investigateAll(chosen, large);
  });
  return investigateHere;
}

/** A menu of the editor gives other things than URIs. */
const isUri = (value: unknown): value is Uri => value instanceof Uri;

/** Lets the user choose of several dumps; at first those of one process are chosen, of the one at hand if possible. */
async function chooseDumps(dumps: readonly DumpItem[]): Promise<readonly DumpItem[] | undefined> {
  if (dumps.length === 2) return dumps;
  const here = window.activeTextEditor?.document.uri.toString();
  const several = dumps.filter((dump) => dumps.filter(({ process }) => process === dump.process).length > 1);
  const one = several.find(({ uri }) => uri === here) ?? several[0];
  const items = dumps.map((dump) => ({
    label: dump.label,
    description: dump.description,
    picked: one === undefined || dump.process === one.process,
    dump,
  }));
  const chosen = await window.showQuickPick(items, {
    canPickMany: true,
    placeHolder: l10n.t('Dumps of one process, in the order in which they were taken'),
  });
  return chosen?.map(({ dump }) => dump);
}

/** The place of the editor's cursor, as the server asks for it. */
function placeOf({ document, selection }: TextEditor): PlaceParams {
  const { line, character } = selection.active;
  return { uri: document.uri.toString(), position: { line, character } };
}

const toRange = ({ start, end }: Location['range']): Range =>
  new Range(start.line, start.character, end.line, end.character);

/** Goes to the one who is sure to hold it. Several, or unsure ones: lets the user choose, with the reasons. */
async function showHolders(name: string, candidates: readonly Candidate[], reason: string | undefined): Promise<void> {
  const sure = candidates.filter((candidate) => candidate.sure);
  if (sure.length === 1) return goTo(sure[0]!.location);
  if (candidates.length === 0) {
    await window.showInformationMessage(
      `${literally(name)}: ${literally(reason ?? l10n.t('nothing in the open traces tells who holds it.'))}`,
    );
    return;
  }
  const items: (QuickPickItem & { location: Location })[] = (sure.length > 0 ? sure : candidates).map(
    ({ label, description, detail, location }) => ({ label, description, detail, location }),
  );
  const chosen = await window.showQuickPick(items, {
    placeHolder: l10n.t('Who may hold {0}, the likeliest first', name),
  });
  if (chosen) await goTo(chosen.location);
}

/** The chain as a list to walk along; its button opens it as a document. */
function showChain({ steps }: WaitChain, open: () => Promise<void>): void {
  const pick = window.createQuickPick<QuickPickItem & { location?: Location }>();
  pick.title = l10n.t('Wait chain, from who waits to the root');
  pick.placeholder = l10n.t('Choose a step to go there');
  pick.buttons = [{ iconPath: new ThemeIcon('open-preview'), tooltip: l10n.t('Open as a document') }];
  pick.items = [...steps];
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.onDidTriggerButton(() => {
    pick.hide();
    void open();
  });
  pick.onDidAccept(() => {
    const location = pick.activeItems[0]?.location;
    pick.hide();
    if (location) void goTo(location);
  });
  pick.onDidHide(() => pick.dispose());
  pick.show();
}

const noTrace = (): Thenable<unknown> =>
  window.showInformationMessage(
    l10n.t('No trace is open here. If this is one, choose its language (Change Language Mode) and try again.'),
  );
