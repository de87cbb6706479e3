// The real server, a process of its own, over stdio: it starts, answers every request that it announces, survives what it
// cannot know, cancels, and ends. What the answers say is the cases' matter.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import {
  appendFileSync,
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import * as git from 'isomorphic-git';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type { Diagnostic } from 'vscode-languageserver';
import { HandOver } from '../../client/src/handOver.js';
import { packBytes } from '../../scripts/packing/packBytes.js';
import { said } from '../../server/src/core/text/l10n.js';
import { features } from '../../server/src/features/index.js';
import * as protocol from '../../server/src/host/protocol.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const incident = join(root, 'samples/docker-exec-hang');
const DUMP = join(incident, 'goroutine-stacks-2026-11-23T215620Z.log');
const uri = pathToFileURL(DUMP).href;
const text = readFileSync(DUMP, 'utf8');
const textDocument = { uri };
/** A sample that comes with its source code. */
const jobs = join(root, 'samples/two-locks-deadlock');
const jobsUri = pathToFileURL(join(jobs, 'goroutine.txt')).href;
const journalUri = pathToFileURL(join(root, 'samples/node-not-ready/journal.log')).href;
const jobsText = readFileSync(join(jobs, 'goroutine.txt'), 'utf8');

/** The place of a text in the dump. */
function at(what: string): { line: number; character: number } {
  const before = text.slice(0, text.indexOf(what)).split('\n');
  return { line: before.length - 1, character: before.at(-1)!.length };
}
const waiter = at('goroutine 62 [');
const holder = at('goroutine 219 [');

let folder: string;
beforeAll(async () => {
  mkdirSync(join(root, '.cache'), { recursive: true });
  folder = mkdtempSync(join(root, '.cache/server-'));
  const entry = join(root, 'server/src/host/node.ts');
  await build({
    entryPoints: [entry],
    outfile: join(folder, 'server/node.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    alias: { 'web-tree-sitter': join(root, 'node_modules/web-tree-sitter/web-tree-sitter.cjs') },
    logLevel: 'error',
  });
  for (const name of ['web-tree-sitter', 'tree-sitter-go'])
    writeFileSync(
      join(folder, `${name}.wasm.packed`),
      packBytes(readFileSync(join(root, 'node_modules', name, `${name}.wasm`))),
    );
  cpSync(join(root, 'server/data/lock-maps'), join(folder, 'lock-maps'), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let server: ChildProcessWithoutNullStreams;
let connection: MessageConnection;
/** What the client has to say, while it is kept back. */
let kept: Buffer[] | undefined;
let logged: string[];
let ended: Promise<number | null>;

function start(): void {
  server = spawn(process.execPath, [join(folder, 'server/node.cjs'), '--stdio']);
  ended = new Promise((resolve) => server.on('exit', resolve));
  kept = undefined;
  const input = new Writable({
    write: (chunk, _, done) => {
      if (kept) done(void kept.push(chunk));
      else server.stdin.write(chunk, done);
    },
  });
  connection = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(input));
  logged = [];
  connection.onNotification('window/logMessage', ({ message }) => {
    logged.push(message);
  });
  connection.listen();
}

const ask = <R>(method: string, params?: object): Promise<R> => connection.sendRequest(method, params);

async function initialize(
  capabilities: object = {},
  initializationOptions: object = {},
): Promise<{ capabilities: Record<string, unknown> }> {
  const result = await ask<{ capabilities: Record<string, unknown> }>('initialize', {
    processId: null,
    rootUri: null,
    capabilities,
    initializationOptions,
  });
  await connection.sendNotification('initialized', {});
  return result;
}

const open = (uri: string, text: string, languageId = 'goroutine-dump'): Promise<void> =>
  connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });

beforeEach(start);
afterEach(() => {
  connection.dispose();
  server.kill();
});

test('it starts, announces itself, and ends when told', async () => {
  const { capabilities } = await initialize();
  expect(capabilities.positionEncoding).toBe('utf-16');
  expect(capabilities.textDocumentSync).toEqual({ openClose: true, change: 2 });
  await ask('shutdown');
  await connection.sendNotification('exit');
  expect(await ended).toBe(0);
});

test('it speaks the language whose words the client brings', async () => {
  const words = { 'waits {0}': 'wartet {0}', 'waits {0} {1}': 'wartet {0} {1}', 'for {0}': 'auf {0}', 'no text': 7 };
  await initialize({}, { words });
  await open(uri, text);
  const params = { textDocument: { uri }, position: waiter };
  const items = await ask<{ detail: string }[]>('textDocument/prepareCallHierarchy', params);
  expect(items[0]!.detail).toMatch(/^wartet .*auf mutex #/);
});

test('it says which document it reads before it does, and when it has', async () => {
  await initialize();
  const told: protocol.ReadingParams[] = [];
  connection.onNotification(protocol.READING, (params: protocol.ReadingParams) => void told.push(params));
  await open(uri, text);
  await ask('textDocument/documentSymbol', { textDocument: { uri } });
  expect(told).toEqual([{ uri }, {}]);
});

describe('a large document', () => {
  const large = 'file:///large.txt';
  /** Enough of it that it is read in pieces. */
  const much = `${text}\n`.repeat(Math.ceil(12_000_000 / text.length));
  const hover = (uri: string): Promise<object | null> =>
    ask('textDocument/hover', { textDocument: { uri }, position: waiter });
  const lenses = (uri: string): Promise<{ range: { start: { line: number } } }[]> =>
    ask('textDocument/codeLens', { textDocument: { uri } });

  beforeEach(async () => {
    await initialize();
    await open(uri, text);
    await hover(uri);
  });

  test('keeps nobody else waiting while it is read', async () => {
    const order: string[] = [];
    await open(large, much);
    const all = [lenses(large).then(() => order.push('lenses of the large one'))];
    for (let i = 0; i < 3; i++) {
      expect(await hover(uri)).toBeTruthy();
      order.push('hover elsewhere');
    }
    await Promise.all(all);
    expect(order).toEqual(['hover elsewhere', 'hover elsewhere', 'hover elsewhere', 'lenses of the large one']);
  });

  test('is read anew when it changes meanwhile, and answers for its last text', async () => {
    const told: protocol.ReadingParams[] = [];
    connection.onNotification(protocol.READING, (params: protocol.ReadingParams) => void told.push(params));
    await open(large, much);
    const first = lenses(large);
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: large, version: 2 },
      contentChanges: [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: '\n\n\n' }],
    });
    const lines = (list: { range: { start: { line: number } } }[]): number[] => list.map((one) => one.range.start.line);
    const second = lines(await lenses(large));
    expect(lines(await first)).toEqual(second);
    await open('file:///same.txt', `\n\n\n${much}`);
    expect(lines(await lenses('file:///same.txt'))).toEqual(second);
    expect(told.at(-1)).toEqual({});
    expect(told.some(({ uri }) => uri === large)).toBe(true);
  });

  test('may be closed while it is read', async () => {
    await open(large, much);
    const asked = lenses(large);
    await connection.sendNotification('textDocument/didClose', { textDocument: { uri: large } });
    expect(await asked).toBeNull();
    expect(await hover(uri)).toBeTruthy();
    expect(await ask(protocol.FINDINGS, {})).toBeTruthy();
  });

  test('is part of every answer about all that is open', async () => {
    await open(large, much);
    const { text: report } = await ask<{ text: string }>(protocol.VIRTUAL_TEXT, { kind: 'report' });
    expect(report).toContain('large.txt');
  });
});

