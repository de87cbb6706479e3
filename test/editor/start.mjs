// The commands that the README names, run as a user runs them: npm start and npm run investigate.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { root } from '../../scripts/ensure.mjs';
import { startChecks } from './checks.mjs';
import { Workbench } from './driver.mjs';
import { DUMP } from './workspace.mjs';

/** The environment without what would make npm start open a window of this desktop. */
function environment(more) {
  const { DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME, VSCODE_IPC_HOOK_CLI, ...rest } = process.env;
  return { ...rest, ...more };
}

/** Runs a script of the project to its end. */
const runScript = (name, args, env = environment()) =>
  spawnSync(process.execPath, [join(root, 'scripts', name), ...args], { encoding: 'utf8', env, cwd: root });

/** Whether somebody listens on the port of this machine. */
const answers = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

/** Runs all checks. `folder` as made by withWorkspace. Returns `{passed, failed}`. */
export async function testStart({ folder }) {
  const { check, counts } = startChecks();
  await check('npm start says what is wrong with its arguments', () => {
    for (const args of [['no-such-file'], ['--port', 'x'], ['--what'], ['a', 'b']]) {
      const { status, stdout, stderr } = runScript('start.mjs', args);
      assert.equal(status, 2, args.join(' '));
      assert.equal(stdout, '');
      assert.match(stderr, /\nUsage: npm start/);
    }
  });
  await check('npm start takes the installed VS Code where there is a screen', () => {
    const code = join(folder, 'code'); // stands for the real one
    writeFileSync(code, '#!/bin/sh\nprintf "%s\\n" "$@"\n');
    chmodSync(code, 0o755);
    const env = environment({ DISPLAY: ':0', PATH: `${folder}${delimiter}${process.env.PATH}` });
    const { status, stdout } = runScript('start.mjs', [join(folder, 'cycle2.txt')], env);
    assert.equal(status, 0);
    const lines = stdout.split('\n');
    assert.ok(lines.includes(`--extensionDevelopmentPath=${root}`), stdout);
    assert.ok(lines.includes(folder) && lines.includes(join(folder, 'cycle2.txt')), stdout);
  });
  await check('npm start serves VS Code with the extension, until it is interrupted', async () => {
    const args = [join(root, 'scripts/start.mjs'), '--no-open', join(folder, 'docker-exec-hang', DUMP)];
    const server = spawn(process.execPath, args, { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const address = await new Promise((resolve, reject) => {
        let output = '';
        server.stdout.setEncoding('utf8').on('data', (text) => {
          output += text;
          const found = /^ {2}(http:\S+)$/m.exec(output);
          if (found) resolve(found[1]);
        });
        server.once('exit', (status) => reject(new Error(`ended with status ${status}: ${output}`)));
      });
      const vs = await Workbench.open(address);
      try {
        await vs.showsFile(DUMP);
        await vs.lens(/156 goroutines/);
      } finally {
        await vs.close();
      }
      const { port } = new URL(address);
      assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 403, 'without the secret');
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGINT');
      assert.equal(await ended, 0);
      assert.equal(await answers(Number(port)), false, 'the port is free again');
    } finally {
      server.kill('SIGTERM');
    }
  });
  await check('npm run investigate prints the command line’s report alone and passes its status on', () => {
    const files = ['samples/docker-exec-hang'];
    const direct = spawnSync(process.execPath, [join(root, 'dist/cli.cjs'), 'investigate', ...files], {
      encoding: 'utf8',
      cwd: root,
    });
    const script = runScript('investigate.mjs', files);
    assert.match(script.stdout, /goroutine 219/);
    assert.equal(script.stdout, direct.stdout);
    assert.equal(script.status, direct.status);
    assert.equal(runScript('investigate.mjs', ['no-such-file']).status, 2);
  });
  return counts;
}
