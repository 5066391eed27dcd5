import { z } from 'zod';
import { preprocessingIds } from '../domain/modelCard.ts';
import { modelSlots, type ModelRegistryView, type ModelSource } from '../domain/modelRegistry.ts';
import { planes } from '../domain/plane.ts';
import type { EpochRecord } from '../domain/trainingRun.ts';
import { tumourClasses } from '../domain/tumourClass.ts';
import { call, handle, modelName, nothing, type JobStarted } from './callDefinition.ts';

const slot = z.enum(modelSlots);

/** How the numbers that a foreign network expects follow from grey values of 0…255. */
export const inputScalings = ['0-255', '0-1', '-1-1', 'imagenet'] as const;

/** What a person says of a model that brings no card of ours. */
export const importWordsSchema = z.object({
  title: z.string().trim().min(1).max(120),
  task: z.enum(['tumour-class', 'plane']),
  subset: z.enum(['combined', ...planes]),
  /** What the outputs stand for, in their order. */
  classes: z
    .array(z.enum([...tumourClasses, ...planes]))
    .min(2)
    .max(4),
  preprocessing: z.enum(preprocessingIds),
  licence: z.string().trim().max(200).default('unknown'),
  /** Of an ONNX file from elsewhere. */
  onnx: z
    .object({
      input: z.string().max(200),
      output: z.string().max(200),
      meaning: z.enum(['logits', 'probabilities']),
      scaling: z.enum(inputScalings),
    })
    .nullable()
    .default(null),
});

export type ImportWords = z.infer<typeof importWordsSchema>;

/** The models at hand: what each is used for, taking in, handing out. */
export const modelCalls = {
  readModelRegistry: call<ModelRegistryView>()(nothing),
  /** The epochs of the run that a model comes from; null where it brought none. */
  readModelHistory: call<{ epochs: EpochRecord[] | null }>()(z.object({ model: modelName })),
  /** Puts a model to use for a slot; null: what the application came with. */
  activateModel: call<ModelRegistryView>()(z.object({ slot, model: modelName.nullable() })),
  /** Brings back what was in use before the newest change of a slot. */
  rollBackModel: call<ModelRegistryView>()(z.object({ slot })),
  /** An archived model stays where it is, and is neither offered nor used. */
  archiveModel: call<ModelRegistryView>()(z.object({ model: modelName, isArchived: z.boolean() })),
  /** Says what lies in a folder, a zip file or an ONNX file that is to be taken in. */
  inspectModelSource: call<ModelSource>()(z.object({ source: handle })),
  /** Checks a model and takes it in; the job's result is its card. A model that fails is refused with the reason. */
  importModel: call<JobStarted>()(
    z.object({ source: handle, name: modelName, words: importWordsSchema.nullable().default(null) }),
  ),
  /** Takes in the best epoch of a finished run. */
  registerRun: call<JobStarted>()(
    z.object({
      run: handle,
      name: modelName,
      /** What people read; null: as the run's card has it. */
      title: z.string().trim().min(1).max(120).nullable().default(null),
    }),
  ),
  /** A model as one zip file. */
  exportModel: call<JobStarted>()(z.object({ model: modelName, format: z.enum(['onnx', 'tfjs', 'folder']) })),
} as const;
