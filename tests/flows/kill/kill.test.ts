import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCaseStore } from '../../../src-main/cases/openCaseStore.ts';
import { randomNumbers, syntheticRecord } from '../store/syntheticRecord.ts';
import { killAtRandom, killRounds as rounds } from './killAtRandom.ts';
import { expectIntegrity } from './storeChecks.ts';

const random = randomNumbers(20_260_101);

/** Numbers of slices that a recorder acknowledged, with the id of each one's analysis. */
type Acknowledged = Map<number, string>;

let folder: string;
const acknowledged: Acknowledged = new Map();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-kill-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * Starts a recorder, kills it with SIGKILL after a random time, and notes what it had acknowledged. In every
 * third round it is killed while it opens the store, else while it writes.
 */
async function recordAndKill(round: number): Promise<number> {
  const batchSize = [1, 8, 64][Math.floor(random() * 3)] as number;
  const args = [folder, String(round * 100_000), String(batchSize)];
  const lines = await killAtRandom('recorder.ts', args, {
    mostLines: round % 3 === 2 ? null : 60,
    random,
  });
  for (const line of lines) {
    const [number, id] = line.split(' ') as [string, string];
    acknowledged.set(Number(number), id);
  }
  return lines.length;
}

/** Reads back every acknowledged slice and compares it number for number. */
async function expectEverythingThere(): Promise<void> {
  const store = await openCaseStore(folder);
  try {
    const slices = await handlesByFileName(store);
    for (const [number, id] of acknowledged) {
      const { content, slice, analysis } = syntheticRecord(number);
      const found = await store.recall(content, analysis.modelFingerprint);
      expect(found).toMatchObject({ id, ...analysis });
      expect(
        await store.readSlice(slices.get(`${slice.attributes.patientId} ${slice.fileName}`) ?? ''),
      ).toEqual(slice);
    }
    await store.tidy(0);
    expect(await readdir(join(folder, 'blobs', 'incoming'))).toEqual([]);
    expect(await store.tidy(0)).toEqual({ abandonedFiles: 0, unnamedPictures: 0 });
    expect(await store.verifyAuditTrail()).toMatchObject({ firstBroken: null });
  } finally {
    await store.close();
  }
}

/** The handle of every stored slice, found the way a person finds it: list, then open. */
async function handlesByFileName(
  store: Awaited<ReturnType<typeof openCaseStore>>,
): Promise<Map<string, string>> {
  const handles = new Map<string, string>();
  const { cases } = await store.list({ search: '', offset: 0, limit: 100_000, identify: false });
  for (const { id } of cases) {
    const { patientId, detailStudies } = await store.open(id);
    for (const { slices } of detailStudies.flatMap(({ series }) => series)) {
      for (const { slice, fileName } of slices) handles.set(`${patientId} ${fileName}`, slice);
    }
  }
  return handles;
}

describe('kill -9 while recording', () => {
  it.each(Array.from({ length: rounds }, (_, round) => round))('round %i loses nothing', async (round) => {
    await recordAndKill(round);
    await expectEverythingThere();
    await expectIntegrity(folder);
  });

  it('acknowledged enough to mean something', () => {
    expect(acknowledged.size).toBeGreaterThan(rounds);
  });
});
