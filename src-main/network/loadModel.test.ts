import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { UserError } from '../../src-shared/errors.ts';
import { writeHostileModel } from '../../tests/fixtures/writeHostileModel.ts';
import { fingerprintOf, listModels, loadModel } from './loadModel.ts';
import { readOnnxGraph } from './readOnnxGraph.ts';

let folder: string;
let copy: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-models-'));
  copy = join(folder, 'combined');
  await cp('models/combined', copy, { recursive: true });
});

afterEach(() => rm(folder, { recursive: true }));

/** Changes the copy's card; `change` edits the parsed JSON in place. */
async function editCard(change: (card: Record<string, unknown>) => void): Promise<void> {
  const file = join(copy, 'card.json');
  const card = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  change(card);
  await writeFile(file, JSON.stringify(card));
}

async function failureOf(work: Promise<unknown>): Promise<UserError> {
  return work.then(
    () => Promise.reject(new Error('did not fail')),
    (error: unknown) => error as UserError,
  );
}

test('loads the shipped model, with the classifier as [class][feature]', async () => {
  const model = await loadModel(copy);
  const bytes = await readFile(join(copy, 'model.onnx'));
  expect(model.fingerprint).toBe(fingerprintOf(bytes));
  const { values } = readOnnxGraph(bytes).floatInitializer('classifier.weight');
  for (const [row, feature] of [
    [0, 0],
    [3, 1279],
    [1, 640],
  ] as const) {
    expect(model.classifierWeight[row * 1280 + feature]).toBe(values[feature * 4 + row]);
  }
});

test('the shipped card says what the model cannot do', async () => {
  const { card } = await loadModel(copy);
  expect(card.limits.join(' ')).toMatch(/not a diagnosis/);
  expect(card.limits.join(' ')).toMatch(/healthy heads/);
});

test('a folder without a model is not found', async () => {
  for (const missing of ['card.json', 'model.onnx']) {
    await rm(join(copy, missing));
    expect(await failureOf(loadModel(copy))).toMatchObject({
      code: 'model-not-found',
      detail: { model: 'combined' },
    });
  }
});

test('a changed file is damaged, whatever was changed', async () => {
  await truncate(join(copy, 'model.onnx'), 8_000_000);
  const failure = await failureOf(loadModel(copy));
  expect(failure).toMatchObject({ code: 'model-damaged', detail: { model: 'combined' } });
  expect(failure.detail['reason']).toBe('The file model.onnx is not the one that the card describes.');
});

test.each([
  ['no JSON', 'is not JSON', async () => writeFile(join(copy, 'card.json'), '{')],
  ['another version', 'schemaVersion', () => editCard((card) => (card['schemaVersion'] = 2))],
  ['another class order', 'classes', () => editCard((card) => (card['classes'] as string[]).reverse())],
  ['another input', 'no input “picture”', () => editCard((card) => (card['input'] = { name: 'picture' }))],
  [
    'another input size',
    'has the shape batch × 1 × 224 × 224',
    () => editCard((card) => ((card['architecture'] as Record<string, number>)['inputSize'] = 192)),
  ],
  [
    'another layout',
    '“classifier.weight” has the shape 1280 × 4',
    () => editCard((card) => ((card['classifier'] as Record<string, string>)['layout'] = 'classes×features')),
  ],
] as const)('a card with %s is damaged', async (_, reason, spoil) => {
  await spoil();
  const failure = await failureOf(loadModel(copy));
  expect(failure.code).toBe('model-damaged');
  expect(failure.detail['reason']).toContain(reason);
  expect(JSON.stringify(failure.detail)).not.toContain(folder);
});

test('a graph that keeps data in another file is damaged, also where its card fits it', async () => {
  await writeHostileModel(join(folder, 'hostile'), 'external data');
  expect(await failureOf(loadModel(join(folder, 'hostile')))).toMatchObject({
    code: 'model-damaged',
    detail: { model: 'hostile', reason: 'It keeps data in other files.' },
  });
});

test('lists what is usable, by name, and reports what is not', async () => {
  await cp(copy, join(folder, 'axial'), { recursive: true });
  await cp(copy, join(folder, 'broken'), { recursive: true });
  // What a crash leaves of a model that was being replaced.
  await cp(copy, join(folder, '.axial.old'), { recursive: true });
  await writeFile(join(folder, 'broken', 'card.json'), '[]');
  await writeFile(join(folder, 'notes.txt'), 'no model');
  const damaged: UserError[] = [];
  const models = await listModels(folder, (error) => damaged.push(error));
  expect(models.map(({ name }) => name)).toEqual(['axial', 'combined']);
  expect(damaged.map(({ detail }) => detail['model'])).toEqual(['broken']);
  expect(await listModels(join(folder, 'absent'))).toEqual([]);
});
