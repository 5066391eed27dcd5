import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { augmentationPresets } from '../../../src-shared/imaging/augmentation/augmentationPresets.ts';
import { readAugmentationPreset } from './readAugmentationPreset.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-preset-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(content: string): Promise<string> {
  const file = join(folder, 'preset.json');
  await writeFile(file, content);
  return file;
}

test('knows the presets by name, and reads one from a file as it was written', async () => {
  expect(await readAugmentationPreset('standard')).toBe(augmentationPresets.standard);
  const own = { ...augmentationPresets.light, name: 'own' };
  expect(await readAugmentationPreset(await written(JSON.stringify(own)))).toEqual(own);
});

test.each([
  ['{', /preset\.json is no augmentation preset/],
  ['{"version":2,"name":"x","steps":[]}', /at version/],
  ['{"version":1,"name":"x","steps":[{"kind":"flip","probability":7}]}', /at steps\.0\.probability/],
])('refuses %s and says where', async (content, reason) => {
  const file = await written(content);
  await expect(readAugmentationPreset(file)).rejects.toMatchObject({
    code: 'invalid-input',
    detail: { reason: expect.stringMatching(reason) as string },
  });
});

test('a name that is neither a preset nor a file is not found, and no path is told', async () => {
  await expect(readAugmentationPreset(join(folder, 'absent.json'))).rejects.toMatchObject({
    code: 'file-not-found',
    detail: { file: 'absent.json' },
  });
});
