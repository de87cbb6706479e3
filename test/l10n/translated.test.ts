// Everything that a reader sees, in a made-up language: what is left in English is a word of the trace, or stands in a list with a
// reason. This finds sentences that were forgotten.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CancellationToken } from 'vscode-languageserver';
import { answer } from '../../server/src/core/investigation/answers.js';
import { allArticles } from '../../server/src/core/investigation/articles.js';
import { articleDocument } from '../../server/src/core/investigation/articleText.js';
import { FAULTS } from '../../server/src/core/investigation/faults.js';
import { investigationReport } from '../../server/src/core/investigation/report.js';
import { phrase, speak } from '../../server/src/core/text/l10n.js';
import { features } from '../../server/src/features/index.js';
import type { DumpItem } from '../../server/src/host/protocol.js';
import { questions } from '../../server/src/host/questions.js';
import { SourceFiles } from '../../server/src/host/sourceFiles.js';
import { Workspace } from '../../server/src/host/workspace.js';
import { plainWords, pseudo } from './pseudo.js';

const root = join(import.meta.dirname, '../..');
const FORMATS = join(root, 'server/src/core/formats');

/** Folders of traces that belong together. */
const incidents = [
  ...readdirSync(join(root, 'samples')).map((name) => join(root, 'samples', name)),
  ...readdirSync(FORMATS)
    .filter((name) => !name.endsWith('.ts'))
    .map((name) => join(FORMATS, name, 'samples')),
  join(root, 'test/fixtures/strace'),
].filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory());

const MOST_FILES = 40;
const LONGEST = 400_000;
/** Places of one document that are asked about. */
const MOST_PLACES = 150;

const filesOf = (folder: string): string[] =>
  readdirSync(folder)
    .map((name) => join(folder, name))
    .filter(
      (path) => statSync(path).isFile() && !/\.(?:md|c|go|sh|py|mjs)$/.test(path) && statSync(path).size < LONGEST,
    )
    .slice(0, MOST_FILES);

/** What stays as it is, and why. */
const KEPT: ReadonlySet<string> = new Set(
  [
    // Units of time.
    'min s h d',
    // Kinds of things, which stand before their names: `thread 1249`, `fd 3`, `mutex #1`.
    'goroutine goroutines thread process fd socket lock mutex container rpc tty pid',
    // What a line or a part is called that has no name of its own: `columns`, `wait channel of process 12`, `goroutine dump`.
    'columns descriptor of dump call system wait channel file waits for',
    // A thread's name that its log prints in hexadecimal (strace -xx).
    'giver',
    // Fields of a D-Bus message, as its specification calls them; a call's name.
    'destination interface member path fcntl',
  ].flatMap((words) => words.split(' ')),
);

/** Where a fault is known from: names of projects and their files. */
const SOURCES: ReadonlySet<string> = new Set(FAULTS.flatMap(({ source }) => plainWords(source)));

/** Sets the made-up language. */
function translate(): void {
  const bundle: Record<string, string> = JSON.parse(readFileSync(join(root, 'l10n/bundle.l10n.json'), 'utf8'));
  speak(Object.fromEntries(Object.keys(bundle).map((template) => [template, pseudo(template)])));
}
beforeAll(translate);
afterAll(() => speak(undefined));

/** The strings that a reader sees in an answer: not its identifiers and addresses. */
function shown(answer: unknown, name = ''): string[] {
  if (typeof answer === 'string') return HIDDEN.has(name) ? [] : [answer];
  if (typeof answer !== 'object' || answer === null) return [];
  return Object.entries(answer).flatMap(([key, value]) => shown(value, Array.isArray(answer) ? name : key));
}
const HIDDEN = new Set(
  'uri arguments command kind sure code source href resultId language severity mark process format data targetUri'.split(
    ' ',
  ),
);

class Reader {
  readonly workspace = new Workspace({ openSources: async () => new SourceFiles([]) });
  readonly words: Set<string>;
  /** Each string with a word that is neither translated nor the trace's own. */
  readonly forgotten = new Map<string, string>();

