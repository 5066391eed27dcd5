import { expect, test } from 'vitest';
import { importText, timeLeftText } from './importText.ts';

const nothing = {
  added: 0,
  unchanged: 0,
  updated: 0,
  relinked: 0,
  missing: 0,
  unreadable: 0,
  skipped: 0,
  labelled: 0,
  rowsWithoutPicture: 0,
};

test('an import is told in one sentence', () => {
  expect(importText(nothing)).toBe('Nothing to import was found.');
  expect(importText({ ...nothing, added: 3264, unreadable: 1 })).toBe(
    '3,264 pictures added, 1 file unreadable.',
  );
});

test('time left follows from the pace, and is not guessed too early', () => {
  expect(timeLeftText(5, 100, 5000)).toBe('');
  expect(timeLeftText(50, null, 5000)).toBe('');
  expect(timeLeftText(50, 100, 5000)).toBe('about 5 s left');
  expect(timeLeftText(10, 1000, 10_000)).toBe('about 17 min left');
});
