// A short run of `npm run fuzz`: the same texts each time. What the long run found is kept in found.test.ts.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('no hostile text breaks what must hold', async () => {
  const args = ['scripts/fuzz.mjs', '--minutes', '0', '--seed', '7', '--runs', '3'];
  const output = await promisify(execFile)(process.execPath, args, { cwd: root }).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }) => `failed: ${stdout}${stderr}`,
  );
  expect(output).toBe('seed 7\nNo text was found that breaks anything.\n');
});
