import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reading } from '../../src-shared/domain/readings.ts';
import { readingOf, syntheticRecord } from '../../tests/flows/store/syntheticRecord.ts';
import type { CaseStore } from './CaseStore.ts';
import { openCaseStore } from './openCaseStore.ts';

let folder: string;
let store: CaseStore;
/** Each test reads a patient of its own, so that one store serves all. */
let patient = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-readings-'));
  store = await openCaseStore(folder);
});

afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

/** Stores three slices of a new patient, answered glioma, glioma and no tumour. */
async function newCase(): Promise<{ id: string; slices: string[]; analyses: string[] }> {
  const first = 10 * ++patient;
  const classes = ['glioma_tumor', 'glioma_tumor', 'no_tumor'] as const;
  const stored = await store.record(
    classes.map((name, index) => syntheticRecord(first + index, { analysis: { class: name } })),
  );
  const { cases } = await store.list({ search: `ID${patient}`, offset: 0, limit: 10, identify: true });
  const id = cases.find((one) => one.patient.endsWith(` ${patient}`))?.id ?? '';
  const { detailStudies } = await store.open(id);
  const slices = detailStudies.flatMap(({ series }) =>
    series.flatMap((one) => one.slices.map(({ slice }) => slice)),
  );
  return { id, slices, analyses: stored.map((one) => one.id) };
}

async function summaryOf(id: string) {
  const { classCounts, agreement, reading } = await store.open(id);
  return { classCounts, agreement, reading };
}

const said = ({ version, finding, rejectedClass, isWithdrawn, agreement }: Reading) => ({
  ...{ version, finding, rejectedClass, isWithdrawn, agreement },
});

describe('a reading', () => {
  it('is kept with everything that was entered, and with the answer it stood beside', async () => {
    const { id, slices, analyses } = await newCase();
    const entry = readingOf(slices[0]!, {
      finding: 'other',
      otherFinding: 'Abscess',
      confidence: 'high',
      text: 'Ring.',
    });
    const reading = await store.recordReading(entry);
    expect(reading).toEqual({
      ...entry,
      id: reading.id,
      createdAt: reading.createdAt,
      version: 1,
      corrects: null,
      isCurrent: true,
      isWithdrawn: false,
      revealedAt: null,
      analysis: analyses[0],
      agreement: 'disagrees',
    });
    expect((await store.open(id)).readings).toEqual([reading]);
    expect(await store.listReadings(slices[0]!)).toEqual([reading]);
    expect(await store.listReadings(slices[1]!)).toEqual([]);
  });

  it('is corrected by a new version and never changed', async () => {
    const { id, slices } = await newCase();
    const first = await store.recordReading(readingOf(slices[0]!));
    const second = await store.recordReading(readingOf(slices[0]!, { finding: 'no_tumor' }));
    const other = await store.recordReading(readingOf(slices[0]!, { reader: 'Another' }));
    expect(second).toMatchObject({ version: 2, corrects: first.id, isCurrent: true, agreement: 'disagrees' });
    expect(other).toMatchObject({ version: 1, corrects: null });
    expect((await store.open(id)).readings).toEqual([{ ...first, isCurrent: false }, second, other]);
    expect((await summaryOf(id)).reading).toMatchObject({ reader: 'Another', finding: 'glioma_tumor' });
  });

  it('of a series has no single answer to agree with', async () => {
    const { id, slices } = await newCase();
    const reading = await store.recordReading(readingOf(slices[0]!, { scope: 'series' }));
    expect(reading).toMatchObject({ scope: 'series', analysis: null, agreement: null });
    // Recorded from another slice of the series it is a correction all the same.
    const corrected = await store.recordReading(
      readingOf(slices[2]!, { scope: 'series', finding: 'uncertain' }),
    );
    expect(corrected).toMatchObject({ version: 2, corrects: reading.id, slice: slices[2] });
    expect((await store.listReadings(slices[1]!)).map(({ version }) => version)).toEqual([1, 2]);
    expect(await summaryOf(id)).toMatchObject({
      agreement: { agrees: 0, disagrees: 0 },
      reading: { finding: 'uncertain', scope: 'series' },
    });
  });

  it('of a slice that nobody analysed keeps the slice', async () => {
    const { content, slice, analysis } = syntheticRecord(10 * ++patient);
    const handle = await store.keepSlice(content, slice);
    expect(await store.keepSlice(content, slice)).toBe(handle);
    expect(await store.readSlice(handle)).toEqual(slice);
    const blinded = await store.recordReading(readingOf(handle, { isBlinded: true }));
    expect(blinded).toMatchObject({ analysis: null, agreement: null });
    await store.record([{ content, slice, analysis: { ...analysis, class: 'glioma_tumor' } }]);
    const { cases } = await store.list({ search: `ID${patient}`, offset: 0, limit: 10, identify: true });
    expect(cases.find((one) => one.patient.endsWith(` ${patient}`))).toMatchObject({
      slices: 1,
      analyses: 1,
      agreement: { agrees: 1, disagrees: 0 },
    });
  });

  it('is found by its words', async () => {
    const { id, slices } = await newCase();
    await store.recordReading(
      readingOf(slices[0]!, { reader: 'Dr. Öztürk', text: 'Cystic, temporal pole.' }),
    );
    for (const search of ['cystic', 'ozturk temporal', 'glioma öztürk'])
      expect(
        (await store.list({ search, offset: 0, limit: 10, identify: true })).cases.map((one) => one.id),
      ).toEqual([id]);
  });

  it('is refused for what is not in the store', async () => {
    await expect(store.recordReading(readingOf('stored:99999'))).rejects.toMatchObject({
      code: 'handle-unknown',
    });
    await expect(store.judgeAnalysis('99999', 'agrees', 'Reader')).rejects.toMatchObject({
      code: 'analysis-unknown',
    });
    await expect(store.withdrawReading('99999', 'Reader')).rejects.toMatchObject({ code: 'reading-unknown' });
    await expect(store.listReadings('stored:99999')).rejects.toMatchObject({ code: 'handle-unknown' });
  });
});

