import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { writeDicom } from '../fixtures/writeDicom.ts';
import type { ReadPage } from './pages/ReadPage.ts';
import { expect, test } from './workstation.ts';

const [rows, columns] = [128, 160];

/** Rows 0.5 mm apart, columns 1.5 mm. */
const spacing = [0.5, 1.5] as const;

/** Middles of the bright spots, as [row, column]: 80 columns apart, and 60 rows. */
const spots = [
  [40.5, 30.5],
  [40.5, 110.5],
  [100.5, 30.5],
] as const;

/** Dark on the left, brighter on the right, with three spots of seven by seven pixels. */
function picture(): Uint16Array {
  const samples = Uint16Array.from({ length: rows * columns }, (_, i) => (i % columns < 80 ? 300 : 700));
  for (const [row, column] of spots) {
    for (let dy = -3; dy <= 3; dy++) {
      for (let dx = -3; dx <= 3; dx++)
        samples[Math.floor(row + dy) * columns + Math.floor(column + dx)] = 4000;
    }
  }
  return samples;
}

async function openSlices(read: ReadPage, folder: string, count = 1): Promise<void> {
  const files: string[] = [];
  for (let number = 1; number <= count; number++) {
    const file = join(folder, `spots-${number}.dcm`);
    const geometry = {
      pixelSpacingMm: spacing,
      imageOrientationPatient: [1, 0, 0, 0, 1, 0],
      imagePositionPatient: [0, 0, number * 3] as const,
    };
    const slice = { rows, columns, samples: picture(), instanceNumber: number, geometry };
    await writeFile(file, writeDicom({ ...slice, patientName: 'SPOTS', seriesDescription: 'SPOTS' }));
    files.push(file);
  }
  await read.openFiles(files);
  await expect(read.position).toBeVisible();
  // Its colours could pass for a spot.
  await read.press('h');
}

interface Spot {
  x: number;
  y: number;
}

/** Where the bright spots are seen, in the window's pixels, as the eye finds them; texts are hidden meanwhile. */
async function findSpots(read: ReadPage, page: Page): Promise<Spot[]> {
  await read.press('t');
  let found: Spot[] = [];
  await expect(async () => {
    const box = (await read.viewport.boundingBox())!;
    const { data, info } = await sharp(await read.viewport.screenshot())
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    found = middlesOfBlobs(data, info.width).map(({ x, y }) => ({ x: box.x + x, y: box.y + y }));
    expect(found).toHaveLength(3);
  }).toPass();
  await read.press('t');
  await page.mouse.move(1, 1);
  return found;
}

/** Middles of groups of nearly white pixels that lie further than 40 pixels apart. */
function middlesOfBlobs(grey: Uint8Array, width: number): Spot[] {
  const blobs: { x: number; y: number; weight: number }[] = [];
  for (const [index, level] of grey.entries()) {
    if (level < 200) continue;
    const [x, y] = [(index % width) + 0.5, Math.floor(index / width) + 0.5];
    const near = blobs.find((blob) => Math.hypot(blob.x / blob.weight - x, blob.y / blob.weight - y) < 40);
    const blob = near ?? { x: 0, y: 0, weight: 0 };
    if (near === undefined) blobs.push(blob);
    blob.x += x * level;
    blob.y += y * level;
    blob.weight += level;
  }
  return blobs.map(({ x, y, weight }) => ({ x: x / weight, y: y / weight }));
}

async function drag(page: Page, from: Spot, to: Spot): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2);
  await page.mouse.move(to.x, to.y);
  await page.mouse.up();
}

/** All values that stand on the picture, in millimetres. */
async function millimetres(page: Page): Promise<number[]> {
  const texts = await page.getByTestId('measurements').locator('text').allTextContents();
  return texts.map((text) => Number(/([\d.]+) mm$/.exec(text.trim())?.[1]));
}

