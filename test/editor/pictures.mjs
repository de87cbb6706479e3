// The README's pictures: how the window comes to show what they show, and that in words, which lies beside each picture in docs/.
// `npm run pictures` writes both; a check compares the words with what the editor shows now, so that no picture grows old unseen.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/ensure.mjs';
import { startChecks } from './checks.mjs';
import { until, Workbench } from './driver.mjs';
import { withVSCode } from './vscode.mjs';
import { DUMP } from './workspace.mjs';

const SETTINGS = {
  'editor.hover.above': false, // else the hover hides the lens
  'editor.stickyScroll.enabled': false,
  'window.title': 'Trace Investigator',
  'window.commandCenter': false,
  'workbench.layoutControl.enabled': false,
};

/** The lens and the hover of a waiting goroutine, with the chain of waits at the side. Returns the words. */
async function showDump(vs) {
  await vs.showsFile(DUMP);
  await vs.lens(/156 goroutines/);
  await vs.openFile('containerd.4401.stacks.log'); // the chain goes on in it
  await vs.openFile(DUMP);
  await vs.widenSidebar(150);
  const waiter = 199; // the line of goroutine 62
  await vs.goTo(waiter, 3);
  const chain = await vs.callHierarchy('goroutine 62', 'Outgoing', (rows) => rows.length >= 5);
  await vs.focusEditor();
  await vs.lens(/held by goroutine 219/);
  // What the lock map says comes a moment later than what the dump says.
  await vs.hoverThat('the lock map', (text) => text.includes('built-in lock map'));
  const hover = await vs.showHover();
  return { 'Call hierarchy': chain, Lenses: await vs.lenses(), Hover: hover.split(/\n+/) };
}

/** The rows of the side bar's tree that stand below no other: which of them are open depends on which files were read first. */
const topRows = (vs) =>
  vs.page.locator('.part.sidebar .monaco-list-row[aria-level="1"]').evaluateAll((rows) =>
    rows
      .map((row) => [Number.parseFloat(row.style.top), row.textContent.replaceAll(/\s+/g, ' ').trim()])
      .sort((a, b) => a[0] - b[0])
      .map(([, text]) => text),
  );

/** Who waits for whom in a whole incident, with the findings at the side. Returns the words. */
async function showIncident(vs) {
  await vs.showsFile('journal.log');
  await vs.lens(/PLEG unhealthy/);
  await vs.runCommand('Trace: Investigate');
  await vs.showsFile('Investigation.md');
  // The verdict, however its lines are broken.
  const drawn = await until('the report', async () => (await vs.lines()).join('').replaceAll(/\s+/g, ' '), {
    accept: (text) => text.includes('## Files'),
  });
  const report = drawn.slice(0, drawn.indexOf('## Files'));
  await vs.findings((rows) => rows.length > 5);
  const findings = await topRows(vs);
  await vs.runCommand('Trace: Show Picture');
  await vs.box('systemd').first().waitFor({ timeout: 30_000 });
  await vs.widenSidebar(-200);
  await vs.widenLastGroup(200);
  await vs.webview.getByRole('button', { name: 'Fit to the width' }).click();
  const texts = (selector) => vs.webview.locator(selector).evaluateAll((all) => all.map((one) => one.textContent));
  const boxes = await vs.webview
    .locator('.box')
    .evaluateAll((all) =>
      all.map((one) => [...one.querySelectorAll('text')].map((text) => text.textContent).join(' | ')),
    );
  return {
    Report: [report],
    Findings: findings,
    Boxes: boxes,
    Arrows: await texts('.arrow text'),
    Bars: await texts('.bar text'),
  };
}

/** Each picture's name in docs/, the file that is opened, and what is done then. */
const PICTURES = [
  { name: 'screenshot', file: `docker-exec-hang/${DUMP}`, show: showDump },
  { name: 'picture', file: 'node-not-ready/journal.log', show: showIncident },
];

/** One line for each thing in the picture, under what it is. */
const written = (words) =>
  Object.entries(words)
    .map(([what, lines]) => `${what}:\n${lines.map((line) => `  ${line.trim()}\n`).join('')}`)
    .join('\n');

/** Calls `take({name, text, vs})` with each picture in the window. */
export async function withPictures(take) {
  const folder = join(root, 'samples');
  for (const { name, file, show } of PICTURES)
    await withVSCode({ extension: root, settings: SETTINGS }, async (server) => {
      const vs = await Workbench.open(server.address({ folder, file: join(folder, file) }));
      try {
        await take({ name, vs, text: written(await show(vs)) });
      } finally {
        await vs.close();
      }
    });
}

/** The words beside a picture, in docs/. */
export const wordsFile = (name) => `${name}.txt`;

/** Checks that docs/ shows what the editor shows. Returns `{passed, failed, failures}`. */
export async function testPictures() {
  const { check, counts } = startChecks();
  await withPictures(({ name, text }) =>
    check(`docs/${name}.png shows what the editor shows`, () => {
      const path = join(root, 'docs', wordsFile(name));
      const before = existsSync(path) ? readFileSync(path, 'utf8').replaceAll('\r', '') : '';
      assert.equal(text, before, `docs/${name}.png is out of date; after a look at the difference: npm run pictures`);
    }),
  );
  return counts;
}
