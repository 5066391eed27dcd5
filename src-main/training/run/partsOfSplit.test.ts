import { expect, test } from 'vitest';
import { tumourClasses } from '../../../src-shared/domain/tumourClass.ts';
import { inventedRun } from '../../../tests/fixtures/inventedRun.ts';
import { splitParts, type Split } from '../../datasets/splits/Split.ts';
import { classesOf, partsOfSplit } from './partsOfSplit.ts';

const { split } = inventedRun();
const fold = split.folds[0]!;

test('all planes: every picture with a class, labelled by it, in the order of the split', () => {
  const parts = partsOfSplit(split, 0, 'combined');
  for (const name of splitParts) {
    const { pictures, labels } = parts[name];
    expect(pictures).toEqual(fold[name]);
    expect(labels.map((label) => tumourClasses[label])).toEqual(
      pictures.map((i) => split.pictures[i]!.class),
    );
  }
});

test('one plane: the pictures known to be of it', () => {
  const parts = partsOfSplit(split, 0, 'sagittal');
  for (const name of splitParts)
    expect(parts[name].pictures).toEqual(fold[name].filter((i) => split.pictures[i]!.plane === 'sagittal'));
  expect(parts.train.pictures.length).toBeGreaterThan(3);
});

test('the plane model: all whose plane is known, labelled by it, even without a class', () => {
  const unlabelled: Split = { ...split, pictures: split.pictures.map((one) => ({ ...one, class: null })) };
  const { pictures, labels } = partsOfSplit(unlabelled, 0, 'plane').train;
  expect(pictures).toEqual(fold.train.filter((i) => split.pictures[i]!.plane !== null));
  expect(labels.map((label) => classesOf('plane')[label])).toEqual(
    pictures.map((i) => split.pictures[i]!.plane),
  );
});

test('a fold that does not exist, and a subset without pictures, are refused', () => {
  expect(() => partsOfSplit(split, 1, 'combined')).toThrow(/invalid-input.*1 folds/);
  const planeless: Split = { ...split, pictures: split.pictures.map((one) => ({ ...one, plane: null })) };
  expect(() => partsOfSplit(planeless, 0, 'axial')).toThrow(/train part.*axial/);
});
