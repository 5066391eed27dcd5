import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Evaluation } from '../../src-shared/statistics/evaluatePredictions.ts';
import type { EvaluationReport } from '../../src-shared/domain/evaluation.ts';
import {
  classTable,
  headFigures,
  planeTable,
  shortcutTable,
} from '../../src-shared/statistics/evaluationTables.ts';
import { decimal, percent, percentInterval } from '../../src-shared/statistics/figureTexts.ts';
import { classNameLabels } from '../../src-shared/domain/className.ts';
import { writeInventedDataset } from '../fixtures/writeInventedDataset.ts';
import { writeModel } from '../fixtures/writeModel.ts';
import { runBratum } from './runBratum.ts';
import { expectAccessible } from './expectAccessible.ts';
import { expect, test } from './workstation.ts';

test.setTimeout(240_000);

async function go(page: Page, name: 'Evaluate' | 'Models'): Promise<void> {
  await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Training' }).click();
  await page
    .getByRole('navigation', { name: 'Pages of training' })
    .getByRole('button', { name, exact: true })
    .click();
}

/** Presses a button that opens the browser's own dialog and gives it a file or a folder. */
async function pick(page: Page, button: string | RegExp, path: string): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: button }).click();
  await (await chooser).setFiles(path);
}

/** What `evaluate --json` prints. */
type PrintedEvaluation = Evaluation & { shortcutBaseline: EvaluationReport['baseline'] };

/** Every other figure on the page is one that the command line prints, in the same words. */
async function expectFigures(page: Page, printed: PrintedEvaluation): Promise<void> {
  const report = { evaluation: printed, baseline: printed.shortcutBaseline, healthyHeads: null };
  const tables = [
    classTable(printed),
    planeTable(printed),
    shortcutTable(report as unknown as EvaluationReport),
  ];
  for (const table of tables) {
    const shown = page.getByRole('table', { name: table!.caption });
    await expect(shown.locator('tbody th, tbody td')).toHaveText(table!.rows.flat());
  }
  const head = headFigures(report as unknown as EvaluationReport);
  const facts = page.getByRole('article').locator('dl.facts');
  await expect(facts.getByRole('term')).toHaveText(head.map(({ name }) => name));
  await expect(facts.getByRole('definition')).toHaveText(head.map(({ value, note }) => `${value}${note}`));
  const areas = (kind: 'rocAuc' | 'prAuc'): string =>
    printed.classes
      .map((name) => `${classNameLabels[name]} ${decimal(printed.perClass[name]![kind])}`)
      .join(', ');
  for (const words of [
    `ROC, each class against the rest. Areas: ${areas('rocAuc')}.`,
    `Precision and recall. Areas: ${areas('prAuc')}.`,
    `Reliability before the temperature, error ${decimal(printed.ece)}.`,
    `Reliability after it, error ${decimal(printed.eceCalibrated)}.`,
  ])
    await expect(page.getByRole('img', { name: words })).toBeVisible();
  const mistakes = page.getByRole('region', { name: 'Most confident mistakes' }).getByRole('listitem');
  await expect(mistakes).toHaveText(
    printed.mistakes.map(
      ({ path, label, answer, probability, probabilityOfLabel, plane }) =>
        `${classNameLabels[label]} called ${classNameLabels[answer]} at ${percent(probability)} ` +
        `(true class ${percent(probabilityOfLabel)}, ${plane ?? 'plane unknown'}) ${path}`,
    ),
  );
}

