import { hash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runDocumentSchema, type EpochRecord } from '../../../src-shared/domain/trainingRun.ts';
import { readSplit } from '../../../src-main/datasets/splits/splitFile.ts';
import { loadModel } from '../../../src-main/network/loadModel.ts';
import { bratum, type CommandResult } from '../commandLine.ts';
import { linesOf, makeSmallTraining, smallRecipe, trainWords, type SmallTraining } from './smallTraining.ts';

type Line = { type: string; modelFingerprint?: string; error?: { code: string } } & Partial<EpochRecord>;

const momentum = { name: 'momentum', momentum: 0.99, isNesterov: false, weightDecay: 1 } as const;

let folder: string;
let training: SmallTraining;
let out: string;
let trained: CommandResult;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-train-'));
  training = await makeSmallTraining(folder);
  out = join(folder, 'run');
  const { dataset, labels, recipe } = training;
  const words = ['--dataset', dataset, '--labels', labels, '--recipe', recipe, '--from', 'random'];
  trained = await bratum(['train', ...words, '--threads', '2', '--out', 'run', '--json'], { cwd: folder });
});

afterAll(() => rm(folder, { recursive: true }));

async function evaluate(model: string, ...more: string[]): Promise<Record<string, unknown>> {
  const { dataset, labels } = training;
  const words = ['evaluate', '--model', model, '--dataset', dataset, '--labels', labels, '--json', ...more];
  const { code, stdout } = await bratum(words, { cwd: folder });
  expect(code).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('a run from its first line to its last', () => {
  test('tells what the contract says, one object a line', () => {
    expect(trained).toMatchObject({ code: 0, stderr: '' });
    const lines = linesOf<Line>(trained.stdout);
    const [epoch, checkpoint] = ['epoch', 'checkpoint'];
    expect(lines.map(({ type }) => type)).toEqual([
      'started',
      ...[checkpoint, epoch, checkpoint],
      ...[checkpoint, epoch, checkpoint],
      'finished',
    ]);
    const epochs = lines.filter(({ type }) => type === 'epoch');
    const numbers = ['trainLoss', 'trainAccuracy', 'validationLoss', 'validationAccuracy'];
    for (const [place, line] of epochs.entries()) {
      expect(line.epoch).toBe(place + 1);
      for (const name of [...numbers, 'learningRate', 'imagesPerSecond', 'remainingMs'])
        expect(line, name).toHaveProperty(name, expect.any(Number));
    }
    expect(epochs.at(-1)).toMatchObject({ remainingMs: 0 });
    const finished = lines.at(-1)!;
    expect(finished).toMatchObject({ epochs: 2, testAccuracy: expect.any(Number) as number });
    const best = Math.min(...epochs.map(({ validationLoss }) => validationLoss!));
    // The model's weights are those that were validated, but for the rounding to float16.
    expect(Math.abs(finished.validationLoss! / best - 1)).toBeLessThan(0.01);
  });

  test('leaves what the contract lists, and nothing temporary', async () => {
    expect((await readdir(out)).sort()).toEqual([
      ...['best', 'checkpoint', 'history.json', 'run.json', 'split.json', 'training-images.txt'],
    ]);
    expect((await readdir(join(out, 'checkpoint'))).sort()).toEqual([
      ...['best.bin', 'last.bin', 'start-images.txt', 'start.bin'],
    ]);
    const run = runDocumentSchema.parse(JSON.parse(await readFile(join(out, 'run.json'), 'utf8')));
    expect(run.recipe).toMatchObject(smallRecipe);
    expect(run.parts).toEqual({ train: 33, validation: 11, test: 4 });
    const history = JSON.parse(await readFile(join(out, 'history.json'), 'utf8')) as { epochs: unknown[] };
    const epochs = linesOf<Line>(trained.stdout).filter(({ type }) => type === 'epoch');
    history.epochs.forEach((record, place) => expect(epochs[place]).toMatchObject(record as object));
    expect(history.epochs).toHaveLength(2);
  });

  test('names exactly the training part in training-images.txt, beside the model and in the run', async () => {
    const text = await readFile(join(out, 'training-images.txt'), 'utf8');
    expect(await readFile(join(out, 'best', 'training-images.txt'), 'utf8')).toBe(text);
    const split = await readSplit(join(out, 'split.json'));
    const expected = split.folds[0]!.train.map((position) => split.pictures[position]!.hash);
    const listed = text.match(/^[0-9a-f]{64}/gm) ?? [];
    expect([...new Set(listed)]).toEqual(expected.sort());
  });

  test('ends with a model that loads, says where it comes from, and answers', async () => {
    const { card, fingerprint } = await loadModel(join(out, 'best'));
    expect(linesOf<Line>(trained.stdout).at(-1)!.modelFingerprint).toBe(fingerprint);
    expect(card).toMatchObject({
      architecture: { widthMultiplier: 0.25, inputSize: 32 },
      training: { seed: 1, engine: 'onnx' },
    });
    const pictures = join(training.dataset, 'no_tumor');
    const { code, stdout } = await bratum(['classify', '--model', 'run/best', pictures, '--json'], {
      cwd: folder,
    });
    const { results } = JSON.parse(stdout) as { results: { probabilities: Record<string, number> }[] };
    expect(code).toBe(0);
    expect(results).toHaveLength(12);
    for (const { probabilities } of results)
      expect(Object.values(probabilities).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
  });

  test('is judged by evaluate as it judged itself, and knows what it has seen', async () => {
    const split = ['--split-file', 'run/split.json', '--part'];
    const finished = linesOf<Line>(trained.stdout).at(-1)!;
    expect(await evaluate('run/best', ...split, 'test')).toMatchObject({ n: 4, seenInTraining: 0 });
    const validation = await evaluate('run/best', ...split, 'validation');
    expect(validation).toMatchObject({ n: 11, seenInTraining: 0, accuracy: finished.validationAccuracy });
    expect(validation['loss']).toBeCloseTo(finished.validationLoss!, 4);
    expect(await evaluate('run/best')).toMatchObject({ n: 48, seenInTraining: 33 });
  });
});

describe('chance', () => {
  const hashes = new Map<string, string>();

  test.each([
    ['the same', ['--recipe', 'whole.json']],
    ['another', ['--seed', '2']],
  ])('%s seed', async (name, words) => {
    const { recipe } = JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as { recipe: unknown };
    await writeFile(join(folder, 'whole.json'), JSON.stringify(recipe));
    const again = join(folder, name);
    const { code } = await bratum(trainWords(training, again, ...words), { cwd: folder });
    expect(code).toBe(0);
    hashes.set(name, hash('sha256', await readFile(join(again, 'best', 'model.onnx')), 'hex'));
    const first = hash('sha256', await readFile(join(out, 'best', 'model.onnx')), 'hex');
    if (name === 'another') expect(hashes.get(name)).not.toBe(first);
    else expect(hashes.get(name)).toBe(first);
  });
});

describe('what is wrong is said', () => {
  const lastOf = ({ stdout }: CommandResult): Line | undefined => linesOf<Line>(stdout).at(-1);

  test.each<[string, string, (training: SmallTraining) => string[]]>([
    ['a folder that holds a run', 'run-exists', (small) => trainWords(small, out)],
    ['a folder without one', 'run-not-found', () => ['train', '--resume', 'nowhere', '--json']],
    ['a fold that is not there', 'invalid-input', (small) => trainWords(small, 'new', '--fold', '2/2')],
    ['no split', 'file-not-found', (small) => trainWords(small, 'new', '--split', 'none.json')],
    ['no pictures', 'file-not-found', (small) => trainWords(small, 'new', '--dataset', folder)],
    [
      'a rate that explodes',
      'training-diverged',
      (small) => trainWords(small, 'far', '--recipe', 'wild.json'),
    ],
    ['a provider', 'provider-unavailable', (small) => trainWords(small, 'new', '--provider', 'cuda')],
  ])('%s: the last line is failed, with %s', async (_, code, words) => {
    const wild = { ...smallRecipe, learningRate: 10, clipNorm: null, optimiser: momentum };
    await writeFile(join(folder, 'wild.json'), JSON.stringify(wild));
    const result = await bratum(words(training), { cwd: folder });
    expect(result.code).toBe(3);
    expect(lastOf(result)).toMatchObject({ type: 'failed', error: { code } });
  });

  test.concurrent.each([
    [['--dataset', 'x', '--out', 'y']],
    [['--dataset', 'x', '--from', 'random']],
    [['--resume', 'run', '--epochs', '50']],
    [['--resume', '']],
    [['--resume', 'run', '--checkpoint-minutes', 'often']],
    [['--dataset', 'x', '--out', 'y', '--from', 'random', '--fold', '3/2']],
    [['--dataset', 'x', '--out', 'y', '--from', 'random', '--engine', 'abacus']],
  ])('misuse: %j', async (words) => {
    expect(await bratum(['train', ...words, '--json'], { cwd: folder })).toMatchObject({
      code: 1,
      stdout: '',
    });
  });
});
