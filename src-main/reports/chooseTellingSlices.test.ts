import { expect, it } from 'vitest';
import { inventedCase, inventedSlice } from '../../tests/fixtures/inventedCase.ts';
import type { CaseSlice } from '../../src-shared/domain/cases.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { answeredSlices, chooseTellingSlices } from './chooseTellingSlices.ts';

/** Numbers of the slices chosen of a series, given as class and certainty of each, numbered from 1. */
function chosenOf(answers: [TumourClass, number][], count: number, change?: (slices: CaseSlice[]) => void) {
  const slices = answers.map(([name, certainty], index) => inventedSlice(index + 1, name, certainty));
  change?.(slices);
  return chooseTellingSlices(answeredSlices(inventedCase(slices)), count).map(({ position }) => position);
}

const none = (certainty: number): [TumourClass, number] => ['no_tumor', certainty];
const glioma = (certainty: number): [TumourClass, number] => ['glioma_tumor', certainty];
const meningioma = (certainty: number): [TumourClass, number] => ['meningioma_tumor', certainty];

it('takes the surest of each class in turn, tumours first, and keeps the case’s order', () => {
  const answers = [
    none(0.99),
    none(0.9),
    none(0.8),
    none(0.9),
    glioma(0.6),
    glioma(0.7),
    glioma(0.9),
    none(0.9),
  ];
  expect(chosenOf([...answers, meningioma(0.5)], 1)).toEqual([7]);
  expect(chosenOf(answers, 2)).toEqual([1, 7]);
  expect(chosenOf([...answers, none(0.5), none(0.5), meningioma(0.5)], 3)).toEqual([1, 7, 11]);
});

it('prefers slices that are apart, and takes neighbours when there are no others', () => {
  const run = [0.5, 0.97, 0.98, 0.96, 0.5, 0.6, 0.5].map(glioma);
  expect(chosenOf(run, 2)).toEqual([3, 6]);
  expect(chosenOf([glioma(0.9), glioma(0.8), glioma(0.7)], 4)).toEqual([1, 2, 3]);
});

it('leaves out what the guard flagged or what has text burned in, unless there is nothing else', () => {
  const flag = (slices: CaseSlice[]) => {
    slices[0]!.analysis!.guard.flagged = true;
    slices[1]!.analysis!.warnings.push({ code: 'burned-in-annotation', message: 'text' });
  };
  expect(chosenOf([glioma(0.99), glioma(0.98), none(0.6)], 4, flag)).toEqual([3]);
  expect(chosenOf([glioma(0.99), glioma(0.98)], 4, flag)).toEqual([1, 2]);
});

it('passes over slices without an answer', () => {
  expect(chosenOf([none(0.9), none(0.8)], 4, ([first]) => void (first!.analysis = null))).toEqual([2]);
});
