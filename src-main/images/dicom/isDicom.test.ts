import { expect, test } from 'vitest';
import { readFixture } from '../../../tests/fixtures/dicom/readFixture.ts';
import { isDicom } from './isDicom.ts';

test.each(['u8', 's12-no-preamble-implicit', 's12-no-preamble-explicit', 's12-no-preamble-big-endian'])(
  '%s is DICOM, by its first kilobyte alone',
  (name) => {
    expect(isDicom(readFixture(`${name}.dcm`).slice(0, 1024))).toBe(true);
  },
);

test.each([
  ['nothing', ''],
  ['text', 'Hello, this is a text that is not an image at all.'],
  ['a PNG', '\x89PNG\r\n\x1a\n'],
  ['zeros', '\0'.repeat(512)],
  ['a bitmap', 'BM\x36\x10\x0e\0\0\0\0\0\x36\0\0\0\x28\0\0\0'],
  [
    'bytes that start like group 0008 and go on otherwise',
    '\x08\0\x05\0\x04\0\0\0abcd\xff\xff\xff\xff\0\0\0\0',
  ],
])('%s is not', (_, content) => {
  expect(isDicom(Uint8Array.from(Buffer.from(content, 'latin1')))).toBe(false);
});
