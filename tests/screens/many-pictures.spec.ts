import { DatasetStore } from '../../src-main/datasets/workspace/DatasetStore.ts';
import { writeManyRows } from '../fixtures/writeManyRows.ts';
import { DatasetsPage } from './pages/DatasetsPage.ts';
import { expect, remembering, test } from './workstation.ts';

const count = 100_000;
const listed = '99,000';
const slowly = { timeout: 120_000 };
/** More than any window holds, and far less than there are. */
const mostTiles = 150;

test.use(
  remembering(async (dataFolder) => {
    const store = await DatasetStore.open(dataFolder);
    writeManyRows(store, 'Many', count);
    store.close();
  }),
);

test('a hundred thousand pictures are walked through and labelled, and only a window of them is drawn', async ({
  page,
  workstation: _,
}) => {
  test.setTimeout(600_000);
  const datasets = new DatasetsPage(page);
  await datasets.show();
  await page.getByRole('button', { name: /^Many/ }).click();
  await expect(datasets.place.getByText(`49,000 of ${listed} planes labelled`)).toBeVisible(slowly);
  const tiles = datasets.grid.locator('[data-index]');
  const last = datasets.grid.locator('[data-index="98999"]');
  expect(await tiles.count()).toBeLessThan(mostTiles);

  await datasets.grid.focus();
  await page.keyboard.press('End');
  await expect(last).toBeVisible(slowly);
  expect(await tiles.count()).toBeLessThan(mostTiles);
  await page.keyboard.press('2');
  await expect(last).toHaveAttribute('data-plane', 'sagittal');
  await expect(datasets.place.getByText(`49,001 of ${listed} planes labelled`)).toBeVisible(slowly);
  await page.keyboard.press('Control+z');
  await expect(datasets.place.getByText(`49,000 of ${listed} planes labelled`)).toBeVisible(slowly);

  // All of them at once, and back.
  await page.keyboard.press('Control+a');
  await page.keyboard.press('1');
  await expect(datasets.place.getByText(`${listed} of ${listed} planes labelled`)).toBeVisible(slowly);
  await expect(datasets.place.getByText('Saved', { exact: true })).toBeVisible(slowly);
  await page.keyboard.press('Control+z');
  await expect(datasets.place.getByText(`49,000 of ${listed} planes labelled`)).toBeVisible(slowly);

  const subsets = page.getByRole('group', { name: 'Subsets' });
  await expect(subsets.getByRole('button', { name: /^Combined 99,000 49% labelled/ })).toBeVisible(slowly);
  await page.getByRole('combobox', { name: 'Order' }).selectOption({ label: 'Least certain first' });
  await page.getByRole('searchbox', { name: 'Search paths' }).fill('09999');
  await page.keyboard.press('Enter');
  await expect(datasets.place.getByText(/ of 11 planes labelled/)).toBeVisible(slowly);
});
