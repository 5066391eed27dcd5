import { describe, expect, test } from 'vitest';
import { decodeText } from './decodeText.ts';

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

describe('the examples of PS3.5 annexes H, I, J and K', () => {
  test.each([
    [
      'Japanese, ISO 2022 IR 87 behind ASCII',
      ['', 'ISO 2022 IR 87'],
      '59616d6164615e5461726f75 3d 1b2442 3b33 4544 1b2842 5e 1b2442 4240 4f3a 1b2842 3d 1b2442 2464 245e 2440 1b2842 5e 1b2442 243f 246d 2426 1b2842',
      'Yamada^Tarou=山田^太郎=やまだ^たろう',
    ],
    [
      'Japanese, half-width katakana of ISO 2022 IR 13',
      ['ISO 2022 IR 13', 'ISO 2022 IR 87'],
      'd4cfc0de5ec0dbb3 3d 1b2442 3b33 4544 1b284a 5e 1b2442 4240 4f3a 1b284a 3d 1b2442 2464 245e 2440 1b284a 5e 1b2442 243f 246d 2426 1b284a',
      'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう',
    ],
    [
      'Korean, ISO 2022 IR 149',
      ['', 'ISO 2022 IR 149'],
      '486f6e675e47696c646f6e67 3d 1b242943 fbf3 5e 1b242943 d1ce d4d7 3d 1b242943 c8ab 5e 1b242943 b1e6 b5bf',
      'Hong^Gildong=洪^吉洞=홍^길동',
    ],
    [
      'Chinese, UTF-8',
      ['ISO_IR 192'],
      '57616e675e5869616f446f6e67 3d e78e8b 5e e5b08f e69db1 3d',
      'Wang^XiaoDong=王^小東=',
    ],
    [
      'Chinese, GB18030',
      ['GB18030'],
      '57616e675e5869616f446f6e67 3d cdf5 5e d0a1 b6ab 3d',
      'Wang^XiaoDong=王^小东=',
    ],
  ])('%s', (_, characterSets, hex, text) => {
    expect(decodeText(bytes(hex), characterSets)).toBe(text);
  });
});

test.each([
  ['ISO_IR 100', '4275 63 5e 4ae972f46d65', 'Buc^Jérôme'],
  ['ISO_IR 101', 'a3f364bc', 'Łódź'],
  ['ISO_IR 144', 'b8d2d0dd', 'Иван'],
  ['ISO_IR 126', 'c4e9efedf5f3e9eff2', 'Διονυσιος'],
  ['ISO_IR 138', 'f9f8e5ef', 'שרון'],
  ['ISO_IR 166', 'cac1aad2c2', 'สมชาย'],
  ['ISO_IR 13', 'd4cfc0de', 'ﾔﾏﾀﾞ'],
  ['GBK', 'cdf5', '王'],
])('single set %s', (term, hex, text) => {
  expect(decodeText(bytes(hex), [term])).toBe(text);
});

test('undeclared text is UTF-8 where it can be, else Latin 1', () => {
  expect(decodeText(Buffer.from('Jérôme'), [])).toBe('Jérôme');
  expect(decodeText(Buffer.from('Jérôme', 'latin1'), [])).toBe('Jérôme');
});

test('ISO 2022 IR 100 by escape sequence', () => {
  expect(decodeText(bytes('4a 1b2d41 e9 72 f4 6d65'), ['', 'ISO 2022 IR 100'])).toBe('Jérôme');
});

test('an escape sequence that nobody knows does no harm', () => {
  expect(decodeText(bytes('41 1b 3f 42'), [])).toBe('A?B');
  expect(decodeText(bytes('41 1b'), [])).toBe('A');
});
