import { defineConfig } from '@playwright/test';

/** The gallery is walked like a screen test, once for each size of window that the workstation is made for. */
export default defineConfig({
  testDir: '.',
  testMatch: 'gallery.ts',
  outputDir: '../../test-results/gallery-run',
  workers: 1,
  timeout: 1_200_000,
  expect: { timeout: 120_000 },
  reporter: 'list',
  projects: [
    { name: '1440', use: { viewport: { width: 1440, height: 900 } } },
    { name: '1024', use: { viewport: { width: 1024, height: 700 } } },
  ],
});
