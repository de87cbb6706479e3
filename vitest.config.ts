// Vitest: the tests that need no editor. The editor tests are run by scripts/test.mjs.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'server/**/*.test.ts', 'client/**/*.test.ts'],
    testTimeout: 180_000, // ms; a bound against hanging, not a measure of speed
    hookTimeout: 180_000,
  },
});
