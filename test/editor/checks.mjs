// A list of named checks that run in order, each one reported and counted.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/ensure.mjs';

/**
 * Starts a list. `check(name, action)` runs one; a failed one is printed with its reason, a picture of the window, if
 * there is one, is left in .cache/pictures, and the next ones go on. `counts` is `{passed, failed, failures}`.
 */
export function startChecks(workbench) {
  const counts = { passed: 0, failed: 0, failures: [] };
  const pictures = join(root, '.cache/pictures');
  const check = async (name, action) => {
    const started = Date.now();
    try {
      await action();
      counts.passed += 1;
      console.log(`  ok ${name} (${Date.now() - started} ms)`);
    } catch (error) {
      counts.failed += 1;
      counts.failures.push(`${name}: ${error.message.split('\n')[0]}`);
      console.log(`  not ok ${name}: ${error.message}`);
      if (!workbench) return;
      mkdirSync(pictures, { recursive: true });
      const picture = join(pictures, `${name.replaceAll(/\W+/g, '-')}.png`);
      await workbench.screenshot(picture).catch(() => {});
      console.log(`    picture: ${picture}`);
      // Whatever is open must not be in the next check's way.
      for (let i = 0; i < 3; i++) await workbench.press('Escape').catch(() => {});
    }
  };
  return { check, counts };
}
