// Takes the README's picture, docs/screenshot.png: the sample incident in the real VS Code, with the lenses, the hover on a
// waiting goroutine and the chain of waits at the side. After a change of what users see: node scripts/screenshot.mjs [FILE]
import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ensure, root, runMain, say } from './ensure.mjs';

await runMain(async () => {
  ensure();
  const target = process.argv[2] ? resolve(process.argv[2]) : join(root, 'docs/screenshot.png');
  const { Workbench } = await import('../test/editor/driver.mjs'); // needs the dependencies
  const { withVSCode } = await import('../test/editor/vscode.mjs');
  const { DUMP } = await import('../test/editor/workspace.mjs');
  const folder = join(root, 'samples');
  const settings = { 'breadcrumbs.enabled': false, 'workbench.layoutControl.enabled': false };
  await withVSCode({ extension: root, settings }, async (server) => {
    const vs = await Workbench.open(server.address({ folder, file: join(folder, 'docker-exec-hang', DUMP) }));
    try {
      await vs.showsFile(DUMP);
      await vs.lens(/156 goroutines/);
      const [waiter, holder] = [199, 501]; // lines of goroutines 62 and 219
      await vs.goTo(waiter, 3);
      await vs.callHierarchy('goroutine 62', 'Outgoing', (rows) => rows.length >= 3);
      await vs.focusEditor();
      await vs.goTo(holder + 8); // so that the window shows all of the holder
      await vs.goTo(holder, 3);
      await vs.lens(/36 wait/);
      await vs.showHover();
      mkdirSync(dirname(target), { recursive: true });
      await vs.screenshot(target);
    } finally {
      await vs.close();
    }
  });
  say(`Wrote ${target}`);
});
