import { describe, expect, it } from 'vitest';
import { everyCase } from '../../../src-shared/contract/caseSelection.ts';
import {
  conditionsOf,
  dateConditionText,
  filterTexts,
  readingConditionOf,
  readingConditionTexts,
  type ReadingCondition,
} from './filterTexts.ts';

describe('the filter in words', () => {
  it('says nothing of what it does not ask for', () => {
    expect(Object.values(filterTexts(everyCase, []))).toEqual([null, null, null, null, null, null]);
  });

  it('names what it asks for', () => {
    const texts = filterTexts(
      {
        ...everyCase,
        patient: ' Ada ',
        classes: ['glioma_tumor', 'no_tumor'],
        agreement: 'disagrees',
        models: ['gone-model'],
        readers: ['A. Reader', 'B. Reader'],
      },
      [],
    );
    expect(texts).toEqual({
      patient: 'Ada',
      date: null,
      classes: 'Glioma, No tumour',
      reading: 'Disagrees with the model',
      models: 'gone-model',
      readers: 'A. Reader, B. Reader',
    });
  });

  it('writes days open at either end', () => {
    expect(dateConditionText({ of: 'study', from: '2026-01-01', to: '2026-03-03' })).toBe(
      'Study 1 Jan 2026 – 3 Mar 2026',
    );
    expect(dateConditionText({ of: 'analysis', from: '2026-01-01', to: null })).toBe(
      'Analysed since 1 Jan 2026',
    );
    expect(dateConditionText({ of: 'study', from: null, to: '2026-03-03' })).toBe('Study until 3 Mar 2026');
    expect(dateConditionText({ of: 'study', from: null, to: null })).toBeNull();
  });
});

describe('the reading filter', () => {
  it('is the same after a way through the contract', () => {
    for (const condition of Object.keys(readingConditionTexts) as ReadingCondition[])
      expect(readingConditionOf(conditionsOf(condition))).toBe(condition);
  });
});
