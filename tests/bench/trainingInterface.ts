import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type Page } from '@playwright/test';
import { writeInventedDataset } from '../fixtures/writeInventedDataset.ts';
import { brainFile } from '../screens/brainSeries.ts';
import { CasesPage } from '../screens/pages/CasesPage.ts';
import { ReadPage } from '../screens/pages/ReadPage.ts';
import { TrainingPage } from '../screens/pages/TrainingPage.ts';
import { findBrowser } from '../support/findBrowser.ts';
import { startHost } from '../support/startHost.ts';
import type { Measurement } from './Measurement.ts';
import { usageOfTree } from './processTree.ts';

/** What an interaction may take while a run is at work, times what it takes without one. */
const mostTimes = 3;
const rounds = 15;
const perClass = 40;
const patientMs = 600_000;

/** Milliseconds from an act to its effect on the screen. */
type Interaction = 'a slice on' | 'the list of cases' | 'a search among cases';

/**
 * The interface in headless Chromium before and during a training on all processors (MobileNetV2 1.0, 224 pixels,
 * batch 32, invented pictures): medians of fifteen rounds of a key in Read, of turning to Cases until its list is there,
 * and of a search until its result is there.
 */
export async function benchTrainingInterface(): Promise<Measurement[]> {
  const found = await findBrowser();
  if (!found.isFound) throw new Error(`No browser for the benchmark. ${found.reason}`);
  const folder = await mkdtemp(join(tmpdir(), 'bratum-bench-training-'));
  const pictures = join(folder, 'heads');
  await writeInventedDataset(pictures, perClass);
  const host = await startHost(join(folder, 'data'));
  const { executablePath, args, env } = found;
  const browser = await chromium.launch({ executablePath, args, env: { ...process.env, ...env } });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(patientMs);
    await page.goto(host.url);
    const read = new ReadPage(page);
    await read.openFiles([11, 12, 13].map((number) => brainFile(number)));
    await expect(read.position).toBeVisible({ timeout: patientMs });
    await expect(read.bars).toBeVisible({ timeout: patientMs });
    // What was opened is analysed to its end first.
    await page.waitForTimeout(5000);
    const idle = await interact(page);
    await launch(page, pictures);
    const busy = await interact(page);
    const { peakRssMb } = usageOfTree();
    return (Object.keys(idle) as Interaction[]).flatMap((name): Measurement[] => [
      {
        ...{ name: `${name}, while a run is at work`, value: busy[name], unit: 'ms', peakRssMb },
        limitName: `${mostTimes} times as without one (${idle[name].toFixed(0)} ms)`,
        limitValue: mostTimes * idle[name],
        ratio: busy[name] / (mostTimes * idle[name]),
      },
    ]);
  } finally {
    await browser.close();
    await host.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Launches a run of the usual network and waits for its steps. */
async function launch(page: Page, pictures: string): Promise<void> {
  const training = new TrainingPage(page);
  await training.show();
  await training.choosePictures(pictures);
  await page.getByLabel('Starts from').selectOption('Random weights');
  await page.getByRole('button', { name: 'Check and estimate' }).click();
  await page.getByRole('button', { name: 'Launch', exact: true }).click({ timeout: patientMs });
  await expect(training.runs).toContainText(/batch \d+ of/, { timeout: patientMs });
}

async function interact(page: Page): Promise<Record<Interaction, number>> {
  const [read, cases] = [new ReadPage(page), new CasesPage(page)];
  const places = page.getByRole('navigation', { name: 'Places' });
  const times: Record<Interaction, number[]> = {
    'a slice on': [],
    'the list of cases': [],
    'a search among cases': [],
  };
  const timed = async (name: Interaction, act: () => Promise<void>): Promise<void> => {
    const begun = performance.now();
    await act();
    times[name].push(performance.now() - begun);
  };
  for (let round = 0; round < rounds; round++) {
    await places.getByRole('button', { name: 'Read' }).click();
    await read.viewport.focus();
    await read.press('Home');
    await expect(read.position).toHaveText(/^Slice 1 of/);
    await timed('a slice on', async () => {
      await read.press('ArrowDown');
      await page.waitForFunction(() => document.body.innerText.includes('Slice 2 of'));
    });
    await timed('the list of cases', async () => {
      await places.getByRole('button', { name: 'Cases' }).click();
      await cases.rows().first().waitFor();
    });
    await timed('a search among cases', async () => {
      await cases.search.fill(`nobody${round}`);
      await page.getByText('No case matches').waitFor();
    });
    await cases.search.fill('');
    await cases.rows().first().waitFor();
  }
  const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
  return {
    'a slice on': median(times['a slice on']),
    'the list of cases': median(times['the list of cases']),
    'a search among cases': median(times['a search among cases']),
  };
}
