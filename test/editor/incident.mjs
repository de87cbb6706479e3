// The incident that the product exists for, as the engineer on call works through it: the folder samples/node-not-ready is opened,
// investigated, and the chain followed link by link to its last line. What is true of it stands in samples/README.md.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/ensure.mjs';
import { startChecks } from './checks.mjs';
import { until, Workbench } from './driver.mjs';
import { withVSCode } from './vscode.mjs';

const DOCKERD = 'goroutine-stacks-2026-11-26T000629Z.log';

/** The chain from the symptom to the root: who, and the line of which file that shows the wait begins with, or has, these words. */
const CHAIN = [
  { who: 'kubelet', file: 'journal.log', line: 56 },
  // One of the twenty that wait for the lock.
  { who: 'goroutine 176', file: DOCKERD, has: 'goroutine 176 [', many: true },
  { who: 'goroutine 134', file: DOCKERD, has: 'goroutine 134 [' },
  { who: 'goroutine 116', file: 'containerd.log', line: 1 },
  { who: 'goroutine 50', file: 'containerd.log', line: 3 },
  { who: 'runc (pid 262)', file: 'runc.strace', line: 2478 },
  { who: 'systemd (pid 1)', file: 'gdb.txt', line: 6 },
];

/** Runs all checks in a window of its own. Returns `{passed, failed}`. */
export function testIncident({ folder: parent, extension = root }) {
  const folder = join(parent, 'node-not-ready');
  const chain = CHAIN.map(({ who, file, has, line }) => {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');
    return { who, file, line: line ?? lines.findIndex((one) => one.includes(has)) + 1 };
  });
  return withVSCode({ extension, settings: {} }, async (server) => {
    const vs = await Workbench.open(server.address({ folder, file: join(folder, 'journal.log') }));
    try {
      const { check, counts } = startChecks(vs);
      await check('the journal opens with the outage above its line', async () => {
        await vs.showsFile('journal.log');
        await vs.lens(/PLEG unhealthy/);
      });
      await check('Investigate reads the whole folder and opens the report', async () => {
        await vs.runCommand('Trace: Investigate');
        await vs.showsFile('Investigation.md');
        await until('the fault', () => vs.lines(), {
          accept: (lines) =>
            /Known fault: systemd has used up its D-Bus cookies/.test(lines.join(' ').replaceAll('\\', '')),
        });
      });
      for (const { who, file, line } of chain)
        await check(`the report’s chain leads to ${who}`, async () => {
          await vs.openFile('Investigation.md');
          await vs.followLink(`${file}:${line}`);
          await until(file, async () => (await vs.tab()) === file && (await vs.position())?.line === line);
        });
      await check('the call hierarchy of the kubelet runs through all files to systemd', async () => {
        await vs.openFile('journal.log');
        await vs.goTo(chain[0].line, 3);
        await vs.callHierarchy('kubelet', 'Outgoing', (rows) =>
          chain.every(({ who }) => rows.some((row) => row.includes(who))),
        );
        await vs.focusEditor();
      });
      await check('the strace says on its line what is waited for, and who has that', async () => {
        await vs.openFile('runc.strace');
        await vs.goTo(2478, 3);
        await vs.lens(/org\.freedesktop\.systemd1/);
        await vs.hoverThat('the peer', (text) => /systemd/.test(text));
      });
      await check('the picture shows the chain with systemd as its root', async () => {
        await vs.runCommand('Trace: Show Picture');
        const last = vs.box('systemd').first();
        await last.waitFor({ timeout: 30_000 });
        assert.match(await last.textContent(), /root/);
        for (const { who, many } of CHAIN)
          if (!many) await vs.box(who.replaceAll(/[()]/g, '.')).first().waitFor({ timeout: 5_000 });
      });
      await check('a click in the picture opens the line of the cookie’s bus', async () => {
        await vs.box('systemd').first().locator('.title').click();
        await until('the line', async () => (await vs.position())?.line === chain.at(-1).line);
        assert.equal(await vs.tab(), 'gdb.txt');
      });
      await check('the side bar begins with the fault', async () => {
        const rows = await vs.findings((all) => all.length > 5);
        assert.match(rows[0], /^Known fault: systemd has used up its D-Bus cookies/);
      });
      await check('the window has no uncaught error', () => assert.deepEqual(vs.errors, []));
      return counts;
    } finally {
      await vs.close();
    }
  });
}
