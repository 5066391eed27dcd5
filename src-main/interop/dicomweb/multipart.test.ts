import { expect, test } from 'vitest';
import { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';
import { readMultipart, writeMultipart } from './multipart.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, 'latin1'));
const type = 'multipart/related; type="application/dicom"; boundary=b';
const message = (...lines: string[]): Uint8Array<ArrayBuffer> => bytes(lines.join('\r\n'));
const damaged = expect.objectContaining({ code: 'pacs-answer-damaged' }) as Error;

test('what was written is read, whatever bytes there are', () => {
  const random = new RandomStream(4);
  const files = [0, 1, 2, 300, 70_000].map((length) =>
    Uint8Array.from({ length }, () => Math.floor(random.uniform() * 256)),
  );
  // Looks like a delimiter, and ends as a line does.
  files.push(bytes('\r\n--'), bytes('--b--\r\n'), bytes('\r\n\r\n\r\n'));
  const { body, contentType } = writeMultipart(files);
  expect(readMultipart(body, contentType)).toEqual(files);
});

test('a boundary may be quoted, a preamble and an epilogue say nothing', () => {
  const text = message(
    'preamble',
    '--b',
    'Content-Type: x',
    '',
    'one',
    '--b',
    'X: y',
    '',
    'two',
    '--b--',
    'end',
  );
  for (const contentType of [type, type.replace('=b', '="b"'), `${type}; charset=x`])
    expect(readMultipart(text, contentType)).toEqual([bytes('one'), bytes('two')]);
});

test('a boundary within a line is content', () => {
  const text = message('--b', 'Content-Type: x', '', 'one --b two', '--b--');
  expect(readMultipart(text, type)).toEqual([bytes('one --b two')]);
});

test.each([
  ['names no boundary', message('--b', 'A: b', '', 'one', '--b--'), 'multipart/related'],
  ['is empty', bytes(''), type],
  ['ends within a part', message('--b', 'A: b', '', 'on'), type],
  ['ends within a head', message('--b', 'A: b'), type],
  ['has a part without a head', message('--b', 'one', '--b--'), type],
  ['lacks its last delimiter', message('--b', 'A: b', '', 'one', '--b', 'A: b', '', 'tw'), type],
])('a message that %s is damaged', (_, text, contentType) => {
  expect(() => readMultipart(text, contentType)).toThrow(damaged);
});