describe('a large document whose text is fetched', () => {
  const large = 'file:///large.txt';
  const much = `${text}\n`.repeat(Math.ceil(6_000_000 / text.length));
  const hover = (uri: string): Promise<object | null> =>
    ask('textDocument/hover', { textDocument: { uri }, position: waiter });
  const symbols = async (uri: string): Promise<number | undefined> =>
    (await ask<object[] | null>('textDocument/documentSymbol', { textDocument: { uri } }))?.length;
  const opened = (text: string, version = 1): object => ({
    textDocument: { uri: large, languageId: 'goroutine-dump', version, text },
  });
  let handOver: HandOver;
  const send = (method: string, params: object): Promise<void> =>
    handOver.send(method, params, (type, params) => connection.sendNotification(type as string, params));
  const close = (): Promise<void> => send('textDocument/didClose', { textDocument: { uri: large } });
  const write = (text: string, version: number): Promise<void> =>
    send('textDocument/didChange', {
      textDocument: { uri: large, version },
      contentChanges: [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text }],
    });
  /** The client's answers wait here while somebody holds them back. */
  let held: Promise<void>;
  let fetched: protocol.PieceParams[];
  /** Holds back what the server fetches from now on; the function that is returned lets it go. */
  function hold(): () => void {
    let letGo = (): void => {};
    held = new Promise((resolve) => {
      letGo = resolve;
    });
    return letGo;
  }

  beforeEach(async () => {
    handOver = new HandOver();
    held = Promise.resolve();
    fetched = [];
    connection.onRequest(protocol.FETCH_PIECE, async (params: protocol.PieceParams) => {
      fetched.push(params);
      const piece = handOver.piece(params);
      await held;
      return piece;
    });
    await initialize();
    await open(uri, text);
    await hover(uri);
  });

  test('is the same document as one that came in one message', async () => {
    await send('textDocument/didOpen', opened(much));
    const found = await ask<object[]>('textDocument/documentSymbol', { textDocument: { uri: large } });
    await open('file:///same.txt', much);
    expect(found).toEqual(await ask('textDocument/documentSymbol', { textDocument: { uri: 'file:///same.txt' } }));
    expect(fetched.length).toBeGreaterThan(3);
    // One that is small comes as everywhere.
    fetched = [];
    await send('textDocument/didOpen', opened(text, 2));
    expect(await symbols(large)).toBe(await symbols(uri));
    expect(fetched).toEqual([]);
  });

  test('keeps requests about it waiting, and those about all that is open; no others', async () => {
    const letGo = hold();
    await send('textDocument/didOpen', opened(much));
    const done: string[] = [];
    const about = [hover(large), ask(protocol.FINDINGS, {})].map((one) => one.then(() => void done.push('about it')));
    expect(await hover(uri)).toBeTruthy();
    done.push('elsewhere');
    letGo();
    await Promise.all(about);
    expect(done).toEqual(['elsewhere', 'about it', 'about it']);
  });

  test('answers for what has been changed in it meanwhile, in the order of the changes', async () => {
    const letGo = hold();
    await send('textDocument/didOpen', opened(much));
    await write('\n\n', 2);
    await write('goroutine 990001 [running]:\n', 3); // above the empty lines
    const asked = ask<{ name: string; range: { start: { line: number } } }[]>('textDocument/documentSymbol', {
      textDocument: { uri: large },
    });
    letGo();
    const found = await asked;
    await open('file:///same.txt', `goroutine 990001 [running]:\n\n\n${much}`);
    expect(found).toEqual(await ask('textDocument/documentSymbol', { textDocument: { uri: 'file:///same.txt' } }));
  });

  test('may be closed meanwhile: nothing more of it is fetched, and who waits for it hears', async () => {
    const letGo = hold();
    await send('textDocument/didOpen', opened(much));
    const asked = hover(large);
    await hover(uri); // by now the first piece is asked for
    await close();
    expect(await asked).toBeNull();
    expect(await ask(protocol.FINDINGS, {})).toBeTruthy();
    letGo();
    expect(await hover(uri)).toBeTruthy();
    expect(await hover(large)).toBeNull();
    expect(fetched).toHaveLength(1);
  });

  test('may be closed and opened anew meanwhile: the last text counts, and no piece of the first', async () => {
    const letGo = hold();
    const other = much.replaceAll('goroutine ', 'goroutine 7');
    await send('textDocument/didOpen', opened(other));
    await hover(uri); // by now the first piece is asked for
    await write('\n', 2);
    await close();
    await send('textDocument/didOpen', opened(much, 5));
    letGo();
    const found = await ask('textDocument/documentSymbol', { textDocument: { uri: large } });
    await open('file:///same.txt', much);
    expect(found).toEqual(await ask('textDocument/documentSymbol', { textDocument: { uri: 'file:///same.txt' } }));
  });

  test('a request about it that is cancelled is answered at once', async () => {
    const letGo = hold();
    await send('textDocument/didOpen', opened(much));
    const source = new CancellationTokenSource();
    const asked = connection.sendRequest(
      'textDocument/hover',
      { textDocument: { uri: large }, position: waiter },
      source.token,
    );
    await hover(uri);
    source.cancel();
    await expect(asked).rejects.toMatchObject({ code: -32800 });
    letGo();
    expect(await hover(large)).toBeTruthy();
  });

  describe('that is offered to the investigation', () => {
    const offer = (text: string): Promise<string | null> =>
      handOver.offer({ uri: large, text }, (params) => ask<string | null>(protocol.OFFER, params));
    const isThere = async (): Promise<boolean> =>
      (await ask<{ text: string }>(protocol.VIRTUAL_TEXT, { kind: 'report' })).text.includes('large.txt');

    test('is fetched too, and read', async () => {
      await ask(protocol.NEW_INVESTIGATION);
      expect(await offer(much)).toBe('goroutine-dump');
      expect(fetched.length).toBeGreaterThan(3);
      expect(await isThere()).toBe(true);
    });

    test('is none of another investigation that began meanwhile', async () => {
      await ask(protocol.NEW_INVESTIGATION);
      const letGo = hold();
      const offered = offer(much);
      await hover(uri); // by now the first piece is asked for
      await ask(protocol.NEW_INVESTIGATION);
      letGo();
      expect(await offered).toBeNull();
      expect(fetched).toHaveLength(1);
      expect(await isThere()).toBe(false);
    });

    test('gives way to the document, where it is opened meanwhile', async () => {
      await ask(protocol.NEW_INVESTIGATION);
      const letGo = hold();
      const offered = offer(much.replaceAll('goroutine ', 'goroutine 7'));
      await hover(uri);
      await send('textDocument/didOpen', opened(much));
      letGo();
      await offered;
      await open('file:///same.txt', much);
      expect(await symbols(large)).toBe(await symbols('file:///same.txt'));
      await close();
      expect(await symbols(large)).not.toBe(await symbols('file:///same.txt'));
    });
  });

  test('of which the client has nothing, or that it fails to give, is none', async () => {
    await connection.sendNotification(protocol.OPEN_LARGE, {
      uri: 'file:///gone.txt',
      languageId: 'goroutine-dump',
      version: 1,
      length: 9,
      opening: 1,
    } satisfies protocol.OpenLarge);
    expect(await hover('file:///gone.txt')).toBeNull();
    connection.onRequest(protocol.FETCH_PIECE, () => {
      throw new Error('no');
    });
    await send('textDocument/didOpen', opened(much));
    expect(await hover(large)).toBeNull();
    expect(await hover(uri)).toBeTruthy();
    expect(logged.join()).toContain('fetching file:///large.txt');
  });
});

