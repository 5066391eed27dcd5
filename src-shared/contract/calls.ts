import { z } from 'zod';
import { providerNames, type ProviderName } from '../domain/analysis.ts';
import type { CaseDetail, CaseSummary } from '../domain/cases.ts';
import type { SourceHandle } from '../domain/collection.ts';
import type { ModelCard } from '../domain/modelCard.ts';
import type { DicomAttributes, DisplayWindow, FileFormat, Samples, SliceGeometry } from '../domain/slice.ts';
import { settingsChangeSchema, type Settings } from './settings.ts';

/** Handles are issued by the main side; anything longer was not. */
const handle = z.string().min(1).max(128);

/** 'auto' or an installed model's name; never a path, which only the command line may give. */
const modelName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);

/** A call's input schema together with the type of what it returns. */
export interface CallDefinition<Input extends z.ZodType, Output> {
  input: Input;
  /** Carries the type only; never set. */
  output?: Output;
}

function call<Output>() {
  return <Input extends z.ZodType>(input: Input): CallDefinition<Input, Output> => ({ input });
}

const nothing = z.object({}).default({});

export type HostName = 'electron' | 'browser' | 'command-line';

export interface ApplicationDescription {
  version: string;
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

export interface JobStarted {
  job: string;
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
  geometry: SliceGeometry;
  attributes: DicomAttributes;
  format: FileFormat;
}

/** An 8-bit grey picture, [row][column]. */
export interface Thumbnail {
  rows: number;
  columns: number;
  grey: Uint8ClampedArray<ArrayBuffer>;
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
      provider: z.enum(['auto', ...providerNames]).default('auto'),
    }),
  ),
  cancelJob: call<{ wasRunning: boolean }>()(z.object({ job: handle })),
  listCases: call<{ cases: CaseSummary[]; total: number }>()(
    z.object({
      search: z.string().max(200).default(''),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(500).default(100),
    }),
  ),
  openCase: call<CaseDetail>()(z.object({ id: handle })),
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
