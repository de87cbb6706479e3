// The tests that run inside VS Code's extension host, Node and web alike: what the extension answers through VS Code's own API on the
// folder that ../workspace.mjs makes. What is true of the sample stands in samples/README.md.

import * as vscode from 'vscode';
import { equal, match, ok, test, until } from './runner.js';

const DUMP = 'docker-exec-hang/goroutine-stacks-2026-11-23T215620Z.log';
const { executeCommand } = vscode.commands;

const extension = (): vscode.Extension<unknown> => {
  const found = vscode.extensions.getExtension('trace-investigator.trace-investigator');
  ok(found, 'the extension is not there');
  return found;
};

/** Opens a file of the folder in the editor and waits until its language is settled. */
async function open(name: string, language = 'goroutine-dump'): Promise<vscode.TextDocument> {
  const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, name);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  return until(
    `language of ${name}`,
    () => vscode.workspace.openTextDocument(uri),
    (document) => document.languageId === language,
  );
}

/** The place of a text in the document, or `shift` characters into it. */
function place(document: vscode.TextDocument, text: string, shift = 0): vscode.Position {
  const offset = document.getText().indexOf(text);
  ok(offset >= 0, `no ${text} in ${document.fileName}`);
  return document.positionAt(offset + shift);
}

const goroutine = (document: vscode.TextDocument, id: number): vscode.Position => place(document, `goroutine ${id} [`);

/** Where F12 leads from a place: line numbers, 0-based. */
async function definitions(document: vscode.TextDocument, at: vscode.Position): Promise<number[]> {
  const found = await executeCommand<(vscode.Location | vscode.LocationLink)[]>(
    'vscode.executeDefinitionProvider',
    document.uri,
    at,
  );
  return found.map((one) => ('range' in one ? one.range : one.targetRange).start.line);
}

/** The hovers' Markdown at a place. */
async function hovers(document: vscode.TextDocument, at: vscode.Position): Promise<vscode.MarkdownString[]> {
  const found = await executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, at);
  return found.flatMap((hover) => hover.contents as vscode.MarkdownString[]);
}

const hoverText = async (document: vscode.TextDocument, at: vscode.Position): Promise<string> =>
  (await hovers(document, at)).map((part) => part.value).join('\n');

/** The titles of the code lenses on a line, all resolved. */
async function lenses(document: vscode.TextDocument, line: number): Promise<string[]> {
  const found = await until(
    'code lenses',
    () => executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 1_000),
    (all) => all.length > 0,
  );
  return found.filter((lens) => lens.range.start.line === line).map((lens) => lens.command?.title ?? '(unresolved)');
}

/** The names in the outline, inner ones too. */
async function outline(document: vscode.TextDocument): Promise<string[]> {
  const names = (symbols: vscode.DocumentSymbol[]): string[] =>
    symbols.flatMap((symbol) => [symbol.name, ...names(symbol.children)]);
  return names(await executeCommand('vscode.executeDocumentSymbolProvider', document.uri));
}

/** The active editor, once it shows what is asked for. */
const activeEditor = (what: string, accept: (editor: vscode.TextEditor) => boolean): Promise<vscode.TextEditor> =>
  until<vscode.TextEditor | undefined>(
    what,
    () => vscode.window.activeTextEditor,
    (editor) => editor !== undefined && accept(editor),
  ) as Promise<vscode.TextEditor>;

/** Puts the cursor into the active editor. */
function putCursor(at: vscode.Position): void {
  const editor = vscode.window.activeTextEditor;
  ok(editor, 'no editor');
  editor.selection = new vscode.Selection(at, at);
}

/** Names along a call hierarchy, from the item at the place. */
async function calls(direction: 'Incoming' | 'Outgoing', item: vscode.CallHierarchyItem): Promise<string[]> {
  const found = await executeCommand<{ from?: vscode.CallHierarchyItem; to?: vscode.CallHierarchyItem }[]>(
    `vscode.provide${direction}Calls`,
    item,
  );
  return found.map((call) => (call.from ?? call.to)!.name);
}

async function hierarchyItem(document: vscode.TextDocument, at: vscode.Position): Promise<vscode.CallHierarchyItem> {
  const items = await executeCommand<vscode.CallHierarchyItem[]>('vscode.prepareCallHierarchy', document.uri, at);
  ok(items[0], 'no call hierarchy');
  return items[0];
}