describe('every request is answered', () => {
  const whole = { start: { line: 0, character: 0 }, end: { line: 100, character: 0 } };
  const position = waiter;
  const context = { includeDeclaration: true };
  /** Params of each request. Those that go on from another's answer make them of it. */
  const requests: Record<string, object | (() => Promise<object>)> = {
    'textDocument/hover': { textDocument, position },
    'textDocument/definition': { textDocument, position },
    'textDocument/references': { textDocument, position: at('0xc000bc6e00'), context },
    'textDocument/documentHighlight': { textDocument, position: at('0xc000bc6e00') },
    'textDocument/prepareCallHierarchy': { textDocument, position },
    'callHierarchy/outgoingCalls': async () => ({ item: await hierarchyItem(waiter) }),
    'callHierarchy/incomingCalls': async () => ({ item: await hierarchyItem(holder) }),
    'textDocument/codeLens': { textDocument },
    'codeLens/resolve': async () => (await ask<object[]>('textDocument/codeLens', { textDocument }))[0]!,
    'textDocument/inlayHint': { textDocument, range: { start: waiter, end: { line: waiter.line + 20, character: 0 } } },
    'textDocument/semanticTokens/full': { textDocument },
    'textDocument/semanticTokens/range': { textDocument, range: whole },
    'textDocument/documentSymbol': { textDocument },
    'textDocument/foldingRange': { textDocument },
    'textDocument/selectionRange': { textDocument, positions: [position] },
    'textDocument/diagnostic': { textDocument },
    'workspace/symbol': { query: 'goroutine 219' },
    'textDocument/documentLink': { textDocument: { uri: jobsUri } },
    'documentLink/resolve': async () => (await links())[0]!,
    [protocol.CONTENDED_LOCKS]: {},
    [protocol.HOLDERS]: { uri, position },
    [protocol.WAIT_CHAIN]: { uri, position },
    [protocol.NOTES]: { about: 'blocked' },
    [protocol.NEW_INVESTIGATION]: {},
    [protocol.OFFER]: { uri: 'file:///other.log', text },
    [protocol.DETECT_LARGE]: { uri: journalUri },
    [protocol.OFFER_LARGE]: { uri: journalUri, excerpt: `${protocol.VIRTUAL_SCHEME}://excerpt/file/-/journal.log` },
    [protocol.ANSWER]: { tool: 'investigate', input: {}, secrets: [] },
    [protocol.LEFT_OUT]: { file: 'big.log', reason: 'larger than 50 MB' },
    [protocol.VIRTUAL_TEXT]: { kind: 'report' },
    [protocol.FINDINGS]: {},
    [protocol.TICKET]: { words: [] },
    [protocol.PICTURE]: {},
    [protocol.DUMPS]: {},
  };
  const hierarchyItem = async (position: object): Promise<object> =>
    (await ask<object[]>('textDocument/prepareCallHierarchy', { textDocument, position }))[0]!;
  const links = (): Promise<object[]> => ask('textDocument/documentLink', { textDocument: { uri: jobsUri } });

  beforeEach(async () => {
    const initializationOptions = { commands: true, sourceRoots: [join(jobs, 'source')] };
    await ask('initialize', { processId: null, rootUri: null, capabilities: {}, initializationOptions });
    await connection.sendNotification('initialized', {});
    await open(uri, text);
    await open(jobsUri, jobsText);
  });

  test('and each has a test here', () => {
    const methods = [...features.flatMap(({ handlers }) => handlers.map(({ method }) => method))];
    // What the server asks, and what one tells the other.
    const others: string[] = [protocol.LIST_FOLDER, protocol.READ_FILE, protocol.READ_ASSET, protocol.FETCH_PIECE];
    others.push(protocol.CHANGED, protocol.READING, protocol.LARGE_PROGRESS, protocol.OPEN_LARGE);
    const own = Object.values(protocol).filter(
      (value) => typeof value === 'string' && value.includes('/') && !others.includes(value),
    );
    expect(Object.keys(requests).toSorted()).toEqual([...methods, ...own].toSorted());
  });

  for (const [method, params] of Object.entries(requests))
    test(method, async () => {
      const answer = await ask(method, typeof params === 'function' ? await params() : params);
      expect(answer, method).toBeTruthy();
      if (Array.isArray(answer)) expect(answer.length).toBeGreaterThan(0);
      expect(logged).toEqual([]);
    });

  test('a dump in a single line of a log is read as a text of its own', async () => {
    const log = readFileSync(join(incident, 'containerd.log'), 'utf8');
    const uri = 'file:///containerd.log';
    await open(uri, log);
    const params = { kind: 'readable', uri, position: { line: 0, character: 0 } };
    const answer = await ask<{ text: string }>(protocol.VIRTUAL_TEXT, params);
    expect(answer.text).toMatch(/^goroutine 245 \[select, 7 minutes\]:\n/m);
    await open('file:///plain.log', text);
    const plain = { ...params, uri: 'file:///plain.log' };
    expect(await ask(protocol.VIRTUAL_TEXT, plain)).toBeNull();
  });

  test('a file that is offered joins the open traces until the next investigation', async () => {
    const report = async (): Promise<string> =>
      (await ask<{ text: string }>(protocol.VIRTUAL_TEXT, { kind: 'report' })).text;
    await ask(protocol.NEW_INVESTIGATION);
    expect(await ask(protocol.OFFER, { uri: 'file:///notes.txt', text: 'nothing of ours' })).toBeNull();
    expect(await ask(protocol.OFFER, { uri: 'file:///offered.log', text })).toBe('goroutine-dump');
    await ask(protocol.LEFT_OUT, { file: 'big.log', reason: 'larger than 50 MB' });
    expect(await report()).toContain('offered.log');
    expect(await report()).toContain('larger than 50 MB');
    expect(await report()).not.toContain('notes.txt');
    const symbols = await ask<{ location: { uri: string } }[]>('workspace/symbol', { query: 'goroutine 219' });
    expect(symbols.map(({ location }) => location.uri)).toContain('file:///offered.log');
    // The background work on it comes to an end: questions are answered after it too.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await ask('textDocument/hover', { textDocument, position })).toBeTruthy();
    await ask(protocol.NEW_INVESTIGATION);
    expect(await report()).not.toMatch(/offered\.log|big\.log/);
  });

  test('a link leads to the file and line', async () => {
    const target = pathToFileURL(join(jobs, 'source/scheduler/pool.go')).href;
    const targets = await Promise.all(
      (await links()).map(async (link) => (await ask<{ target: string }>('documentLink/resolve', link)).target),
    );
    expect(targets.filter((one) => new RegExp(`^${target}#L\\d+$`).test(one)).length).toBeGreaterThan(0);
  });
});

