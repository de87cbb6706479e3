// npm run docs: writes the pages that are made from the code. test/investigation/articles.test.ts says when one is stale.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { root, runMain } from './ensure.mjs';

await runMain(async () => {
  const outfile = join(root, '.cache/docs.mjs');
  mkdirSync(join(root, '.cache'), { recursive: true });
  await esbuild.build({
    entryPoints: [join(root, 'server/src/core/investigation/findingsPage.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  const { findingsPage } = await import(pathToFileURL(outfile).href);
  writeFileSync(join(root, 'docs/findings.md'), findingsPage());
});
