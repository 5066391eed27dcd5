import { expect, test } from 'vitest';
import { itemsOf, numberOf, personNameOf, readDicomJson, textOf, textsOf } from './dicomJson.ts';

const read = (json: unknown) => readDicomJson(Buffer.from(JSON.stringify(json)));

test('the elements of one data set and of a list are read', () => {
  const study = {
    '0020000D': { vr: 'UI', Value: [' 1.2.3 '] },
    '00201208': { vr: 'IS', Value: ['20'] },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Ann' }] },
    '00080061': { vr: 'CS', Value: ['MR', 'SR'] },
    '00081199': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['4.5'] } }] },
    '00080050': { vr: 'SH' },
  };
  for (const sets of [read(study), read([study])]) {
    const [found] = sets!;
    expect(sets).toHaveLength(1);
    expect(textOf(found!['0020000D'])).toBe('1.2.3');
    expect(numberOf(found!['00201208'])).toBe(20);
    expect(personNameOf(found!['00100010'])).toBe('Doe^Ann');
    expect(textsOf(found!['00080061'])).toEqual(['MR', 'SR']);
    expect(itemsOf(found!['00081199']).map((item) => textOf(item['00081155']))).toEqual(['4.5']);
    expect([textOf(found!['00080050']), textOf(found!['00080060'])]).toEqual([null, null]);
  }
});

test('what is no data set at all is null', () => {
  expect(readDicomJson(Buffer.from('{"0020'))).toBeNull();
  for (const nonsense of [null, 7, 'text', [[]], [null], [{}, 1]])
    expect([nonsense, read(nonsense)]).toEqual([nonsense, null]);
});

test('an element that does not fit the model counts as empty', () => {
  const hostile = [
    5,
    'text',
    null,
    [],
    { Value: 5 },
    { Value: 'MR' },
    { Value: { length: 3 } },
    { Value: null },
  ];
  for (const element of hostile) {
    const [found] = read({ '00080061': element })!;
    expect(textsOf(found!['00080061'])).toEqual([]);
    expect(itemsOf(found!['00080061'])).toEqual([]);
    expect(textOf(found!['00080061'])).toBeNull();
  }
  const [mixed] = read({ '00080061': { Value: [{ toString: null }, null, 'MR', ['SR']] } })!;
  expect(textsOf(mixed!['00080061'])).toEqual(['MR']);
  expect(textOf(mixed!['00080061'])).toBeNull();
  expect(personNameOf(mixed!['00080061'])).toBeNull();
  expect(itemsOf(mixed!['00080061'])).toEqual([{ toString: {} }, {}, {}, {}]);
});
