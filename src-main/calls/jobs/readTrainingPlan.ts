import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { z } from 'zod';
import { providerNames } from '../../../src-shared/domain/analysis.ts';
import { recipeSchema, stepEngineNames, type Recipe } from '../../../src-shared/domain/trainingRun.ts';
import { UserError } from '../../../src-shared/errors.ts';

const seed = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);
const seedless = recipeSchema.omit({ seed: true, augmentation: true }).partial();

/** Every run of a plan has one fold, one seed and one value of each swept field. */
const planSchema = z.strictObject({
  dataset: z.string().min(1),
  labels: z.string().min(1).nullable().default(null),
  /** A protocol, or a file that `dataset split` wrote. */
  split: z.string().min(1).default('grouped'),
  splitSeed: seed.default(1),
  /** Of a grouped split; a file has its own. */
  folds: z.int().min(1).max(1000).default(1),
  seeds: z.array(seed).min(1).max(1000).default([1]),
  /** As `--from` of `train`. */
  from: z.string().min(1),
  engine: z.enum(stepEngineNames).default('onnx'),
  provider: z.enum(['auto', ...providerNames]).default('auto'),
  threads: z.int().min(1).max(256).optional(),
  augment: z.string().min(1).default('standard'),
  recipe: seedless.default({}),
  /** Values by the recipe's field; every combination is a run. */
  sweep: z.record(z.string(), z.array(z.unknown()).min(1).max(1000)).default({}),
  /** Where the runs' folders are made. */
  out: z.string().min(1),
});

type WrittenPlan = z.infer<typeof planSchema>;

/** A cross-validation, a sweep, or both. Paths are absolute. */
export interface TrainingSweep extends Omit<WrittenPlan, 'recipe' | 'sweep'> {
  points: SweepPoint[];
}

/** One combination of the swept fields. */
export interface SweepPoint {
  swept: Partial<Recipe>;
  /** With the swept fields. */
  recipe: Partial<Recipe>;
}

/** More would be a mistake rather than a plan. */
const mostPoints = 10_000;

/**
 * Reads a plan of trainings; paths in it count from its folder.
 *
 * @throws UserError 'file-not-found', 'file-unreadable', 'invalid-input' naming the field
 */
export async function readTrainingPlan(file: string): Promise<TrainingSweep> {
  const name = basename(file);
  const refuse = (reason: string): UserError => new UserError('invalid-input', { file: name, reason });
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UserError(isMissing ? 'file-not-found' : 'file-unreadable', { file: name }, { cause });
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refuse(`${name} is no JSON.`);
  }
  const parsed = planSchema.safeParse(json);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw refuse(`In ${name}, ${path.join('.') || 'the whole'}: ${message}.`);
  }
  const { recipe, sweep, ...plan } = parsed.data;
  const points = combinations(sweep).map((values) => {
    const point = seedless.safeParse({ ...recipe, ...values });
    if (point.success) return { swept: values, recipe: point.data } as SweepPoint;
    const { path, message } = point.error.issues[0]!;
    throw refuse(`In ${name}, sweep, ${path.join('.') || 'a field'}: ${message}.`);
  });
  if (points.length * plan.seeds.length * plan.folds > mostPoints)
    throw refuse(`${name} asks for more than ${mostPoints} runs.`);
  const here = (path: string): string => resolve(dirname(file), path);
  const isProtocol = plan.split === 'grouped' || plan.split === 'published';
  return {
    ...plan,
    dataset: here(plan.dataset),
    labels: plan.labels === null ? null : here(plan.labels),
    split: isProtocol ? plan.split : here(plan.split),
    from: fromOf(plan.from, here),
    augment: /[/\\.]/.test(plan.augment) ? here(plan.augment) : plan.augment,
    out: here(plan.out),
    points,
  };
}

/** A name stays one; whatever looks like a path is one. */
function fromOf(from: string, here: (path: string) => string): string {
  if (from.startsWith('imagenet:')) return `imagenet:${here(from.slice('imagenet:'.length))}`;
  return /[/\\.]/.test(from) ? here(from) : from;
}

/** `{ a: [1, 2], b: [3] }` gives `{ a: 1, b: 3 }` and `{ a: 2, b: 3 }`; no fields give one empty combination. */
function combinations(sweep: Record<string, unknown[]>): Record<string, unknown>[] {
  return Object.entries(sweep).reduce<Record<string, unknown>[]>(
    (all, [field, values]) =>
      all.flatMap((combination) => values.map((value) => ({ ...combination, [field]: value }))),
    [{}],
  );
}
