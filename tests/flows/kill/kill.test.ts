import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCaseStore } from '../../../src-main/cases/openCaseStore.ts';
import { migrations } from '../../../src-main/storage/migrations.ts';
import { openDatabase } from '../../../src-main/storage/openDatabase.ts';
import { randomNumbers, syntheticRecord } from '../store/syntheticRecord.ts';

const rounds = process.env['BRATUM_LONG'] === '1' ? 50 : 5;
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
  const first = round * 100_000;
  const batchSize = [1, 8, 64][Math.floor(random() * 3)] as number;
  const script = join(import.meta.dirname, 'recorder.ts');
  const recorder = spawn(process.execPath, [script, folder, String(first), String(batchSize)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  recorder.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const closed = once(recorder, 'close');
  if (round % 3 !== 2) await Promise.race([once(recorder.stdout, 'data'), closed]);
  await wait(random() * 800);
  recorder.kill('SIGKILL');
  const [, signal] = (await closed) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');

  // The last line may be cut; an acknowledgement counts when it is whole.
  const lines = output
    .split('\n')
    .slice(0, -1)
    .filter((line) => line !== 'ready');
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

async function expectIntegrity(): Promise<void> {
  const database = await openDatabase(join(folder, 'cases.db'), migrations);
  try {
    expect(database.prepare('PRAGMA integrity_check').pluck().all()).toEqual(['ok']);
    expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
    database.write(() => database.prepare("INSERT INTO search (search) VALUES ('integrity-check')").run());
  } finally {
    database.close();
  }
}

describe('kill -9 while recording', () => {
  it.each(Array.from({ length: rounds }, (_, round) => round))('round %i loses nothing', async (round) => {
    await recordAndKill(round);
    await expectEverythingThere();
    await expectIntegrity();
  });

  it('acknowledged enough to mean something', () => {
    expect(acknowledged.size).toBeGreaterThan(rounds);
  });
});