test('an evaluation shows what the command line prints; a cell opens its pictures, to relabel', async ({
  page,
  workstation: _,
  scratchFolder,
}) => {
  const dataset = join(scratchFolder, 'heads');
  await writeInventedDataset(dataset, 2);
  await go(page, 'Evaluate');
  await expectAccessible(page);
  await pick(page, 'Choose: Pictures', dataset);
  await expect(page.getByText('heads', { exact: true })).toBeVisible();
  await pick(page, 'Choose: Label file', join(dataset, 'labels.csv'));
  await expect(page.getByText('labels.csv', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Evaluate', exact: true }).last().click();
  await expect(page.getByRole('heading', { name: 'Confusion' })).toBeVisible({ timeout: 120_000 });

  const words = ['evaluate', '--model', 'combined', '--dataset', dataset];
  const printed = (await runBratum(
    ...words,
    '--labels',
    join(dataset, 'labels.csv'),
    '--json',
  )) as PrintedEvaluation;
  expect(printed.n).toBe(8);
  await expect(
    page.getByText(`by groups ${percentInterval(printed.groupedIntervals.accuracy)}`),
  ).toBeVisible();
  const cells = page.getByRole('table', { name: /^Rows: what the slice is/ }).getByRole('cell');
  await expect(cells).toHaveText(
    printed.confusion.flatMap((row) =>
      row.map((count) => new RegExp(`(^|: )${count} ${percent(count / 2)}$`)),
    ),
  );
  await expectFigures(page, printed);
  await expectAccessible(page);

  const [i, j] = printed.confusion
    .flatMap((row, i) => row.map((count, j) => [i, j, count]))
    .filter(([i, j, count]) => i !== j && count! > 0)[0] as [number, number];
  const [label, answer] = [printed.classes[i]!, printed.classes[j]!];
  await page
    .getByRole('button', {
      name: `${classNameLabels[label]} called ${classNameLabels[answer]}`,
      exact: false,
    })
    .click();
  const gallery = page.getByRole('region', { name: 'Slices' });
  await expect(gallery.getByRole('listitem')).toHaveCount(printed.confusion[i]![j]!);
  await expect(gallery.locator('canvas').first()).toHaveAttribute('width', '224');
  const drawing = () =>
    gallery
      .locator('canvas')
      .first()
      .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  const heatmaps = page.getByLabel('Heatmaps of the answer');
  await heatmaps.uncheck();
  const withoutHeat = await drawing();
  await heatmaps.check();
  await expect.poll(drawing, { timeout: 60_000 }).not.toBe(withoutHeat);
  await gallery
    .getByRole('combobox')
    .first()
    .selectOption({ label: `It is ${classNameLabels[answer]}` });
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Label file with corrections' }).click();
  const labels = await readFile(await (await download).path(), 'utf8');
  expect(labels).toMatch(new RegExp(`^${label}/\\d+\\.png,\\w+,${answer},,label$`, 'm'));

  // Kept, and there again after a start.
  await page.getByRole('button', { name: 'New evaluation' }).click();
  await page
    .getByRole('navigation', { name: 'Evaluations' })
    .getByRole('listitem')
    .getByRole('button')
    .click();
  await expect(page.getByRole('button', { name: '1 reviewed label' })).toBeVisible();
});

test('a model is taken in, put to use, and rolled back; a broken one is refused with the reason', async ({
  page,
  workstation: _,
  scratchFolder,
}) => {
  const folder = join(scratchFolder, 'mine');
  await writeModel(folder, { task: 'tumour-class', seed: 5 });
  await go(page, 'Models');
  await expect(page.getByRole('heading', { name: 'In use' })).toBeVisible();
  await expectAccessible(page);
  await pick(page, /^Folder/, folder);
  await page.getByRole('button', { name: 'Check and take in' }).click();
  await expect(page.getByText(/is at hand as mine/)).toBeVisible({ timeout: 60_000 });
  const slot = page.getByRole('combobox', { name: 'Model for: Pictures of no certain plane' });
  await slot.selectOption('mine');
  await expect(page.getByRole('button', { name: /Invented mine.*In use: combined/ })).toBeVisible();
  await page.getByRole('button', { name: 'Roll back: Pictures of no certain plane' }).click();
  await expect(slot).toHaveValue('combined');
  await page.getByRole('button', { name: 'Archive', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Bring back' })).toBeVisible();

  const flat = join(scratchFolder, 'flat');
  await writeModel(flat, { task: 'tumour-class', bias: [0, 0, 1e9, 0] });
  await pick(page, /^Folder/, flat);
  await page.getByRole('button', { name: 'Check and take in' }).click();
  await expect(page.getByRole('alert')).toContainText('It answers the same to every picture.', {
    timeout: 60_000,
  });
  await expectAccessible(page);
});
