import { expect, test } from 'vitest';
import { matchesRules } from './matchesRules.ts';

const head = {
  modality: 'MR',
  bodyPartExamined: 'HEAD',
  seriesDescription: 't1_mprage',
  studyDescription: 'Brain with contrast',
};
const any = { modality: '', bodyPart: '', description: '' };

test('every condition that is given must hold, in any case', () => {
  expect(matchesRules(head, any)).toBe(true);
  expect(matchesRules(head, { modality: 'mr', bodyPart: 'head', description: 'CONTRAST' })).toBe(true);
  expect(matchesRules(head, { ...any, description: 'MPRAGE' })).toBe(true);
  for (const wrong of [{ modality: 'CT' }, { modality: 'M' }, { bodyPart: 'KNEE' }, { description: 'spine' }])
    expect(matchesRules(head, { ...any, ...wrong })).toBe(false);
});

test('what an instance does not say fits no condition but the empty one', () => {
  const silent = { modality: null, bodyPartExamined: null, seriesDescription: null, studyDescription: null };
  expect(matchesRules(silent, any)).toBe(true);
  for (const asked of [{ modality: 'MR' }, { bodyPart: 'HEAD' }, { description: 't1' }])
    expect(matchesRules(silent, { ...any, ...asked })).toBe(false);
});
