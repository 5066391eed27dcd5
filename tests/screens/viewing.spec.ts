import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brainFile, brainFolder } from './brainSeries.ts';
import { dropPaths } from './dropPaths.ts';
import { expect, test } from './workstation.ts';

test('a file that cannot be opened leaves open what was open', async ({ read, page, scratchFolder }) => {
  await read.openFiles([brainFile(11), brainFile(12)]);
  await read.expectAnswered(1, 2);
  const broken = join(scratchFolder, 'broken.dcm');
  await writeFile(broken, 'nothing of a picture');
  await dropPaths(page, [broken]);
  await expect(read.problems).toContainText('1 file could not be opened');
  await read.press('ArrowDown');
  await read.expectAnswered(2, 2);
  await page.getByRole('button', { name: 'Dismiss the problems' }).click();
  await expect(read.problems).toHaveCount(0);
});

test('the picture’s keys work wherever the focus is, and lists keep their own arrows', async ({
  read,
  page,
}) => {
  await read.openFolder(brainFolder);
  await read.expectAnswered(10, 20);
  const zoom = page.getByText(/^Zoom \d+%$/);
  const fitted = await zoom.textContent();
  await page.getByRole('button', { name: 'Invert' }).focus();
  await read.press('+');
  await expect(zoom).not.toHaveText(fitted ?? '');
  await read.press('0');
  await expect(zoom).toHaveText(fitted ?? '');
  await read.press('Shift+ArrowDown');
  await expect(read.position).toHaveText('Slice 10 of 20');
  await read.slices.getByRole('option', { selected: true }).focus();
  await read.press('ArrowRight');
  await expect(read.position).toHaveText('Slice 11 of 20');
  await expect(read.slices.getByRole('option', { selected: true })).toBeFocused();
});

test('the slices that the reader flies past are not all asked for at once', async ({ read, workstation }) => {
  await read.openFolder(brainFolder);
  await read.expectAnswered(10, 20);
  await read.press('End', 'Home', 'End');
  await read.expectAnswered(20, 20);
  const asked = workstation.calls.filter((call) => call === 'readSlice').length;
  expect(asked).toBeLessThan(20);
});

test('an answer is announced once, when it is there', async ({ read, page }) => {
  await read.openFolder(brainFolder);
  await read.expectAnswered(10, 20);
  // The panel of readings has a status of its own.
  const announcement = read.answer.getByRole('status').first();
  await expect(announcement).toHaveText(/^Slice 10: .+, >?\d+\.\d%$/);
  await expect(page.locator('[aria-live]')).toHaveCount(0);
});
