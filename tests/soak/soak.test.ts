/** The small size of `npm run soak`: too short for slopes of memory, long enough to leave something behind. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('analyses, readings and two trainings leave no process, handle or temporary file', () => {
  // In a process of its own: this one has handles and children of the test runner.
  const words = ['--expose-gc', 'tests/soak/run.ts', '--analyses', '16'];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^16 analyses, 4 readings, 2 trainings in \d+ s\nleft behind: nothing\n$/);
  expect(status).toBe(0);
}, 600_000);
