// The real parser, with the grammar from the packages that the build copies it from.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { loadGoParser, type ParseGo } from '../../server/src/host/goParser.js';

const require = createRequire(import.meta.url);
const FOLDERS = {
  'web-tree-sitter.wasm': dirname(require.resolve('web-tree-sitter')),
  'tree-sitter-go.wasm': dirname(require.resolve('tree-sitter-go/package.json')),
};

export const parser = (): Promise<ParseGo> => loadGoParser((name) => readFile(join(FOLDERS[name], name)));
