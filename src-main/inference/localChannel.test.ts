import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeSmallModel } from '../../tests/fixtures/writeSmallModel.ts';
import { loadModel } from '../network/loadModel.ts';
import { forkChannel } from './forkChannel.ts';
import { InferenceChild } from './InferenceChild.ts';
import { localChannel } from './localChannel.ts';

test('answers what a child of its own answers, to the bit, and fails as it does', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bratum-local-'));
  const pool = { processes: 1, threads: 1 };
  const [here, there] = [
    new InferenceChild(localChannel, pool),
    new InferenceChild(() => forkChannel(), pool),
  ];
  try {
    await writeSmallModel(join(folder, 'small'));
    const model = await loadModel(join(folder, 'small'));
    const area = model.card.architecture.inputSize ** 2;
    const inputs = Float32Array.from({ length: 2 * area }, (_, i) => (i * 37) % 256);
    const request = { model, provider: 'cpu', inputs, count: 2, wantsFeatures: false } as const;
    const answer = await here.run(request);
    expect(answer).toEqual(await there.run(request));
    expect(answer.logits).toHaveLength(2 * model.card.classes.length);
    const changed = { ...request, model: { ...model, fingerprint: '0'.repeat(64) } };
    await expect(here.run(changed)).rejects.toMatchObject({ code: 'model-damaged' });
  } finally {
    here.close();
    there.close();
    await rm(folder, { recursive: true });
  }
});
