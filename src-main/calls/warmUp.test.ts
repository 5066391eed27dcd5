import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { daikonSeries, OpenedWorkstation } from '../../tests/flows/openedWorkstation.ts';
import { InferenceChild } from '../inference/InferenceChild.ts';
import { openEngine } from './openEngine.ts';
import { warmUp } from './warmUp.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-warm-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What decides which session a run needs. */
const sessionOf = ([{ model, provider, gradientAt }]: Parameters<InferenceChild['run']>): string =>
  [model.name, provider, gradientAt ?? 'none'].join(' ');

test('what a real axial slice needs is open after it, and nothing was stored', async () => {
  const runs = vi.spyOn(InferenceChild.prototype, 'run');
  const workstation = await OpenedWorkstation.open();
  try {
    workstation.warmUp();
    workstation.warmUp();
    await vi.waitFor(() => expect(runs).toHaveBeenCalledTimes(2), { timeout: 20_000 });
    const opened = runs.mock.calls.splice(0).map(sessionOf);
    const { cases } = await workstation.call('listCases', {});
    expect(cases).toEqual([]);
    const slices = await workstation.openSlices(join(daikonSeries, 'brain_010.dcm'));
    const { answers } = await workstation.job('analyseSlices', { slices });
    expect(answers.map((answer) => answer.outcome.ok)).toEqual([true]);
    expect(runs.mock.calls.length).toBeGreaterThan(0);
    expect(opened).toEqual(expect.arrayContaining(runs.mock.calls.map(sessionOf)));
  } finally {
    await workstation.close();
  }
}, 60_000);

test('it says nothing of models that are not there, nor of a process that was ended', async () => {
  const without = openEngine({ modelsFolder: folder });
  await expect(warmUp(without)).resolves.toBeUndefined();
  without.close();
  const ended = openEngine();
  const warming = warmUp(ended);
  ended.close();
  await expect(warming).resolves.toBeUndefined();
});
