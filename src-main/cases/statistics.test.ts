import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CaseStatistics } from '../../src-shared/domain/caseStatistics.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { readingOf, syntheticRecord } from '../../tests/flows/store/syntheticRecord.ts';
import { agreementStatistics, type ComparedReading } from './agreementStatistics.ts';
import type { CaseStore } from './CaseStore.ts';
import { openCaseStore } from './openCaseStore.ts';

const compared = (
  caseId: number,
  finding: ComparedReading['finding'],
  modelClass: TumourClass,
  rejectedClass: TumourClass | null = null,
): ComparedReading => ({ caseId, finding, rejectedClass, modelClass });

describe('agreementStatistics', () => {
  it('counts what was named, rejected and left open each in its place', () => {
    const found = agreementStatistics([
      compared(1, 'glioma_tumor', 'glioma_tumor'),
      compared(1, 'glioma_tumor', 'meningioma_tumor'),
      compared(2, 'no_tumor', 'no_tumor'),
      compared(2, 'no_tumor', 'no_tumor'),
      compared(3, 'other', 'glioma_tumor'),
      compared(3, 'uncertain', 'glioma_tumor'),
      compared(3, null, 'pituitary_tumor', 'pituitary_tumor'),
    ]);
    expect(found).toMatchObject({ compared: 6, agreed: 3, share: 0.5, named: 4 });
    // po = 3/4, pe = (2 · 1 + 0 · 1 + 2 · 2) / 16 = 3/8.
    expect(found.kappa).toBeCloseTo(0.6, 12);
    expect(found.confusion).toEqual([
      [1, 1, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 2, 0],
      [0, 0, 0, 0],
      [1, 0, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 0, 1],
    ]);
  });

  it('gives wider intervals to few patients with many slices than to many patients', () => {
    const half = (cases: number, slices: number) =>
      Array.from({ length: cases * slices }, (_, index) => {
        const caseId = Math.floor(index / slices);
        return compared(caseId, 'glioma_tumor', caseId % 2 === 0 ? 'glioma_tumor' : 'no_tumor');
      });
    const width = ({ shareInterval }: ReturnType<typeof agreementStatistics>) =>
      shareInterval![1] - shareInterval![0];
    const [few, many] = [agreementStatistics(half(6, 50)), agreementStatistics(half(300, 1))];
    expect([few.share, many.share]).toEqual([0.5, 0.5]);
    expect(width(few)).toBeGreaterThan(4 * width(many));
    // One proportion of 300: 1.96 · √(0.25 / 300) = 0.0566 on each side.
    expect(width(many) / 2).toBeCloseTo(0.0566, 1);
  });

  it('says nothing where there is nothing to say', () => {
    const nothing = { share: null, kappa: null, shareInterval: null, kappaInterval: null };
    expect(agreementStatistics([])).toMatchObject({ ...nothing, compared: 0, named: 0 });
    const one = agreementStatistics([compared(1, 'no_tumor', 'no_tumor')]);
    expect(one).toMatchObject({ ...nothing, share: 1, compared: 1, named: 1 });
  });
});

describe('the statistics of a store', () => {
  let folder: string;
  let store: CaseStore;
  const query = { isBlindedOnly: false, reader: null, model: null };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bratum-statistics-'));
    vi.useFakeTimers({ toFake: ['Date'] });
    // 4 January 2026 is a Sunday, the 5th a Monday.
    const at = (day: string) => vi.setSystemTime(new Date(`2026-01-${day}Z`));
    at('04T23:59:59');
    store = await openCaseStore(folder);
    const answered = (number: number, name: TumourClass, model = 'combined') =>
      syntheticRecord(number, { analysis: { class: name, model } });
    await store.record([answered(0, 'glioma_tumor'), answered(1, 'no_tumor')]);
    at('05T00:00:00');
    await store.record([answered(10, 'glioma_tumor'), answered(20, 'meningioma_tumor')]);
    await store.recordReading(readingOf('stored:1', { isBlinded: true }));
    await store.recordReading(readingOf('stored:3', { reader: 'Ada', finding: 'no_tumor' }));
    at('20T10:00:00');
    await store.record([answered(0, 'no_tumor', 'axial')]);
    await store.recordReading(readingOf('stored:1', { finding: 'no_tumor' }));
    await store.recordReading(readingOf('stored:4'));
    await store.trash(['3']);
    vi.useRealTimers();
  }, 60_000);

  afterAll(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const agreement = async (changes: Partial<typeof query> | object): Promise<CaseStatistics['agreement']> =>
    (await store.readStatistics({ ...query, ...changes })).agreement;

  it('count weeks from Monday to Sunday, without gaps and without the trash', async () => {
    const { weeks, ...rest } = await store.readStatistics(query);
    expect(weeks).toEqual([
      { monday: '2025-12-29', cases: 1, analyses: 2, readings: 0 },
      { monday: '2026-01-05', cases: 1, analyses: 1, readings: 2 },
      { monday: '2026-01-12', cases: 0, analyses: 0, readings: 0 },
      { monday: '2026-01-19', cases: 0, analyses: 1, readings: 0 },
    ]);
    expect(rest).toMatchObject({
      ...{ cases: 2, slices: 3, analyses: 4 },
      classCounts: { glioma_tumor: 1, meningioma_tumor: 0, no_tumor: 2, pituitary_tumor: 0 },
    });
  });

  it('compare the newest readings with the newest answers', async () => {
    expect(await agreement({})).toMatchObject({ compared: 2, agreed: 1 });
    expect(await agreement({ reader: 'Ada' })).toMatchObject({ compared: 1, agreed: 0 });
  });

  it('compare with one model’s newest answers, where there are any', async () => {
    expect(await agreement({ model: 'combined' })).toMatchObject({ compared: 2, agreed: 0 });
    expect(await agreement({ model: 'axial' })).toMatchObject({ compared: 1, agreed: 1 });
    expect(await agreement({ model: 'none' })).toMatchObject({ compared: 0, share: null });
  });

  it('compare the last blinded word where only that counts', async () => {
    expect(await agreement({ isBlindedOnly: true, model: 'combined' })).toMatchObject({
      compared: 1,
      agreed: 1,
    });
    const { readings } = await store.open('1');
    const taken = await store.withdrawReading(readings.at(-1)!.id, 'Reader');
    await store.withdrawReading(taken.id, 'Reader');
    expect(await agreement({ isBlindedOnly: true, model: 'combined' })).toMatchObject({
      compared: 1,
      agreed: 1,
    });
  });

  it('of an empty store are zeros', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'bratum-statistics-'));
    const none = await openCaseStore(empty);
    expect(await none.readStatistics(query)).toMatchObject({ cases: 0, slices: 0, analyses: 0, weeks: [] });
    await none.close();
    await rm(empty, { recursive: true, force: true });
  });
});
