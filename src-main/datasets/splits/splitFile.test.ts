import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatasetPicture } from '../../../src-shared/domain/dataset.ts';
import { hashSplit, makeGroupedSplit } from './makeSplit.ts';
import type { Split } from './Split.ts';
import { readSplit, writeSplit } from './splitFile.ts';

const pictures = Array.from({ length: 40 }, (_, i): DatasetPicture => ({
  path: `no_tumor/${i}.png`,
  frame: null,
  part: null,
  class: 'no_tumor',
  plane: null,
  rows: 8,
  columns: 8,
  fileHash: i.toString(16).padStart(64, '0'),
  pixelHash: i.toString(16).padStart(64, '0'),
  patientKey: null,
  seriesKey: null,
}));
const groupOf = pictures.map((_, i) => i - (i % 4));
const split = makeGroupedSplit(pictures, { groupingVersion: 1, groupOf }, { seed: 3, folds: 5 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'split-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function refusal(change: (split: Split) => void, seal = true): Promise<unknown> {
  const changed = structuredClone(split);
  change(changed);
  if (seal) changed.sha256 = hashSplit(changed);
  const file = join(folder, 'changed.json');
  await writeFile(file, JSON.stringify(changed));
  return readSplit(file).then(
    () => null,
    (error: { detail: { reason: string } }) => error.detail.reason,
  );
}

describe('writeSplit and readSplit', () => {
  it('give back what was written, and leave nothing else behind', async () => {
    const file = join(folder, 'new', 'split.json');
    await writeSplit(file, split);
    expect(await readSplit(file)).toEqual(split);
    expect(await readdir(join(folder, 'new'))).toEqual(['split.json']);
    expect((await readFile(file, 'utf8')).endsWith('}\n')).toBe(true);
  });

  it('refuse what was changed, overlaps, divides a group or leads out of the folder', async () => {
    expect(await refusal((s) => s.folds[0]!.test.pop(), false)).toBe(
      'changed.json: it was changed after it was made.',
    );
    expect(await refusal((s) => s.folds[0]!.test.push(s.folds[0]!.train[0]!))).toBe(
      'changed.json: a picture is in two parts.',
    );
    expect(await refusal((s) => s.folds[1]!.test.push(s.folds[1]!.train.pop()!))).toBe(
      'changed.json: a group is divided.',
    );
    expect(await refusal((s) => s.folds[0]!.test.push(40))).toBe(
      'changed.json: it names a picture that it does not have.',
    );
    expect(await refusal((s) => (s.pictures[0]!.path = '../x.png'))).toBe(
      'changed.json: it is no split of version 1.',
    );
  });

  it('refuse a missing file and one that is no JSON', async () => {
    await expect(readSplit(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'file-not-found' });
    await writeFile(join(folder, 'text.json'), 'text');
    await expect(readSplit(join(folder, 'text.json'))).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
