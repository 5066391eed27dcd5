import { hash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobsOverview } from '../../../src-shared/domain/jobs.ts';
import { bratum } from '../commandLine.ts';
import {
  makeSmallTraining,
  outcomeOf,
  smallRecipe,
  trainWords,
  type SmallTraining,
} from './smallTraining.ts';

const isLong = process.env['BRATUM_LONG'] === '1';

let folder: string;
let training: SmallTraining;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-submitted-'));
  training = await makeSmallTraining(folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Handed {
  submission: string;
  runs: number;
  added: number;
  trained: number;
  dead: number;
}

async function run<Document>(...words: string[]): Promise<{ said: Document; code: number | null }> {
  const { stdout, stderr, code } = await bratum([...words, '--database', join(folder, 'store'), '--json'], {
    cwd: folder,
    dataFolder: join(folder, 'data'),
  });
  expect(code, stderr).toBeLessThan(3);
  return { said: JSON.parse(stdout) as Document, code };
}

async function submit(plan: object): Promise<Handed> {
  await writeFile(join(folder, 'plan.json'), JSON.stringify(plan));
  return (await run<Handed>('submit', '--train', 'plan.json')).said;
}

test(
  'each fold is a run that is trained once, as `train` trains it, and its figures are among the jobs',
  { timeout: 600_000 },
  async () => {
    const plan = {
      ...{ dataset: 'pictures', labels: 'pictures/labels.csv', split: 'grouped', folds: 3, from: 'random' },
      ...{ recipe: { ...smallRecipe, epochs: 1 }, threads: 2, seeds: [1], out: 'runs' },
    };
    const first = await submit(plan);
    expect(first).toMatchObject({ runs: 3, added: 3, trained: 3, dead: 0 });
    const again = await submit(plan);
    expect(again).toMatchObject({ runs: 3, added: 0, trained: 3 });

    const { said } = await run<JobsOverview>('jobs');
    const runs = said.runs.filter(({ submission }) => submission === again.submission);
    expect(runs.map(({ path, state }) => [basename(path).replace(/-\w{8}$/, ''), state])).toEqual([
      ['fold-1-seed-1', 'trained'],
      ['fold-2-seed-1', 'trained'],
      ['fold-3-seed-1', 'trained'],
    ]);
    const means = said.foldMeans.find(({ submission }) => submission === again.submission);
    expect(means).toMatchObject({ name: 'seed-1', folds: { trained: 3, all: 3 } });
    const sum = runs.reduce((all, { result }) => all + (result?.validationAccuracy ?? NaN), 0);
    expect(means?.validationAccuracy.mean).toBeCloseTo(sum / 3, 12);
    for (const [index, { path, result }] of runs.entries()) {
      const modelFingerprint = hash('sha256', await readFile(join(path, 'best', 'model.onnx')), 'hex');
      expect(result).toMatchObject({ fold: index + 1, seed: 1, epochs: 1, modelFingerprint });
    }
    if (!isLong) return;
    const out = join(folder, 'alone');
    const split = join(folder, 'runs', 'split.json');
    const words = trainWords({ ...training, split }, out, '--fold', '3', '--epochs', '1');
    expect(await bratum(words)).toMatchObject({ code: 0 });
    expect(await outcomeOf(runs[2]!.path)).toEqual(await outcomeOf(out));
  },
);

test('a plan that says what no run knows is refused before anything is handed in', async () => {
  await writeFile(
    join(folder, 'wrong.json'),
    JSON.stringify({ dataset: 'pictures', from: 'random', out: 'runs', sweep: { learningSpeed: [1] } }),
  );
  const { code, stdout } = await bratum(
    ['submit', '--train', 'wrong.json', '--database', join(folder, 'store'), '--json'],
    { cwd: folder },
  );
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'invalid-input' } });
});
