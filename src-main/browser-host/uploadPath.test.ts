import { posix, win32 } from 'node:path';
import { expect, test } from 'vitest';
import { uploadPathParts } from './uploadPath.ts';

test.each([
  ['scan.dcm', ['scan.dcm']],
  ['study/series 2/IM 0001', ['study', 'series 2', 'IM 0001']],
  ['Ärztin/頭部.dcm', ['Ärztin', '頭部.dcm']],
  ['.hidden', ['.hidden']],
  ['12:30/a?.dcm', ['12_30', 'a_.dcm']],
  ['AUX/con.txt/lpt1', ['_AUX', '_con.txt', '_lpt1']],
  ['ends with dot./x', ['ends with dot_', 'x']],
])('%s is kept as %j', (path, parts) => expect(uploadPathParts(path)).toEqual(parts));

const attacks = [
  '',
  '/',
  '/etc/passwd',
  '..',
  '../up',
  'a/../../up',
  'a/./b',
  'a//b',
  'a/',
  '..\\up',
  'C:\\Windows',
  '\\\\server\\share',
  'a\0b',
  'a\nb',
  'x'.repeat(201),
  'a/'.repeat(40) + 'b',
];

test.each(attacks)('%j is refused', (path) => {
  expect(() => uploadPathParts(path)).toThrow(/invalid-input/);
});

test('whatever is accepted stays below its folder, on every system', () => {
  const pieces = ['a', '..', '.', '', 'C:', '\\', 'nul', '%2e%2e', 'x:y', ' ', '. .', '…', '~'];
  let accepted = 0;
  for (const one of pieces) {
    for (const two of pieces) {
      for (const three of pieces) {
        const parts = partsOrNull(`${one}/${two}${three}`);
        if (parts === null) continue;
        accepted++;
        expect(posix.join('/folder', ...parts)).toBe(['/folder', ...parts].join('/'));
        expect(win32.resolve('C:\\folder', ...parts)).toBe(['C:\\folder', ...parts].join('\\'));
      }
    }
  }
  expect(accepted).toBeGreaterThan(100);
});

function partsOrNull(path: string): string[] | null {
  try {
    return uploadPathParts(path);
  } catch {
    return null;
  }
}
