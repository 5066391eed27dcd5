import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brainFile } from './brainSeries.ts';
import { comparedPatient, inventCases, otherPatient } from './inventedCases.ts';
import { expectAccessible } from './expectAccessible.ts';
import { expect, remembering, test } from './workstation.ts';

test('Read, empty', async ({ read, page }) => {
  await expect(read.disclaimer).toBeVisible();
  await expectAccessible(page);
});

test('Read, with an answer', async ({ read, page }) => {
  await read.openFiles([brainFile(11), brainFile(12)]);
  await read.expectAnswered(1, 2);
  await expectAccessible(page);
});

test('Read, with broken files', async ({ read, page, scratchFolder }) => {
  const broken = join(scratchFolder, 'broken.dcm');
  await writeFile(broken, 'nothing of a picture');
  await read.openFiles([broken, brainFile(12)]);
  await read.expectAnswered(1, 1);
  await expect(read.problems).toBeVisible();
  await expectAccessible(page);
});

test('Cases: empty, full, and without a match', async ({ read, cases, page }) => {
  await cases.show();
  await expect(page.getByText('No cases yet')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('navigation').getByRole('button', { name: 'Read' }).click();
  await read.openFiles(brainFile(12));
  await read.expectAnswered(1, 1);
  await cases.show();
  await expect(cases.rows()).toHaveCount(1);
  await expectAccessible(page);
  await cases.search.fill('nobodyofthisname');
  await expect(page.getByText('No case matches')).toBeVisible();
  await expectAccessible(page);
});

test.describe('with two invented patients', () => {
  test.use(remembering((dataFolder) => inventCases(dataFolder, [comparedPatient, otherPatient])));

  test('Cases: details, filter, comparison, statistics, trash and its dialog', async ({ cases, page }) => {
    await cases.show();
    await cases.row('Ada').click();
    await expect(cases.details).toContainText('Faint rim');
    await expectAccessible(page);
    await cases.openFilter('Date');
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Compare the two ticked studies' }).click();
    await expect(page.getByRole('listbox', { name: 'Pairs of slices' })).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await cases.turnTo('Statistics');
    await page.getByText('The numbers').click();
    await expectAccessible(page);
    await cases.turnTo('All cases');
    await cases.row('Ada').click();
    await page.keyboard.press('Delete');
    await expect(page.getByText('1 case moved to the trash')).toBeVisible();
    await expectAccessible(page);
    await cases.turnTo('Trash');
    await page.getByRole('button', { name: 'Empty the trash…' }).click();
    await expect(page.getByRole('dialog', { name: 'Erase 1 case for good?' })).toBeVisible();
    await expectAccessible(page);
  });
});

test('the sheets for keys and for settings', async ({ read, page }) => {
  await read.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys and mouse' })).toBeVisible();
  await expectAccessible(page);
  await read.press('Escape');
  for (const [place, subject] of [
    ['Cases', 'Comparison of two studies'],
    ['Data sets', 'Label what is selected'],
    ['Review', 'Walk'],
  ] as const) {
    await page.getByRole('button', { name: place, exact: true }).click();
    await page.getByRole('button', { name: 'Keys', exact: true }).click();
    await expect(page.getByRole('dialog').getByRole('heading', { name: subject })).toBeVisible();
    await expectAccessible(page);
    await read.press('Escape');
  }
  await page.getByRole('button', { name: 'Settings' }).click();
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible();
  await expectAccessible(page);
});

const tabsOf = { 'Data sets': [], Training: ['Runs', 'Evaluate', 'Models'], Review: [] };

for (const [place, tabs] of Object.entries(tabsOf))
  test(`${place} before anything was done there, each of its tabs`, async ({ read, page }, info) => {
    await expect(read.disclaimer).toBeVisible();
    await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: place }).click();
    await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible();
    for (const name of tabs.length === 0 ? [null] : tabs) {
      if (name !== null)
        await page.getByRole('main').getByRole('button', { name, exact: true }).first().click();
      await expectAccessible(page);
      for (const [width, height] of [
        [1440, 900],
        [1024, 700],
      ] as const) {
        await page.setViewportSize({ width, height });
        await page.screenshot({ path: info.outputPath(`${name ?? place}-${width}.png`) });
      }
    }
  });
