import { expect, test } from 'vitest';
import type { ReviewSlice } from '../../../src-shared/domain/review.ts';
import type { TumourClass } from '../../../src-shared/domain/tumourClass.ts';
import { walkThrough } from './walks.ts';

function slice(
  name: string,
  label: TumourClass | null,
  answer: TumourClass,
  {
    probability = 0.5,
    outside = 0,
    other = answer,
  }: { probability?: number; outside?: number; other?: TumourClass } = {},
): ReviewSlice {
  const place = { shareOutsideHead: outside, borderShare: 0.1, inside: null };
  return {
    slice: name,
    name,
    label,
    plane: null,
    answers: [
      { model: 'combined', class: answer, probability, place },
      { model: 'axial', class: other, probability: 0.9, place: null },
    ],
  };
}

const set = [
  slice('g missed', 'glioma_tumor', 'no_tumor', { probability: 0.99 }),
  slice('m missed', 'meningioma_tumor', 'no_tumor', { probability: 0.6 }),
  slice('m surely missed', 'meningioma_tumor', 'no_tumor', { probability: 0.9 }),
  slice('g as m', 'glioma_tumor', 'meningioma_tumor', { probability: 0.7, other: 'glioma_tumor' }),
  slice('right', 'pituitary_tumor', 'pituitary_tumor', { outside: 0.2 }),
  slice('right, astray', 'pituitary_tumor', 'pituitary_tumor', { outside: 0.4 }),
  slice('unknown', null, 'no_tumor'),
];
const cell = { label: 'glioma_tumor', answer: 'meningioma_tumor' } as const;
const names = (walk: Parameters<typeof walkThrough>[1]): string[] =>
  walkThrough(set, walk, cell).map(({ name }) => name);

test('each walk finds its slices, in its order', () => {
  expect(names('missed')).toEqual(['m surely missed', 'm missed', 'g missed']);
  expect(names('cell')).toEqual(['g as m']);
  expect(names('mistakes')).toEqual(['g missed', 'm surely missed', 'g as m', 'm missed']);
  expect(names('disagreements')).toEqual(['g as m']);
  expect(names('attention')).toEqual(['right, astray']);
  expect(names('all')).toHaveLength(7);
});
