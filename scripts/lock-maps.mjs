// npm run lock-maps -- --name NAME --out FILE REPOSITORY TAG... : makes a lock map from a program's public history. The maps
// hold facts (functions, lines, what is locked), no code. See scripts/lock-maps/make.ts.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const outfile = join(root, '.cache/lock-maps.mjs');
mkdirSync(dirname(outfile), { recursive: true });
await esbuild.build({
  entryPoints: [join(root, 'scripts/lock-maps/make.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
});
const { status, signal } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, LOCK_MAPS_ROOT: root },
  cwd: process.env.INIT_CWD ?? process.cwd(),
});
if (signal) process.kill(process.pid, signal);
process.exit(status ?? 1);
