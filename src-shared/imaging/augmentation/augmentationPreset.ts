import { z } from 'zod';

/** Two numbers, the smaller first; the value is drawn evenly between them. */
const range = (least: number, most: number) =>
  z
    .tuple([z.number().min(least).max(most), z.number().min(least).max(most)])
    .refine(([from, to]) => from <= to, 'the first number must not be larger than the second');

/** A step happens with its probability, independently of the others. */
const probability = z.number().min(0).max(1);

/** `fill`: the grey level of what comes into view from beyond the picture. */
const fill = range(0, 255);

export const augmentationStepSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('clahe'),
    probability,
    clipLimit: range(1, 40),
    tiles: z.number().int().min(1).max(32),
  }),
  /** albumentations' RandomBrightness: `limit` times white is added. */
  z.strictObject({ kind: z.literal('brightness'), probability, limit: range(-1, 1) }),
  /** albumentations' RandomBrightnessContrast with brightness_by_max. */
  z.strictObject({
    kind: z.literal('brightness-contrast'),
    probability,
    brightnessLimit: range(-1, 1),
    contrastLimit: range(-1, 1),
  }),
  z.strictObject({ kind: z.literal('flip'), probability }),
  /** Rotation, scale and shift; each shift is a share of the side. */
  z.strictObject({
    kind: z.literal('warp'),
    probability,
    angleDegrees: range(-180, 180),
    scale: range(0.25, 4),
    shift: range(-1, 1),
    fill,
  }),
  /** A part of each side, drawn apart from the other, at any place. */
  z.strictObject({ kind: z.literal('crop'), probability, share: range(0.25, 1) }),
  /** Cuts the picture to the head plus a margin on every side, a share of the head's side. */
  z.strictObject({ kind: z.literal('remove-border'), probability, margin: range(0, 0.5) }),
  /** Puts the picture into a frame; `width` is a share of the side, drawn for each side. */
  z.strictObject({ kind: z.literal('add-border'), probability, width: range(0, 0.5), fill }),
  z.strictObject({
    kind: z.literal('background'),
    probability,
    level: range(0, 255),
    /** Standard deviation of the noise on it, grey levels. */
    noise: range(0, 64),
  }),
  /** Shares of the pixels that may turn black and white. */
  z.strictObject({
    kind: z.literal('stretch'),
    probability,
    darkShare: range(0, 0.4),
    brightShare: range(0, 0.4),
  }),
  /** Mean and standard deviation of the head, grey levels. */
  z.strictObject({ kind: z.literal('moments'), probability, mean: range(0, 255), deviation: range(1, 128) }),
  z.strictObject({ kind: z.literal('gamma'), probability, gamma: range(0.2, 5) }),
  z.strictObject({ kind: z.literal('noise'), probability, sigma: range(0, 128) }),
  /** Standard deviation of the Gaussian, pixels. */
  z.strictObject({ kind: z.literal('blur'), probability, sigma: range(0, 16) }),
  z.strictObject({ kind: z.literal('jpeg'), probability, quality: range(1, 100) }),
]);

/** What may happen to a training picture, in this order. Kept in the run and in the data set; version 1. */
export const augmentationPresetSchema = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1).max(64),
  steps: z.array(augmentationStepSchema).max(32),
});

export type AugmentationStep = z.infer<typeof augmentationStepSchema>;
export type AugmentationPreset = z.infer<typeof augmentationPresetSchema>;
