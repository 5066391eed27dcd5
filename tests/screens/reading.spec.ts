import { tumourClasses, type ClassProbabilities } from '../../src-shared/domain/tumourClass.ts';
import { brainFile, brainFolder } from './brainSeries.ts';
import { colourfulness, difference, middleOf } from './pixels.ts';
import { runBratum } from './runBratum.ts';
import { expect, test } from './workstation.ts';

test('files from the dialog become one series with a thumbnail, a picture and an answer', async ({
  read,
}) => {
  await read.openFiles([brainFile(9), brainFile(10), brainFile(11)]);
  await read.expectAnswered(2, 3);
  await expect(read.seriesList.getByRole('option')).toHaveCount(1);
  await expect(read.seriesList.getByRole('option')).toContainText('3 slices');
  await expect
    .poll(async () => colourVariety(await middleOf(read.seriesList.locator('canvas'))))
    .toBeGreaterThan(20);
  await expect.poll(async () => colourVariety(await middleOf(read.viewport))).toBeGreaterThan(50);
  await expect(read.disclaimer).toBeVisible();
});

/** How many different samples a picture has: 1 where nothing is drawn. */
function colourVariety(pixels: Uint8Array): number {
  return new Set(pixels).size;
}

test('wheel and keys walk through the slices, and the picture follows', async ({ read }) => {
  await read.openFolder(brainFolder);
  await read.expectAnswered(10, 20);
  await read.press('h', 'Home');
  await read.expectAnswered(1, 20);
  const first = await middleOf(read.viewport);
  await read.wheel(3);
  await expect(read.position).toHaveText('Slice 4 of 20');
  await expect.poll(async () => difference(await middleOf(read.viewport), first)).toBeGreaterThan(1);
  await read.press('End');
  await expect(read.position).toHaveText('Slice 20 of 20');
  await read.press('ArrowUp', 'ArrowUp');
  await expect(read.position).toHaveText('Slice 18 of 20');
  await read.press('Home');
  await expect(read.position).toHaveText('Slice 1 of 20');
  await expect.poll(async () => difference(await middleOf(read.viewport), first)).toBeLessThan(0.5);
});

test('the screen says what the command line says', async ({ read }) => {
  await read.openFiles(brainFile(12));
  await read.expectAnswered(1, 1);
  const shown = await read.percentages();
  expect(shown.reduce((sum, value) => sum + value, 0)).toBeCloseTo(100, 0);
  const { results } = (await runBratum('classify', brainFile(12), '--json')) as {
    results: [{ probabilities: ClassProbabilities; model: string }];
  };
  const [{ probabilities }] = results;
  for (const [index, name] of tumourClasses.entries()) {
    expect(shown[index]).toBeCloseTo(probabilities[name] * 100, 1);
  }
});

test('the heatmap lies over the picture, and H takes it away', async ({ read }) => {
  await read.openFiles(brainFile(12));
  await read.expectAnswered(1, 1);
  await expect.poll(async () => colourfulness(await middleOf(read.viewport))).toBeGreaterThan(2);
  await read.press('h');
  await expect.poll(async () => colourfulness(await middleOf(read.viewport))).toBeLessThan(0.5);
  await read.press('h');
  await expect.poll(async () => colourfulness(await middleOf(read.viewport))).toBeGreaterThan(2);
});

test('brackets make the heatmap fainter and stronger', async ({ read }) => {
  await read.openFiles(brainFile(12));
  await read.expectAnswered(1, 1);
  await expect.poll(async () => colourfulness(await middleOf(read.viewport))).toBeGreaterThan(2);
  const before = colourfulness(await middleOf(read.viewport));
  await read.press(']', ']', ']');
  await expect.poll(async () => colourfulness(await middleOf(read.viewport))).toBeGreaterThan(before * 1.2);
  await read.press('[', '[', '[', '[', '[', '[');
  await expect.poll(async () => colourfulness(await middleOf(read.viewport))).toBeLessThan(before * 0.8);
});

test('dragging changes the window, and R brings the file’s window back', async ({ read }) => {
  await read.openFiles(brainFile(12));
  await read.expectAnswered(1, 1);
  await read.press('h');
  await expect.poll(async () => colourfulness(await middleOf(read.viewport))).toBeLessThan(0.5);
  const before = await middleOf(read.viewport);
  await read.drag(0, 80);
  await expect.poll(async () => difference(await middleOf(read.viewport), before)).toBeGreaterThan(3);
  await read.press('r');
  await expect.poll(async () => difference(await middleOf(read.viewport), before)).toBeLessThan(0.5);
});

test('I inverts the grey', async ({ read }) => {
  await read.openFiles(brainFile(12));
  await read.expectAnswered(1, 1);
  await read.press('h');
  await expect.poll(async () => colourfulness(await middleOf(read.viewport))).toBeLessThan(0.5);
  const before = await middleOf(read.viewport);
  await read.press('i');
  // Away from the picture's own edges every grey level g has become 255 − g.
  await expect
    .poll(async () =>
      difference(
        (await middleOf(read.viewport)).map((grey) => 255 - grey),
        before,
      ),
    )
    .toBeLessThan(2);
});
