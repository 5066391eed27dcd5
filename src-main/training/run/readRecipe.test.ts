import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inventedRun } from '../../../tests/fixtures/inventedRun.ts';
import { readRecipe } from './readRecipe.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-recipe-'));
  file = join(folder, 'recipe.json');
});
afterEach(() => rm(folder, { recursive: true }));

test('a part of a recipe, and the whole one of a run.json', async () => {
  await writeFile(file, '{ "epochs": 3, "clipNorm": null }');
  expect(await readRecipe(file)).toEqual({ epochs: 3, clipNorm: null });
  const { recipe } = inventedRun().run;
  await writeFile(file, JSON.stringify(recipe));
  expect(await readRecipe(file)).toEqual(recipe);
});

test.each([
  ['{ "epochs": 0 }', /epochs/],
  ['{ "epoch": 3 }', /epoch/],
  ['{ "schedule": { "kind": "cosine", "warmUpEpochs": -1, "finalShare": 0 } }', /schedule\.warmUpEpochs/],
  ['[1]', /the whole/],
  ['epochs: 3', /no JSON/],
])('%s is refused, and the message says where', async (text, reason) => {
  await writeFile(file, text);
  await expect(readRecipe(file)).rejects.toMatchObject({
    code: 'invalid-input',
    detail: { file: 'recipe.json', reason: expect.stringMatching(reason) as string },
  });
});

test('no file', async () => {
  await expect(readRecipe(file)).rejects.toMatchObject({ code: 'file-not-found' });
  await expect(readRecipe(folder)).rejects.toMatchObject({ code: 'file-unreadable' });
});
