import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type Page } from '@playwright/test';
import { build } from 'vite';
import { writeInventedPictures } from '../fixtures/writeInventedPictures.ts';
import { DatasetsPage } from '../screens/pages/DatasetsPage.ts';
import { findBrowser } from '../support/findBrowser.ts';
import { startHost } from '../support/startHost.ts';
import type { Measurement } from './Measurement.ts';
import { usageOfTree } from './processTree.ts';

const pressCount = 60;
const limitMs = 50;

/** Milliseconds from each key to what it did. */
interface Presses {
  painted: number[];
  stored: number[];
}

/**
 * From a key in the labelling grid to its label: painted (the frame after the tile has it) and stored (the page has the
 * answer of the main side, which gives it once the label is on the disk). Each press waits for the one before, in the built
 * renderer in headless Chromium, by the page's own clock.
 */
export async function measureLabelKeys(): Promise<Measurement[]> {
  const found = await findBrowser();
  if (!found.isFound) throw new Error(`No browser for the benchmark. ${found.reason}`);
  await build({ configFile: 'vite.renderer.config.ts', logLevel: 'error' });
  const folder = await mkdtemp(join(tmpdir(), 'bratum-bench-keys-'));
  const host = await startHost(join(folder, 'data'));
  const { executablePath, args, env } = found;
  const browser = await chromium.launch({ executablePath, args, env: { ...process.env, ...env } });
  try {
    await mkdir(join(folder, 'pictures'));
    await writeInventedPictures(join(folder, 'pictures'), pressCount);
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(host.url);
    const { painted, stored } = await press(page, join(folder, 'pictures'));
    return [
      line('key to label painted, median', painted),
      line(
        'key to label stored and painted, median',
        painted.map((ms, i) => Math.max(ms, stored[i]!)),
      ),
    ];
  } finally {
    await browser.close();
    await host.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function press(page: Page, pictures: string): Promise<Presses> {
  const datasets = new DatasetsPage(page);
  await datasets.show();
  await datasets.create('Keys');
  await datasets.importFolder(pictures);
  await expect(page.getByText(`${pressCount} pictures added.`)).toBeVisible({ timeout: 240_000 });
  await datasets.expectLabelled(0, pressCount);
  await datasets.grid.focus();
  return page.evaluate(timeKeys, pressCount);
}

/** Runs in the page: a key, and looks at every frame until its label is there and nothing is unsaved. */
async function timeKeys(count: number): Promise<Presses> {
  const [grid, saved] = [document.querySelector('[role="grid"]')!, document.querySelector('.saved')!];
  const presses: Presses = { painted: [], stored: [] };
  for (let index = 0; index < count; index++) {
    const tile = () => grid.querySelector(`[data-index="${index}"]`);
    const isThere = () => tile()?.getAttribute('data-plane') === 'sagittal';
    const begun = performance.now();
    grid.dispatchEvent(new KeyboardEvent('keydown', { key: '2', bubbles: true, cancelable: true }));
    let [painted, stored] = [0, 0];
    const watcher = new MutationObserver(() => {
      if (stored === 0 && isThere() && saved.textContent === 'Saved') stored = performance.now() - begun;
    });
    watcher.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    const until = begun + 30_000;
    while (painted === 0 || stored === 0) {
      if (performance.now() > until) throw new Error(`key ${index} did nothing in half a minute`);
      await new Promise((done) => setTimeout(done));
      if (painted > 0 || !isThere()) continue;
      // The frame is out when a task runs that was put behind it.
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      painted = performance.now() - begun;
    }
    watcher.disconnect();
    presses.painted.push(painted);
    presses.stored.push(stored);
  }
  return presses;
}

function line(name: string, times: readonly number[]): Measurement {
  const value = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
  return {
    ...{ name, value, unit: 'ms', limitName: `median of ${times.length} presses`, limitValue: limitMs },
    ...{ ratio: value / limitMs, peakRssMb: usageOfTree().peakRssMb },
  };
}
