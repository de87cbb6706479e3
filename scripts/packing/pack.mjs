// Packs files of dist/ as core/source/packedBytes.ts unpacks them. The packing is TypeScript, and shared with the server: built first.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

/** @param files where each file is, and where it is written to */
export async function packFiles(files) {
  const outfile = join(process.cwd(), '.cache/pack-bytes.mjs');
  mkdirSync('.cache', { recursive: true });
  await esbuild.build({
    entryPoints: ['scripts/packing/packBytes.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
  });
  const { packBytes } = await import(pathToFileURL(outfile));
  for (const [from, to] of files) writeFileSync(to, packBytes(readFileSync(from)));
}
