import { expect, test } from 'vitest';
import { percentText, wholePercentText } from './percentTexts.ts';

test('percentages have one decimal', () => {
  expect([0, 0.0005, 0.9731, 1].map(percentText)).toEqual(['0.0%', '0.1%', '97.3%', '100.0%']);
});

test('what is less than one is never certain, what is more than nothing never impossible', () => {
  expect([0.9994, 0.9995, 0.99999].map(percentText)).toEqual(['99.9%', '>99.9%', '>99.9%']);
  expect([0.00001, 0.00049].map(percentText)).toEqual(['<0.1%', '<0.1%']);
  expect([0.004, 0.9731, 0.996, 1].map(wholePercentText)).toEqual(['0', '97', '99', '100']);
});
