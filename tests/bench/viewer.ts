import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type CDPSession, type Page } from '@playwright/test';
import { build } from 'vite';
import { drawHead } from '../fixtures/drawHead.ts';
import { writeDicom } from '../fixtures/writeDicom.ts';
import { ReadPage } from '../screens/pages/ReadPage.ts';
import { findBrowser } from '../support/findBrowser.ts';
import { startHost } from '../support/startHost.ts';
import type { Measurement } from './Measurement.ts';
import { usageOfTree } from './processTree.ts';

/** A hundred unless the environment asks for fewer, to try the benchmark itself. */
const sliceCount = Number(process.env['BRATUM_BENCH_SLICES'] ?? 100);
const side = 512;
/** A screen of 60 refreshes a second has 16.7 ms for everything; the graphics card and the page need the rest. */
const limitMs = 4;
const rounds = 2;

/** Seconds that Chromium spent since the page was opened, by what it did. */
interface Spent {
  script: number;
  style: number;
  layout: number;
}

/**
 * Script time of a scrolled slice in the built renderer: 100 slices of 512 × 512 and 12 bits, in headless
 * Chromium on software rendering, by the DevTools protocol's `ScriptDuration` in processor time of the page's thread, so
 * that other programs do not count. Once with slices that are fetched
 * on the way, then with slices that are here, then with four measurements on every slice. The best of two
 * rounds counts where a round can be repeated, since other programs share the machine.
 */
export async function benchViewer(): Promise<Measurement[]> {
  const found = await findBrowser();
  if (!found.isFound) throw new Error(`No browser for the benchmark. ${found.reason}`);
  await build({ configFile: 'vite.renderer.config.ts', logLevel: 'error' });
  const folder = await mkdtemp(join(tmpdir(), 'bratum-bench-viewer-'));
  const files = await writeSlices(folder);
  const host = await startHost(join(folder, 'data'));
  const { executablePath, env } = found;
  const args = [...found.args];
  const browser = await chromium.launch({ executablePath, args, env: { ...process.env, ...env } });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(host.url);
    return await measure(page, files);
  } finally {
    await browser.close();
    await host.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeSlices(folder: string): Promise<string[]> {
  const heads = [1, 2, 3, 4].map((seed) => drawHead(side, side, seed));
  const files: string[] = [];
  for (let number = 1; number <= sliceCount; number++) {
    const file = join(folder, `head-${String(number).padStart(3, '0')}.dcm`);
    const picture = { rows: side, columns: side, samples: heads[number % heads.length]! };
    const names = { patientName: 'DRAWN', seriesDescription: 'DRAWN', instanceNumber: number };
    await writeFile(file, writeDicom({ ...picture, ...names }));
    files.push(file);
  }
  return files;
}

async function measure(page: Page, files: string[]): Promise<Measurement[]> {
  const read = new ReadPage(page);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await read.openFiles(files);
  await read.position.waitFor({ timeout: 120_000 });
  await read.viewport.focus();
  const fetched = await scroll(page, read, session);
  const here = await best(() => scroll(page, read, session));
  await drawOnEverySlice(page, read);
  const measured = await best(() => scroll(page, read, session));
  const { peakRssMb } = usageOfTree();
  const line = (name: string, spent: Spent): Measurement => ({
    name,
    value: spent.script,
    unit: 'ms',
    limitName: 'script time of a scrolled slice',
    limitValue: limitMs,
    ratio: spent.script / limitMs,
    peakRssMb,
  });
  const inform = (name: string, value: number): Measurement => ({
    ...{ name, value, unit: 'ms', limitName: null, limitValue: null, ratio: null, peakRssMb },
  });
  return [
    line('script a slice, fetched on the way', fetched),
    line('script a slice, here already', here),
    line('script a slice, with four measurements', measured),
    inform('style and layout a slice, here already', here.style + here.layout),
  ];
}

async function best(run: () => Promise<Spent>): Promise<Spent> {
  const runs: Spent[] = [];
  while (runs.length < rounds) runs.push(await run());
  return runs.reduce((one, other) => (other.script < one.script ? other : one));
}

/** Milliseconds a slice from the first slice to the last, a refresh of the screen each. */
async function scroll(page: Page, read: ReadPage, session: CDPSession): Promise<Spent> {
  await read.press('Home');
  await page.waitForTimeout(1000);
  const before = await spent(session);
  await page.evaluate(async (steps) => {
    const refresh = () =>
      new Promise((done, fail) => {
        requestAnimationFrame(done);
        setTimeout(() => fail(new Error('The browser has not drawn for half a minute.')), 30_000);
      });
    for (let step = 0; step < steps; step++) {
      document.activeElement!.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }),
      );
      await refresh();
    }
  }, sliceCount - 1);
  await expect(read.position).toHaveText(`Slice ${sliceCount} of ${sliceCount}`, { timeout: 60_000 });
  const after = await spent(session);
  const each = (part: keyof Spent): number => (1000 * (after[part] - before[part])) / (sliceCount - 1);
  return { script: each('script'), style: each('style'), layout: each('layout') };
}

async function spent(session: CDPSession): Promise<Spent> {
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? NaN;
  return { script: of('ScriptDuration'), style: of('RecalcStyleDuration'), layout: of('LayoutDuration') };
}

/** Two lengths, an angle and an ellipse, by the keys that a reader has. */
async function drawOnEverySlice(page: Page, read: ReadPage): Promise<void> {
  await read.press('Home');
  await page.evaluate(async (slices) => {
    const press = (key: string, shiftKey = false) =>
      document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, bubbles: true }));
    const refresh = () => new Promise((done) => requestAnimationFrame(done));
    for (let slice = 0; slice < slices; slice++) {
      for (const tool of ['l', 'e', 'g', 'l']) {
        for (const key of [tool, 'Enter', 'Escape']) press(key);
        press('v');
      }
      press('ArrowDown');
      await refresh();
    }
  }, sliceCount);
  await page.getByRole('button', { name: 'Measurements, 4 on this slice' }).waitFor();
}
