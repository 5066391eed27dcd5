import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EpochRecord } from '../../../src-shared/domain/trainingRun.ts';
import { historyText } from '../../training/modelFolder/writeModelFolder.ts';
import { readModelHistory } from './readModelHistory.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'bratum-history-'))));
afterEach(() => rm(folder, { recursive: true }));

const epoch: EpochRecord = {
  ...{ epoch: 1, trainLoss: 1.25, trainAccuracy: 0.5, validationLoss: 1.5, validationAccuracy: 0.25 },
  ...{ learningRate: 1e-3, imagesPerSecond: 10, gradientNorm: 2, confusion: [[1]] },
};

test('gives the epochs that a run wrote, and null where a model brought none', async () => {
  expect(await readModelHistory(folder)).toBeNull();
  await writeFile(join(folder, 'history.json'), historyText([epoch]));
  expect(await readModelHistory(folder)).toEqual([epoch]);
});

test.each(['', '{"epochs": [{}]}', '[]', '{"epochs": "\\u0000"}'])('refuses %j with words', async (text) => {
  await writeFile(join(folder, 'history.json'), text);
  await expect(readModelHistory(folder)).rejects.toMatchObject({ code: 'model-damaged' });
});

test('refuses a folder of that name', async () => {
  await mkdir(join(folder, 'history.json'));
  await expect(readModelHistory(folder)).rejects.toMatchObject({ code: 'model-damaged' });
});
