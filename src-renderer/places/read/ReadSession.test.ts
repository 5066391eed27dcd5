import { beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../bridge/Connection.ts';
import { MainSide } from '../../bridge/MainSide.ts';
import { PictureCaches } from '../../bridge/PictureCaches.ts';
import { Preferences } from '../../bridge/Preferences.svelte.ts';
import type { CaseSlice } from '../../../src-shared/domain/cases.ts';
import type { Reading } from '../../../src-shared/domain/readings.ts';
import { inventedSlice } from '../../../tests/fixtures/inventedCase.ts';
import { ReadSession } from './ReadSession.svelte.ts';

/** What the page asked for, in order, and what it is answered. */
let asked: [string, unknown][];
let stored: Reading[];
let refusal: 'answer-was-revealed' | null;
let session: ReadSession;

const reader = 'R. Reader';

/** Slices 1 to 5: the models disagree on 2, the guard flagged 4. */
function slices(): CaseSlice[] {
  const all = [1, 2, 3, 4, 5].map((number) => inventedSlice(number, 'no_tumor', 0.9));
  const answer = { ...all[1]!.analysis!, class: 'glioma_tumor' as const };
  all[1]!.secondOpinion = { ...answer, model: 'axial', modelFingerprint: 'f' };
  all[3]!.analysis!.guard = { score: 9, flagged: true };
  return all;
}

function answerTo(name: string, input: unknown): unknown {
  const series = { seriesKey: '1', seriesDescription: null, seriesNumber: 1, modality: 'MR', plane: 'axial' };
  const study = { studyKey: '1', studyDate: null, studyDescription: null };
  if (name === 'openCase') {
    const detailStudies = [{ ...study, series: [{ ...series, slices: slices() }] }];
    return {
      patient: 'Patient 1',
      patientName: null,
      patientId: null,
      detailStudies,
    };
  }
  if (name === 'recordReading') {
    const { isBlinded, ...content } = input as Reading;
    const version = { id: String(stored.length + 1), version: stored.length + 1, isCurrent: true, reader };
    const nothing = { rejectedClass: null, revealedAt: null, corrects: null, isWithdrawn: false };
    stored = [{ ...nothing, ...content, ...version, isBlinded }];
  }
  if (name === 'revealAnswers')
    stored = stored.map((one) => ({ ...one, revealedAt: '2026-01-01T00:00:00Z' }));
  return name === 'listReadings' ? { readings: stored } : {};
}

const connection: Connection = {
  state: 'connected',
  call: (name, input) => {
    asked.push([name, input]);
    if (name === 'readSlice') return new Promise(() => undefined);
    if (name === 'recordReading' && refusal !== null)
      return Promise.resolve({ ok: false, error: { code: refusal, detail: {} } });
    return Promise.resolve({ ok: true, value: answerTo(name, input) });
  },
  addFiles: () => Promise.resolve({ ok: true, value: [] }),
  listen: () => () => undefined,
  watchState: () => () => undefined,
};

const draft = {
  scope: 'slice',
  finding: 'glioma_tumor',
  otherFinding: '',
  confidence: 'high',
  text: '',
} as const;
const names = () => asked.map(([name]) => name).filter((name) => /eading|eveal/.test(name));
const handles = () => session.reading!.series[0]!.slices.map(({ slice }) => slice);

beforeEach(async () => {
  [asked, stored, refusal] = [[], [], null];
  const main = new MainSide(connection);
  const preferences = new Preferences(main);
  preferences.current = { ...preferences.current, readerName: reader };
  session = new ReadSession(main, new PictureCaches(main), preferences);
  await session.openCase('1');
});

function readBlinded(): void {
  session.preferences.current = { ...session.preferences.current, isReadingBlinded: true };
}

describe('slices that deserve a second look', () => {
  it('are those that the guard flagged and those on which the models disagree', () => {
    expect(handles().map((slice) => session.marksOf(slice))).toEqual([
      [],
      ['disagreement'],
      [],
      ['guard'],
      [],
    ]);
  });

  it('are gone to in both directions, round the ends', () => {
    const gone = [1, 1, 1, -1, -1].map((direction) => {
      session.goToMarked(direction as 1 | -1);
      return session.sliceIndex + 1;
    });
    expect(session.hanging.active.series?.slices).toHaveLength(5);
    expect(gone).toEqual([4, 2, 4, 2, 4]);
  });

  it('are not betrayed to a blinded reader', () => {
    readBlinded();
    session.goToMarked(1);
    expect(session.sliceIndex).toBe(2);
    expect(handles().flatMap((slice) => session.marksOf(slice))).toEqual([]);
  });
});

describe('blinded reading', () => {
  it('hides the answer until the reading is stored as blinded, and then notes that it was shown', async () => {
    readBlinded();
    const [first, second] = handles();
    expect([session.answerOf(first!), session.readings.isHidden(second!)]).toEqual([undefined, true]);
    expect(await session.readings.record(first!, draft, handles())).toBe(true);
    expect(names()).toEqual(['recordReading', 'revealAnswers', 'listReadings']);
    expect(asked.find(([name]) => name === 'recordReading')![1]).toMatchObject({
      isBlinded: true,
      slice: first,
    });
    expect(session.answerOf(first!)).toMatchObject({ ok: true });
    expect(session.readings.isHidden(second!)).toBe(true);
    expect(session.readings.mine(first!, 'slice')).toMatchObject({ finding: 'glioma_tumor' });
  });

  it('shows all slices of a series that was read as a whole', async () => {
    readBlinded();
    await session.readings.record(handles()[0]!, { ...draft, scope: 'series' }, handles());
    expect(handles().map((slice) => session.readings.isHidden(slice))).toEqual(Array(5).fill(false));
  });

  it('shows nothing when the reading was refused, and says why', async () => {
    readBlinded();
    refusal = 'answer-was-revealed';
    const [first] = handles();
    expect(await session.readings.record(first!, draft, handles())).toBe(false);
    expect(session.readings.failure).toMatchObject({ code: 'answer-was-revealed' });
    expect(session.answerOf(first!)).toBeUndefined();
    expect(names()).toEqual(['recordReading']);
  });

  it('does not pretend that what was open before was not seen', () => {
    session.toggleBlinded();
    expect(handles().map((slice) => session.readings.isHidden(slice))).toEqual(Array(5).fill(false));
  });

  it('judges no answer that is hidden', () => {
    readBlinded();
    session.judge('agrees');
    expect(names()).toEqual([]);
  });
});
