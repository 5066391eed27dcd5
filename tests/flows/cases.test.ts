import { userInfo } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Outcome } from '../../src-shared/errors.ts';
import { daikonSeries, OpenedWorkstation } from './openedWorkstation.ts';

function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (!outcome.ok) throw new Error(outcome.error.code);
  return outcome.value;
}

let workstation: OpenedWorkstation;
beforeAll(async () => {
  workstation = await OpenedWorkstation.open();
}, 120_000);
afterAll(() => workstation.close());

it(
  'reads blind, compares, runs again, deletes and erases through the contract',
  { timeout: 240_000 },
  async () => {
    const sources = workstation.addPaths(daikonSeries);
    const { studies } = valueOf((await workstation.job('openSources', { sources })).outcome);
    const slices = studies[0]!.series[0]!.slices.slice(0, 2).map(({ slice }) => slice);
    const slice = slices[0]!;

    // Before any answer, from the handle of an opened file.
    const entry = { scope: 'slice', slice, finding: 'no_tumor', isBlinded: true } as const;
    const blinded = await workstation.call('recordReading', entry);
    expect(blinded).toMatchObject({
      reader: userInfo().username,
      isBlinded: true,
      analysis: null,
      version: 1,
    });
    valueOf((await workstation.job('analyseSlices', { slices, provider: 'cpu' })).outcome);
    const { revealedAt } = await workstation.call('revealAnswers', { scope: 'slice', slice });
    await expect(workstation.call('recordReading', entry)).rejects.toThrow('answer-was-revealed');
    expect((await workstation.call('listReadings', { slice })).readings).toMatchObject([
      { id: blinded.id, revealedAt },
    ]);
    const named = { ...entry, otherFinding: 'Cyst' };
    await expect(workstation.call('recordReading', named)).rejects.toThrow('invalid-input');

    // Another name in the settings is another reader, who agrees in one step, after a restart too.
    await workstation.call('writeSettings', { readerName: ' Ada ' });
    await workstation.restart();
    const id = (await workstation.call('listCases', {})).cases[0]!.id;
    const detail = await workstation.call('openCase', { id });
    const stored = detail.detailStudies[0]!.series[0]!.slices;
    const judged = await workstation.call('judgeAnalysis', {
      analysis: stored[1]!.analysis!.id,
      verdict: 'agrees',
    });
    expect(judged).toMatchObject({ reader: 'Ada', agreement: 'agrees', slice: stored[1]!.slice });
    const { agreement } = await workstation.call('readStatistics', { reader: 'Ada' });
    expect(agreement).toMatchObject({ compared: 1, agreed: 1 });
    const taken = await workstation.call('withdrawReading', { reading: judged.id });
    expect(taken.isWithdrawn).toBe(true);
    expect((await workstation.call('listCaseFacets', {})).cases).toBe(1);
    expect((await workstation.call('listCaseIds', { filter: { hasReading: true } })).ids).toEqual([id]);
    const studyKey = detail.detailStudies[0]!.studyKey;
    await expect(workstation.call('compareStudies', { id, studies: [studyKey, studyKey] })).rejects.toThrow(
      'study-unknown',
    );

    // The same model says the same again, and it is kept as an answer of its own.
    const before = (await workstation.call('listAnswers', { slice: stored[0]!.slice })).answers;
    const again = await workstation.job('reanalyseCase', { id, model: 'combined', provider: 'cpu' });
    const summary = valueOf(again.outcome);
    expect(summary).toMatchObject({ analysed: 2, failed: 0 });
    expect(summary.changes.map((change) => change.slice)).toEqual(stored.map((one) => one.slice));
    for (const { before: old, after, hasOtherClass } of summary.changes) {
      expect(after.model).toBe('combined');
      expect(hasOtherClass).toBe(old!.class !== after.class);
    }
    const { answers } = await workstation.call('listAnswers', { slice: stored[0]!.slice });
    expect(answers.slice(1)).toEqual(before);
    await expect(workstation.call('reanalyseCase', { id: '99' })).rejects.toThrow('case-unknown');

    // The trash and back, then for good.
    const refused = await workstation.job('eraseCases', { ids: [id] });
    expect(refused.outcome).toMatchObject({ ok: false, error: { code: 'case-not-in-trash' } });
    const moved = await workstation.call('trashCases', { ids: [id] });
    expect((await workstation.call('listCases', {})).total).toBe(0);
    expect(await workstation.call('restoreCases', moved)).toEqual({ ids: [id] });
    await workstation.call('trashCases', { ids: [id] });
    expect(valueOf((await workstation.job('emptyTrash', {})).outcome)).toEqual({ erased: 1 });
    expect((await workstation.call('listCases', { filter: { isTrashed: true } })).total).toBe(0);
  },
);
