import { expect, it } from 'vitest';
import { safeFileName } from './safeFileName.ts';

it.each([
  ['Patient 7F3A report.pdf', 'Patient 7F3A report.pdf'],
  ['../../etc/passwd', 'etc passwd'],
  ['a\\b:c*?.csv', 'a b c.csv'],
  ['con.txt', '_con.txt'],
  ['console.txt', 'console.txt'],
  ['Müller^Änne\r\n.html', 'Müller^Änne.html'],
  ['invoice\u202Efdp.exe', 'invoice fdp.exe'],
  [' . ', 'file'],
])('makes %j into %j', (name, expected) => {
  expect(safeFileName(name)).toBe(expected);
});

it('keeps the extension and whole characters of a long name', () => {
  const name = safeFileName(`${'ж'.repeat(300)}.zip`);
  expect(name).toMatch(/^ж+\.zip$/);
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
  expect(Buffer.byteLength(name)).toBeGreaterThan(197);
});