describe('agreement', () => {
  it('in one step takes the class over, or rejects it', async () => {
    const { id, analyses } = await newCase();
    const yes = await store.judgeAnalysis(analyses[0]!, 'agrees', 'Reader');
    const no = await store.judgeAnalysis(analyses[1]!, 'disagrees', 'Reader');
    expect(yes).toMatchObject({ finding: 'glioma_tumor', rejectedClass: null, agreement: 'agrees' });
    expect(no).toMatchObject({ finding: null, rejectedClass: 'glioma_tumor', agreement: 'disagrees' });
    expect(await summaryOf(id)).toMatchObject({
      classCounts: { glioma_tumor: 2, meningioma_tumor: 0, no_tumor: 1, pituitary_tumor: 0 },
      agreement: { agrees: 1, disagrees: 1 },
      reading: { finding: null, rejectedClass: 'glioma_tumor' },
    });
  });

  it('follows the newest answer and the newest reading, and says “uncertain” of neither', async () => {
    const { id, slices } = await newCase();
    const first = 10 * patient;
    const agreement = async () => (await summaryOf(id)).agreement;
    await store.recordReading(readingOf(slices[0]!, { finding: 'no_tumor' }));
    expect(await agreement()).toEqual({ agrees: 0, disagrees: 1 });
    await store.record([syntheticRecord(first, { analysis: { class: 'no_tumor' } })]);
    expect(await agreement()).toEqual({ agrees: 1, disagrees: 0 });
    expect((await summaryOf(id)).classCounts).toMatchObject({ glioma_tumor: 1, no_tumor: 2 });
    await store.recordReading(readingOf(slices[0]!, { finding: 'uncertain' }));
    expect(await agreement()).toEqual({ agrees: 0, disagrees: 0 });
    // What was true when the first version was recorded stays written in it.
    expect((await store.listReadings(slices[0]!)).map((one) => one.agreement)).toEqual(['disagrees', null]);
  });
});