test('every contributed command exists', async () => {
  const { contributes } = extension().packageJSON as { contributes: { commands: { command: string }[] } };
  await open(DUMP);
  await extension().activate();
  const known = new Set(await vscode.commands.getCommands(true));
  const missing = contributes.commands.map(({ command }) => command).filter((command) => !known.has(command));
  equal(missing, [], 'contributed but not registered');
});

test('the manifest’s words are there', async () => {
  const { displayName, contributes } = extension().packageJSON as {
    displayName: string;
    contributes: { commands: object[] };
  };
  equal(displayName, 'Trace Investigator');
  const open = JSON.stringify(contributes).match(/"%[\w.-]+%"/g) ?? [];
  equal(open, [], 'keys without words');
});

test('a dump gets its language by name, or by its text; another file keeps its own', async () => {
  await open(DUMP);
  await open('cycle2.txt');
  const notes = await open('notes.txt', 'plaintext');
  equal(notes.languageId, 'plaintext');
});

test('the first code lens sums the dump up', async () => {
  match((await lenses(await open(DUMP), 0)).join('\n'), /156 goroutines/);
});

test('a code lens on a waiter names the holder', async () => {
  const document = await open(DUMP);
  match((await lenses(document, goroutine(document, 62).line)).join('\n'), /held by goroutine 219/);
});

test('a code lens on the holder counts who waits', async () => {
  const document = await open(DUMP);
  match((await lenses(document, goroutine(document, 219).line)).join('\n'), /36 wait/);
});

test('definition leads from a waiter to the holder, and on along the chain', async () => {
  const document = await open(DUMP);
  equal(await definitions(document, goroutine(document, 62)), [goroutine(document, 219).line]);
  equal(
    await definitions(document, place(document, '0xc000bc6e00')),
    [goroutine(document, 219).line],
    'from the pointer',
  );
  equal(await definitions(document, goroutine(document, 219)), [goroutine(document, 211).line]);
});

test('hover explains a header and a lock, as untrusted Markdown', async () => {
  const document = await open(DUMP);
  match(await hoverText(document, goroutine(document, 62)), /goroutine 219/);
  match(await hoverText(document, place(document, '0xc000bc6e00')), /36/);
  for (const part of await hovers(document, goroutine(document, 62))) {
    ok(!part.isTrusted && !part.supportHtml, 'the hover is trusted');
  }
});

test('references of a lock are its waiters and its holder', async () => {
  const document = await open(DUMP);
  const found = await executeCommand<vscode.Location[]>(
    'vscode.executeReferenceProvider',
    document.uri,
    place(document, '0xc000bc6e00'),
  );
  ok(found.length >= 36, `only ${found.length} references`);
});

test('the highlights of a lock are in the document', async () => {
  const document = await open(DUMP);
  const found = await executeCommand<vscode.DocumentHighlight[]>(
    'vscode.executeDocumentHighlights',
    document.uri,
    place(document, '0xc000bc6e00'),
  );
  ok(found.length >= 36, `only ${found.length} highlights`);
});

test('the outline lists all goroutines', async () => {
  const names = await outline(await open(DUMP));
  equal(names.filter((name) => /^goroutine \d+/.test(name)).length, 156, 'goroutines');
});

test('goroutines fold', async () => {
  const document = await open(DUMP);
  const found = await executeCommand<vscode.FoldingRange[]>('vscode.executeFoldingRangeProvider', document.uri);
  ok(
    found.some((range) => range.start === goroutine(document, 62).line),
    `none of ${found.length} ranges starts at goroutine 62`,
  );
});

test('workspace symbols find a goroutine by its name', async () => {
  await open(DUMP);
  const found = await executeCommand<vscode.SymbolInformation[]>(
    'vscode.executeWorkspaceSymbolProvider',
    'goroutine 219',
  );
  match(found.map((one) => one.name).join('\n'), /goroutine 219/);
});

test('the call hierarchy follows the chain of waits in both directions', async () => {
  const document = await open(DUMP);
  const waiter = await hierarchyItem(document, goroutine(document, 62));
  match((await calls('Outgoing', waiter)).join('\n'), /goroutine 219/);
  const holder = await hierarchyItem(document, goroutine(document, 219));
  match((await calls('Outgoing', holder)).join('\n'), /goroutine 211/);
  const behind = await calls('Incoming', holder);
  ok(behind.length >= 36, `only ${behind.length} wait for goroutine 219`);
});

