// Runs the suite of this folder inside VS Code's two kinds of extension host: the Node process of a desktop or remote
// VS Code, and the web worker of VS Code for the Web. The suite reports "ok NAME" and "not ok NAME: WHY" lines.
import { fork } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { format } from 'node:util';
import { root } from '../../../scripts/ensure.mjs';
import { openPage } from '../driver.mjs';
import { webBuild, withVSCode } from '../vscode.mjs';

const TIME_LIMIT = 120_000; // ms, for the whole suite in one host

/**
 * Opens the page, lets VS Code run the suite that the address or the server names, and returns the counts
 * `{passed, failed, failures}`. A suite that does not end, or ends badly without a failed test, counts as one failure.
 */
async function runSuite(host, address, log) {
  const page = await openPage();
  const counts = { passed: 0, failed: 0, failures: [] };
  const fail = (message) => {
    log(`  not ok ${message}`);
    counts.failed += 1;
    counts.failures.push(message.split('\n')[0]);
  };
  try {
    const code = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve('not ended in time'), TIME_LIMIT);
      const exposed = [
        // VS Code calls these two when a page asks for extension tests.
        page.exposeFunction('codeAutomationLog', (_type, args) => {
          const message = format(...args);
          const result = /^(not )?ok /.exec(message);
          if (!result) return; // VS Code's own messages
          if (result[1]) return fail(message.slice(result[0].length));
          counts.passed += 1;
          log(`  ${message}`);
        }),
        page.exposeFunction('codeAutomationExit', (code) => {
          clearTimeout(timer);
          resolve(code);
        }),
      ];
      Promise.all(exposed)
        .then(() => page.goto(address))
        .catch(reject);
    });
    if (code !== 0 && counts.failed === 0) fail(`the suite in the ${host} extension host ended: ${code}`);
  } finally {
    await page.browser.close();
  }
  if (counts.passed + counts.failed === 0) fail(`the suite in the ${host} extension host ran no test`);
  return counts;
}

/** Runs the suite in the Node extension host, with the folder opened. Returns `{passed, failed}`. */
export function runInNodeHost({ folder, extension = root, log = console.log }) {
  // This flag lets an address name an extension under development and its tests. It also hides notifications.
  return withVSCode({ flags: ['--enable-smoke-test-driver'] }, (server) => {
    const payload = [
      ['extensionDevelopmentPath', server.uri(extension)],
      ['extensionTestsPath', server.uri(join(extension, 'dist/test/node.cjs'))],
    ];
    return runSuite('Node', server.address({ folder, payload }), log);
  });
}

/** A TCP port that nobody listens on. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', reject)
      .listen(0, '127.0.0.1', () => {
        const { port } = server.address();
        server.close(() => resolve(port));
      });
  });
}

/** Runs the suite in the web worker extension host, with the folder opened. Returns `{passed, failed}`. */
export async function runInWebHost({ folder, extension = root, log = console.log }) {
  const port = await freePort();
  const options = {
    ...webBuild(),
    esm: true,
    browserType: 'none', // it would start a browser of its own
    extensionDevelopmentPath: extension,
    extensionTestsPath: join(extension, 'dist/test/web.cjs'),
    folderPath: folder,
    host: 'localhost',
    port,
  };
  const server = fork(join(root, 'test/editor/extension-host/serve-web.mjs'), { silent: true });
  try {
    await new Promise((resolve, reject) => {
      server.once('message', resolve);
      server.once('exit', (status) => reject(new Error(`test-web did not start (exit status ${status})`)));
      server.send(options);
    });
    return await runSuite('web', `http://localhost:${port}/`, log);
  } finally {
    server.kill();
  }
}
