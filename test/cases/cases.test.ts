// Runs the cases: every Markdown file below this folder. UPDATE_CASES=1 writes the answers anew; the diff is the review.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { drawings } from './draw.js';
import { type Block, readCases, readInputs, readSources } from './read.js';
import { World } from './world.js';

const folder = import.meta.dirname;
const root = join(folder, '../..');
const updating = process.env.UPDATE_CASES === '1';

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .sort();

test('every feature has cases', () => {
  const features = readdirSync(join(root, 'server/src/features'))
    .map((name) => name.replace(/\.ts$/, ''))
    .filter((name) => !['feature', 'index', 'view'].includes(name));
  const folders = new Set(files.map((name) => name.split(/[\\/]/)[0]));
  expect(features.filter((name) => !folders.has(name))).toEqual([]);
});

for (const name of files) {
  const path = join(folder, name);
  const markdown = readFileSync(path, 'utf8');
  const answers: { readonly block: Block; readonly answer: string }[] = [];
  describe(relative(root, path), () => {
    for (const { title, blocks } of readCases(markdown)) {
      test(title, async () => {
        const input = blocks.find(({ info }) => info[0] === 'trace');
        if (!input) throw new Error('The case has no ```trace block.');
        const { inputs, cursor } = readInputs(input.text, (file) => readFileSync(join(root, file), 'utf8'));
        const given = blocks.find(({ info }) => info[0] === 'sources');
        const sources = given && readSources(given.text);
        const asked = blocks.filter(({ info }) => info[0] !== 'trace' && info[0] !== 'sources');
        expect(asked.length, 'blocks with answers').toBeGreaterThan(0);
        for (const block of asked) {
          const [request, ...args] = block.info;
          const draw = drawings[request!];
          if (!draw) throw new Error(`No drawing is called ${request}.`);
          const world = new World(inputs, cursor, sources, input.info[1] ?? 'plaintext');
          if (sources?.some(({ text }) => text !== '')) await world.verify();
          const answer = `${await draw(world, args)}\n`;
          if (updating) answers.push({ block, answer });
          else expect(answer).toBe(block.text);
        }
      });
    }
  });
  if (updating)
    afterAll(() => {
      const lines = markdown.split('\n');
      for (const { block, answer } of answers.toSorted((a, b) => b.block.from - a.block.from))
        lines.splice(block.from, block.to - block.from, ...answer.split('\n').slice(0, -1));
      writeFileSync(path, lines.join('\n'));
    });
}