describe('withdrawing', () => {
  it('brings back what was corrected, then nothing, and can itself be withdrawn', async () => {
    const { id, slices } = await newCase();
    const slice = slices[0]!;
    await store.recordReading(readingOf(slice));
    const correction = await store.recordReading(readingOf(slice, { finding: 'no_tumor' }));
    const undone = await store.withdrawReading(correction.id, 'Reader');
    expect(undone).toMatchObject({
      version: 3,
      corrects: correction.id,
      finding: 'glioma_tumor',
      agreement: 'agrees',
    });
    const redone = await store.withdrawReading(undone.id, 'Reader');
    expect(redone).toMatchObject({ version: 4, finding: 'no_tumor' });
    await expect(store.withdrawReading(undone.id, 'Reader')).rejects.toMatchObject({
      code: 'reading-superseded',
    });
    await expect(store.withdrawReading(redone.id, 'Other')).rejects.toMatchObject({
      code: 'reading-of-somebody-else',
    });
    expect((await summaryOf(id)).agreement).toEqual({ agrees: 0, disagrees: 1 });
  });

  it('of the only version leaves the case without a reading, and of that brings it back', async () => {
    const { id, analyses } = await newCase();
    const judged = await store.judgeAnalysis(analyses[0]!, 'disagrees', 'Reader');
    const taken = await store.withdrawReading(judged.id, 'Reader');
    expect(said(taken)).toEqual({
      version: 2,
      finding: null,
      rejectedClass: null,
      isWithdrawn: true,
      agreement: null,
    });
    expect(await summaryOf(id)).toMatchObject({ reading: null, agreement: { agrees: 0, disagrees: 0 } });
    const back = await store.withdrawReading(taken.id, 'Reader');
    expect(said(back)).toEqual({ ...said(judged), version: 3 });
    expect(await summaryOf(id)).toMatchObject({ agreement: { agrees: 0, disagrees: 1 } });
  });
});

describe('blinded reading', () => {
  const blinded = { isBlinded: true };

  it('comes before the answer is shown, and the time of that is kept', async () => {
    const { slices } = await newCase();
    const [slice, neighbour] = slices as [string, string];
    await store.recordReading(readingOf(slice, blinded));
    const revealedAt = await store.revealAnswers({ scope: 'slice', slice, reader: 'Reader' });
    expect(await store.revealAnswers({ scope: 'slice', slice, reader: 'Reader' })).toBe(revealedAt);
    expect(await store.listReadings(slice)).toMatchObject([{ isBlinded: true, revealedAt }]);
    await expect(store.recordReading(readingOf(slice, blinded))).rejects.toMatchObject({
      code: 'answer-was-revealed',
    });
    // What was shown of one slice says nothing about its neighbour, nor to another reader.
    await store.recordReading(readingOf(neighbour, blinded));
    await store.recordReading(readingOf(slice, { ...blinded, reader: 'Another' }));
    const series = readingOf(neighbour, { ...blinded, scope: 'series' });
    await expect(store.recordReading(series)).rejects.toMatchObject({ code: 'answer-was-revealed' });
    expect(await store.recordReading(readingOf(slice))).toMatchObject({ isBlinded: false, version: 2 });
  });

  it('is over for every slice once the series was shown, or read openly', async () => {
    const shown = await newCase();
    await store.revealAnswers({ scope: 'series', slice: shown.slices[0]!, reader: 'Reader' });
    const late = store.recordReading(readingOf(shown.slices[2]!, blinded));
    await expect(late).rejects.toMatchObject({ code: 'answer-was-revealed' });
    const open = await newCase();
    await store.recordReading(readingOf(open.slices[0]!));
    const again = store.recordReading(readingOf(open.slices[0]!, blinded));
    await expect(again).rejects.toMatchObject({ code: 'answer-was-revealed' });
  });
});

it('leaves an audit trail that agrees with all of it', async () => {
  expect(await store.verifyAuditTrail()).toMatchObject({ firstBroken: null });
});
