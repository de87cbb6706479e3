// The package as users get it: the .vsix is made, installed with VS Code's own command line, and the sample that comes with it is opened.
// What is missing from the package is missed here; all other steps load the extension from where it is built.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/ensure.mjs';
import { packageTo } from '../../scripts/package.mjs';
import { cache, installVSCode } from '../../scripts/vscode.mjs';
import { startChecks } from './checks.mjs';
import { until, Workbench } from './driver.mjs';
import { withVSCode } from './vscode.mjs';

/** The sample's dump of dockerd. */
const DUMP = 'goroutine-stacks-2026-11-26T000629Z.log';
/** The line of goroutine 176 in it, which waits for the lock of goroutine 134. */
const WAITER = 1401;

/** Runs all checks. `folder`: as made by withWorkspace. Returns `{passed, failed, failures}`. */
export async function testInstalled({ folder }) {
  const packed = mkdtempSync(join(cache, 'package-'));
  try {
    const vsix = join(packed, 'x.vsix');
    await packageTo(vsix);
    // The source code of the program that printed a dump of the folder.
    const settings = { 'traceInvestigator.sourceRoots': [join(root, 'test/fixtures/goroutine/source')] };
    return await withVSCode({ settings, prepare: (data) => install(vsix, data) }, async (server) => {
      const vs = await Workbench.open(server.address({ folder }));
      try {
        const { check, counts } = startChecks(vs);
        await useSample(vs, check);
        await check('the window has no uncaught error', () => assert.deepEqual(vs.errors, []));
        return counts;
      } finally {
        await vs.close();
      }
    });
  } finally {
    rmSync(packed, { recursive: true, force: true });
  }
}

/** As `code --install-extension` does. */
function install(vsix, data) {
  const { folder, node } = installVSCode();
  const places = ['--server-data-dir', data, '--extensions-dir', join(data, 'extensions')];
  const args = [join(folder, 'out/server-main.js'), ...places, '--accept-server-license-terms'];
  const { status, stdout, stderr } = spawnSync(node, [...args, '--install-extension', vsix], { encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}${stderr}`);
  assert.match(stdout, /was successfully installed/);
}

async function useSample(vs, check) {
  await check('its sample opens and is investigated', async () => {
    await vs.runCommand('Trace: Open Sample Incident');
    await until('the report', () => vs.tab(), { accept: (name) => name === 'Investigation.md', timeout: 30_000 });
    await until('its first line', () => vs.lines(), { accept: (lines) => /kubelet/.test(lines.join('\n')) });
  });
  await check('a lens names the holder', async () => {
    await vs.openFile(DUMP);
    await vs.goTo(WAITER, 3);
    await vs.lens(/held by goroutine 134/);
  });
  await check('hover has what the built-in lock map knows', async () => {
    await vs.hoverThat('the lock map', (text) => text.includes('built-in lock map'));
  });
  await check('a command draws the picture', async () => {
    await vs.runCommand('Trace: Show Picture');
    await vs.box('systemd').first().waitFor({ timeout: 30_000 });
  });
  await check('source code beside a dump is read', async () => {
    await vs.openFile('cycle2.txt');
    await vs.lens(/verified by source/);
  });
}
