import type { Locator } from '@playwright/test';
import { ballAt, threeSeries, writeStudy } from '../fixtures/writeStudy.ts';
import { expect, test } from './workstation.ts';

test.beforeEach(async ({ read, scratchFolder }) => {
  await read.openFolder(await writeStudy(scratchFolder));
  await expect(read.position).toHaveText('Slice 9 of 17');
});

/** The middle of an element, CSS pixels of the window. */
async function middle(element: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await element.boundingBox();
  if (box === null) throw new Error('not visible');
  return { ...box, x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

test('by keyboard: a layout, its panes, a series in each, and scrolling together by millimetres', async ({
  read,
  page,
}) => {
  await read.press('d');
  await expect(read.pane(1)).toHaveAccessibleName('Pane 1, active');
  await expect(read.pane(2)).toContainText('T2 axial');
  // Both in one frame of reference: 0 mm here is nearest to −2 mm there, of two as near the first.
  await expect(read.placeIn(1)).toHaveText('9 / 17 · 0.0 mm');
  await expect(read.placeIn(2)).toHaveText('8 / 20 · −2.0 mm');
  await read.press('ArrowDown', 'ArrowDown');
  await expect(read.placeIn(1)).toHaveText('11 / 17 · 12.0 mm');
  await expect(read.placeIn(2)).toHaveText('11 / 20 · 10.0 mm');

  await read.press('2', 'ArrowUp');
  await expect(read.pane(2)).toHaveAccessibleName('Pane 2, active');
  await expect(read.placeIn(2)).toHaveText('10 / 20 · 6.0 mm');
  await expect(read.placeIn(1)).toHaveText('10 / 17 · 6.0 mm');

  await read.press('s', 'Home');
  await expect(read.placeIn(2)).toHaveText('1 / 20 · −30.0 mm');
  await expect(read.placeIn(1)).toHaveText('10 / 17 · 6.0 mm');
  // What begins to scroll together meets where the active pane is.
  await read.press('s');
  await expect(read.placeIn(1)).toHaveText('4 / 17 · −30.0 mm');

  await read.seriesList.getByRole('option', { selected: true }).focus();
  await read.press('ArrowDown');
  await expect(read.pane(2)).toContainText('T2 axial');
  await read.press('Enter');
  await expect(read.pane(2)).toContainText('T1 sagittal');
  await read.press('1');
  await expect(read.pane(1)).toContainText('T1 sagittal');
  await expect(page.getByRole('option', { name: /T1 sagittal.*in pane 1.*in pane 2/s })).toBeVisible();
});

test('a double click enlarges a picture and brings the others back', async ({ read, page }) => {
  await read.chooseLayout('2 × 2');
  await expect(read.pane(3)).toContainText('T1 sagittal');
  await expect(read.pane(4)).toContainText('Empty pane');
  const small = await middle(read.pane(3));
  await read.pane(3).getByRole('application').dblclick();
  await expect(read.pane(1)).toHaveCount(0);
  expect((await middle(read.pane(3))).width).toBeGreaterThan(1.8 * small.width);
  await read.press('k');
  await expect(read.pane(1)).toBeVisible();
  await expect(page.getByRole('group', { name: 'Pane 3, active' })).toBeVisible();
});

test('a series is dragged from the list into a pane; Escape lets it go', async ({ read, page }) => {
  await read.chooseLayout('1 × 3');
  const sagittal = await middle(read.seriesList.getByRole('option', { name: /T1 sagittal/ }));
  const target = await middle(read.pane(1));
  const drag = async () => {
    await page.mouse.move(sagittal.x, sagittal.y);
    await page.mouse.down();
    await page.mouse.move(target.x, target.y, { steps: 6 });
  };
  await drag();
  await read.press('Escape');
  await page.mouse.up();
  await expect(read.pane(1)).toContainText('T1 axial');
  await drag();
  await page.mouse.up();
  await expect(read.pane(1)).toContainText('T1 sagittal');
  await expect(read.pane(1)).toHaveAccessibleName('Pane 1, active');
});

test('the cross-hair marks the same point of the patient, and X goes to its slice', async ({
  read,
  page,
}) => {
  await read.chooseLayout('1 × 3');
  await read.press('1');
  // The axial slice through the ball, z = 12.
  for (let slice = 9; slice < 11; slice++) await read.press('ArrowDown');
  await expect(read.placeIn(1)).toHaveText('11 / 17 · 12.0 mm');
  const [axial] = threeSeries;
  const place = await middle(read.pane(1).getByRole('application'));
  const perMm = Math.min(place.width, place.height) / (axial!.side * axial!.spacingMm);
  // From the middle of the picture, (20, 0, 12) mm, to the middle of the ball.
  const middleOfPicture = axial!.firstPosition.map((at) => at + ((axial!.side - 1) * axial!.spacingMm) / 2);
  await page.mouse.move(
    place.x + (ballAt[0] - middleOfPicture[0]!) * perMm,
    place.y + (ballAt[1] - middleOfPicture[1]!) * perMm,
  );
  await expect(read.pane(2).getByTestId('cross-hair')).toBeVisible();
  await expect(read.pane(3).getByTestId('cross-hair')).toContainText('mm off');
  await read.press('x');
  // Sagittal slices lie at −60, −50 … 60; the ball at x = 30.
  await expect(read.placeIn(3)).toHaveText('4 / 13 · −30.0 mm');
  await expect(read.pane(3).getByTestId('cross-hair')).not.toContainText('mm off');
  for (const [number, series] of [
    [2, threeSeries[1]!],
    [3, threeSeries[2]!],
  ] as const) {
    const picture = await middle(read.pane(number).getByRole('application'));
    const scale = Math.min(picture.width, picture.height) / (series.side * series.spacingMm);
    const isSagittal = number === 3;
    const half = ((series.side - 1) * series.spacingMm) / 2;
    const across = isSagittal ? ballAt[1] - series.firstPosition[1] : ballAt[0] - series.firstPosition[0];
    const down = isSagittal ? series.firstPosition[2] - ballAt[2] : ballAt[1] - series.firstPosition[1];
    const mark = read.pane(number).getByTestId('cross-hair');
    const marked = [Number(await mark.getAttribute('data-x')), Number(await mark.getAttribute('data-y'))];
    // To the nearest pixel of the picture that the pointer was on: 2 mm.
    expect(Math.abs(marked[0]! - (picture.width / 2 + (across - half) * scale))).toBeLessThan(2 * scale);
    expect(Math.abs(marked[1]! - (picture.height / 2 + (down - half) * scale))).toBeLessThan(2 * scale);
  }
  await read.press('c');
  await expect(page.getByTestId('cross-hair')).toHaveCount(0);
});

test('the layout is remembered', async ({ read, workstation, scratchFolder }) => {
  await read.chooseLayout('2 × 1');
  await expect.poll(() => workstation.calls).toContain('writeSettings');
  await workstation.restart();
  await read.openFolder(await writeStudy(scratchFolder));
  await expect(read.pane(2)).toContainText('T2 axial');
  const [first, second] = [await middle(read.pane(1)), await middle(read.pane(2))];
  expect(second.x).toBe(first.x);
  expect(second.y).toBeGreaterThan(first.y);
});

test('the heatmap has a picture of its own beside the plain one', async ({ read, page }) => {
  await read.press('u');
  await expect(page.getByRole('application', { name: /^Heatmap of Slice 9 of 17/ })).toBeVisible();
  await read.press('u');
  await expect(page.getByRole('application')).toHaveCount(1);
});
