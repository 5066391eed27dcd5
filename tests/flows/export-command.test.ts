import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import { loadModel } from '../../src-main/network/loadModel.ts';
import { readModelWeights } from '../../src-main/network/readModelWeights.ts';
import { readLayersModel } from '../../src-main/training/layersModel/readLayersModel.ts';
import { writeSmallModel } from '../fixtures/writeSmallModel.ts';
import { bratum } from './commandLine.ts';

let folder: string;
let model: LoadedModel;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-export-'));
  await mkdir(join(folder, 'run'));
  await writeFile(join(folder, 'run', 'run.json'), '{}');
  model = await writeSmallModel(join(folder, 'run', 'best'), { precision: 'float16' });
});

afterEach(() => rm(folder, { recursive: true }));

async function exportJson(...words: string[]) {
  const { code, stdout } = await bratum(['export', ...words, '--json'], { cwd: folder });
  return { code, json: JSON.parse(stdout) as Record<string, unknown> };
}

const run = ['--run', 'run'];

test('the model of a run is copied whole, and exported again over the copy', async () => {
  const { code, json } = await exportJson(...run, '--format', 'onnx', '--to', 'out/copy');
  const to = join(folder, 'out', 'copy');
  const files = ['card.json', 'model.onnx', 'training-images.txt'];
  expect({ code, json }).toEqual({
    code: 0,
    json: { format: 'onnx', to, model: 'small', modelFingerprint: model.fingerprint, files },
  });
  expect((await readdir(to)).sort()).toEqual(files);
  expect((await loadModel(to)).card).toEqual(model.card);

  const installed = await bratum(['export', '--model', 'combined', '--to', 'out/copy'], { cwd: folder });
  expect(installed).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^combined \(onnx\): /) as string,
  });
  expect((await loadModel(to)).fingerprint).toBe((await loadModel('models/combined')).fingerprint);
  expect(await readdir(join(folder, 'out'))).toEqual(['copy']);
});

test('a folder with anything else in it is left as it is', async () => {
  const to = join(folder, 'notes');
  await mkdir(to);
  await writeFile(join(to, 'thesis.txt'), 'years of work');
  expect(await exportJson(...run, '--to', 'notes')).toMatchObject({
    code: 3,
    json: { error: { code: 'folder-not-empty' } },
  });
  await cp(model.folder, to, { recursive: true });
  expect((await exportJson(...run, '--to', 'notes')).code).toBe(3);
  expect(await readFile(join(to, 'thesis.txt'), 'utf8')).toBe('years of work');

  await writeFile(join(folder, 'file'), 'mine');
  expect(await exportJson(...run, '--to', 'file')).toMatchObject({
    code: 3,
    json: { error: { code: 'folder-unwritable' } },
  });
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('mine');
  expect(await exportJson('--model', 'run/best', '--to', 'run/best')).toMatchObject({
    code: 3,
    json: { error: { code: 'invalid-input' } },
  });
});

test.each([
  ['run-not-found', ['--run', 'nowhere']],
  ['run-not-found', ['--run', 'run/best']],
  ['model-not-found', ['--model', 'nobody']],
])('%s', async (code, source) => {
  expect(await exportJson(...source, '--to', 'out')).toMatchObject({ code: 3, json: { error: { code } } });
  expect(await readdir(folder)).toEqual(['run']);
});

test('a run that has not ended has no model, and a changed one is refused', async () => {
  await writeFile(join(model.folder, 'model.onnx'), 'x');
  expect((await exportJson(...run, '--to', 'out')).json).toMatchObject({ error: { code: 'model-damaged' } });
  await rm(model.folder, { recursive: true });
  expect((await exportJson(...run, '--to', 'out')).json).toMatchObject({
    error: { code: 'run-without-model' },
  });
  expect(await readdir(folder)).toEqual(['run']);
});

test.each([
  [['--to', 'out']],
  [['--run', 'run']],
  [['--run', 'run', '--model', 'combined', '--to', 'out']],
  [['--run', 'run', '--to', '']],
  [['--run', 'run', '--to', 'out', '--format', 'pickle']],
])('misuse: %j', async (words) => {
  expect(await bratum(['export', ...words], { cwd: folder })).toMatchObject({ code: 1, stdout: '' });
});

test('as a LayersModel it is written with its card, and read back weight for weight', async () => {
  const { code, json } = await exportJson(...run, '--format', 'tfjs', '--to', 'layers');
  expect({ code, json }).toMatchObject({ code: 0, json: { format: 'tfjs', model: 'small' } });
  expect(json['files']).toEqual(
    expect.arrayContaining(['card.json', 'model.json', 'training-images.txt', 'group1-shard1of1.bin']),
  );
  const read = await readLayersModel(join(folder, 'layers'));
  const { network, weights } = await readModelWeights(model);
  expect(read.network).toEqual(network);
  expect(read.weights).toEqual(weights);
});