/** The spots in the order of `spots`, for a view that shows the picture upright. */
function upright(found: readonly Spot[]): [Spot, Spot, Spot] {
  const [first, ...others] = found.toSorted((a, b) => a.x + a.y - (b.x + b.y));
  const [right, below] = others.toSorted((a, b) => a.y - b.y);
  return [first!, right!, below!];
}

test('lengths are the patient’s millimetres, along rows and columns, and after turning', async ({
  read,
  page,
  scratchFolder,
}) => {
  await openSlices(read, scratchFolder);
  const [corner, right, below] = upright(await findSpots(read, page));
  await page.getByRole('button', { name: 'Length', exact: true }).click();
  await drag(page, corner, right);
  // From the other end: a press on a handle would take hold of it.
  await drag(page, below, corner);
  const drawn = await millimetres(page);
  expect(drawn).toHaveLength(2);
  expect(Math.abs(drawn[0]! - 120)).toBeLessThan(1);
  expect(Math.abs(drawn[1]! - 30)).toBeLessThan(1);

  // The measurements turn with the picture and keep their values.
  await page.getByRole('button', { name: 'Turn right' }).click();
  expect(await millimetres(page)).toEqual(drawn);
  await page.getByRole('button', { name: 'Flip top and bottom' }).click();
  expect(await millimetres(page)).toEqual(drawn);

  // Drawn anew on the turned picture, they are the same again.
  await read.press('Control+z', 'Control+z');
  expect(await millimetres(page)).toEqual([]);
  const again: number[] = [];
  const turned = await findSpots(read, page);
  for (const [index, from] of turned.entries()) {
    for (const to of turned.slice(index + 1)) {
      await drag(page, from, to);
      again.push(...(await millimetres(page)));
      await read.press('Control+z');
    }
  }
  again.sort((one, other) => one - other);
  const expected = [30, 120, Math.hypot(30, 120)];
  for (const [index, value] of expected.entries()) expect(Math.abs(again[index]! - value)).toBeLessThan(1);
});

test('an ellipse tells area and values of what lies in it', async ({ read, page, scratchFolder }) => {
  await openSlices(read, scratchFolder);
  const [corner, right, below] = upright(await findSpots(read, page));
  const perColumn = (right.x - corner.x) / 80;
  const perRow = (below.y - corner.y) / 60;
  await read.press('e');
  const from = { x: corner.x + 20 * perColumn, y: corner.y + 10 * perRow };
  await drag(page, from, { x: from.x + 20 * perColumn, y: from.y + 40 * perRow });
  const text = page.getByTestId('measurements').locator('text');
  await expect(text).toContainText('mean 300.0 ± 0.0');
  await expect(text).toContainText('min 300.0, max 300.0');
  // π · (10 · 1.5 mm) · (20 · 0.5 mm)
  const area = Number(/([\d.]+) mm²/.exec((await text.textContent()) ?? '')?.[1]);
  expect(Math.abs(area / (Math.PI * 15 * 10) - 1)).toBeLessThan(0.05);
});

test('measuring without a mouse: draw, move a handle, take back, remove', async ({
  read,
  page,
  scratchFolder,
}) => {
  await openSlices(read, scratchFolder, 2);
  await read.viewport.focus();
  await read.press('l', 'Enter');
  const [first] = await millimetres(page);
  expect(first).toBeGreaterThan(1);
  await expect(page.getByRole('status').filter({ hasText: /^Length .+ mm, handle 1 of 2$/ })).toHaveCount(1);
  await read.press('Shift+ArrowLeft', 'Shift+ArrowLeft');
  const [longer] = await millimetres(page);
  expect(longer).toBeGreaterThan(first!);
  // The slice is the same: a chosen handle takes the arrows.
  await expect(read.position).toHaveText('Slice 1 of 2');
  await read.press('Control+z');
  expect(await millimetres(page)).toEqual([first]);
  await read.press('Escape', 'ArrowDown');
  await expect(read.position).toHaveText('Slice 2 of 2');
  await expect.poll(() => millimetres(page)).toEqual([]);

  await page.getByRole('button', { name: 'Measurements, 0 on this slice' }).focus();
  await read.press('Enter');
  await page.getByRole('button', { name: 'Slice 1', exact: true }).click();
  await expect(read.position).toHaveText('Slice 1 of 2');
  await page.getByRole('button', { name: 'Measurements, 1 on this slice' }).click();
  await page.getByRole('button', { name: /^Length [\d.]+ mm$/ }).click();
  await expect(read.viewport).toBeFocused();
  await read.press('Delete');
  expect(await millimetres(page)).toEqual([]);
});

