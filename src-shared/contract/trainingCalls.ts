import { z } from 'zod';
import { providerNames } from '../domain/analysis.ts';
import {
  dataChoiceSchema,
  splitChoiceSchema,
  startChoiceSchema,
  type RunDetail,
  type RunSample,
  type RunSummary,
  type TrainingChoices,
} from '../domain/trainingQueue.ts';
import { recipeSchema, stepEngineNames, subsets } from '../domain/trainingRun.ts';
import { call, handle, nothing, type JobStarted } from './callDefinition.ts';

const runSubject = z.object({ run: handle });

/** How the steps are computed. */
const engineFields = {
  engine: z.enum(stepEngineNames),
  provider: z.enum(['auto', ...providerNames]),
  threads: z.number().int().min(1).max(256),
};

const title = z.string().trim().min(1).max(120);

/** Calls about training runs: preparing, launching, the queue, watching. */
export const trainingCalls = {
  /** What can be chosen here, and the usual settings. */
  describeTraining: call<TrainingChoices>()(nothing),
  /** Reads and splits a data set and says what there is to know before a launch; the result is a `TrainingPlan`. */
  prepareTraining: call<JobStarted>()(
    z.object({
      data: dataChoiceSchema,
      /** A label file, or `auto`: `labels.csv` or `planes.csv` of the data set's folder where it has one. */
      labels: handle.default('auto'),
      /** Not heeded where the data comes with a split. */
      split: splitChoiceSchema,
      seed: z
        .number()
        .int()
        .min(0)
        .max(2 ** 32 - 1),
      start: startChoiceSchema,
    }),
  ),
  /** Takes a few real steps and says how long one takes; the result is a `StepTiming`. */
  timeTraining: call<JobStarted>()(z.object({ recipe: recipeSchema, ...engineFields })),
  /** Queues a run for each subset, in this order, on the split of a plan. @returns their ids */
  launchTraining: call<{ runs: string[] }>()(
    z.object({
      plan: handle,
      title,
      subsets: z.array(z.enum(subsets)).min(1).max(subsets.length),
      /** 0-based. */
      fold: z.number().int().min(0).max(19).default(0),
      recipe: recipeSchema.omit({ subset: true }),
      ...engineFields,
    }),
  ),
  /** The queue and every earlier run. While it is held, nothing that waits begins. */
  listRuns: call<{ runs: RunSummary[]; isHeld: boolean }>()(nothing),
  readRun: call<RunDetail>()(runSubject),
  /** The first pictures of an epoch as the run shows them, augmented. */
  readRunSample: call<RunSample>()(
    z.object({
      run: handle,
      /** 1 for the first. */
      epoch: z.number().int().min(1).max(1000),
      count: z.number().int().min(1).max(32).default(12),
    }),
  ),
  /** Holds a run between two steps, with everything on disk. */
  pauseRun: call<RunSummary>()(runSubject),
  /** Lets a paused run go on; one that was interrupted, cancelled or failed waits first in the queue. */
  resumeRun: call<RunSummary>()(runSubject),
  /** Ends a run after the step under way and keeps its best epoch as a model. */
  finishRunEarly: call<RunSummary>()(runSubject),
  /** Ends a run, or takes it from the queue; its last checkpoint is kept. */
  cancelRun: call<RunSummary>()(runSubject),
  renameRun: call<RunSummary>()(z.object({ run: handle, title })),
  /** Moves a waiting run before another one that waits, or to the end. */
  moveRun: call<{ runs: RunSummary[] }>()(z.object({ run: handle, before: handle.nullable() })),
  /** Deletes a run that is not at work, with its folder. */
  removeRun: call<{ removed: string }>()(runSubject),
  /** Holds the queue or lets it go on. */
  holdQueue: call<{ isHeld: boolean }>()(z.object({ isHeld: z.boolean() })),
} as const;
