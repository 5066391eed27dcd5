import { mkdir, readFile, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { writeInventedDataset } from '../fixtures/writeInventedDataset.ts';
import { expectAccessible } from './expectAccessible.ts';
import { expect, test } from './workstation.ts';

test('a set is walked through, maps are compared, judged, outlined, measured and exported', async ({
  page,
  workstation,
  scratchFolder,
}) => {
  test.setTimeout(300_000);
  const set = join(scratchFolder, 'set');
  await writeInventedDataset(set, 2);
  // A plane is known of these alone.
  await rename(join(set, 'glioma_tumor'), join(set, 'glioma_tumor_Top_Angle'));
  const places = page.getByRole('navigation', { name: 'Places' });
  await places.getByRole('button', { name: 'Review' }).click();
  await expect(page.getByText('Why a model says so, and whether to believe it')).toBeVisible();

  await test.step('a folder is opened, and every slice has its place in a walk', async () => {
    const dialog = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Open a labelled folder…' }).click();
    await (await dialog).setFiles(set);
    await page.getByLabel('Walk').selectOption('All slices', { timeout: 90_000 });
    await expect(page.getByText('1 of 8', { exact: true })).toBeVisible();
    await page.keyboard.press('n');
    await expect(page.getByText('2 of 8', { exact: true })).toBeVisible();
    await page.keyboard.press('p');
    await expect(page.getByText('1 of 8', { exact: true })).toBeVisible();
  });

  const pane = (name: RegExp) => page.getByRole('button', { name });

  await test.step('two classes hang side by side under one cursor', async () => {
    await page.getByRole('button', { name: /^Classes/ }).click();
    await page.getByRole('checkbox', { name: 'Glioma' }).check();
    await page.keyboard.press('Escape');
    await expect(page.locator('figure canvas[data-review-panel]')).toHaveCount(2);
    await page.locator('figure canvas[data-review-panel]').first().hover();
    await expect(page.getByLabel('Value under the cursor').first()).not.toHaveText('–');
    await expectAccessible(page);
  });

  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };

  await test.step('an outline is drawn by mouse and keys, and stays after the slice was left', async () => {
    await page.getByRole('button', { name: 'Draw an outline' }).click();
    const first = pane(/^combined, LayerCAM, 14 × 14/).first();
    await expect(first).toBeFocused();
    const box = (await first.boundingBox())!;
    for (const [x, y] of [
      [0.3, 0.3],
      [0.7, 0.3],
      [0.7, 0.7],
    ] as const)
      await first.click({ position: { x: x * box.width, y: y * box.height } });
    await press('Shift+ArrowLeft', 'Enter', 'Shift+ArrowLeft', 'Enter');
    await expect(page.getByText('5 so far')).toBeVisible();
    await press('Backspace');
    await expect(page.getByText('4 so far')).toBeVisible();
    await page.getByRole('button', { name: 'Save the outline' }).click();
    await expect(page.getByText(/^Version 1/)).toBeVisible();
    await page.keyboard.press('n');
    await expect(page.getByText(/^Version 1/)).toBeHidden();
    await page.keyboard.press('p');
    await expect(page.getByText(/^Version 1/)).toBeVisible();
  });

  await test.step('its trust figures know of the outline', async () => {
    await page.getByRole('button', { name: 'Measure trust' }).first().click();
    const figures = page.getByLabel('Trust figures').first();
    await expect(figures).toContainText('Insertion area', { timeout: 90_000 });
    await expect(figures).toContainText('Inside the outline');
  });

  await test.step('a region stands in where there is no outline, and may be taken back', async () => {
    await page.getByRole('heading', { name: 'Review', level: 1 }).click();
    await press('n');
    await expect(page.getByText(/^Version 1/)).toBeHidden();
    await page.getByRole('button', { name: 'Draw a region' }).click();
    await press('Enter', 'Shift+ArrowRight', 'Enter', 'Shift+ArrowDown', 'Enter');
    await page.getByRole('textbox', { name: 'Name' }).fill('middle');
    await page.getByRole('button', { name: 'Save the region' }).click();
    await expect(page.getByRole('button', { name: 'Take “middle” back' })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Measure trust' }).first().click();
    await expect(page.getByLabel('Trust figures').first()).toContainText('Inside the region', {
      timeout: 90_000,
    });
    await page.getByRole('button', { name: 'Take “middle” back' }).click();
    await expect(page.getByRole('button', { name: 'Take “middle” back' })).toBeHidden();
  });

  await test.step('a folder of masks is brought for the whole set', async () => {
    const masks = join(scratchFolder, 'masks');
    await mkdir(join(masks, 'meningioma_tumor'), { recursive: true });
    const square = Buffer.alloc(20 * 20, 255);
    for (const name of await readdir(join(set, 'meningioma_tumor')))
      await sharp({ create: { width: 160, height: 160, channels: 3, background: 'black' } })
        .composite([{ input: square, raw: { width: 20, height: 20, channels: 1 }, left: 90, top: 35 }])
        .png()
        .toFile(join(masks, 'meningioma_tumor', name));
    const dialog = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Bring' }).click();
    await page.getByRole('button', { name: 'A folder of masks…' }).click();
    await (await dialog).setFiles(masks);
    await expect(page.getByText('2 outlines brought, 6 slices without a mask.')).toBeVisible();
    await page.getByRole('heading', { name: 'Review', level: 1 }).click();
    await press('n');
    await expect(page.getByText(/^Version 1, from a mask/)).toBeVisible();
    await press('p', 'p');
  });

  await test.step('a verdict is recorded by key', async () => {
    await page.getByRole('heading', { name: 'Review', level: 1 }).click();
    await page.keyboard.press('2');
    await expect(page.getByRole('list', { name: 'Recorded verdicts' })).toContainText('Looks elsewhere');
  });

  await test.step('the board leaves as a figure', async () => {
    for (const [item, start] of [
      ['Figure as PNG', '\x89PNG'],
      ['Figure as SVG', '<svg'],
      ['Figure as PDF', '%PDF'],
    ] as const) {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('button', { name: item }).click();
      const file = join(scratchFolder, item.replaceAll(' ', ''));
      await (await download).saveAs(file);
      const bytes = await readFile(file);
      expect(bytes.subarray(0, 4).toString('latin1')).toBe(start);
      if (start === '<svg') expect(bytes.toString().match(/<image /g)).toHaveLength(2);
    }
  });

  await test.step('the model is audited on the set; the outline that was drawn counts', async () => {
    await page
      .getByRole('navigation', { name: 'Pages of review' })
      .getByRole('button', { name: 'Audit' })
      .click();
    const dialog = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose: Pictures' }).click();
    await (await dialog).setFiles(set);
    await page.getByRole('button', { name: /^Methods/ }).click();
    await page.getByRole('checkbox', { name: 'Grad-CAM', exact: true }).check();
    await page.keyboard.press('Escape');
    await page.getByLabel('Costly figures on').fill('1');
    await expectAccessible(page);
    const start = page.getByRole('button', { name: 'Audit', exact: true }).last();
    await start.click({ timeout: 30_000 });
    const report = page.getByRole('article', { name: /looks$/ });
    await expect(report).toContainText('8 slices', { timeout: 120_000 });
    await expect(report).toContainText('Slices with an outline of the tumour: 3.');
    await expect(report.getByRole('heading', { name: 'LayerCAM, 14 × 14', exact: true })).toBeVisible();
    await expect(report.getByRole('heading', { name: 'Grad-CAM', exact: true })).toBeVisible();
    await expectAccessible(page);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'JSON' }).click();
    const audit = JSON.parse(await readFile(await (await download).path(), 'utf8')) as {
      n: number;
      outlined: number;
      methods: { method: string }[];
    };
    expect(audit).toMatchObject({ n: 8, outlined: 3 });
    expect(audit.methods.map(({ method }) => method)).toEqual(['grad-cam', 'layer-cam@14']);
  });
  await workstation.stop();
});