test('the display window by name and by numbers; a series plays and stops', async ({
  read,
  page,
  scratchFolder,
}) => {
  await openSlices(read, scratchFolder, 4);
  const text = read.viewport.getByText(/^C [−\d.]+ {2}W [\d.]+$/);
  await page.getByRole('button', { name: 'Display window' }).click();
  await page.getByRole('button', { name: /^Full range/ }).click();
  await expect(text).toHaveText('C 2151  W 3701');
  await page.getByRole('spinbutton', { name: 'Width' }).fill('400');
  await read.press('Tab');
  await expect(text).toHaveText('C 2151  W 400');
  await page.getByRole('spinbutton', { name: 'Width' }).fill('0');
  await read.press('Tab');
  await expect(page.getByText('the width above 1')).toBeVisible();
  await expect(text).toHaveText('C 2151  W 400');
  await read.press('Escape');

  const start = await read.position.textContent();
  await read.press('p');
  await expect(read.position).not.toHaveText(start ?? '');
  await expect(page.getByRole('button', { name: 'Pause' })).toHaveAttribute('aria-pressed', 'true');
  await read.press('p');
  const stopped = await read.position.textContent();
  await page.waitForTimeout(400);
  await expect(read.position).toHaveText(stopped ?? '');
});

test('a JPEG says what it lacks, and is measured in pixels', async ({ read, page, scratchFolder }) => {
  const file = join(scratchFolder, 'copy.jpg');
  const grey = Uint8Array.from(picture(), (value) => value / 16);
  await sharp(grey, { raw: { width: columns, height: rows, channels: 1 } })
    .jpeg({ quality: 95 })
    .toFile(file);
  await read.openFiles(file);
  await expect(page.getByText('Lossy, no geometry')).toBeVisible();
  await read.viewport.focus();
  await read.press('l', 'Enter');
  await expect(page.getByTestId('measurements').locator('text')).toHaveText(/^\s*[\d.]+ px\s*$/);
});

test('what was measured is there after a restart, in the case and when its file is opened again', async ({
  read,
  cases,
  page,
  workstation,
  scratchFolder,
}) => {
  await openSlices(read, scratchFolder, 2);
  await read.viewport.focus();
  await read.press('l', 'Enter');
  const drawn = await millimetres(page);
  expect(drawn).toHaveLength(1);
  await page.getByRole('button', { name: 'Measurements, 1 on this slice' }).click();
  await expect(page.getByText(/^Stored with the case/)).toBeVisible();
  await read.press('Escape');
  await workstation.restart();
  await cases.show();
  await cases.row('SPOTS').click();
  await page.keyboard.press('Enter');
  await expect.poll(() => millimetres(page)).toEqual(drawn);
  await page.getByRole('button', { name: 'Measurements, 1 on this slice' }).click();
  await page.getByRole('button', { name: /^Remove Length/ }).click();
  await expect(page.getByText(/^Stored with the case/)).toBeVisible();
  await read.press('Escape');
  await read.openFiles(join(scratchFolder, 'spots-1.dcm'));
  await expect(read.position).toHaveText('Slice 1 of 1');
  await expect(page.getByRole('button', { name: 'Measurements, 0 on this slice' })).toBeVisible();
});
