// The extension in another language: a copy of it with made-up translations, in a window that speaks that language. Shows that the
// manifest's keys, the client's strings and the server's sentences are looked up, the picture's too.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/ensure.mjs';
import { cache } from '../../scripts/vscode.mjs';
import { startChecks } from './checks.mjs';
import { until, Workbench } from './driver.mjs';
import { withVSCode } from './vscode.mjs';

const LANGUAGE = 'de';
/** What a translated string looks like. */
const translated = (text) => `«${text}»`;

/** Runs all checks in a window of its own. Returns `{passed, failed}`. */
export async function testTranslated({ folder }) {
  const extension = mkdtempSync(join(cache, 'translated-'));
  try {
    translate(extension);
    return await withVSCode({ extension, settings: {} }, async (server) => {
      const address = server.address({ folder, file: join(folder, 'cycle2.txt') });
      const vs = await Workbench.open(address, { language: LANGUAGE });
      try {
        const { check, counts } = startChecks(vs);
        await check('languages and commands have the manifest’s words', async () => {
          await until('the language', () => vs.language(), { accept: (name) => name === translated('Goroutine Dump') });
          await vs.runCommand(`${translated('Trace')}: ${translated('Show Picture')}`);
        });
        await check('the picture has its words, and the server’s', async () => {
          await vs.box('goroutine 6').waitFor({ timeout: 30_000 });
          const words = await vs.webview.locator('main').textContent();
          assert.ok(words.includes(translated('Who waits for whom')), words);
          assert.match(words, /«waits .*«for mutex #1/);
        });
        await check('a lens has the server’s', async () => {
          await vs.focusEditor();
          await vs.goTo(7, 3);
          await vs.lens(/«likely deadlock»/);
          await vs.lens(/«waits .*«for mutex #1 .* — «likely held by goroutine 7»/);
        });
        await check('so has a hover, its article too', async () => {
          await vs.hoverThat(
            'the hover',
            (text) => text.includes('«Waits «for mutex #1') && text.includes('«waits for a mutex»'),
          );
        });
        await check('messages and lists have theirs', async () => {
          await vs.focusEditor();
          await vs.runCommand(`${translated('Trace')}: ${translated('Show Outages')}`);
          const none = translated('In the open traces no outage is seen.');
          await until('the message', () => vs.toasts(), { accept: (toasts) => toasts.join('\n').includes(none) });
        });
        return counts;
      } finally {
        await vs.close();
      }
    });
  } finally {
    rmSync(extension, { recursive: true, force: true });
  }
}

/** Lays out the extension in a folder, with translations beside its own words. */
function translate(extension) {
  // No links: by the place of its script VS Code knows whose words are asked for.
  for (const name of ['package.json', 'package.nls.json', 'dist', 'syntaxes', 'images', 'walkthrough'])
    cpSync(join(root, name), join(extension, name), { recursive: true });
  mkdirSync(join(extension, 'l10n'));
  for (const name of ['package.nls', 'l10n/bundle.l10n']) {
    const words = Object.entries(JSON.parse(readFileSync(join(root, `${name}.json`), 'utf8')));
    const made = Object.fromEntries(words.map(([key, text]) => [key, translated(text)]));
    writeFileSync(join(extension, `${name}.${LANGUAGE}.json`), JSON.stringify(made));
  }
}
