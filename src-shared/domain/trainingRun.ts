import { z } from 'zod';
import { augmentationPresetSchema } from '../imaging/augmentation/augmentationPreset.ts';
import { providerNames } from './analysis.ts';
import { preprocessingIds } from './modelCard.ts';
import { planes } from './plane.ts';

const fraction = z.number().min(0).max(1);

/** What a model is trained to tell, and on which slices: the tumour class on all or one plane's, or the plane. */
export const subsets = ['combined', ...planes, 'plane'] as const;

export type Subset = (typeof subsets)[number];

export const stepEngineNames = ['onnx', 'tfjs'] as const;

export type StepEngineName = (typeof stepEngineNames)[number];

const optimiserSchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('adamw'), weightDecay: z.number().min(0).max(1) }),
  z.strictObject({
    name: z.literal('momentum'),
    momentum: fraction,
    isNesterov: z.boolean(),
    weightDecay: z.number().min(0).max(1),
  }),
]);

const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), warmUpEpochs: z.number().min(0).max(100) }),
  /** Falls to `finalShare` of the learning rate along half a cosine. */
  z.strictObject({
    kind: z.literal('cosine'),
    warmUpEpochs: z.number().min(0).max(100),
    finalShare: fraction,
  }),
  /** Times `factor` after every `everyEpochs`. */
  z.strictObject({
    kind: z.literal('step'),
    warmUpEpochs: z.number().min(0).max(100),
    everyEpochs: z.number().int().min(1).max(1000),
    factor: fraction,
  }),
]);

/** How a model is trained: with data, split and start, everything that decides the weights. */
export const recipeSchema = z.strictObject({
  subset: z.enum(subsets),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1),
  widthMultiplier: z.number().min(0.1).max(2),
  inputSize: z.number().int().min(32).max(512).multipleOf(32),
  preprocessing: z.enum(preprocessingIds),
  augmentation: augmentationPresetSchema,
  epochs: z.number().int().min(1).max(1000),
  batch: z.number().int().min(1).max(1024),
  learningRate: z.number().positive().max(10),
  schedule: scheduleSchema,
  optimiser: optimiserSchema,
  /**
   * `shuffled` shows every picture once; `balanced` as many, each class as often, with repetition; `enlarged` shows each
   * class as often as the largest, so that every picture is there and scarce classes have augmented copies.
   */
  sampler: z.enum(['shuffled', 'balanced', 'enlarged']),
  /** `balanced` weighs a picture by the inverse of its class's share. */
  classWeights: z.enum(['none', 'balanced']),
  labelSmoothing: z.number().min(0).max(0.5),
  /** Share of the pooled features that is left out at each step. */
  dropout: z.number().min(0).max(0.9),
  /** Both parameters of the Beta distribution that pictures are mixed by (Zhang et al., ICLR 2018); 0: unmixed. */
  mixup: fraction,
  /** The gradient's Euclidean norm is cut to this; null: never. */
  clipNorm: z.number().positive().nullable(),
  /** So many blocks, counted from the stem, keep their weights. */
  freeze: z.number().int().min(0).max(18),
  /** Learning rate of each block, times this for every block between it and the classifier. */
  layerDecay: z.number().min(0.1).max(1),
  /** Decay, per step, of the running mean of the weights that is validated and kept; 0: the weights themselves. */
  averaging: z.number().min(0).max(0.99999),
  /** Ends after so many epochs without a smaller validation loss; null: never. */
  patience: z.number().int().min(1).max(1000).nullable(),
});

export type Recipe = z.infer<typeof recipeSchema>;

/** A block's parameters at an epoch's end: mean norm of its gradient before it was cut, and norm of its weights. */
const blockHealthSchema = z.object({ name: z.string(), gradientNorm: z.number(), weightNorm: z.number() });

/** One epoch in `history.json`. Train figures are those of the augmented pictures, while the weights still moved. */
export const epochRecordSchema = z.object({
  /** 1 for the first. */
  epoch: z.number().int().positive(),
  trainLoss: z.number(),
  trainAccuracy: fraction,
  validationLoss: z.number(),
  validationAccuracy: fraction,
  /** At the epoch's last step. */
  learningRate: z.number(),
  imagesPerSecond: z.number(),
  /** Mean Euclidean norm of the gradient before it was cut. */
  gradientNorm: z.number(),
  /** [true][answered] on the validation part. */
  confusion: z.array(z.array(z.number().int().nonnegative())),
  /** Health of each block, from the stem to the classifier; missing in runs from before it was kept. */
  blocks: z.array(blockHealthSchema).optional(),
});

export type EpochRecord = z.infer<typeof epochRecordSchema>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** `run.json`, version 1: with the data, everything that is needed to train the same weights again. */
export const runDocumentSchema = z.strictObject({
  schemaVersion: z.literal(1),
  application: z.string(),
  createdAt: z.iso.datetime(),
  dataset: z.strictObject({
    /** Absolute; the pictures are known by the hashes in `split.json`. */
    folder: z.string(),
    fingerprint: sha256,
  }),
  split: z.strictObject({
    protocol: z.string(),
    seed: z.number().int(),
    fold: z.number().int().nonnegative(),
    sha256,
  }),
  start: z.strictObject({
    /** `random`, `imagenet`, or the model's name. */
    from: z.string(),
    /** SHA-256 of the start's weights as one vector. */
    sha256,
    /** Pictures of this run's test part that the start was trained on; null where nobody knows. */
    testPicturesSeen: z.number().int().nonnegative().nullable(),
  }),
  recipe: recipeSchema,
  engine: z.strictObject({
    name: z.enum(stepEngineNames),
    threads: z.number().int().positive(),
    /** Runs from before there was a choice were computed by the processor. */
    provider: z.enum(providerNames).default('cpu'),
  }),
  parts: z.strictObject({
    train: z.number().int(),
    validation: z.number().int(),
    test: z.number().int(),
  }),
});

export type RunDocument = z.infer<typeof runDocumentSchema>;

/** The recipe where nothing else is said; chosen by validation on the grouped split, see docs/results.md. */
export const usualRecipe: Omit<Recipe, 'subset' | 'seed' | 'augmentation'> = {
  widthMultiplier: 1,
  inputSize: 224,
  preprocessing: 'padded-square',
  epochs: 10,
  batch: 32,
  learningRate: 1e-3,
  schedule: { kind: 'cosine', warmUpEpochs: 0.5, finalShare: 0.02 },
  optimiser: { name: 'adamw', weightDecay: 0.02 },
  sampler: 'shuffled',
  classWeights: 'none',
  labelSmoothing: 0.05,
  dropout: 0.2,
  mixup: 0.2,
  clipNorm: 5,
  freeze: 5,
  layerDecay: 0.85,
  averaging: 0.995,
  patience: null,
};

/**
 * How many pictures an epoch shows.
 *
 *     enlarged: number of classes that are there × pictures of the largest,   else: all pictures
 *
 * @param perClass - training pictures of each class
 */
export function showingsInEpoch(sampler: Recipe['sampler'], perClass: readonly number[]): number {
  if (sampler === 'enlarged') return perClass.filter((count) => count > 0).length * Math.max(0, ...perClass);
  return perClass.reduce((sum, count) => sum + count, 0);
}
