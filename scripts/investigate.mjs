// npm run investigate -- FILE... : the command line's "investigate", built first when that is needed.
// Standard output is the report alone; the exit status is the command's own.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensure, root, runMain, userFolder } from './ensure.mjs';

await runMain(() => {
  ensure();
  const cli = join(root, 'dist/cli.cjs');
  const { status, signal } = spawnSync(process.execPath, [cli, 'investigate', ...process.argv.slice(2)], {
    stdio: 'inherit',
    cwd: userFolder('investigate'), // relative paths are the user's
  });
  if (signal) process.kill(process.pid, signal);
  process.exit(status ?? 1);
});
