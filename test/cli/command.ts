// The bundled command line in a folder of its own, run as a child process.

import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');

export interface Command {
  /** Where it runs. */
  readonly folder: string;
  /** The bundle. */
  readonly cli: string;
  run(
    args: readonly string[],
    input?: string | Buffer,
    env?: Readonly<Record<string, string>>,
  ): { status: number | null; out: string; err: string };
  /** Writes a file there. Returns its name. */
  file(name: string, content: string | Buffer): string;
  remove(): void;
}

export async function makeCommand(): Promise<Command> {
  const folder = mkdtempSync(join(tmpdir(), 'trace-investigator-'));
  const cli = join(folder, 'dist/cli.cjs');
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  await build({
    entryPoints: [join(root, 'server/src/host/cli.ts')],
    outfile: cli,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
  });
  cpSync(join(root, 'server/data/lock-maps'), join(folder, 'dist/lock-maps'), { recursive: true });
  return {
    folder,
    cli,
    run(args, input = '', env = {}) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
        cwd: folder,
        input,
        maxBuffer: 1 << 28,
        encoding: 'utf8',
        env: { ...process.env, NO_COLOR: '', FORCE_COLOR: '', ...env },
      });
      return { status, out: stdout, err: stderr };
    },
    file(name, content) {
      const path = join(folder, name);
      mkdirSync(resolve(path, '..'), { recursive: true });
      writeFileSync(path, content);
      return name;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