describe('it survives', () => {
  const anywhere = { textDocument: { uri: 'file:///gone.txt' }, position: { line: 3, character: 1 } };
  beforeEach(() => initialize());

  test('questions about documents that are not open', async () => {
    expect(await ask('textDocument/hover', anywhere)).toBeNull();
    expect(await ask('textDocument/definition', anywhere)).toBeNull();
    expect(await ask('textDocument/semanticTokens/full', anywhere)).toBeNull();
    expect(await ask('textDocument/diagnostic', anywhere)).toEqual({ kind: 'full', items: [] });
    expect(await ask(protocol.TICKET, { words: [] })).toBeNull();
    expect(await ask(protocol.FINDINGS)).toEqual([]);
    expect(await ask(protocol.PICTURE)).toEqual({ boxes: [], arrows: [], more: 0, timeline: [] });
    expect(await ask(protocol.HOLDERS, { uri: 'file:///gone.txt', position: { line: 0, character: 0 } })).toBeNull();
    expect(logged).toEqual([]);
  });

  test('params that are none: it answers empty, logs, and goes on', async () => {
    expect(await ask('textDocument/hover', {})).toBeNull();
    expect(await ask('callHierarchy/outgoingCalls', { item: 7 })).toEqual([]);
    expect(await ask('codeLens/resolve', { range: 1 })).toEqual({ range: 1 });
    expect(logged.length).toBeGreaterThan(0);
    expect(await ask(protocol.CONTENDED_LOCKS)).toEqual([]);
  });

  const odd = {
    'an empty document': '',
    'a binary document': String.fromCharCode(...Array.from({ length: 5000 }, (_, i) => (i * 7919) % 0xffff)),
    'one endless line': 'goroutine 1 ['.repeat(50_000),
    'half a dump': text.slice(text.length / 3, text.length / 2),
  };
  for (const [what, content] of Object.entries(odd))
    test(what, async () => {
      await open('file:///odd.txt', content);
      const textDocument = { uri: 'file:///odd.txt' };
      const position = { line: 0, character: 5 };
      const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
      const params = {
        textDocument,
        position,
        positions: [position],
        range,
        query: '',
        context: { includeDeclaration: true },
      };
      for (const { handlers } of features)
        for (const { method } of handlers) if (!/resolve|Calls$/.test(method)) await ask(method, params);
      expect(logged).toEqual([]);
    });

  test('a document that is no trace', async () => {
    await open('file:///notes.txt', 'Nothing here is a trace.\n', 'plaintext');
    expect(await ask('textDocument/codeLens', { textDocument: { uri: 'file:///notes.txt' } })).toBeNull();
  });
});

describe('what the client draws', () => {
  beforeEach(async () => {
    await initialize({}, { commands: true });
    await open(uri, text);
  });
  const lineOf = (range: { start: { line: number } }): string => text.split('\n')[range.start.line]!;

  test('the findings begin with the root, and lead along its chain', async () => {
    const all = await ask<protocol.FindingItem[]>(protocol.FINDINGS);
    expect(all.map(({ label }) => /^(?:Known fault|Goroutine \d+)/.exec(label)?.[0]).slice(0, 3)).toEqual([
      'Known fault', // of which 211 is the root
      'Goroutine 211',
      'Goroutine 219',
    ]);
    const first = all[1];
    expect(all[0]!.chain).toEqual(first!.chain);
    expect(lineOf(first!.location!.range)).toMatch(/^goroutine 211 /);
    expect(first!.description).toMatch(/\.log:\d+$/);
    expect(first!.related.length).toBeGreaterThan(0);
    const chain = first!.chain;
    expect(chain.map(({ label }) => label.replace(/ waits.*/, ''))).toEqual([
      'goroutine 62',
      'goroutine 219',
      'goroutine 211',
    ]);
    expect(lineOf(chain[2]!.location!.range)).toMatch(/^goroutine 211 /);
  });

  test('the picture has boxes with places, and arrows between them', async () => {
    const { boxes, arrows } = await ask<protocol.PictureView>(protocol.PICTURE);
    const root = boxes.find(({ mark }) => mark === 'likely root')!;
    expect(lineOf(root.location!.range)).toMatch(/^goroutine 211 /);
    expect(boxes.map(({ title }) => title)).toContain('36 goroutines');
    expect(JSON.stringify(boxes)).not.toContain('"trace"');
    for (const { from, to } of arrows) expect(boxes[from] && boxes[to]).toBeTruthy();
  });

  test('dumps are listed, and compared as they are asked for', async () => {
    await open(jobsUri, jobsText);
    const log = pathToFileURL(join(jobs, 'jobs.log')).href;
    await open(log, readFileSync(join(jobs, 'jobs.log'), 'utf8'));
    const all = await ask<protocol.DumpItem[]>(protocol.DUMPS);
    expect(all.map((dump) => dump.uri)).toEqual([uri, jobsUri, log]);
    expect(all.map(({ process }) => process)).toEqual([0, 1, 1]);
    const dumps = all.slice(1).map(({ uri, format, part }) => ({ uri, format, part }));
    const { text, links } = await ask<protocol.VirtualText>(protocol.VIRTUAL_TEXT, { kind: 'compare', dumps });
    expect(text).toContain('18 goroutines are stuck');
    expect(new Set(links.map(({ target }) => target.uri))).toEqual(new Set([jobsUri, log]));
    expect(await ask(protocol.VIRTUAL_TEXT, { kind: 'compare', dumps: dumps.slice(1) })).toBeNull();
    expect(await ask(protocol.VIRTUAL_TEXT, { kind: 'compare' })).toBeNull();
  });

  test('the report for a ticket has no words of the list', async () => {
    const ticket = await ask<protocol.Ticket>(protocol.TICKET, { words: ['containerexec'] });
    expect(ticket.text).toContain('# Investigation');
    expect(ticket.text.toLowerCase()).not.toContain('containerexec');
    expect(ticket.redacted).toMatch(/^Redacted: \d+ words? of your own list\.$/);
  });

  test('agents are answered about the open traces, without the words of the list', async () => {
    const asked = (tool: protocol.ToolName, input: protocol.ToolInput = {}, secrets: string[] = []) =>
      ask<protocol.ToolAnswer>(protocol.ANSWER, { tool, input, secrets });
    const { text, failed } = await asked('find_lock_holder', { lock: 'goroutine 62' });
    expect(failed).toBe(false);
    expect(text).toContain('held by goroutine 219');
    expect(text).toContain(`${uri}:${holder.line + 1}`);
    const line = await asked('explain', { file: uri, line: waiter.line + 1 }, ['containerexec']);
    expect(line.text).toContain('goroutine 62');
    expect(line.text.toLowerCase()).not.toContain('containerexec');
    expect((await asked('explain', { file: 'file:///other.txt', line: 1 })).failed).toBe(true);
  });

  test('it is told when to draw again', async () => {
    const told = new Promise((resolve) => connection.onNotification(protocol.CHANGED, () => resolve(true)));
    await open(jobsUri, jobsText);
    expect(await told).toBe(true);
  });
});

