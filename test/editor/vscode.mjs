// What the editor tests need around the real VS Code: a Chromium to show it in, a fresh server for each run, and VS Code
// for the Web, laid out from the same download.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { say, UserError } from '../../scripts/ensure.mjs';
import { cache, installVSCode, startVSCode } from '../../scripts/vscode.mjs';

const BROWSERS = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const findBrowser = () => BROWSERS.find((path) => path && existsSync(path));

/** The path of a Chromium. Installs Debian's where there is none and this user may. Throws a UserError otherwise. */
export function installBrowser() {
  const found = findBrowser();
  if (found) return found;
  const advice = 'Install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.';
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new UserError(`The editor tests need Chromium. ${advice}`);
  }
  say('Installing Chromium (apt-get) ...');
  const packages = ['chromium', 'fonts-dejavu-core'];
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const { status, stdout, stderr } = spawnSync('apt-get', ['-qq', ...args], {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (status !== 0)
      throw new UserError(`apt-get ${args.join(' ')} failed. ${advice}\n${stdout ?? ''}${stderr ?? ''}`);
  }
  return findBrowser() ?? '/usr/bin/chromium';
}

/** Downloads everything that the editor tests need. Idempotent. */
export function installEditor() {
  installBrowser();
  installVSCode();
}

const TEST_SETTINGS = {
  'editor.hover.delay': 100, // ms
  'editor.minimap.enabled': false,
  'files.autoSave': 'off',
  'workbench.editor.empty.hint': 'hidden',
  'workbench.editor.enablePreview': false, // every opened file keeps its tab
};

/**
 * Runs `use(server)` with a VS Code server that has no state from earlier runs, and stops it. `prepare` is
 * called before it starts, with the folder of its state; `options` as for startVSCode.
 * A closed page's extension host ends after 2 seconds instead of waiting hours for the page to come back.
 */
export async function withVSCode({ settings, flags = [], prepare, ...options }, use) {
  mkdirSync(cache, { recursive: true });
  const data = mkdtempSync(join(cache, 'run-'));
  try {
    prepare?.(data);
    const server = await startVSCode({
      data,
      settings: { ...TEST_SETTINGS, ...settings },
      flags: ['--reconnection-grace-time', '2', ...flags],
      ...options,
    });
    try {
      return await use(server);
    } finally {
      server.stop();
      await server.ended;
    }
  } finally {
    // Its children may be writing their last lines.
    rmSync(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** Links every entry of `from/path` except the named ones into `to/path`. */
function linkEntries(from, to, path, except) {
  mkdirSync(join(to, path), { recursive: true });
  for (const name of readdirSync(join(from, path))) {
    if (!except.includes(name)) symlinkSync(join(from, path, name), join(to, path, name));
  }
}

/** The start page's script: code-server's build, and what it changed for its own purpose and we change back. */
const WORKBENCH = 'out/vs/code/browser/workbench/workbench.js';
const PATCHES = [
  // It always connects to the server that it came from. VS Code for the Web has no server.
  [
    /\{\.\.\.(JSON\.parse\(\w+\)),remoteAuthority:location\.host\}/,
    (_, configuration) =>
      `{userDataPath:"/",isEnabledFileDownloads:true,isEnabledFileUploads:true,isEnabledCoderGettingStarted:false,...${configuration}}`,
  ],
  // It keeps the user's settings on that server. VS Code for the Web keeps them in the browser.
  [
    /(get userRoamingDataHome\(\)\{return \w+\(\w+\.file\(this\.userDataPath\)\.with\(\{scheme:\w+\.)vscodeRemote/,
    (_, head) => `${head}vscodeUserData`,
  ],
];

/** The two files that @vscode/test-web loads. The workbench starts itself, so what they export has nothing to do. */
const WEB_MAIN = {
  'out/vs/workbench/workbench.web.main.internal.js': `import '../code/browser/workbench/workbench.js';
export const create = () => {};
export const URI = { parse: (x) => x, revive: (x) => x };
export class Emitter { event = () => ({ dispose() {} }); fire() {} dispose() {} }
`,
  'out/vs/workbench/workbench.web.main.internal.css': "@import url('../code/browser/workbench/workbench.css');\n",
};

/**
 * Lays out VS Code for the Web as @vscode/test-web expects a downloaded build: links into the installed VS Code, and the
 * few files above. Returns the options that make test-web use it. Throws when VS Code's start page no longer fits the patches.
 */
export function webBuild() {
  const { folder, version, commit } = installVSCode();
  const data = join(cache, 'web');
  const name = `vscode-web-stable-${commit}`; // test-web looks for this name before it downloads
  const build = join(data, name);
  if (!existsSync(build)) {
    mkdirSync(data, { recursive: true });
    const temporary = mkdtempSync(join(cache, 'tmp-'));
    let script = readFileSync(join(folder, WORKBENCH), 'utf8');
    for (const [pattern, replacement] of PATCHES) {
      if (!pattern.test(script)) throw new Error(`VS Code ${version}: ${WORKBENCH} has no ${pattern}`);
      script = script.replace(pattern, replacement);
    }
    linkEntries(folder, temporary, '.', ['out', 'package.json']);
    linkEntries(folder, temporary, 'out', ['vs']);
    linkEntries(folder, temporary, 'out/vs', ['code', 'workbench']);
    linkEntries(folder, temporary, 'out/vs/workbench', []);
    linkEntries(folder, temporary, 'out/vs/code', ['browser']);
    linkEntries(folder, temporary, 'out/vs/code/browser', ['workbench']);
    linkEntries(folder, temporary, 'out/vs/code/browser/workbench', ['workbench.js']);
    writeFileSync(join(temporary, WORKBENCH), script);
    for (const [path, text] of Object.entries(WEB_MAIN)) writeFileSync(join(temporary, path), text);
    writeFileSync(join(temporary, 'package.json'), JSON.stringify({ type: 'module', version }));
    writeFileSync(join(temporary, 'version'), name);
    if (!existsSync(build)) renameSync(temporary, build);
  }
  return { quality: 'stable', commit, testRunnerDataDir: data };
}
