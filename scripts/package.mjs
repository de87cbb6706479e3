// npm run package [-- --out FILE]: makes the .vsix that both galleries take. What is in it: .vscodeignore.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt, ensureInstalled, root, runMain, say } from './ensure.mjs';

/** Packs what is built. Relative links of the README stay as they are until the manifest names a repository. */
export async function packageTo(packagePath) {
  const { createVSIX } = await import('@vscode/vsce'); // late: it has to be installed first
  const { repository } = (await import(join(root, 'package.json'), { with: { type: 'json' } })).default;
  await createVSIX({
    cwd: root,
    packagePath,
    dependencies: false,
    rewriteRelativeLinks: repository !== undefined,
    allowMissingRepository: true,
  });
}

if (process.argv[1]?.endsWith('package.mjs'))
  await runMain(async () => {
    const { out } = parseArgs({ options: { out: { type: 'string' } } }).values;
    ensureInstalled();
    ensureBuilt();
    const path = out ?? join(root, 'trace-investigator.vsix');
    await packageTo(path);
    say(`Packed: ${path}`);
  });