describe('a client of another editor', () => {
  /** What the server publishes for the dump, once it does. */
  const published = (): Promise<{ message: string; range: { start: { line: number } } }[]> =>
    new Promise((resolve) =>
      connection.onNotification('textDocument/publishDiagnostics', (params) => {
        if (params.uri === uri) resolve(params.diagnostics);
      }),
    );
  const commands = async (): Promise<string[]> => {
    const lenses = await ask<object[]>('textDocument/codeLens', { textDocument });
    const resolved = lenses.map((lens) => ask<{ command: { command: string } }>('codeLens/resolve', lens));
    return (await Promise.all(resolved)).map(({ command }) => command.command);
  };

  test('that shows virtual documents is given the article of each finding', async () => {
    const codes = async (): Promise<Diagnostic[]> =>
      (await ask<{ items: Diagnostic[] }>('textDocument/diagnostic', { textDocument })).items;
    await initialize({ textDocument: { diagnostic: {} } }, { virtualDocuments: true });
    await open(uri, text);
    const found = await codes();
    expect(found.length).toBeGreaterThan(1);
    for (const { code, codeDescription } of found) {
      const { protocol: scheme, pathname, search, hash } = new URL(codeDescription!.href);
      expect([scheme, hash]).toEqual([`${protocol.VIRTUAL_SCHEME}:`, '']);
      expect(pathname).toMatch(/^\/[\w.-]+\.md$/);
      const params = JSON.parse(decodeURIComponent(search.slice(1))) as protocol.VirtualParams;
      const article = await ask<protocol.VirtualText>(protocol.VIRTUAL_TEXT, params);
      expect(article.text).toMatch(new RegExp(`^# ${String(code)}\\b[\\s\\S]*\\*\\*How sure\\*\\*`));
    }
    for (const name of ['constructor', '', '../x'])
      for (const kind of ['finding', 'note', 'problem'] as const) {
        const article = { kind, name, format: 'strace' };
        expect(await ask(protocol.VIRTUAL_TEXT, { kind: 'article', article })).toBeNull();
      }
    expect(await ask(protocol.VIRTUAL_TEXT, { kind: 'article' })).toBeNull();
  });

  test('that shows none is given no link on a finding’s id', async () => {
    await initialize({ textDocument: { diagnostic: {} } });
    await open(uri, text);
    const { items } = await ask<{ items: Diagnostic[] }>('textDocument/diagnostic', { textDocument });
    expect(items.filter(({ codeDescription }) => codeDescription)).toEqual([]);
  });

  test('that does not ask for diagnostics is sent them, and loses them with the document', async () => {
    await initialize();
    const first = published();
    await open(uri, text, 'plaintext');
    const diagnostics = await first;
    expect(diagnostics.length).toBeGreaterThan(0);
    const { items } = await ask<{ items: object[] }>('textDocument/diagnostic', { textDocument });
    expect(diagnostics).toEqual(items);
    const second = published();
    await connection.sendNotification('textDocument/didClose', { textDocument });
    expect(await second).toEqual([]);
  });

  test('that asks for them is not', async () => {
    let sent = 0;
    connection.onNotification('textDocument/publishDiagnostics', () => void sent++);
    await initialize({ textDocument: { diagnostic: {} } });
    await open(uri, text);
    await ask('textDocument/diagnostic', { textDocument });
    await new Promise((resolve) => setTimeout(resolve, 600)); // the server waits 200 ms before it tells anybody
    expect(sent).toBe(0);
  });

  test('gets lenses to read, and no command or notification that it does not have', async () => {
    let told = 0;
    connection.onNotification(protocol.CHANGED, () => void told++);
    await initialize();
    await open(uri, text);
    expect(new Set(await commands())).toEqual(new Set(['']));
    await open(jobsUri, jobsText);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(told).toBe(0);
  });

  test('that says it has the commands gets them', async () => {
    await initialize({}, { commands: true });
    await open(uri, text);
    const named = new Set(await commands());
    expect(named).toContain(protocol.SHOW_LOCATIONS_COMMAND);
    expect(named).toContain('traceInvestigator.investigate');
  });
});

