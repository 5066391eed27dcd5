import type { Page } from '@playwright/test';
import { brainFile } from './brainSeries.ts';
import { expect, test } from './workstation.ts';

/** Presses Tab until a button of this name has the focus; every stop on the way must show its focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let stop = 0; stop < 40; stop++) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return null;
      const { outlineStyle, boxShadow } = getComputedStyle(element);
      const words = element.getAttribute('aria-label') ?? element.textContent.trim();
      return { words, isVisible: outlineStyle !== 'none' || boxShadow !== 'none' };
    });
    if (focus === null) continue;
    expect(focus.isVisible, `the focus on “${focus.words}” can be seen`).toBe(true);
    if (focus.words.includes(name)) return;
  }
  throw new Error(`Tab does not reach “${name}”`);
}

test('the whole way without a mouse: open, analyse, read blinded, report, find again', async ({
  read,
  cases,
  page,
}) => {
  test.setTimeout(240_000);
  await tabTo(page, 'Open files…');
  const dialog = page.waitForEvent('filechooser');
  await read.press('Enter');
  await (await dialog).setFiles([brainFile(10), brainFile(11), brainFile(12)]);
  await read.expectAnswered(2, 3);

  await tabTo(page, 'Blinded');
  await read.press('Enter', 'ArrowDown');
  await expect(page.getByText('Hidden until read')).toBeVisible();
  await read.press('q', 'Space', 'Control+Enter');
  await expect(read.standingReading).toContainText(/^Glioma.*read blinded/);
  await read.expectAnswered(3, 3);
  await read.press('a');
  await expect(page.getByText('All 3 analysed')).toBeVisible();
  // The first slice is not read yet.
  await expect(read.answeredSlices()).toHaveCount(2);
  await read.press('h');
  await expect(page.getByRole('button', { name: 'Heatmap' })).toHaveAttribute('aria-pressed', 'false');
  await read.press('h');
  await expect(page.getByRole('button', { name: 'Heatmap' })).toHaveAttribute('aria-pressed', 'true');

  await read.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys and mouse' })).toBeVisible();
  await read.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await read.press('Control+k');
  await expect(cases.search).toBeFocused();
  await page.keyboard.type('brain_011');
  await expect(cases.rows()).toHaveCount(1);
  await read.press('ArrowDown');
  await expect(cases.list).toBeFocused();
  await expect(cases.rows().first()).toHaveAttribute('aria-selected', 'true');
  await expect(cases.details).toContainText('before the answer was shown');
  await tabTo(page, 'Report');
  await read.press('Enter');
  await expect(page.getByRole('checkbox', { name: /patient’s name/ })).toBeFocused();
  const report = page.waitForEvent('download');
  await read.press('Tab', 'Enter');
  expect((await report).suggestedFilename()).toMatch(/\.pdf$/);

  await read.press('Escape', 'Control+k', 'ArrowDown', 'Enter');
  await expect(read.position).toHaveText('Slice 2 of 3');
  // Who reads blinded still does.
  await expect(page.getByText('Hidden until read')).toBeVisible();
});

test('keys belong to the text where there is text', async ({ read, cases, page }) => {
  await read.openFiles([brainFile(10), brainFile(11)]);
  await read.expectAnswered(1, 2);
  await read.press('Control+k');
  await page.keyboard.type('oahi?');
  await expect(cases.search).toHaveValue('oahi?');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});
