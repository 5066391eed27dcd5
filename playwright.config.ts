import { defineConfig } from '@playwright/test';
import { compileCache } from './tests/support/compileCache.ts';

// For the processes that tests start.
process.env['NODE_COMPILE_CACHE'] ??= compileCache;

/** The browser is found by the fixtures of tests/screens/workstation.ts, so that loading this file costs nothing. */
export default defineConfig({
  testDir: 'tests/screens',
  outputDir: 'test-results/screens',
  // The host under test, its inference child and the browser share two cores.
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env['CI'] === 'true',
  reporter: [['list'], ['./tests/support/PlaywrightTally.ts']],
  use: {
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
});
