import { z } from 'zod';
import { augmentationPresetSchema } from '../imaging/augmentation/augmentationPreset.ts';
import { call } from './callDefinition.ts';

const id = z.number().int().positive();

/** A picture as a model reads it, and as epochs of a training would see it. */
export interface AugmentedPicture {
  picture: number;
  /** Side of the squares below. */
  size: number;
  /** 8-bit grey, [row][column]. */
  before: Uint8Array<ArrayBuffer>;
  /** One for each epoch. */
  after: Uint8Array<ArrayBuffer>[];
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
    }),
  ),
} as const;