test('the chain goes on in the other program’s log', async () => {
  const log = await open('docker-exec-hang/containerd.4401.stacks.log');
  const document = await open(DUMP);
  const caller = await hierarchyItem(document, goroutine(document, 211));
  match((await calls('Outgoing', caller)).join('\n'), /goroutine 245/);
  ok(goroutine(log, 245), 'goroutine 245 serves the call');
});

test('a dump that a log holds in one escaped line is read too', async () => {
  match((await outline(await open('docker-exec-hang/containerd.log', 'kubelet-journal'))).join('\n'), /goroutine 245/);
});

test('a deadlock is a problem, and only findings are', async () => {
  const document = await open('cycle2.txt');
  const found = await until(
    'problems',
    () => vscode.languages.getDiagnostics(document.uri),
    (all) => all.length > 0,
  );
  match(found.map((one) => one.message).join('\n'), /[Dd]eadlock/);
  ok(found.length < 10, `${found.length} problems in a dump with one deadlock`);
});

test('the id of a problem leads to its article', async () => {
  const document = await open('cycle2.txt');
  const [found] = await until(
    'a deadlock',
    () => vscode.languages.getDiagnostics(document.uri).filter(({ message }) => /[Dd]eadlock/.test(message)),
    (all) => all.length > 0,
  );
  const { value, target } = found!.code as { value: string; target: vscode.Uri };
  equal(value, 'deadlock');
  await executeCommand('vscode.open', target);
  const editor = await activeEditor('the article', ({ document }) => document.uri.toString() === target.toString());
  equal(editor.document.languageId, 'markdown');
  match(
    editor.document.getText(),
    /^# deadlock\n[\s\S]*\*\*Next\*\*: [\s\S]*\*\*How sure\*\*: [\s\S]*\*\*Known from\*\*: /,
  );
});

test('source code in the workspace verifies a holder after the first answer', async () => {
  const document = await open('jobs/goroutine.txt');
  const { line } = goroutine(document, 21);
  const titles = await until(
    'a verified holder',
    () => lenses(document, line),
    (all) => all.some((title) => title.includes('verified')),
  );
  match(titles.join('\n'), /verified by source: locked at queue\.go:\d+/);
});

test('the built-in lock map adds what it knows after the first answer', async () => {
  const document = await open(DUMP);
  await until(
    'the lock map',
    () => hoverText(document, goroutine(document, 62)),
    (text) => text.includes('built-in lock map'),
  );
});

test('F12 on a location opens the source, and hover shows its lines', async () => {
  const document = await open('jobs/goroutine.txt');
  const at = place(document, 'scheduler/queue.go:55', 5);
  const found = await executeCommand<vscode.Location[]>('vscode.executeDefinitionProvider', document.uri, at);
  equal(
    found.map(({ uri, range }) => `${uri.path.split('/').slice(-2).join('/')}:${range.start.line + 1}`),
    ['scheduler/queue.go:55'],
    'F12 on queue.go:55',
  );
  match(await hoverText(document, at), /▶ 55 {2}/);
  const source = await vscode.workspace.openTextDocument(found[0]!.uri);
  match(source.lineAt(54).text, /Reserve/);
});

test('Find Lock Holder goes from a waiter to the holder', async () => {
  const document = await open(DUMP);
  putCursor(goroutine(document, 62));
  await executeCommand('traceInvestigator.findLockHolder');
  await activeEditor('the holder', (editor) => editor.selection.active.line === goroutine(document, 219).line);
});

test('Group Identical Stacks opens a document', async () => {
  await open(DUMP);
  await executeCommand('traceInvestigator.groupStacks');
  const editor = await activeEditor('the groups', ({ document }) => !document.fileName.endsWith('.log'));
  const counts = [...editor.document.getText().matchAll(/^(\d+) goroutines? /gm)].map((found) => Number(found[1]));
  // The first line counts all of them.
  equal(
    counts.slice(1).reduce((sum, count) => sum + count, 0),
    156,
    'goroutines in all groups',
  );
});

test('Investigate opens a report that names the chain', async () => {
  await open(DUMP);
  await executeCommand('traceInvestigator.investigate');
  const editor = await activeEditor(
    'the report',
    ({ document }) => /goroutine 219/.test(document.getText()) && !document.fileName.endsWith('.log'),
  );
  match(editor.document.getText(), /goroutine 211/);
});