  constructor(files: readonly string[]) {
    this.workspace.commands = true;
    const own: string[] = [];
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      this.workspace.open(`file:///${basename(file)}`, 'plaintext', 1, text);
      own.push(text, basename(file));
    }
    this.words = new Set(own.flatMap((text) => plainWords(text).map((word) => word.toLowerCase())));
  }

  async ask(method: string, params: object): Promise<unknown> {
    const handler = features.flatMap(({ handlers }) => handlers).find((one) => one.method === method);
    const question = questions.find((one) => one.method === method);
    const answer = handler
      ? await handler.handle(this.workspace, params, CancellationToken.None)
      : await question!.handle(this.workspace, params, CancellationToken.None, () => {});
    for (const text of shown(answer)) this.read(method, text);
    return answer;
  }

  read(where: string, text: string): void {
    // An icon's name is no word; `execve(path, argv, envp)` is how C declares a call.
    const own = text.replace(/\$\([a-z-]+\)|`[\w-]+\([^`]*\)`|&\w+;|0x[0-9a-f]+|(?<!\w)[A-Z][a-z]+[A-Z]\w+/g, ' ');
    for (const word of plainWords(own))
      if (!this.words.has(word.toLowerCase()) && !KEPT.has(word) && !SOURCES.has(word) && !this.forgotten.has(word)) {
        const at = own.search(new RegExp(`\\b${word}\\b`));
        const around = own.slice(Math.max(0, at - 50), at + 60).replaceAll('\n', '⏎');
        this.forgotten.set(word, `${where.replace(/.*\//, '')}: ${around}`);
      }
  }

  async everything(): Promise<void> {
    const { workspace } = this;
    for (const document of workspace.documents) {
      const { uri, traces, source } = document;
      const textDocument = { uri };
      const lenses = ((await this.ask('textDocument/codeLens', { textDocument })) ?? []) as object[];
      for (const lens of lenses.slice(0, MOST_PLACES)) await this.ask('codeLens/resolve', lens);
      await this.ask('textDocument/diagnostic', { textDocument });
      await this.ask('textDocument/documentSymbol', { textDocument });
      await this.ask('textDocument/inlayHint', {
        textDocument,
        range: { start: { line: 0, character: 0 }, end: { line: 300, character: 0 } },
      });
      const places = new Set<number>();
      for (const trace of traces) {
        const step = Math.max(1, Math.floor(trace.sections.length / 40));
        for (let at = 0; at < trace.sections.length; at += step) {
          places.add(trace.sections.at(at).head.start);
          for (const { span } of trace.inside(at).mentions.slice(0, 12)) places.add(span.start);
        }
      }
      for (const offset of [...places].slice(0, MOST_PLACES)) {
        const position = source.positionAt(offset);
        await this.ask('textDocument/hover', { textDocument, position });
        const items = ((await this.ask('textDocument/prepareCallHierarchy', { textDocument, position })) ??
          []) as object[];
        for (const item of items) {
          await this.ask('callHierarchy/outgoingCalls', { item });
          await this.ask('callHierarchy/incomingCalls', { item });
        }
        await this.ask('traceInvestigator/holders', { uri, position });
        await this.ask('traceInvestigator/waitChain', { uri, position });
        await this.ask('traceInvestigator/virtualText', { kind: 'waitChain', uri, position });
      }
      await this.ask('traceInvestigator/virtualText', { kind: 'groupedStacks', uri });
    }
    await this.ask('traceInvestigator/contendedLocks', {});
    await this.ask('traceInvestigator/findings', {});
    await this.ask('traceInvestigator/notes', { about: 'blocked' });
    await this.ask('traceInvestigator/notes', { about: 'outage' });
    await this.ask('traceInvestigator/picture', {});
    await this.ask('traceInvestigator/virtualText', { kind: 'report' });
    const dumps = (await this.ask('traceInvestigator/dumps', {})) as DumpItem[];
    await this.ask('traceInvestigator/virtualText', { kind: 'compare', dumps });
  }
}

describe('in another language nothing stays English but the trace’s own words', () => {
  for (const folder of incidents)
    test(folder.slice(root.length + 1), { timeout: 120_000 }, async () => {
      const reader = new Reader(filesOf(folder));
      expect(reader.workspace.documents.length).toBeGreaterThan(0);
      await reader.everything();
      expect(Object.fromEntries(reader.forgotten)).toEqual({});
    });

  test('articles', () => {
    const found: string[] = [];
    for (const { keys } of allArticles())
      for (const key of keys) {
        const [, ...text] = (articleDocument(key) ?? '').split('\n');
        for (const line of text)
          if (!line.includes(pseudo('Known from')) && plainWords(line).length > 0) found.push(line);
      }
    expect(found).toEqual([]);
  });
});

describe('what programs and language models read stays English', () => {
  const folder = join(root, 'samples/node-not-ready');
  const asked = (reader: Reader): string[] =>
    (['investigate', 'find_lock_holder', 'blocked_calls', 'outages', 'compare_dumps'] as const).map((tool) =>
      JSON.stringify(
        answer(reader.workspace.graph, [{ file: 'x', reason: phrase('the reading was cancelled') }], tool, {}),
      ),
    );
  test('answers of the tools, though the same traces are shown in another language', () => {
    const reader = new Reader(filesOf(folder));
    const report = investigationReport(reader.workspace.graph).text;
    const answers = asked(reader);
    speak(undefined);
    expect(asked(reader)).toEqual(answers);
    expect(asked(new Reader(filesOf(folder)))).toEqual(answers);
    expect(investigationReport(reader.workspace.graph).text).not.toBe(report);
    translate();
    expect(investigationReport(reader.workspace.graph).text).toBe(report);
  });
});
