// Takes the README's pictures in the real VS Code, on the sample incidents: docs/screenshot.png, the lens and the hover of a waiting
// goroutine with the chain of waits at the side; docs/picture.png, the drawing of who waits for whom in a whole incident, with the
// findings at the side.
// After a change of what users see: node scripts/screenshot.mjs [FOLDER]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensure, root, runMain, say } from './ensure.mjs';
import { shrinkPng } from './png.mjs';

const SETTINGS = {
  'editor.hover.above': false, // else the hover hides the lens
  'editor.stickyScroll.enabled': false,
  'window.title': 'Trace Investigator',
  'window.commandCenter': false,
  'workbench.layoutControl.enabled': false,
};

await runMain(async () => {
  ensure();
  const target = process.argv[2] ? resolve(process.argv[2]) : join(root, 'docs');
  const { Workbench } = await import('../test/editor/driver.mjs'); // needs the dependencies
  const { withVSCode } = await import('../test/editor/vscode.mjs');
  const { DUMP } = await import('../test/editor/workspace.mjs');
  const folder = join(root, 'samples');
  await withVSCode({ extension: root, settings: SETTINGS }, async (server) => {
    const vs = await Workbench.open(server.address({ folder, file: join(folder, 'docker-exec-hang', DUMP) }));
    try {
      await vs.showsFile(DUMP);
      await vs.lens(/156 goroutines/);
      await vs.openFile('containerd.4401.stacks.log'); // the chain goes on in it
      await vs.openFile(DUMP);
      await vs.widenSidebar(150);
      const waiter = 199; // the line of goroutine 62
      await vs.goTo(waiter, 3);
      await vs.callHierarchy('goroutine 62', 'Outgoing', (rows) => rows.length >= 5);
      await vs.focusEditor();
      await vs.lens(/held by goroutine 219/);
      await vs.showHover();
      mkdirSync(target, { recursive: true });
      writeFileSync(join(target, 'screenshot.png'), shrinkPng(await vs.screenshot()));
    } finally {
      await vs.close();
    }
  });
  await withVSCode({ extension: root, settings: SETTINGS }, async (server) => {
    const vs = await Workbench.open(server.address({ folder, file: join(folder, 'node-not-ready/journal.log') }));
    try {
      await vs.showsFile('journal.log');
      await vs.lens(/PLEG unhealthy/);
      await vs.runCommand('Trace: Investigate');
      await vs.showsFile('Investigation.md');
      await vs.findings((rows) => rows.length > 5);
      await vs.runCommand('Trace: Show Picture');
      await vs.box('systemd').first().waitFor({ timeout: 30_000 });
      await vs.widenSidebar(-200);
      await vs.widenLastGroup(200);
      await vs.webview.getByRole('button', { name: 'Fit to the width' }).click();
      writeFileSync(join(target, 'picture.png'), shrinkPng(await vs.screenshot()));
    } finally {
      await vs.close();
    }
  });
  say(`Wrote screenshot.png and picture.png to ${target}`);
});
