// Makes a fresh clone ready to run: installs the pinned dependencies and builds dist/ when they are missing or out of date.
// Uses nothing but Node itself, because it runs before node_modules exists.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder, absolute. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A failure that the user can act on: its message is printed without a stack. */
export class UserError extends Error {}

/** Prints one line of progress. Goes to standard error, so that standard output stays the program's own. */
export const say = (message) => process.stderr.write(`${message}\n`);

/**
 * Runs a script's main function. A UserError becomes one line on standard error; every failure exits with status 1,
 * or with the error's own `exitCode`.
 */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    say(error instanceof UserError ? error.message : (error?.stack ?? String(error)));
    process.exit(error?.exitCode ?? 1);
  }
}

/** The folder in which the user typed the command: `npm run NAME` itself starts scripts in the repository's root. */
export const userFolder = (name) => (process.env.npm_lifecycle_event === name && process.env.INIT_CWD) || process.cwd();

/** Runs a program to its end with its output on standard error, and throws a UserError when it fails. */
function run(what, command, args) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (result.error) throw new UserError(`${what}: cannot run ${command}: ${result.error.message}`);
  if (result.status !== 0) {
    throw new UserError(
      `${what} failed (${command} ${args.join(' ')}: ${result.signal ?? `exit status ${result.status}`})`,
    );
  }
}

/** The packages of a lock file, or undefined when it is missing or unreadable. */
function lockedPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** Whether node_modules holds what package-lock.json asks for, by npm's own record of the installed tree. */
function isInstalled() {
  const wanted = lockedPackages(join(root, 'package-lock.json'));
  const found = lockedPackages(join(root, 'node_modules/.package-lock.json'));
  if (!wanted || !found) return false;
  return Object.entries(wanted).every(([path, { version, optional, peer, link }]) => {
    // Optional packages are those of other platforms; the rest must be there in exactly this version.
    if (path === '' || link || optional || peer) return true;
    return found[path]?.version === version;
  });
}

/**
 * Installs the dependencies that package-lock.json pins, when they are not installed yet. Install scripts of packages
 * are not run: none of them is needed. Throws a UserError when npm fails.
 */
export function ensureInstalled() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new UserError(`Node.js 20 or newer is needed, this is ${process.version}.`);
  }
  if (isInstalled()) return;
  say('Installing dependencies (npm ci) ...');
  run('Installing the dependencies', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** The newest modification time below a path, in milliseconds. Folders count: deleting a file changes its folder. */
function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  let time = stat.mtimeMs;
  if (stat.isDirectory()) for (const name of readdirSync(path)) time = Math.max(time, newest(join(path, name)));
  return time;
}

/** What the bundles are made from. */
const SOURCES = [
  'client/src',
  'server/src',
  'server/data',
  'scripts/packing',
  'scripts/share.mjs',
  'test/editor/extension-host',
  'esbuild.mjs',
  'package-lock.json',
];

/** Builds dist/ when a source is newer than the last build. Needs the dependencies. Throws a UserError on failure. */
export function ensureBuilt() {
  const stamp = join(root, 'dist/.built'); // written by esbuild.mjs, dated at the start of the build
  const built = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
  if (SOURCES.every((path) => newest(join(root, path)) <= built)) return;
  run('The build', process.execPath, [join(root, 'esbuild.mjs'), '--quiet']);
}

/** Makes the clone ready: dependencies installed, dist/ built. Fast when there is nothing to do. */
export function ensure() {
  ensureInstalled();
  ensureBuilt();
}
