import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forkChannel } from '../inference/forkChannel.ts';
import { compareStep } from '../training/stepProbe/compareStep.ts';
import { chooseStepProvider } from './chooseStepProvider.ts';

const recipe = { widthMultiplier: 0.25, inputSize: 32, subset: 'combined', freeze: 0 } as const;
const elsewhere = process.platform === 'linux' ? 'dml' : 'cuda';
const absent = process.platform === 'linux' ? 'cuda' : null;

describe('a provider for training steps', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bratum-step-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** A child that carries out the given script instead of ours. */
  async function childThat(script: string): Promise<{ startChild: () => ReturnType<typeof forkChannel> }> {
    const file = join(folder, `${Math.random()}.mjs`);
    await writeFile(file, script);
    return { startChild: () => forkChannel({ entry: pathToFileURL(file), isQuiet: true }) };
  }

  test('the processor needs no probe', async () => {
    expect(await chooseStepProvider('cpu', recipe)).toBe('cpu');
    expect(await chooseStepProvider('auto', recipe, { hasAccelerator: () => false })).toBe('cpu');
  });

  test('one of another system is refused by name', async () => {
    await expect(chooseStepProvider(elsewhere, recipe)).rejects.toMatchObject({
      code: 'provider-unavailable',
      detail: { provider: elsewhere },
    });
  });

  test.skipIf(absent === null)('one whose library is missing is an error, not another provider', async () => {
    await expect(chooseStepProvider(absent!, recipe)).rejects.toMatchObject({ code: 'provider-unavailable' });
  });

  test('a driver that crashes ends the probe, not us; auto then takes the processor', async () => {
    const crashing = await childThat(`process.on('message', () => process.abort())`);
    await expect(chooseStepProvider('webgpu', recipe, crashing)).rejects.toMatchObject({
      code: 'provider-unavailable',
      detail: { reason: 'Its driver crashed or did not answer.' },
    });
    expect(await chooseStepProvider('auto', recipe, { ...crashing, hasAccelerator: () => true })).toBe('cpu');
  });

  test.each([
    { stepMs: 5, gradientDifference: 1e-4, chosen: 'fast' },
    { stepMs: 20, gradientDifference: 1e-4, chosen: 'cpu' },
    { stepMs: 5, gradientDifference: 0.2, chosen: 'cpu' },
    { stepMs: 5, gradientDifference: NaN, chosen: 'cpu' },
  ])('auto takes what is faster and right: $stepMs ms, $gradientDifference', async (found) => {
    const comparison = { lossDifference: 1e-5, cpuStepMs: 10, ...found };
    const text = JSON.stringify(comparison).replace('null', 'NaN');
    const child = await childThat(
      `process.on('message', () => process.send({ ok: true, comparison: ${text} }))`,
    );
    const chosen = await chooseStepProvider('auto', recipe, { ...child, hasAccelerator: () => true });
    expect(chosen === 'cpu' ? 'cpu' : 'fast').toBe(found.chosen);
  });

  test('cancelling ends the wait', async () => {
    const silent = await childThat(`process.on('message', () => setInterval(() => {}, 1000))`);
    const control = new AbortController();
    const choosing = chooseStepProvider('webgpu', recipe, { ...silent, signal: control.signal });
    setTimeout(() => control.abort(), 50);
    await expect(choosing).rejects.toMatchObject({ code: 'cancelled' });
  });
});

test('the processor agrees with itself, and both steps are timed', async () => {
  const timed = { widthMultiplier: 0.25, inputSize: 32, classes: 4, firstTrainedBlock: 0 };
  const found = await compareStep({ provider: 'cpu', timed });
  expect(found.lossDifference).toBe(0);
  expect(found.gradientDifference).toBe(0);
  expect(found.stepMs).toBeGreaterThan(0);
  expect(found.cpuStepMs).toBeGreaterThan(0);
});
