// npm run pictures [-- FOLDER]: takes the README's pictures in the real VS Code, and writes beside each what it shows, in words, by which
// the editor tests see when it is out of date. What is shown: test/editor/pictures.mjs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensure, root, runMain, say } from './ensure.mjs';
import { shrinkPng } from './png.mjs';

await runMain(async () => {
  ensure();
  const target = process.argv[2] ? resolve(process.argv[2]) : join(root, 'docs');
  mkdirSync(target, { recursive: true });
  const { withPictures, wordsFile } = await import('../test/editor/pictures.mjs'); // needs the dependencies
  await withPictures(async ({ name, vs, text }) => {
    writeFileSync(join(target, `${name}.png`), shrinkPng(await vs.screenshot()));
    writeFileSync(join(target, wordsFile(name)), text);
    say(`Wrote ${name}.png and ${wordsFile(name)} to ${target}`);
  });
});
