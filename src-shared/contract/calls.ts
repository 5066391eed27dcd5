import { z } from 'zod';
import type { ProviderName } from '../domain/analysis.ts';
import type { SourceHandle } from '../domain/collection.ts';
import type { ModelCard } from '../domain/modelCard.ts';
import type {
  AcquisitionParameters,
  DicomAttributes,
  DisplayWindow,
  FileFormat,
  FileWindow,
  Samples,
  SliceGeometry,
} from '../domain/slice.ts';
import type { Thumbnail } from '../domain/thumbnail.ts';
import { augmentationCalls } from './augmentationCalls.ts';
import { call, handle, modelName, nothing, providerWish, type JobStarted } from './callDefinition.ts';
import { caseCalls, readingCalls } from './caseCalls.ts';
import { datasetCalls } from './datasetCalls.ts';
import { deidentificationCalls } from './deidentificationCalls.ts';
import { evaluationCalls } from './evaluationCalls.ts';
import { diagnosticsCalls } from './diagnosticsCalls.ts';
import { exploreCalls } from './exploreCalls.ts';
import { exportCalls } from './exportCalls.ts';
import { hygieneCalls } from './hygieneCalls.ts';
import { modelCalls } from './modelCalls.ts';
import { jobCalls } from './jobCalls.ts';
import { pacsCalls } from './pacsCalls.ts';
import { receivingCalls } from './receivingCalls.ts';
import { trainingCalls } from './trainingCalls.ts';
import { measurementCalls } from './measurementCalls.ts';
import { splitCalls } from './splitCalls.ts';
import { subsetCalls } from './subsetCalls.ts';
import { reviewCalls } from './reviewCalls.ts';
import { settingsChangeSchema, type Settings } from './settings.ts';

export type { Thumbnail } from '../domain/thumbnail.ts';
export type { JobStarted } from './callDefinition.ts';

export type HostName = 'electron' | 'browser' | 'command-line';

export interface ApplicationDescription {
  version: string;
  /** The commit and day of a package; null where the sources run. */
  build: string | null;
  host: HostName;
  /** True where `chooseSources` opens the system's dialogs; elsewhere the page picks and uploads. */
  hasNativeDialogs: boolean;
}

/** Something a person opened, as shown in "recent"; the path stays on the main side. */
export interface OpenedSource {
  source: SourceHandle;
  name: string;
}

export interface RecentSource extends OpenedSource {
  openedAt: string;
}

/** A slice as the viewport needs it. */
export interface SlicePixels {
  rows: number;
  columns: number;
  samples: Samples;
  bitsStored: number;
  rescaleSlope: number;
  rescaleIntercept: number;
  isInverted: boolean;
  /** The file's window, or one chosen from the values where the file has none. */
  window: DisplayWindow;
  /** All windows of the file; absent where it has none. */
  fileWindows?: readonly FileWindow[];
  acquisition?: AcquisitionParameters;
  geometry: SliceGeometry;
  attributes: DicomAttributes;
  format: FileFormat;
}

/** What a probe found out about one execution provider. */
export interface ProviderReport {
  provider: ProviderName;
  /** Usable: it loaded and agreed with the CPU on the golden slices. */
  isUsable: boolean;
  /** One sentence: why it is used, or why not. */
  reason: string;
  oneSliceMs: number | null;
  /** Milliseconds for a batch of 32. */
  batchMs: number | null;
  /** Largest difference of a probability from the CPU's. */
  largestDifference: number | null;
}

export interface ProviderChoice {
  providers: ProviderReport[];
  forOneSlice: ProviderName;
  forBatch: ProviderName;
}

/** Every call that a renderer may make, by name. Main implements them in `src-main/calls`. */
export const calls = {
  describeApplication: call<ApplicationDescription>()(nothing),
  chooseSources: call<{ sources: OpenedSource[] }>()(z.object({ kind: z.enum(['files', 'folder']) })),
  listRecent: call<{ recent: RecentSource[] }>()(nothing),
  /** Walks the sources; the job's result is an OpenedCollection. */
  openSources: call<JobStarted>()(z.object({ sources: z.array(handle).min(1).max(10_000) })),
  readSlice: call<SlicePixels>()(z.object({ slice: handle })),
  readThumbnail: call<Thumbnail>()(z.object({ slice: handle, size: z.number().int().min(16).max(512) })),
  /** Analyses, explains and stores; each slice arrives as a `sliceAnalysed` event. */
  analyseSlices: call<JobStarted>()(
    z.object({
      slices: z.array(handle).min(1).max(100_000),
      model: modelName.default('auto'),
      provider: providerWish.default('auto'),
    }),
  ),
  cancelJob: call<{ wasRunning: boolean }>()(z.object({ job: handle })),
  ...caseCalls,
  ...readingCalls,
  ...measurementCalls,
  ...exportCalls,
  ...augmentationCalls,
  ...deidentificationCalls,
  ...diagnosticsCalls,
  ...trainingCalls,
  ...evaluationCalls,
  ...datasetCalls,
  ...hygieneCalls,
  ...exploreCalls,
  ...splitCalls,
  ...subsetCalls,
  ...modelCalls,
  ...reviewCalls,
  ...pacsCalls,
  ...receivingCalls,
  ...jobCalls,
  listModels: call<{ models: ModelCard[] }>()(nothing),
  listProviders: call<ProviderChoice>()(nothing),
  readSettings: call<Settings>()(nothing),
  writeSettings: call<Settings>()(settingsChangeSchema),
} as const;

export type CallName = keyof typeof calls;

/** What a caller may write: defaults may be left out. */
export type CallInput<Name extends CallName> = z.input<(typeof calls)[Name]['input']>;

/** What a handler receives: parsed, defaults filled in. */
export type ParsedInput<Name extends CallName> = z.output<(typeof calls)[Name]['input']>;

export type CallOutput<Name extends CallName> = NonNullable<(typeof calls)[Name]['output']>;

/** True for the name of a call of this contract, and nothing inherited. */
export function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name);
}
