import { z } from 'zod';
import { call } from './callDefinition.ts';
import { pictureFilterSchema, type PictureFilter } from './pictureSelection.ts';

const id = z.number().int().positive();

/** A part of a data set that is looked at, split and trained by itself. */
export interface PictureSubset {
  /** Of what a person kept; null for the whole and the planes, which are always there. */
  item: number | null;
  name: string;
  filter: PictureFilter;
  pictures: number;
  /** Of those, how many have a plane and a class. */
  labelled: number;
}

/** Calls about subsets of a data set: filters with a name, kept as items of the kind `subset`. */
export const subsetCalls = {
  /** All pictures, those of each plane, and what people kept, with how far each has been labelled. */
  listSubsets: call<{ subsets: PictureSubset[] }>()(z.object({ dataset: id })),
  /** Keeps a filter under a name; the same name is overwritten. @throws UserError 'saved-locked' */
  saveSubset: call<{ subsets: PictureSubset[] }>()(
    z.object({ dataset: id, name: z.string().trim().min(1).max(60), filter: pictureFilterSchema }),
  ),
  /** @throws UserError 'saved-unknown', 'saved-locked' */
  removeSubset: call<{ subsets: PictureSubset[] }>()(z.object({ dataset: id, item: id })),
} as const;
