import { expect, test } from 'vitest';
import { readFixture } from '../../../tests/fixtures/dicom/readFixture.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { isDicomDirectory, readDicomDirectory } from './readDicomDirectory.ts';

const directory = readFixture('DICOMDIR');

test('a DICOMDIR written by dcmtk lists its files', () => {
  expect(readDicomDirectory(directory, 'DICOMDIR').toSorted()).toEqual(['SERIES/IM1', 'SERIES/IM2']);
});

test('it is told from an image by its beginning', () => {
  expect(isDicomDirectory(directory.slice(0, 1024))).toBe(true);
  expect(isDicomDirectory(readFixture('u8.dcm'))).toBe(false);
  expect(isDicomDirectory(new Uint8Array(1024))).toBe(false);
});

test('offsets that form a cycle cannot trap the reader', () => {
  const text = Buffer.from(directory).toString('latin1');
  // OffsetOfTheNextDirectoryRecord of every record, pointed at the first record.
  const cyclic = directory.slice();
  const tag = '\x04\0\0\x14UL\x04\0';
  for (let at = text.indexOf(tag); at !== -1; at = text.indexOf(tag, at + 1))
    cyclic.set([0x7e, 1, 0, 0], at + 8);
  expect(cyclic).not.toEqual(directory);
  expect(readDicomDirectory(cyclic, 'DICOMDIR')).toHaveLength(2);
});

test('cut anywhere it is a typed error or a shorter list', () => {
  for (let length = 0; length < directory.length; length += 16) {
    try {
      expect(readDicomDirectory(directory.slice(0, length), 'DICOMDIR').length).toBeLessThanOrEqual(2);
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
    }
  }
});
