import { describe, expect, test } from 'vitest';
import {
  imageElements,
  writeElements,
  writeFile,
  type WrittenElement,
} from '../../../tests/fixtures/dicom/writeElements.ts';
import { ElementReader } from './ElementReader.ts';
import { locateFrames } from './locateFrames.ts';
import { parseDicomFile } from './parseDicomFile.ts';
import { readPixelFormat } from './readPixelFormat.ts';

const rle = '1.2.840.10008.1.2.5';

function item(content: string): Buffer {
  const header = Buffer.from('feff00e000000000', 'hex');
  header.writeUInt32LE(content.length, 4);
  return Buffer.concat([header, Buffer.from(content, 'latin1')]);
}

function offsets(...values: number[]): string {
  return Buffer.from(Uint32Array.from(values).buffer).toString('latin1');
}

/** The frames of an encapsulated file: its basic offset table, then its fragments. */
function framesOf(
  frames: number,
  table: string,
  fragments: string[],
  extra: WrittenElement[] = [],
): string[] {
  const pixels = Buffer.concat([
    writeElements([['7fe00010', 'OB', '', 0xffffffff]]),
    ...[table, ...fragments].map(item),
    Buffer.from('feffdde000000000', 'hex'),
  ]);
  const header = writeFile([...imageElements(2, 2), ['00280008', 'IS', String(frames)], ...extra], rle);
  const { dataSet, syntax } = parseDicomFile(Uint8Array.from(Buffer.concat([header, pixels])));
  const elements = new ElementReader(dataSet);
  const frameBytes = locateFrames(elements, readPixelFormat(elements, 'x'), syntax);
  return Array.from({ length: frames }, (_, i) => Buffer.from(frameBytes(i)).toString('latin1'));
}

describe('fragments belong to frames', () => {
  test('all to the only one', () => {
    expect(framesOf(1, '', ['abcd', 'ef', 'gh'])).toEqual(['abcdefgh']);
  });
  test('one each, with or without a table', () => {
    expect(framesOf(2, '', ['abcd', 'ef'])).toEqual(['abcd', 'ef']);
    expect(framesOf(2, offsets(0, 12), ['abcd', 'ef'])).toEqual(['abcd', 'ef']);
  });
  test('by the basic offset table', () => {
    expect(framesOf(2, offsets(0, 22), ['abcd', 'ef', 'gh'])).toEqual(['abcdef', 'gh']);
  });
  test('by the extended offset table', () => {
    const table = Buffer.from(BigUint64Array.of(0n, 12n).buffer);
    expect(framesOf(2, '', ['abcd', 'ef', 'gh'], [['7fe00001', 'OV', table]])).toEqual(['abcd', 'efgh']);
  });
  test('by the start of a JPEG stream where the table is missing or wrong', () => {
    const fragments = ['\xff\xd8ab', 'cd', '\xff\xd8ef', 'gh'];
    const frames = ['\xff\xd8abcd', '\xff\xd8efgh'];
    expect(framesOf(2, '', fragments)).toEqual(frames);
    expect(framesOf(2, offsets(0, 13), fragments)).toEqual(frames);
  });
  test('or to nobody', () => {
    expect(() => framesOf(2, '', ['ab', 'cd', 'ef'])).toThrow('3 fragments for 2 frames');
    expect(() => framesOf(4, '', ['ab', 'cd', 'ef'])).toThrow('3 fragments for 4 frames');
  });
});