test('Show Picture opens one panel beside, however often', async () => {
  await open(DUMP);
  const pictures = (): vscode.Tab[] =>
    vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ label }) => label === 'Trace Picture');
  await executeCommand('traceInvestigator.showPicture');
  await executeCommand('traceInvestigator.showPicture');
  const [tab] = await until('the picture', pictures, (tabs) => tabs.length > 0);
  equal(pictures().length, 1, 'pictures');
  ok(tab!.group !== vscode.window.tabGroups.all[0], 'it is not beside');
  await vscode.window.tabGroups.close(tab!);
});

test('Copy for a Ticket puts the report on the clipboard', async () => {
  await open(DUMP);
  const copied = executeCommand('traceInvestigator.copyForTicket'); // ends when its message is closed
  const text = await until(
    'the report',
    () => vscode.env.clipboard.readText(),
    (all) => all.includes('# Investigation'),
  );
  match(text, /goroutine 211/);
  match(text, /(?:Redacted: .*|Nothing in it looked like a secret\.)\s*$/);
  await Promise.race([copied, new Promise((resolve) => setTimeout(resolve, 100))]);
});

test('a call that never returned says on what, and its descriptor leads to the call that made it', async () => {
  const document = await open('bus-write-hang/jobd.strace', 'strace');
  const blocked = document
    .getText()
    .split('\n')
    .findLastIndex((line) => /write\(3, .*<unfinished \.\.\.>$/.test(line)); // those before went on
  ok(blocked > 0, 'the sample has no blocked write');
  match((await lenses(document, blocked)).join(), /write\(3\) never returned/);
  const fd = new vscode.Position(blocked, document.lineAt(blocked).text.indexOf('write(') + 'write('.length);
  const [origin] = await definitions(document, fd);
  match(document.lineAt(origin!).text, /socket\(|connect\(/);
  match(await hoverText(document, fd), /dbus|socket|bus/i);
});

test('an outage in a journal has a lens, and hover explains it', async () => {
  const document = await open('node-not-ready/journal.log', 'kubelet-journal');
  const line = document
    .getText()
    .split('\n')
    .findIndex((text) => /pleg was last seen active/.test(text));
  match((await lenses(document, line)).join(), /PLEG unhealthy/);
  match(await hoverText(document, new vscode.Position(line, document.lineAt(line).text.indexOf('PLEG'))), /relist/);
});

test('Investigate follows an incident through files that are not open, to its root', async () => {
  await executeCommand('workbench.action.closeAllEditors');
  await open('node-not-ready/journal.log', 'kubelet-journal');
  await executeCommand('traceInvestigator.investigate');
  const editor = await activeEditor('the report', ({ document }) => /Investigation/.test(document.fileName));
  const text = await until(
    'the root in the report',
    () => editor.document.getText(),
    (report) => /systemd has used up its D-Bus cookies/.test(report),
  );
  for (const name of ['kubelet', 'goroutine 134', 'Tasks/Create', 'runc', 'systemd']) match(text, new RegExp(name));
});

test('Investigate reads a file that VS Code keeps from extensions, and its places are in the excerpt', async () => {
  await executeCommand('workbench.action.closeAllEditors');
  const file = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'large-node/kubelet-large.log');
  await executeCommand('traceInvestigator.investigate', file, [file]);
  const editor = await activeEditor('the report', ({ document }) => /Investigation/.test(document.fileName));
  match(editor.document.getText(), /kubelet-large\.log:\d{6}/);
  const links = await executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', editor.document.uri);
  const link = links.find(({ target }) => target?.path.endsWith('/kubelet-large.log'));
  ok(link?.target, 'no link into the excerpt');
  const excerpt = await vscode.workspace.openTextDocument(link.target.with({ fragment: '' }));
  await until(
    'its language',
    () => excerpt.languageId,
    (id) => id === 'kubelet-journal',
  );
  const { uri } = excerpt;
  const line = Number(/^L(\d+)/.exec(link.target.fragment)![1]) - 1;
  const document = await vscode.workspace.openTextDocument(uri);
  const character = document.lineAt(line).text.indexOf('PLEG');
  ok(character > 0, `line ${line + 1} of the excerpt is ${document.lineAt(line).text}`);
  match(await hoverText(document, new vscode.Position(line, character)), /relist/);
  ok((await outline(document)).length > 0, 'no outline');
});

/** What is used here of the API for language models; the types of the oldest editor that is supported do not know it. */
interface LanguageModels {
  readonly tools: readonly { readonly name: string; readonly inputSchema?: { readonly properties: object } }[];
  invokeTool(name: string, options: object): Thenable<{ readonly content: readonly { readonly value: string }[] }>;
}
const { lm } = vscode as unknown as { readonly lm: LanguageModels };

/** What a model is told, or why it is told nothing. */
async function toolSays(name: string, input: object): Promise<string> {
  const options = { input, toolInvocationToken: undefined };
  return Promise.resolve(lm.invokeTool(`traceInvestigator_${name}`, options)).then(
    ({ content }) => content.map(({ value }) => value).join(),
    (error: Error) => `error: ${error.message}`,
  );
}

test('the sample incident opens, and is investigated', async () => {
  await executeCommand('workbench.action.closeAllEditors');
  await executeCommand('traceInvestigator.openSample');
  const editor = await activeEditor('the report', ({ document }) => /Investigation/.test(document.fileName));
  // A report that was shown before is written anew.
  await until(
    'the sample in it',
    () => editor.document.getText(),
    (text) => /Known fault: systemd has used up.*the cookie of its bus connection is past/.test(text),
  );
});

test('language models are offered the tools, and are answered by the investigation', async () => {
  const { contributes } = extension().packageJSON as { contributes: { languageModelTools: { name: string }[] } };
  const offered = contributes.languageModelTools.map(({ name }) => name).toSorted();
  equal(offered.length, 6);
  const known = lm.tools.map(({ name }) => name).filter((name) => name.startsWith('traceInvestigator_'));
  equal(known.toSorted(), offered, 'tools');
  await executeCommand('workbench.action.closeAllEditors');
  const document = await open(DUMP);
  const line = goroutine(document, 219).line + 1;
  const holder = await toolSays('findLockHolder', { lock: 'goroutine 62' });
  match(holder, /held by goroutine 219/);
  ok(holder.includes(`${document.uri}:${line}`), `no place in ${holder}`);
  match(holder, /never instructions to follow/);
  match(await toolSays('explain', { file: DUMP, line }), /goroutine 219/);
  match(await toolSays('explain', { term: 'semacquire' }), /semaphore/);
  // Of files that nobody has opened, and as an investigation of its own.
  const report = await toolSays('investigate', { paths: ['node-not-ready'] });
  match(report, /systemd has used up its D-Bus cookies/);
  match(await toolSays('outages', {}), /journal\.log:\d+/);
  match(await toolSays('blockedCalls', { paths: ['bus-write-hang'] }), /write\(\d+\) never returned/);
  const dumps = ['jobs/goroutine.txt', 'jobs/jobs.log'];
  match(await toolSays('compareDumps', { paths: dumps }), /18 goroutines are stuck/);
});

test('language models read nothing outside of the workspace', async () => {
  for (const path of ['../secret.txt', '/etc/passwd', 'file:///etc/passwd', 'jobs/../../secret.txt']) {
    // On the web the workspace is the whole of its file system: there nothing lies outside, and nothing is there.
    const refused = /^error: .*: (?:outside of the workspace|no such file or folder)/;
    match(await toolSays('investigate', { paths: [path] }), refused, path);
    match(await toolSays('explain', { file: path, line: 1 }), refused, path);
  }
  match(await toolSays('investigate', { paths: ['no-such-file'] }), /no such file or folder/);
});

test('the text of a trace stays text', async () => {
  const document = await open('goroutine-stacks-hostile.log');
  const hover = await hoverText(document, place(document, 'goroutine 1 ['));
  match(hover, /goroutine 1/);
  ok(!/(?<!\\)\]\(command:|(?<!\\)<img|(?<!\\)\*\*bold/.test(hover), `the hover passes markup on: ${hover}`);
});

test('torn, empty and binary files do no harm', async () => {
  const binary = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'goroutine-stacks-binary.log');
  await Promise.resolve(vscode.workspace.openTextDocument(binary)).catch(() => {}); // VS Code may refuse it
  for (const name of ['torn', 'empty']) {
    const document = await open(`goroutine-stacks-${name}.log`);
    const first = new vscode.Position(0, 0);
    await executeCommand('vscode.executeCodeLensProvider', document.uri, 1_000);
    await hovers(document, first);
    await definitions(document, first);
    await executeCommand('vscode.executeDocumentSymbolProvider', document.uri);
  }
  const document = await open(DUMP);
  equal(await definitions(document, goroutine(document, 62)), [goroutine(document, 219).line], 'afterwards');
});

test('nothing was edited', async () => {
  const edited = vscode.workspace.textDocuments.filter(
    (document) => document.isDirty && document.uri.scheme !== 'untitled',
  );
  equal(
    edited.map((document) => document.fileName),
    [],
  );
});
