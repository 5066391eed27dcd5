import type { ClassName } from '../../../src-shared/domain/className.ts';
import { planes } from '../../../src-shared/domain/plane.ts';
import type { Subset } from '../../../src-shared/domain/trainingRun.ts';
import { tumourClasses } from '../../../src-shared/domain/tumourClass.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { splitParts, type Split, type SplitFold, type SplitPart } from '../../datasets/splits/Split.ts';
import type { LabelledPart } from './TrainingLoop.ts';

/** The classes that a subset's model tells apart, in the order of its logits. */
export function classesOf(subset: Subset): readonly ClassName[] {
  return subset === 'plane' ? planes : tumourClasses;
}

/** The pictures of one fold that a subset is trained and judged on; parts may be empty. See `partsOfSplit`. */
export function choosePictures(
  split: Split,
  fold: SplitFold,
  subset: Subset,
): Record<SplitPart, LabelledPart> {
  const classes = classesOf(subset);
  const labelOf = (position: number): number => {
    const { class: tumour, plane } = split.pictures[position]!;
    const isOfSubset = subset === 'combined' || subset === 'plane' || plane === subset;
    const label = subset === 'plane' ? plane : tumour;
    return isOfSubset && label !== null ? classes.indexOf(label) : -1;
  };
  const chosen = splitParts.map((part): [SplitPart, LabelledPart] => {
    const pictures = fold[part].filter((position) => labelOf(position) >= 0);
    return [part, { pictures, labels: pictures.map(labelOf) }];
  });
  return Object.fromEntries(chosen) as Record<SplitPart, LabelledPart>;
}

/**
 * The pictures of a split that a subset is trained and judged on: all with a class, those of one plane, or, for the
 * plane model, all whose plane is known.
 *
 * @throws UserError 'invalid-input' when the fold does not exist or a part is left without pictures
 */
export function partsOfSplit(split: Split, fold: number, subset: Subset): Record<SplitPart, LabelledPart> {
  const parts = split.folds[fold];
  if (parts === undefined)
    throw new UserError('invalid-input', { reason: `The split has ${split.folds.length} folds.` });
  const result = choosePictures(split, parts, subset);
  for (const part of ['train', 'validation'] as const)
    if (result[part].pictures.length === 0)
      throw new UserError('invalid-input', {
        reason: `The ${part} part of the split has no picture of the subset “${subset}”; are the planes labelled?`,
      });
  return result;
}
