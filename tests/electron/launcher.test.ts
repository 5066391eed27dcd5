/**
 * The package's `bratum`: the application's own executable with `--cli`. For real: the launcher's script, processes,
 * pipes and exit codes, the built shell and the command line behind it. The double stands where Electron's executable
 * would be, since its Node mode is switched off in the package.
 */
import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from '../../src-main/build.ts';

const launchers = fileURLToPath(new URL('../../packaging/launchers/', import.meta.url));
const runShell = fileURLToPath(new URL('./double/runShell.ts', import.meta.url));
const isWindows = process.platform === 'win32';

let folder: string;
let shell: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-launcher-'));
  shell = join(await ensureBuilt('main'), 'shell.js');
  // As the package lies on the disk: the executable and, beside it, the launcher; a link to it on the PATH.
  await copyFile(join(launchers, 'bratum'), join(folder, 'bratum'));
  await writeFile(
    join(folder, 'bratum-workstation'),
    `#!/bin/sh\nexec '${process.execPath}' '${runShell}' "$@"\n`,
  );
  for (const name of ['bratum', 'bratum-workstation']) await chmod(join(folder, name), 0o755);
  await symlink(join(folder, 'bratum'), join(folder, 'link'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function launch(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(join(folder, 'link'), words, {
    encoding: 'utf8',
    cwd: folder,
    env: { ...process.env, BRATUM_DATA: join(folder, 'data'), BRATUM_TEST_SHELL: shell },
  });
}

test.skipIf(isWindows)('reaches the command line, with nothing but the result on standard output', () => {
  const { status, stdout } = launch('models', '--json');
  const { models } = JSON.parse(stdout) as { models: { name: string }[] };
  expect(models.map(({ name }) => name)).toContain('combined');
  expect(status).toBe(0);
});

test.skipIf(isWindows)('hands words with spaces and the exit code through', () => {
  const missing = launch('classify', 'no such file.dcm', '--json');
  expect(missing.stdout).toContain('no such file.dcm');
  expect(missing.status).toBe(2);
  expect(launch('nonsense')).toMatchObject({ status: 1, stdout: '' });
});

test('every system’s package brings its launcher, and that of Windows waits for the answer', async () => {
  const options = await readFile(new URL('../../electron-builder.yml', import.meta.url), 'utf8');
  const taken = [...options.matchAll(/from: (packaging\/launchers\/\S+)\n\s+to: (\S+)/g)];
  expect(taken.map(([, from, to]) => [from, to])).toEqual([
    ['packaging/launchers/bratum', 'bratum'],
    ['packaging/launchers/bratum.cmd', 'bratum.cmd'],
    ['packaging/launchers/bratum', 'bratum'],
  ]);
  // A program with windows gives the prompt back at once unless it is waited for.
  const lines = (await readFile(join(launchers, 'bratum.cmd'), 'utf8')).split(/\r?\n/);
  expect(lines).toContain('start "" /b /wait "%~dp0BraTum Workstation.exe" --cli %*');
  expect(lines).toContain('exit /b %ERRORLEVEL%');
});
