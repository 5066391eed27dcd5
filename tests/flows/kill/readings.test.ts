import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomNumbers, syntheticRecord } from '../store/syntheticRecord.ts';
import { killAtRandom, killRounds } from './killAtRandom.ts';
import { expectIntegrity, withStore } from './storeChecks.ts';

const random = randomNumbers(20_260_102);
const sliceCount = 12;

let folder: string;
/** Texts of acknowledged versions by id, and times of acknowledged revelations by reader and slice. */
const versions = new Map<string, { slice: string; text: string }>();
const revealed = new Map<string, string>();
/** The newest acknowledged measurement of each slice. */
const measured = new Map<string, { version: number; x: number }>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-kill-readings-'));
  const records = Array.from({ length: sliceCount }, (_, number) => syntheticRecord(number));
  await withStore(folder, (store) => store.record(records));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function note(reader: string, line: string): void {
  const [first, slice, ...rest] = line.split(' ') as [string, string, ...string[]];
  if (first === 'measured') {
    const [version, x] = rest.map(Number) as [number, number];
    measured.set(slice, { version, x });
  } else if (first === 'reveal') revealed.set(`${reader} ${slice}`, rest.join(' '));
  else versions.set(first, { slice, text: rest.join(' ') });
}

describe('kill -9 while reading', () => {
  it.each(Array.from({ length: killRounds }, (_, round) => round))(
    'round %i loses nothing',
    async (round) => {
      const reader = `Reader${round % 3}`;
      const args = [folder, String(sliceCount), reader];
      const options = { mostLines: round % 4 === 3 ? null : 24, random };
      for (const line of await killAtRandom('reader.ts', args, options)) note(reader, line);
      await withStore(folder, async (store) => {
        const { cases } = await store.list({ search: '', offset: 0, limit: 10, identify: true });
        const details = await Promise.all(cases.map(({ id }) => store.open(id)));
        const readings = new Map(
          details.flatMap((one) => one.readings.map((reading) => [reading.id, reading])),
        );
        for (const [id, expected] of versions) expect(readings.get(id)).toMatchObject(expected);
        for (const reading of readings.values()) {
          const earlier = reading.corrects === null ? null : readings.get(reading.corrects);
          expect(reading.version).toBe(earlier === null ? 1 : earlier!.version + 1);
        }
        for (const [key, time] of revealed) {
          const [name, slice] = key.split(' ') as [string, string];
          expect(await store.revealAnswers({ scope: 'slice', slice, reader: name })).toBe(time);
        }
        for (const [slice, { version, x }] of measured) {
          const newest = (await store.newestMeasurements(slice))!;
          // One more may have been kept without being acknowledged.
          expect(newest.version - version).toBeOneOf([0, 1]);
          if (newest.version === version) expect(newest.marks[0]!.points[0]!.x).toBe(x);
        }
        expect(await store.verifyAuditTrail()).toMatchObject({ firstBroken: null });
      });
      await expectIntegrity(folder);
    },
  );

  it('acknowledged enough to mean something', () => {
    expect(versions.size).toBeGreaterThan(killRounds);
    expect(measured.size).toBeGreaterThan(1);
  });
});
