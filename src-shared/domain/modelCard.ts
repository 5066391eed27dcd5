import { z } from 'zod';
import { planes } from './plane.ts';
import { tumourClasses } from './tumourClass.ts';

const fraction = z.number().min(0).max(1);

/** SHA-256, lower-case hex. */
const hexDigest = z.string().regex(/^[0-9a-f]{64}$/);

/** An ONNX tensor name as the exported graph spells it. */
const tensorName = z.string().min(1).max(200);

/** How a slice becomes a model's input; see `preprocess/toModelInput`. */
export const preprocessingIds = ['whole-picture', 'padded-square', 'head-square'] as const;

export type PreprocessingId = (typeof preprocessingIds)[number];

const metric = z.object({
  name: z.string(),
  value: z.number(),
  interval: z.tuple([z.number(), z.number()]).nullable(),
  protocol: z.string(),
  n: z.number().int().nonnegative(),
});

const cardFields = z.object({
  schemaVersion: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  title: z.string().min(1).max(120),
  task: z.enum(['tumour-class', 'plane']),
  subset: z.enum(['combined', ...planes]),
  isPrototype: z.boolean(),
  createdAt: z.iso.date(),
  architecture: z.object({
    /** `foreign`: taken in from elsewhere; its width means nothing. */
    name: z.enum(['mobilenet-v2', 'foreign']),
    widthMultiplier: z.number().positive(),
    inputSize: z.number().int().min(32).max(1024),
  }),
  /** Class order of the logits. */
  classes: z.array(z.enum([...tumourClasses, ...planes])),
  preprocessing: z.object({ id: z.enum(preprocessingIds), version: z.literal(1) }),
  input: z.object({ name: tensorName }),
  outputs: z.object({
    logits: tensorName,
    features: z.object({
      name: tensorName,
      channels: z.number().int().positive(),
      rows: z.number().int().positive(),
      columns: z.number().int().positive(),
    }),
  }),
  /** Where the linear layer lies in the graph, for closed-form explanations. */
  classifier: z.object({ weight: tensorName, layout: z.enum(['features×classes', 'classes×features']) }),
  /** Probabilities = softmax(logits / temperature); null: not fitted, 1 is used and a warning given. */
  temperature: z.number().positive().nullable(),
  /** Conformal threshold for the class set at `coverage`; null: not fitted. */
  conformal: z.object({ coverage: fraction, threshold: fraction }).nullable(),
  /** Out-of-distribution guard in guard.bin; null: the model has none. A score above the threshold is flagged. */
  guard: z.object({ method: z.string(), threshold: z.number(), sha256: hexDigest }).nullable(),
  training: z
    .object({
      data: z.string(),
      split: z.string(),
      seed: z.number().int(),
      epochs: z.number().int().positive(),
      engine: z.string(),
    })
    .nullable(),
  metrics: z.array(metric),
  /** Plain sentences on what the model cannot do; shown wherever its answers are. */
  limits: z.array(z.string().min(1)),
  licence: z.string(),
  /** SHA-256 of model.onnx, lower-case hex. */
  fingerprint: hexDigest,
});

/** `card.json`, version 1: what a model is, how to feed it, and what is known about it. */
export const modelCardSchema = cardFields.refine(
  ({ task, classes }) => classes.join() === (task === 'plane' ? planes : tumourClasses).join(),
  'the classes must be those of the task, in the order of the design',
);

export type ModelCard = z.infer<typeof modelCardSchema>;
