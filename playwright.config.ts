import { defineConfig } from '@playwright/test';
import { compileCache } from './tests/support/compileCache.ts';

// For the processes that tests start.
process.env['NODE_COMPILE_CACHE'] ??= compileCache;

/** The browser is found by the fixtures of tests/screens/workstation.ts, so that loading this file costs nothing. */
export default defineConfig({
  testDir: 'tests/screens',
  outputDir: 'test-results/screens',
  globalSetup: './tests/support/buildPage.ts',
  // A test waits about half of its time, for a frame or a moment of rest: two fill the two cores that are promised.
  workers: 2,
  fullyParallel: true,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env['CI'] === 'true',
  reporter: [['list'], ['./tests/support/PlaywrightTally.ts']],
  use: {
    viewport: { width: 1440, height: 900 },
    // Recording costs as much again as half of what it records: on a desk, repeat what failed with `--trace on`.
    trace: process.env['CI'] === 'true' ? { mode: 'retain-on-failure', screenshots: false } : 'off',
    screenshot: 'only-on-failure',
  },
});
