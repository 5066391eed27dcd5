import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { compileCache } from './tests/support/compileCache.ts';

export default defineConfig({
  plugins: [svelte()],
  test: {
    projects: [
      // Nothing of these outlives its file, so files take turns in one process: half the processor time.
      {
        extends: true,
        test: { name: 'plain', include: ['src-{shared,renderer}/**/*.test.ts'], isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'main',
          include: [
            'src-main/**/*.test.ts',
            'tests/{flows,electron,golden,support,fixtures,fuzz,faults,services,soak,bench}/**/*.test.ts',
          ],
        },
      },
    ],
    // Native modules (onnxruntime, better-sqlite3, sharp) want processes of their own.
    pool: 'forks',
    // Where a test loads onnxruntime by itself; see refuseTelemetry.ts.
    env: {
      ORT_DISABLE_TELEMETRY: '1',
      // Most of a started command's time is compiling its modules, the same ones each time.
      NODE_COMPILE_CACHE: compileCache,
    },
    // One more than the cores that are promised: a flow waits about a tenth of its time for what it started.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    restoreMocks: true,
    reporters: ['default', './tests/support/VitestTally.ts'],
  },
});
