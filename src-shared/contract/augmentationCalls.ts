import { z } from 'zod';
import { augmentationPresetSchema } from '../imaging/augmentation/augmentationPreset.ts';
import type { TumourClass } from '../domain/tumourClass.ts';
import { call } from './callDefinition.ts';

const id = z.number().int().positive();

/** A picture as a model reads it, and as epochs of a training would see it. */
export interface AugmentedPicture {
  picture: number;
  /** Side of the squares below. */
  size: number;
  /** 8-bit grey, [row][column]. */
  before: Uint8Array<ArrayBuffer>;
  /** One for each epoch, and within it for each copy. */
  after: Uint8Array<ArrayBuffer>[];
}

/** What a run that enlarges scarce classes shows of each class in an epoch. */
export interface Enlargement {
  classes: {
    class: TumourClass;
    /** Training pictures of the class. */
    pictures: number;
    /** How often an epoch shows one of them; what exceeds the pictures are augmented copies. */
    shown: number;
  }[];
}

/** Calls about augmentation; presets are kept as items of the kind `augmentation`. */
export const augmentationCalls = {
  /** Augments pictures of a data set by the code of training. @throws UserError 'file-not-found', 'picture-unknown' */
  previewAugmentation: call<{ samples: AugmentedPicture[] }>()(
    z.object({
      dataset: id,
      pictures: z.array(id).min(1).max(12),
      preset: augmentationPresetSchema,
      seed: z
        .number()
        .int()
        .min(0)
        .max(2 ** 32 - 1),
      epochs: z.number().int().min(1).max(8),
      /** Showings of a picture in each epoch, as a scarce class has that is enlarged. */
      copies: z.number().int().min(1).max(8).default(1),
    }),
  ),
  /**
   * What enlarging the scarce classes does, by the sampler of training: of all pictures with a class, or of the training
   * part of a kept split. Pictures for validation and test are never copied.
   *
   * @throws UserError 'saved-unknown', 'invalid-input' where the fold does not exist or has nothing to train on
   */
  planEnlargement: call<Enlargement>()(
    z.object({
      dataset: id,
      /** A kept split; null: all pictures. */
      split: id.nullable(),
      /** 0 for the first. */
      fold: z.number().int().min(0).default(0),
    }),
  ),
} as const;
