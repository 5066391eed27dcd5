import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ClaimedChunk } from '../../jobs/JobStore.ts';
import { openEmbedded, type JobServices } from '../../jobs/openEmbedded.ts';
import { ModelLibrary } from '../ModelLibrary.ts';
import { shippedFolder } from '../shippedFolder.ts';
import { FetchedModels } from './FetchedModels.ts';
import { modelSetOf } from './modelSetOf.ts';
import { publishModels } from './publishModels.ts';

let folder: string;
let services: JobServices;
let fetched: FetchedModels;
const shipped = new ModelLibrary(shippedFolder('models'));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-shelf-'));
  services = await openEmbedded(folder);
  fetched = new FetchedModels(services.shelf, join(folder, 'fetched'), { processes: 1, threads: 1 });
});

afterEach(async () => {
  fetched.close();
  await services.close();
  await rm(folder, { recursive: true });
});

function chunkOf(model: string, modelSet: string): ClaimedChunk {
  return {
    ...{ id: 'chunk', submission: 'submission', worker: 'worker', attempts: 1, priority: 0 },
    ...{ model, modelSet, provider: 'cpu' },
  };
}

test(
  'a worker without the models gets those of the set, each in its place',
  { timeout: 120_000 },
  async () => {
    const set = await modelSetOf('auto', shipped);
    await publishModels(set, 'auto', shipped, services.shelf);
    const { engine, model } = await fetched.engineFor(chunkOf('auto', set.fingerprint));
    expect(model).toBe('auto');
    expect(await modelSetOf('auto', engine.models)).toEqual(set);
    // Whole or not there: nothing half lies beside it.
    expect(await readdir(join(folder, 'fetched'))).toEqual([set.fingerprint]);
  },
);

test('a model that only its submitter had a folder of is found by its fingerprint', async () => {
  const own = join(folder, 'own');
  await cp(join(shippedFolder('models'), 'combined'), own, { recursive: true });
  const set = await modelSetOf(own, shipped);
  await publishModels(set, own, shipped, services.shelf);
  await rm(own, { recursive: true });
  const { engine, model } = await fetched.engineFor(chunkOf(own, set.fingerprint));
  expect((await engine.models.load(model)).fingerprint).toBe((await shipped.combined()).fingerprint);
});

test('what the store lacks, or has damaged, is not used', async () => {
  await expect(fetched.engineFor(chunkOf('auto', 'ab'.repeat(32)))).rejects.toMatchObject({
    code: 'model-changed',
  });
  const set = await modelSetOf('combined', shipped);
  const damage = { name: 'model.onnx', bytes: Uint8Array.of(1, 2, 3) };
  await services.shelf.put(set, () => Promise.resolve([damage]));
  await expect(fetched.engineFor(chunkOf('combined', set.fingerprint))).rejects.toThrow();
  const elsewhere = { ...set, fingerprint: 'cd'.repeat(32) };
  await services.shelf.put(
    { ...elsewhere, members: set.members.map((member) => ({ ...member, name: '../out' })) },
    () => Promise.resolve([damage]),
  );
  await expect(fetched.engineFor(chunkOf('combined', elsewhere.fingerprint))).rejects.toMatchObject({
    code: 'model-damaged',
  });
  expect((await readdir(folder)).sort()).not.toContain('out');
});
