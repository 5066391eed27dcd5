import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyCase } from '../../../src-shared/contract/caseSelection.ts';
import { randomNumbers, syntheticRecord } from '../store/syntheticRecord.ts';
import { killAtRandom, killRounds } from './killAtRandom.ts';
import { expectIntegrity, withStore } from './storeChecks.ts';

const random = randomNumbers(20_260_103);

let folder: string;
/** Ids of cases that were acknowledged as stored, or as erased. */
const kept = new Map<number, string>();
const erased = new Map<number, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-kill-erasing-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function blobCount(): Promise<number> {
  const entries = await readdir(join(folder, 'blobs'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}

describe('kill -9 while erasing', () => {
  it.each(Array.from({ length: killRounds }, (_, round) => round))(
    'round %i keeps who stays, and nothing of who went',
    async (round) => {
      const options = { mostLines: 5, random };
      for (const line of await killAtRandom('eraser.ts', [folder, String(round * 100_000)], options)) {
        const [what, number, id] = line.split(' ') as [string, string, string];
        (what === 'kept' ? kept : erased).set(Number(number), id);
      }
      await withStore(folder, async (store) => {
        for (const [number, id] of kept) {
          const { content, analysis } = syntheticRecord(number);
          expect(await store.recall(content, analysis.modelFingerprint)).toMatchObject(analysis);
          expect(await store.open(id)).toMatchObject({ slices: 2 });
        }
        for (const [number, id] of erased) {
          expect(await store.findSlice(syntheticRecord(number).content)).toBeNull();
          await expect(store.open(id)).rejects.toMatchObject({ code: 'case-unknown' });
        }
        // A case is there as a whole or not at all, and so are its pictures.
        const all = await Promise.all(
          [false, true].map((isTrashed) =>
            store.list({
              search: '',
              filter: { ...everyCase, isTrashed },
              offset: 0,
              limit: 10_000,
              identify: true,
            }),
          ),
        );
        const cases = all.flatMap((page) => page.cases);
        for (const one of cases) expect(one).toMatchObject({ slices: 2, analyses: 2 });
        await store.tidy(0);
        expect(await blobCount()).toBe(2 * cases.length);
        expect(await store.verifyAuditTrail()).toMatchObject({ firstBroken: null });
      });
      await expectIntegrity(folder);
    },
  );

  it('acknowledged enough to mean something', () => {
    expect(Math.min(kept.size, erased.size)).toBeGreaterThan(0);
  });
});
