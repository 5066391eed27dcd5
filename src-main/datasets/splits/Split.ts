import { z } from 'zod';
import { planes } from '../../../src-shared/domain/plane.ts';
import { tumourClasses } from '../../../src-shared/domain/tumourClass.ts';

export const splitProtocols = ['published', 'grouped'] as const;

export type SplitProtocol = (typeof splitProtocols)[number];

export const splitParts = ['train', 'validation', 'test'] as const;

export type SplitPart = (typeof splitParts)[number];

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A path that stays inside the data set's folder. */
const innerPath = z
  .string()
  .min(1)
  .max(4096)
  .refine(
    (path) => !/^([/\\]|[a-z]:)|(^|[/\\])\.\.([/\\]|$)/i.test(path),
    'the path leads out of the data set',
  );

const positions = z.array(z.number().int().nonnegative());

const picture = z.object({
  path: innerPath,
  frame: z.number().int().nonnegative().nullable(),
  /** SHA-256 of the file; finds it again where it was moved. */
  hash: sha256,
  class: z.enum(tumourClasses).nullable(),
  plane: z.enum(planes).nullable(),
  /** Position of the group's first picture; null in a split that knows no groups. */
  group: z.number().int().nonnegative().nullable(),
});

/** `split.json`, version 1. */
export const splitSchema = z.object({
  schemaVersion: z.literal(1),
  protocol: z.enum(splitProtocols),
  seed: z.number().int(),
  /** What found the groups; null in a split that knows none. */
  groupingVersion: z.number().int().nullable(),
  /** See `fingerprintOf`. */
  datasetFingerprint: sha256,
  pictures: z.array(picture),
  /** One, or K of a cross-validation: positions in `pictures`. */
  folds: z.array(z.object({ train: positions, validation: positions, test: positions })).min(1),
  /** SHA-256 of this document's JSON without this field. */
  sha256,
});

/** Which pictures of a data set are for training, validation and test. */
export type Split = z.infer<typeof splitSchema>;

export type SplitFold = Split['folds'][number];
