import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { planes } from '../../src-shared/domain/plane.ts';
import { writeInventedPictures } from '../fixtures/writeInventedPictures.ts';
import { DatasetsPage } from './pages/DatasetsPage.ts';
import { expectAccessible } from './expectAccessible.ts';
import { expect, test } from './workstation.ts';

const count = 200;
const planeOfPicture = (index: number): (typeof planes)[number] => planes[(index * 7) % 3]!;
const keyOf = (index: number): string => String(planes.indexOf(planeOfPicture(index)) + 1);

test('200 pictures are labelled by keyboard alone, all taken back, all made again, and found after a restart', async ({
  page,
  workstation,
  scratchFolder,
}) => {
  test.setTimeout(600_000);
  const folder = join(scratchFolder, 'invented');
  await mkdir(folder, { recursive: true });
  await writeInventedPictures(folder, count);
  const datasets = new DatasetsPage(page);
  await datasets.show();
  await datasets.create('Invented heads');
  await datasets.importFolder(folder);
  await expect(page.getByText(`${count} pictures added.`)).toBeVisible({ timeout: 240_000 });
  await datasets.expectLabelled(0, count);

  await datasets.grid.focus();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keys' });
  await expect(sheet).toContainText('To the next unlabelled');
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await datasets.grid.focus();
  for (let index = 0; index < count; index++) await page.keyboard.press(keyOf(index));
  await datasets.expectLabelled(count, count);
  const subsets = page.getByRole('group', { name: 'Subsets' });
  await expect(subsets.getByRole('button', { name: 'Axial 67 0% labelled' })).toBeVisible({
    timeout: 60_000,
  });
  await page.keyboard.press('Home');
  for (let index = 0; index < 3; index++) expect(await datasets.planeOf(index)).toBe(planeOfPicture(index));

  for (let step = 0; step < count; step++) await page.keyboard.press('Control+z');
  await datasets.expectLabelled(0, count);
  for (let step = 0; step < count; step++) await page.keyboard.press('Control+y');
  await datasets.expectLabelled(count, count);

  await expectAccessible(page);

  // A frame by the mouse, over three pictures of two lines.
  await page.keyboard.press('Home');
  const perLine = await datasets.columns();
  const [first, last] = await Promise.all([datasets.boxOf(0), datasets.boxOf(perLine + 2)]);
  await datasets.drag([
    [first.x + 20, first.y + 20],
    [last.x + 40, last.y + 40],
  ]);
  const framed = [0, 1, 2, perLine, perLine + 1, perLine + 2];
  expect(await datasets.selected()).toEqual(framed);
  await page.keyboard.press('0');
  await datasets.expectLabelled(count - framed.length, count);
  await page.keyboard.press('Control+z');
  await datasets.expectLabelled(count, count);

  await workstation.restart();
  await datasets.show();
  await page.getByRole('button', { name: /^Invented heads/ }).click();
  await datasets.expectLabelled(count, count);
  await datasets.grid.focus();
  await page.keyboard.press('End');
  expect(await datasets.planeOf(count - 1)).toBe(planeOfPicture(count - 1));
  // The copies lie in the workspace, and the picture can be looked at.
  await page.keyboard.press('Space');
  await expect(page.getByText('160 × 160 pixels')).toBeVisible();
  await expect(page.getByText(/^(Axial|Sagittal|Coronal) by hand, /).first()).toBeVisible();
});
