import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '../../src-shared/errors.ts';
import { writeInventedDataset } from '../../tests/fixtures/writeInventedDataset.ts';
import { DatasetStore } from '../datasets/workspace/DatasetStore.ts';
import { HygieneTable } from '../datasets/workspace/HygieneTable.ts';
import type { PlaneTools } from './findPlanes.ts';
import { guardsAtHand } from './guardsAtHand.ts';
import { importPictures } from './importPictures.ts';
import { openEngine, type Engine } from './openEngine.ts';
import { scanWorkspace } from './scanWorkspace.ts';

const context = { signal: new AbortController().signal, progress: () => undefined };
let folder: string;
let store: DatasetStore;
let engine: Engine;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-guard-'));
  store = await DatasetStore.open(join(folder, 'store'));
  engine = openEngine();
  await writeInventedDataset(join(folder, 'set'), 2);
});

afterEach(async () => {
  engine.close();
  store.close();
  await rm(folder, { recursive: true });
});

async function importWith(name: string, tools: PlaneTools | null): Promise<number> {
  const dataset = store.sets.create(name);
  const request = { dataset, paths: [join(folder, 'set')], isCopying: false, who: 'Ada', tools };
  expect(await importPictures(store, request, context)).toMatchObject({ added: 8, unreadable: 0 });
  return dataset;
}

function verdictsOf(dataset: number): unknown[] {
  return store.database.read(() =>
    store.database
      .prepare<[number]>(
        `SELECT p.path, e.file_hash, e.had_plane, e.examined_by, e.score, e.is_flagged, e.reason
         FROM pictures p JOIN examinations e ON e.picture_id = p.id WHERE p.dataset_id = ? ORDER BY p.path`,
      )
      .all(dataset),
  );
}

test('an import gives the verdicts of a later scan, by the planes of label files, and leaves that nothing to look at', async () => {
  const early = await importWith('Early', engine);
  const late = await importWith('Late', null);
  const table = new HygieneTable(store.database);
  expect(table.unexamined(early, await guardsAtHand(engine))).toEqual([]);
  expect(verdictsOf(late)).toEqual([]);
  await scanWorkspace(store, late, engine, context);
  expect(verdictsOf(early)).toHaveLength(8);
  expect(verdictsOf(early)).toEqual(verdictsOf(late));
}, 120_000);

test('pictures come in all the same where the model fails, and are left to the scan', async () => {
  const run = () => Promise.reject(new UserError('inference-stopped'));
  const inference = { run, gradients: engine.inference.gradients.bind(engine.inference) };
  const dataset = await importWith('Failing', { ...engine, inference });
  expect(verdictsOf(dataset)).toEqual([]);
  expect(new HygieneTable(store.database).unexamined(dataset, await guardsAtHand(engine)).length).toBe(8);
}, 120_000);
