import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { entry } from '../flows/commandLine.ts';
import { writeInventedPictures } from '../fixtures/writeInventedPictures.ts';
import { expectAccessible } from './expectAccessible.ts';
import { TrainingPage } from './pages/TrainingPage.ts';
import { expect, test } from './workstation.ts';

// Long walks; the page may have to be built first.
test.describe.configure({ timeout: 240_000 });

test('the page of jobs counts as the command line does, and says what was given up and why', async ({
  page,
  workstation: _,
  dataFolder,
  scratchFolder,
}) => {
  const training = new TrainingPage(page);
  await training.show();
  await training.go('Jobs');
  await expect(page.getByText(/No large batch was handed in on this machine/)).toBeVisible();
  await expectAccessible(page);

  const pictures = join(scratchFolder, 'pictures');
  await mkdir(pictures);
  await writeInventedPictures(pictures, 3);
  await writeFile(join(pictures, 'broken.png'), Buffer.from('89504e470d0a1a0a00', 'hex'));
  const run = (...words: string[]): unknown => {
    // Exit code 2 of submit: one picture is broken.
    const { stdout } = spawnSync(process.execPath, [entry, ...words, '--json'], {
      encoding: 'utf8',
      env: { ...process.env, BRATUM_DATA: dataFolder },
    });
    return JSON.parse(stdout);
  };
  run('submit', pictures, '--provider', 'cpu');
  const { submissions } = run('jobs') as {
    submissions: { slices: number; answered: number; dead: number }[];
  };
  expect(submissions).toMatchObject([{ slices: 3, answered: 3, dead: 1 }]);
  await expect(page.getByText('3 of 3 slices answered, 1 given up')).toBeVisible();
  await expect(page.getByText('Nothing waits')).toBeVisible();
  await expect(
    page.getByRole('region', { name: 'Given up' }).getByText('broken.png', { exact: true }),
  ).toBeVisible();
  await expectAccessible(page);
});
