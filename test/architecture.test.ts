// What ARCHITECTURE.md promises and the compiler does not check: who imports whom, that each format and each feature is
// whole, that knowledge is tables, that the manifest and the code agree.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DETECTORS } from '../server/src/core/formats/detect.js';
import { formats } from '../server/src/core/formats/index.js';
import { TOOLS } from '../server/src/core/investigation/tools.js';
import { features } from '../server/src/features/index.js';
import { TOKEN_TYPES } from '../server/src/features/semanticTokens.js';
import { capabilities } from '../server/src/host/server.js';
import { manifest } from './manifest.js';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** All TypeScript files below a folder, as paths from the root with slashes. */
const sources = (folder: string): string[] =>
  (existsSync(join(root, folder)) ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }) : [])
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.split(sep).join('/')}`)
    .sort();

/** What a file imports: packages by name, files of ours as paths from the root. */
function importsOf(file: string): { name: string; type: boolean }[] {
  const found: { name: string; type: boolean }[] = [];
  const statement =
    /^(?:import|export)\s+(type\s)?(?:[^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm;
  for (const [, type, fixed, late] of read(file).matchAll(statement)) {
    const name = (fixed ?? late)!;
    const path = relative(root, join(root, dirname(file), name))
      .split(sep)
      .join('/');
    found.push({ name: name.startsWith('.') ? path.replace(/\.js$/, '.ts') : name, type: type !== undefined });
  }
  return found;
}

const CORE = 'server/src/core';
const ours = (name: string): boolean => name.startsWith('server/') || name.startsWith('client/');
const formatFolders = readdirSync(join(root, CORE, 'formats'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** The layers, and what each may import of ours. A layer is the longest folder that a path begins with. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  [`${CORE}/text`]: [`${CORE}/text`],
  [`${CORE}/trace`]: [`${CORE}/text`, `${CORE}/trace`],
  [`${CORE}/source`]: [`${CORE}/source`],
  [`${CORE}/knowledge`]: [`${CORE}/trace`, `${CORE}/formats/format.ts`, `${CORE}/knowledge`],
  [`${CORE}/formats`]: [
    `${CORE}/text`,
    `${CORE}/trace`,
    `${CORE}/knowledge`,
    `${CORE}/source/evidence.ts`,
    `${CORE}/source/keys.ts`,
    `${CORE}/formats`,
  ],
  [`${CORE}/investigation`]: [
    `${CORE}/text`,
    `${CORE}/trace`,
    `${CORE}/formats/format.ts`,
    `${CORE}/formats/index.ts`,
    `${CORE}/investigation`,
  ],
  'server/src/features': [`${CORE}/text`, `${CORE}/trace`, `${CORE}/investigation`, 'server/src/features'],
  'server/src/host': [CORE, 'server/src/features', 'server/src/host'],
  'client/src': ['client/src', 'server/src/host/protocol.ts', 'server/src/core/formats/detect.ts'],
};

const within = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

describe('imports point one way', () => {
  for (const [layer, allowed] of Object.entries(ALLOWED))
    test(layer, () => {
      const wrong = sources(layer).flatMap((file) =>
        importsOf(file)
          .filter(({ name }) => ours(name) && !allowed.some((folder) => within(name, folder)))
          .map(({ name }) => `${file} imports ${name}`),
      );
      expect(wrong).toEqual([]);
    });

  test('every source file belongs to a layer', () => {
    const files = [...sources('server/src'), ...sources('client/src')];
    expect(files.filter((file) => !Object.keys(ALLOWED).some((layer) => within(file, layer)))).toEqual([]);
  });

  test('every import leads to a file that exists', () => {
    const files = [...sources('server/src'), ...sources('client/src')];
    expect(
      files
        .flatMap((file) => importsOf(file).map(({ name }) => name))
        .filter((name) => ours(name) && !existsSync(join(root, name))),
    ).toEqual([]);
  });

  test('the core imports no package', () => {
    const wrong = sources(CORE).flatMap((file) =>
      importsOf(file)
        .filter(({ name }) => !ours(name))
        .map(({ name }) => `${file} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  test('features import only the protocol package', () => {
    const packages = new Set(
      sources('server/src/features')
        .flatMap((file) => importsOf(file).map(({ name }) => name))
        .filter((name) => !ours(name)),
    );
    expect([...packages]).toEqual(['vscode-languageserver']);
  });

  test('a format imports no other format', () => {
    const wrong = formatFolders.flatMap((format) =>
      sources(`${CORE}/formats/${format}`).flatMap((file) =>
        importsOf(file)
          .filter(({ name }) =>
            formatFolders.some((other) => other !== format && within(name, `${CORE}/formats/${other}`)),
          )
          .map(({ name }) => `${file} imports ${name}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('a feature imports no other feature', () => {
    const shared = ['feature.ts', 'view.ts'].map((name) => `server/src/features/${name}`);
    const wrong = sources('server/src/features')
      .filter((file) => !file.endsWith('/index.ts'))
      .flatMap((file) =>
        importsOf(file)
          .filter(({ name }) => within(name, 'server/src/features') && !shared.includes(name))
          .map(({ name }) => `${file} imports ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  test('the protocol between client and server is strings and types', () => {
    expect(importsOf('server/src/host/protocol.ts').filter(({ type }) => !type)).toEqual([]);
  });

  test('nothing that a browser runs imports Node', () => {
    const seen = new Set<string>();
    const reach = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const { name, type } of importsOf(file)) if (ours(name) && !type) reach(name);
    };
    reach('server/src/host/browser.ts');
    reach('client/src/web.ts');
    expect(seen.size).toBeGreaterThan(30);
    const node = (name: string): boolean => name.startsWith('node:') || name.endsWith('/node');
    expect([...seen].filter((file) => importsOf(file).some(({ name, type }) => !type && node(name)))).toEqual([]);
  });

  test('the server does not import vscode', () => {
    expect(sources('server/src').filter((file) => importsOf(file).some(({ name }) => name === 'vscode'))).toEqual([]);
  });
});

describe('the core', () => {
  test('has no clock and no randomness', () => {
    const wrong = sources(CORE).filter((file) =>
      /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b|\bsetTimeout\b/.test(read(file)),
    );
    expect(wrong).toEqual([]);
  });
});

test('the detectors are those of the formats, in their order', () => {
  expect(Object.entries(DETECTORS)).toEqual(formats.map(({ id, detect }) => [id, detect]));
});

describe('each format is whole', () => {
  const PARTS = ['index.ts', 'detect.ts', 'parse.ts', 'facts.ts', 'knowledge', 'samples', 'README.md'];
  for (const folder of formatFolders) {
    test(`${folder} has its seven entries`, () => {
      const missing = PARTS.filter((part) => !existsSync(join(root, CORE, 'formats', folder, part)));
      expect(missing).toEqual([]);
      expect(readdirSync(join(root, CORE, 'formats', folder, 'samples')).length).toBeGreaterThan(0);
    });

    test(`${folder}: knowledge is tables, without functions`, async () => {
      const functions = (value: unknown, path: string): string[] => {
        if (typeof value === 'function') return [path];
        if (typeof value !== 'object' || value === null || value instanceof RegExp) return [];
        const entries = value instanceof Map ? [...value] : Object.entries(value);
        return entries.flatMap(([key, inner]) => functions(inner, `${path}.${String(key)}`));
      };
      // index.ts looks up in the tables: it is the one file that may hold code.
      const tables = sources(`${CORE}/formats/${folder}/knowledge`).filter((file) => !file.endsWith('/index.ts'));
      expect(tables.length).toBeGreaterThan(0);
      for (const file of tables) expect(functions(await import(join(root, file)), file)).toEqual([]);
    });
  }

  test('each is registered, and known to VS Code with a configuration and a grammar', () => {
    const folders = sources(`${CORE}/formats`).filter(
      (file) => file.endsWith('/index.ts') && file !== `${CORE}/formats/index.ts` && !file.includes('/knowledge/'),
    );
    expect(formats.length).toBe(folders.length);
    const { languages, grammars } = manifest.contributes;
    for (const { id } of formats) {
      const language = languages.find((one: { id: string }) => one.id === id);
      // A language without a configuration does not activate the extension.
      expect(existsSync(join(root, language?.configuration ?? '')), id).toBe(true);
      const grammar = grammars.find((one: { language: string }) => one.language === id);
      expect(existsSync(join(root, grammar?.path ?? '')), id).toBe(true);
      expect(manifest.activationEvents).toContain(`onLanguage:${id}`);
    }
  });
});

describe('features', () => {
  test('each file is in the list', () => {
    const files = readdirSync(join(root, 'server/src/features')).map((name) => name.replace(/\.ts$/, ''));
    const names = files.filter((name) => !['feature', 'index', 'view'].includes(name));
    const listed = importsOf('server/src/features/index.ts')
      .filter(({ type }) => !type)
      .map(({ name }) => name.replace(/^.*\/|\.ts$/g, ''));
    expect(listed.toSorted()).toEqual(names.toSorted());
    expect(features.length).toBe(names.length);
  });

  test('no two announce or answer the same', () => {
    const announced = features.flatMap(({ capability }) => Object.keys(capability));
    expect(new Set(announced).size).toBe(announced.length);
    const methods = features.flatMap(({ handlers }) => handlers.map(({ method }) => method));
    expect(new Set(methods).size).toBe(methods.length);
  });

  test('what is announced is answered', () => {
    expect(
      features.filter(({ capability, handlers }) => Object.keys(capability).length === 0 || handlers.length === 0),
    ).toEqual([]);
    const own = new Set(features.flatMap(({ capability }) => Object.keys(capability)));
    expect(Object.keys(capabilities()).filter((name) => !own.has(name))).toEqual([
      'positionEncoding',
      'textDocumentSync',
      'workspace',
    ]);
  });

  test('nobody edits: traces are evidence', () => {
    const edits = ['renameProvider', 'codeActionProvider', 'documentFormattingProvider', 'executeCommandProvider'];
    expect(Object.keys(capabilities()).filter((name) => edits.includes(name))).toEqual([]);
  });
});

describe('the manifest', () => {
  test('every contributed command is registered, and every command that the server’s lenses call', () => {
    const client = sources('client/src').map(read).join('\n') + read('server/src/host/protocol.ts');
    const { commands } = manifest.contributes;
    expect(
      commands
        .map(({ command }: { command: string }) => command)
        .filter((name: string) => !client.includes(`'${name}'`)),
    ).toEqual([]);
    const called = read('server/src/features/codeLens.ts').match(/'traceInvestigator\.\w+'/g) ?? [];
    expect(called.length).toBeGreaterThan(0);
    expect(called.filter((name) => !client.includes(name))).toEqual([]);
  });

  test('menus name contributed commands', () => {
    const { commands, menus } = manifest.contributes;
    const known = new Set(commands.map(({ command }: { command: string }) => command));
    const used = Object.values(menus as Record<string, { command: string }[]>)
      .flat()
      .map(({ command }) => command);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });

  test('offers to language models what the Model Context Protocol offers', () => {
    const offered = manifest.contributes.languageModelTools;
    const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    expect(
      offered.map(({ name, displayName, modelDescription, inputSchema }: Record<string, unknown>) => ({
        name,
        displayName,
        modelDescription,
        inputSchema,
      })),
    ).toEqual(
      TOOLS.map(({ name, title, description, input }) => ({
        name: `traceInvestigator_${camel(name)}`,
        displayName: title,
        modelDescription: description,
        inputSchema: input,
      })),
    );
    const client = read('client/src/tools.ts');
    for (const { name } of offered) expect(client).toContain(`${name}: [`);
  });

  test('describes the semantic tokens that the server sends', () => {
    const { semanticTokenTypes, semanticTokenScopes } = manifest.contributes;
    const types = [...TOKEN_TYPES].toSorted();
    expect(semanticTokenTypes.map(({ id }: { id: string }) => id).toSorted()).toEqual(types);
    for (const { scopes } of semanticTokenScopes) expect(Object.keys(scopes).toSorted()).toEqual(types);
  });
});
