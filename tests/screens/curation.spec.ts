import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { inventHead } from '../fixtures/inventHead.ts';
import { writeInventedDataset } from '../fixtures/writeInventedDataset.ts';
import { DatasetsPage } from './pages/DatasetsPage.ts';
import { expectAccessible } from './expectAccessible.ts';
import { expect, test } from './workstation.ts';

const side = 160;
const slowly = { timeout: 180_000 };

/** Six heads of each class, and one more that is there as it is, once more, and smaller under Testing. */
async function writePictures(folder: string): Promise<void> {
  await writeInventedDataset(folder, 6);
  for (const part of ['Training', 'Testing'])
    await mkdir(join(folder, part, 'no_tumor'), { recursive: true });
  const head = sharp(inventHead(77, side), { raw: { width: side, height: side, channels: 1 } });
  await head.clone().png().toFile(join(folder, 'Training/no_tumor/x.png'));
  await head.clone().resize(100).png().toFile(join(folder, 'Testing/no_tumor/y.png'));
  await copyFile(join(folder, 'Training/no_tumor/x.png'), join(folder, 'Training/no_tumor/z.png'));
}

async function openPage(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages of the data set' }).getByRole('button', { name }).click();
}

test('findings are looked at, resolved and taken back; a split says what leaks, is kept and locked', async ({
  page,
  workstation: _,
  scratchFolder,
}) => {
  test.setTimeout(600_000);
  const folder = join(scratchFolder, 'invented');
  await mkdir(folder, { recursive: true });
  await writePictures(folder);
  const datasets = new DatasetsPage(page);
  await datasets.show();
  await datasets.create('Invented heads');
  await datasets.importFolder(folder);
  await expect(page.getByText('27 pictures added, 24 labelled by a label file.')).toBeVisible(slowly);

  await openPage(page, 'Hygiene');
  await expect(page.getByText('This data set has not been checked yet.')).toBeVisible();
  await page.getByRole('button', { name: 'Check the pictures' }).click();
  await expect(page.getByText('Up to date.')).toBeVisible(slowly);
  const kinds = page.getByRole('group', { name: 'Kinds of findings' });
  await expect(kinds.getByRole('button', { name: 'Same bytes 1' })).toBeVisible();
  await kinds.getByRole('button', { name: 'Across the split 1' }).click();
  const finding = page.getByRole('region', { name: 'Finding' });
  await expect(finding).toContainText('the one under Testing should go');
  await expect(finding.getByText('Should go', { exact: true })).toHaveCount(1);
  await expectAccessible(page);

  await page.getByRole('listbox').getByRole('option').first().click();
  await page.getByRole('listbox').getByRole('option').first().focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Resolved: 1. Into quarantine: 1 picture', { exact: true })).toBeVisible(
    slowly,
  );
  await expect(kinds.getByRole('button', { name: 'Across the split 0' })).toBeVisible();
  await expect(kinds.getByRole('button', { name: 'Near duplicates 0' })).toBeVisible();
  await page.getByRole('region', { name: 'Hygiene' }).getByRole('button', { name: 'Undo' }).click();
  await expect(kinds.getByRole('button', { name: 'Across the split 1' })).toBeVisible(slowly);

  await openPage(page, 'Splits');
  await page.getByRole('button', { name: 'Try the split' }).click();
  await expect(page.getByText(/^0 of \d+$/)).toBeVisible(slowly);
  await page.getByRole('textbox', { name: 'Name' }).fill('Grouped, seed 1');
  await page.getByRole('button', { name: 'Keep this split' }).click();
  const kept = page.getByRole('list', { name: 'Kept splits' }).getByRole('listitem');
  await expect(kept).toContainText('Grouped, seed 1', slowly);
  await kept.getByRole('button', { name: 'Lock', exact: true }).click();
  await expect(kept).toContainText('Locked');
  await expect(kept.getByRole('button', { name: 'Remove' })).toBeDisabled();
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Keep this split' }).click();
  await expect(page.getByText('Grouped, seed 1 is locked')).toBeVisible(slowly);

  await openPage(page, 'Explore');
  const explore = page.getByRole('region', { name: 'Explore' });
  await explore.getByRole('button', { name: 'Make the map' }).click();
  await expect(explore.getByRole('img', { name: 'Map of 27 pictures' })).toBeVisible(slowly);
  await explore
    .getByRole('combobox', { name: 'Coloured by' })
    .selectOption({ label: 'Split of the folders' });
  await expectAccessible(page);
  await explore
    .getByRole('combobox', { name: 'Coloured by' })
    .selectOption({ label: 'Parts of Grouped, seed 1' });
  const colours = explore.getByRole('list', { name: 'Colours' });
  await expect(colours).toContainText(
    /In no part\s+0\s+Training\s+\d+\s+Validation\s+\d+\s+Test\s+\d+/,
    slowly,
  );
  await explore
    .getByRole('combobox', { name: 'Coloured by' })
    .selectOption({ label: 'Split of the folders' });
  await explore.getByRole('button', { name: 'Testing 1' }).click();
  await expect(page.getByRole('button', { name: 'Only 1 chosen picture ×' })).toBeVisible(slowly);

  // A lasso around the whole map chooses all, one around none of it nothing.
  await openPage(page, 'Explore');
  const map = explore.getByRole('img', { name: 'Map of 27 pictures' });
  const { x, y, width, height } = (await map.boundingBox())!;
  const [right, bottom] = [x + width - 2, y + height - 2];
  await datasets.drag([
    [x + 2, y + 2],
    [x + 4, y + 2],
    [x + 4, y + 4],
  ]);
  await expect(map).toBeVisible();
  await datasets.drag([
    [x + 2, y + 2],
    [right, y + 2],
    [right, bottom],
    [x + 2, bottom],
  ]);
  await expect(page.getByRole('button', { name: 'Only 27 chosen pictures ×' })).toBeVisible(slowly);

  // Back to all, by the subset that has all.
  const subsets = page.getByRole('group', { name: 'Subsets' });
  await subsets.getByRole('button', { name: /^Combined 27/ }).click();
  await expect(page.getByRole('button', { name: 'Only 1 chosen picture ×' })).toBeHidden(slowly);
  await page.getByRole('searchbox', { name: 'Search paths' }).fill('no_tumor');
  await page.keyboard.press('Enter');
  await subsets.getByRole('button', { name: 'Keep subset' }).click();
  await page.getByRole('textbox', { name: 'Name of what is shown now' }).fill('Healthy');
  await page.getByRole('button', { name: 'Keep as a subset' }).click();
  await expect(subsets.getByRole('button', { name: 'Healthy 9 67% labelled' })).toBeVisible(slowly);

  await openPage(page, 'Augmentation');
  const studio = page.getByRole('region', { name: 'Augmentation' });
  await expect(studio.getByText('Epoch 4')).toHaveCount(4, slowly);
  const enlarged = studio.getByRole('region', { name: 'Enlargement of scarce classes' });
  await expect(enlarged.getByRole('row', { name: 'Glioma 6 3 9' })).toBeVisible(slowly);
  await expect(enlarged.getByRole('row', { name: 'In each epoch 36' })).toBeVisible();
  await enlarged.getByRole('combobox').selectOption({ label: 'the training part of Grouped, seed 1' });
  await expect(enlarged.getByRole('row', { name: 'In each epoch 36' })).toBeHidden(slowly);
  await studio
    .getByRole('combobox', { name: 'Beside each picture' })
    .selectOption({ label: 'Copies within an epoch' });
  await expect(studio.getByText('Copy 4', { exact: true })).toHaveCount(4, slowly);
  await studio.getByRole('button', { name: 'none' }).click();
  await expect(studio.getByText('No steps: pictures stay as they are.')).toBeVisible();
  await studio.getByRole('combobox', { name: 'Step' }).selectOption({ label: 'Blur' });
  await studio.getByRole('button', { name: 'Add' }).click();
  await studio.getByRole('spinbutton', { name: 'Sigma, to' }).fill('4');
  await studio.getByRole('textbox', { name: 'Name' }).fill('soft');
  await studio.getByRole('button', { name: 'Keep with the data set' }).click();
  await expect(
    studio.getByRole('group', { name: 'Presets' }).getByRole('button', { name: 'soft' }),
  ).toBeVisible(slowly);
  await expectAccessible(page);
});