describe('documents', () => {
  const lens = async (): Promise<string> => {
    const [first] = await ask<object[]>('textDocument/codeLens', { textDocument });
    return (await ask<{ command: { title: string } }>('codeLens/resolve', first)).command.title;
  };

  test('are followed change by change', async () => {
    await initialize();
    const one = 'goroutine 1 [running]:\nmain.main()\n\t/m.go:1 +0x1\n';
    await open(uri, one);
    expect(await lens()).toMatch(/^1 goroutine /);
    const end = { line: 3, character: 0 };
    const contentChanges = [{ range: { start: end, end }, text: `\n${one.replace('1', '2')}` }];
    await connection.sendNotification('textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges });
    expect(await lens()).toMatch(/^2 goroutines /);
    await connection.sendNotification('textDocument/didClose', { textDocument });
    expect(await ask('textDocument/codeLens', { textDocument })).toBeNull();
  });

  test('unchanged ones have unchanged diagnostics, until another document is opened', async () => {
    await initialize();
    await open(uri, text);
    const { resultId } = await ask<{ resultId: string }>('textDocument/diagnostic', { textDocument });
    const params = { textDocument, previousResultId: resultId };
    expect(await ask('textDocument/diagnostic', params)).toEqual({ kind: 'unchanged', resultId });
    await open(jobsUri, jobsText);
    expect(await ask('textDocument/diagnostic', params)).toMatchObject({ kind: 'full' });
  });

  test('another one that opens makes the client ask again', async () => {
    const refreshed = new Promise((resolve) => connection.onRequest('workspace/codeLens/refresh', () => resolve(true)));
    await initialize({ workspace: { codeLens: { refreshSupport: true } } });
    await open(uri, text);
    await open(jobsUri, jobsText);
    expect(await refreshed).toBe(true);
  });

  test('source roots come from the settings, and are asked for again when those change', async () => {
    let sourceRoots: string[] = [];
    connection.onRequest('workspace/configuration', () => [{ sourceRoots }]);
    await initialize({ workspace: { configuration: true } });
    await open(jobsUri, jobsText);
    const params = { textDocument: { uri: jobsUri } };
    expect(await ask('textDocument/documentLink', params)).toBeNull();
    sourceRoots = [join(jobs, 'source')];
    await connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    // The server asks back; the answer may come behind the next request.
    let links: unknown = null;
    while (links === null) links = await ask('textDocument/documentLink', params);
    expect(links).not.toEqual([]);
  });

  describe('the threshold of slow calls', () => {
    const log = { uri: 'file:///slow.strace' };
    const params = { textDocument: log };
    const lenses = async (): Promise<number> => (await ask<object[]>('textDocument/codeLens', params)).length;
    const opened = (): Promise<void> =>
      open(
        log.uri,
        '7 10:00:00.000000 execve("/bin/x", ["x"], 0x7f /* 4 vars */) = 0 <0.000300>\n7 10:00:01.000000 fsync(3) = 0 <0.250000>\n',
        'strace',
      );

    test('comes from the settings; the client asks again when it has changed', async () => {
      let strace: object = { slowSeconds: 1 };
      connection.onRequest('workspace/configuration', () => [{ strace }]);
      const refreshed = new Promise((resolve) =>
        connection.onRequest('workspace/codeLens/refresh', () => resolve(true)),
      );
      await initialize({ workspace: { configuration: true, codeLens: { refreshSupport: true } } });
      await opened();
      const before = await lenses();
      const { resultId } = await ask<{ resultId: string }>('textDocument/diagnostic', params);
      strace = { slowSeconds: 0.2 };
      await connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
      expect(await refreshed).toBe(true);
      expect(await lenses()).toBe(before + 1);
      const again = { ...params, previousResultId: resultId };
      expect(await ask('textDocument/diagnostic', again)).toMatchObject({ kind: 'full' });
    });

    test('comes from a client that sends its settings, too', async () => {
      await initialize();
      await opened();
      const before = await lenses();
      const send = (slowSeconds: unknown): Promise<void> =>
        connection.sendNotification('workspace/didChangeConfiguration', {
          settings: { traceInvestigator: { strace: { slowSeconds } } },
        });
      await send(0.2);
      expect(await lenses()).toBe(before + 1);
      await send('soon');
      expect(await lenses()).toBe(before);
    });
  });
});

describe('source code', () => {
  const source = join(jobs, 'source');
  const params = { textDocument: { uri: jobsUri } };
  const titles = async (): Promise<string[]> => {
    const lenses = await ask<object[]>('textDocument/codeLens', params);
    const resolved = lenses.map((lens) => ask<{ command: { title: string } }>('codeLens/resolve', lens));
    return (await Promise.all(resolved)).map(({ command }) => command.title);
  };
  const capabilities = { workspace: { codeLens: { refreshSupport: true }, workspaceFolders: true } };
  const refreshed = (): Promise<void> =>
    new Promise((resolve) => connection.onRequest('workspace/codeLens/refresh', () => resolve()));
  const begin = async (options: object): Promise<void> => {
    await ask('initialize', { processId: null, rootUri: null, capabilities, ...options });
    await connection.sendNotification('initialized', {});
  };

  const ways = {
    'a source root': { initializationOptions: { sourceRoots: [source] } },
    'a folder of the workspace': { workspaceFolders: [{ uri: pathToFileURL(jobs).href, name: 'jobs' }] },
  };
  for (const [way, options] of Object.entries(ways))
    test(`of ${way} is asked after the first answer, and the client is told to ask again`, async () => {
      await begin(options);
      const again = refreshed();
      await open(jobsUri, jobsText);
      expect((await titles()).filter((title) => /verified/.test(title))).toEqual([]);
      await again;
      const verified = (await titles()).filter((title) => /verified by source: locked at \w+\.go:\d+/.test(title));
      expect(verified.length).toBeGreaterThan(0);
      expect(logged).toEqual([]);
    });

  test('leads from a lens and a problem to the line that locks', async () => {
    await begin(ways['a source root']);
    const again = refreshed();
    await open(jobsUri, jobsText);
    await titles();
    await again;
    const { items } = await ask<{ items: { relatedInformation: { message: string; location: { uri: string } }[] }[] }>(
      'textDocument/diagnostic',
      params,
    );
    const related = items.flatMap(({ relatedInformation }) => relatedInformation);
    const shown = related.filter(({ message }) => /verified by source/.test(message));
    expect(shown.map(({ location }) => location.uri)).toContain(pathToFileURL(join(source, 'scheduler/pool.go')).href);
  });

  test('is taken back when its folder leaves the workspace', async () => {
    await begin(ways['a folder of the workspace']);
    let again = refreshed();
    await open(jobsUri, jobsText);
    await again;
    expect((await titles()).join()).toMatch(/verified by source/);
    again = refreshed();
    const event = { added: [], removed: ways['a folder of the workspace'].workspaceFolders };
    await connection.sendNotification('workspace/didChangeWorkspaceFolders', { event });
    await again;
    expect((await titles()).join()).not.toMatch(/verified by source/);
  });

  test('of a daemon is not needed: its lock map is built in', async () => {
    await begin({});
    const again = refreshed();
    await open(uri, text);
    await again;
    const { contents } = await ask<{ contents: { value: string } }>('textDocument/hover', {
      textDocument,
      position: waiter,
    });
    expect(contents.value).toMatch(
      /holds `[\w.]+` here, .*\(moby v[\d.]+.*, built-in lock map; (\d+) of \1 lines fit\)/,
    );
    expect(logged).toEqual([]);
  });

  test('where only the client has it is asked for', async () => {
    const asked: string[] = [];
    const folder = 'vscode-vfs://github/example/jobs';
    const files: Record<string, string> = {};
    for (const name of ['main.go', 'go.mod', 'scheduler/pool.go', 'scheduler/queue.go'])
      files[`${folder}/${name}`] = readFileSync(join(source, name), 'utf8');
    connection.onRequest(protocol.LIST_FOLDER, ({ uri }: protocol.FileParams): protocol.ListedFolder => {
      const names = Object.keys(files).flatMap((file) =>
        file.startsWith(`${uri}/`) ? file.slice(uri.length + 1).split('/')[0]! : [],
      );
      return {
        entries: [...new Set(names)].map((name) => ({ name, kind: `${uri}/${name}` in files ? 'file' : 'folder' })),
      };
    });
    connection.onRequest(protocol.READ_FILE, ({ uri }: protocol.FileParams): protocol.ReadFile => {
      asked.push(uri);
      return { text: files[uri]! };
    });
    await begin({ workspaceFolders: [{ uri: folder, name: 'jobs' }] });
    const again = refreshed();
    await open(jobsUri, jobsText);
    await again;
    expect((await titles()).join()).toMatch(/verified by source/);
    expect(asked).toContain(`${folder}/scheduler/pool.go`);
  });

  test('of a repository’s history opens as a virtual document', async () => {
    const dir = join(folder, 'repository');
    cpSync(source, dir, { recursive: true });
    await git.init({ fs, dir });
    await git.add({ fs, dir, filepath: '.' });
    await git.commit({ fs, dir, message: 'jobs', author: { name: 'A', email: 'a@example.test' } });
    await git.tag({ fs, dir, ref: 'v1.0.0' });
    await begin({ initializationOptions: { virtualDocuments: true, sourceRoots: [`${dir}@v1.0.0`] } });
    const again = refreshed();
    await open(jobsUri, jobsText);
    await again;
    expect((await titles()).join()).toMatch(/verified by source: locked at queue\.go:48 \(repository v1\.0\.0\)/);
    const at = jobsText.slice(0, jobsText.indexOf('scheduler/queue.go:55')).split('\n');
    const position = { line: at.length - 1, character: at.at(-1)!.length };
    const [found] = await ask<{ uri: string; range: { start: { line: number } } }[]>('textDocument/definition', {
      ...params,
      position,
    });
    expect(found!.range.start.line).toBe(54);
    const { protocol: scheme, pathname, searchParams, search } = new URL(found!.uri);
    expect([scheme, pathname, [...searchParams].length]).toEqual([`${protocol.VIRTUAL_SCHEME}:`, '/queue.go', 1]);
    const shown = await ask<protocol.VirtualText>(
      protocol.VIRTUAL_TEXT,
      JSON.parse(decodeURIComponent(search.slice(1))) as object,
    );
    expect(shown.text).toBe(readFileSync(join(source, 'scheduler/queue.go'), 'utf8'));
  });

  test('keeps no request waiting', async () => {
    await begin(ways['a source root']);
    const again = refreshed();
    await open(jobsUri, jobsText);
    await titles();
    let done = false;
    let answers = 0;
    again.then(() => {
      done = true;
    });
    while (!done) {
      await ask('textDocument/hover', { ...params, position: { line: 0, character: 3 } });
      answers++;
    }
    expect(answers).toBeGreaterThan(5);
  });
});

test('a cancelled request is not computed', async () => {
  await initialize();
  await open(uri, text);
  const source = new CancellationTokenSource();
  // All three messages reach the server in one piece: otherwise it could be done before it hears of the cancelling.
  kept = [];
  const busy = ask('textDocument/documentSymbol', { textDocument });
  const cancelled = connection.sendRequest('workspace/symbol', { query: 'goroutine' }, source.token);
  source.cancel();
  while (!Buffer.concat(kept).includes('$/cancelRequest')) await new Promise(setImmediate);
  const all = Buffer.concat(kept);
  kept = undefined;
  server.stdin.write(all);
  await expect(cancelled).rejects.toMatchObject({ code: -32800 });
  expect(await busy).toBeTruthy();
});

describe('a file too large for a document', () => {
  const FILLER = 60_000;
  const excerpt = `${protocol.VIRTUAL_SCHEME}://excerpt/file/-/node/kubelet.log`;
  const story = readFileSync(join(root, 'samples/node-not-ready/journal.log'), 'utf8').split('\n');
  const filler = (n: number): string =>
    `Nov 25 23:54:04 node-3 kubelet[742]: I1125 23:54:04.000000     742 reconciler.go:224] operationExecutor.MountVolume started for volume "token-${n}"`;
  let place: string;
  let path: string;
  beforeEach(async () => {
    place = mkdtempSync(join(folder, 'large-'));
    path = join(place, 'kubelet.log');
    writeFileSync(
      path,
      [story[0], ...Array.from({ length: FILLER }, (_, n) => filler(n)), ...story.slice(1)].join('\n'),
    );
    await initialize();
    await ask(protocol.NEW_INVESTIGATION);
  });

  /** The answer, its reason in words. */
  const offer = async (
    params: Partial<protocol.LargeParams> = {},
    token?: CancellationTokenSource['token'],
  ): Promise<protocol.Large> => {
    const { reason, ...large } = await connection.sendRequest<protocol.Large>(
      protocol.OFFER_LARGE,
      { uri: pathToFileURL(path).href, excerpt, ...params },
      ...(token ? [token] : []),
    );
    return reason === undefined ? large : { ...large, reason: said(reason) };
  };
  const shown = (): Promise<protocol.VirtualText | null> =>
    ask(protocol.VIRTUAL_TEXT, { kind: 'excerpt', uri: pathToFileURL(path).href });
  const report = (): Promise<protocol.VirtualText> => ask(protocol.VIRTUAL_TEXT, { kind: 'report' });

  test('is told from its beginning', async () => {
    expect(await ask(protocol.DETECT_LARGE, { uri: pathToFileURL(path).href })).toBe('kubelet-journal');
    expect(await ask(protocol.DETECT_LARGE, { uri: pathToFileURL(join(root, 'README.md')).href })).toBeNull();
    expect(await ask(protocol.DETECT_LARGE, { uri: pathToFileURL(join(place, 'gone')).href })).toBeNull();
  });

  test('becomes an excerpt: the report counts the file’s lines and leads into the excerpt', async () => {
    const read: number[] = [];
    connection.onNotification(
      protocol.LARGE_PROGRESS,
      ({ percent }: protocol.LargeProgress) => void read.push(percent),
    );
    expect(await offer()).toEqual({ language: 'kubelet-journal' });
    expect(read.length).toBeGreaterThan(0);
    expect(read.every((percent, at) => percent <= 100 && percent >= (read[at - 1] ?? 0))).toBe(true);

    const { text, language } = (await shown())!;
    expect(language).toBe('kubelet-journal');
    expect(text.length).toBeLessThan(readFileSync(path).length / 5);
    const lines = text.split('\n');
    const written = await report();
    // The last outage begins in line 56 of the sample.
    expect(written.text).toMatch(new RegExp(`kubelet\\.log:${56 + FILLER}\\b`));
    expect(written.text).toMatch(/too large to be read whole: of its [\d,]+ lines [\d,]+ were kept/);
    const targets = written.links.map(({ target }) => target).filter(({ uri }) => uri === excerpt);
    expect(targets.length).toBeGreaterThan(0);
    expect(targets.map(({ range }) => lines[range.start.line])).toContain(story[55]);
  });

  test('counts once when its excerpt is opened too, and is an ordinary document there', async () => {
    await offer();
    const before = (await report()).text;
    await open(excerpt, (await shown())!.text, 'kubelet-journal');
    const after = (await report()).text;
    expect(after).toBe(before);
    const textDocument = { uri: excerpt };
    const line = (await shown())!.text.split('\n').indexOf(story[55]!);
    const position = { line, character: story[55]!.indexOf('PLEG') + 1 };
    const hover = await ask<{ contents: { value: string } }>('textDocument/hover', { textDocument, position });
    expect(hover.contents.value).toMatch(/relist/);
    expect(await ask<object[]>('textDocument/codeLens', { textDocument })).not.toEqual([]);
    expect(await ask<object[]>('textDocument/foldingRange', { textDocument })).not.toEqual([]);
    // Closed, it is still part of the investigation; then another one begins.
    await connection.sendNotification('textDocument/didClose', { textDocument });
    expect((await report()).text).toBe(before);
    await ask(protocol.NEW_INVESTIGATION);
    expect(await shown()).toBeNull();
    expect((await report()).text).not.toMatch(/kubelet\.log/);
  });

  test('has its lines as an editor has them', async () => {
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replaceAll('\n', '\r\n').replace('Started libcontainer', 'Started\rlibcontainer'),
    );
    expect(await offer()).toEqual({ language: 'kubelet-journal' });
    const { text } = (await shown())!;
    expect(text).not.toContain('\r');
    expect(text).toContain('Started␍libcontainer');
    expect((await report()).text).toMatch(new RegExp(`kubelet\\.log:${56 + FILLER}\\b`));
  });

  test('in UTF-16, or given as a text, is the same', async () => {
    const told = async (): Promise<string> => (await report()).text.replaceAll(/\d+ MB/g, 'MB');
    await offer();
    const before = await told();
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, `\ufeff${text}`, 'utf16le');
    for (const params of [{}, { text }]) {
      await ask(protocol.NEW_INVESTIGATION);
      expect(await offer(params)).toEqual({ language: 'kubelet-journal' });
      const lines = (lines: string): number => lines.split('\n').length;
      expect(lines((await shown())!.text)).toBeLessThan(FILLER / 3);
      expect((await told()).match(/kubelet\.log:\d+/g)).toEqual(before.match(/kubelet\.log:\d+/g));
    }
  });

  test('is not read on when nobody wants it any more', async () => {
    const source = new CancellationTokenSource();
    connection.onNotification(protocol.LARGE_PROGRESS, () => source.cancel());
    expect(await offer({}, source.token)).toEqual({ language: 'kubelet-journal', reason: 'the reading was cancelled' });
    expect(await shown()).toBeNull();
    connection.onNotification(protocol.LARGE_PROGRESS, () => void ask(protocol.NEW_INVESTIGATION));
    expect((await offer()).reason).toBe('another investigation began');
    expect(await shown()).toBeNull();
  });

  test('others are answered while it is read', async () => {
    let answered = 0;
    let done = false;
    const read = offer().finally(() => {
      done = true;
    });
    while (!done) {
      await ask(protocol.FINDINGS);
      answered++;
    }
    await read;
    expect(answered).toBeGreaterThan(3);
  });

  test('that is changed meanwhile is left out, one that grows is not', async () => {
    const during = async (change: () => void): Promise<protocol.Large> => {
      const once = connection.onNotification(protocol.LARGE_PROGRESS, () => {
        once.dispose();
        change();
      });
      return offer();
    };
    const whole = readFileSync(path, 'utf8');
    expect(await during(() => writeFileSync(path, 'short'))).toMatchObject({ reason: /while it was read/ });
    writeFileSync(path, whole);
    const overwritten = await during(() => {
      const file = openSync(path, 'r+');
      writeSync(file, 'Dec');
      closeSync(file);
    });
    expect(overwritten).toMatchObject({ reason: 'it was changed while it was read' });
    writeFileSync(path, whole);
    expect(await during(() => appendFileSync(path, `${filler(0)}\n`))).toEqual({ language: 'kubelet-journal' });
    // Its text is there as long as it is open.
    expect(await during(() => rmSync(path))).toEqual({ language: 'kubelet-journal' });
    expect(await offer()).toEqual({ language: null, reason: 'not there' });
  });

  test('is read from the folder under investigation alone', async () => {
    const outside = mkdtempSync(join(folder, 'outside-'));
    const link = join(outside, 'kubelet.log');
    symlinkSync(path, link);
    const within = pathToFileURL(outside).href;
    const uri = pathToFileURL(link).href;
    expect(await offer({ uri, within })).toEqual({ language: null, reason: 'a link that leads elsewhere' });
    expect(await offer({ uri, within: pathToFileURL(place).href })).toEqual({ language: 'kubelet-journal' });
    // The user named it.
    expect(await offer({ uri })).toEqual({ language: 'kubelet-journal' });
    expect(await offer({ uri: pathToFileURL(place).href })).toMatchObject({ language: null, reason: 'no file' });
    expect(await offer({ uri: 'http://127.0.0.1/kubelet.log' })).toMatchObject({
      language: null,
      reason: 'not on the disk',
    });
    // Nothing is shown that was not offered.
    expect(await ask(protocol.VIRTUAL_TEXT, { kind: 'excerpt', uri: pathToFileURL(DUMP).href })).toBeNull();
  });

  test('of a kind that is read whole says so', async () => {
    writeFileSync(path, readFileSync(join(root, 'samples/node-not-ready/ss.txt')));
    expect(await offer()).toEqual({ language: 'socket-list', whole: true });
  });
});
