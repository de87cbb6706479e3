// npm start [-- PATH] [--no-open] [--port N]: opens a folder or a file of traces (default: the samples) in VS Code with this
// extension loaded: in the installed VS Code where there is one and a screen, else in a VS Code in the browser.
// --no-open only prints the browser's address, --port chooses its port; both keep to the browser.
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensure, root, runMain, say, UserError, userFolder } from './ensure.mjs';
import { cache, startVSCode } from './vscode.mjs';

const usage = (message) =>
  Object.assign(new UserError(`${message}\nUsage: npm start [-- PATH] [--no-open] [--port N]`), { exitCode: 2 });

/** The command line's `{path, open, port}`; open and port are undefined when not given. */
function parseCommandLine() {
  let parsed;
  try {
    const options = { 'no-open': { type: 'boolean' }, port: { type: 'string' } };
    parsed = parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw usage(error.message);
  }
  const { values, positionals } = parsed;
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65536)) {
    throw usage(`Not a port: ${values.port}`);
  }
  if (positionals.length > 1) throw usage('Give one PATH.');
  return { path: positionals[0], open: values['no-open'] ? false : undefined, port };
}

/** What to open: a folder, and perhaps a file in it. */
function target(path) {
  if (path === undefined) {
    const incident = join(root, 'samples/docker-exec-hang');
    const dump = readdirSync(incident).find((name) => name.startsWith('goroutine-stacks-'));
    return { folder: join(root, 'samples'), file: dump && join(incident, dump) };
  }
  const full = resolve(userFolder('start'), path);
  const found = statSync(full, { throwIfNoEntry: false });
  if (!found) throw usage(`There is no file or folder ${full}`);
  return found.isDirectory() ? { folder: full } : { folder: dirname(full), file: full };
}

/** The full path of a program on PATH, or undefined. */
function which(program) {
  const names = process.platform === 'win32' ? [`${program}.cmd`, `${program}.exe`] : [program];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {} // not here
    }
  }
  return undefined;
}

/** Whether a window can appear. */
const hasScreen = () =>
  process.platform !== 'linux' ||
  Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY || process.env.WSL_DISTRO_NAME);

/** Opens the installed VS Code and says whether that worked. */
function openInstalled({ folder, file }) {
  // In the terminal of a remote window `code` is another program, which cannot load an extension under development.
  const code = process.env.VSCODE_IPC_HOOK_CLI || !hasScreen() ? undefined : which('code');
  if (!code) return false;
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, folder, ...(file ? [file] : [])];
  const { status } = spawnSync(code, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status === 0) console.log(`Opened ${file ?? folder} in VS Code.`);
  else say(`${code} failed; opening VS Code in the browser instead.`);
  return status === 0;
}

/** Serves VS Code in the browser until the user stops it. */
async function serve(what, { open = true, port = 0 }) {
  const server = await startVSCode({ extension: root, data: join(cache, 'start'), port });
  const address = server.address(what);
  console.log(`VS Code ${server.version} with Trace Investigator is at\n\n  ${address}\n\nCtrl-C stops it.`);
  const opener = which(process.platform === 'darwin' ? 'open' : 'xdg-open');
  if (open && opener && hasScreen()) {
    spawn(opener, [address], { stdio: 'ignore', detached: true })
      .on('error', () => {})
      .unref();
  }
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      stopping = true;
      server.stop();
    });
  }
  const status = await server.ended;
  if (!stopping) throw new UserError(`VS Code ended by itself (exit status ${status}):\n${server.output()}`);
}

await runMain(async () => {
  const { path, open, port } = parseCommandLine();
  const what = target(path);
  ensure();
  const browser = open === false || port !== undefined;
  if (browser || !openInstalled(what)) await serve(what, { open, port });
});
