import {
  explanationMethods,
  providerNames,
  type ExplanationMethod,
} from '../../src-shared/domain/analysis.ts';
import { errorMessage } from '../../src-shared/errorTexts.ts';
import { releaseMemory } from '../../src-shared/releaseMemory.ts';
import { classifyPaths, type PathAnswer } from '../calls/classifyPaths.ts';
import type { ModelLibrary } from '../calls/ModelLibrary.ts';
import { openUserEngine } from '../calls/openUserEngine.ts';
import { openStore } from '../calls/openStore.ts';
import { toAnswer } from './answer.ts';
import { answerLine } from './answerLine.ts';
import { exitCodes, type Command, type CommandContext } from './Command.ts';
import { HeatmapFiles } from './HeatmapFiles.ts';
import { Misuse } from './Misuse.ts';
import { printable } from './printable.ts';
import { oneOf, readArguments, resolvePath } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

/** What `classify` was asked to do, checked. */
export interface ClassifyRequest {
  paths: string[];
  model: string;
  provider: 'auto' | (typeof providerNames)[number];
  /** The method of the heatmaps, where they are wanted. */
  explain: ExplanationMethod | null;
  heatmapFolder: string | null;
  databaseFolder: string | null;
  allSlices: boolean;
  /** Folders that the command writes into; never read as input. */
  ownFolders: string[];
}

/** What `classify --json` prints. */
export interface ClassifyResult {
  results: object[];
  skipped: { file: string; reason: string }[];
}

const options = {
  model: { type: 'string', default: 'auto' },
  provider: { type: 'string', default: 'auto' },
  explain: { type: 'string' },
  out: { type: 'string' },
  database: { type: 'string' },
  'all-slices': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** `bratum classify`: pictures in, classes, probabilities and heatmaps out. */
export const classifyCommand: Command = {
  usage:
    'classify PATH… [--model NAME|DIR|auto] [--provider auto|cpu|webgpu|cuda|dml|coreml] [--explain METHOD --out DIR] [--database DIR] [--all-slices] [--json]',
  summary: 'Classifies slices from files, folders, zips and DICOMDIRs.',
  async run(args, context) {
    const { values, positionals } = readArguments(args, options, { takesPaths: true });
    const request = checkRequest(values, positionals);
    const { result, hasFailures } = await runClassify(request, context, (answer) => {
      if (!values.json) process.stdout.write(`${answerLine(answer)}\n`);
      if (!answer.outcome.ok) process.stderr.write(`${printable(errorMessage(answer.outcome.error))}\n`);
    });
    if (values.json) writeJson(result);
    return hasFailures ? exitCodes.someFailed : exitCodes.done;
  },
};

/**
 * Classifies everything under the paths.
 *
 * @param onAnswer - hears of each answer as it comes, and is waited for
 */
export async function runClassify(
  request: ClassifyRequest,
  { signal }: CommandContext,
  onAnswer: (answer: PathAnswer, heatmapFile: string | null) => void | Promise<void>,
): Promise<{ result: ClassifyResult; hasFailures: boolean }> {
  const engine = openUserEngine();
  const store = request.databaseFolder === null ? null : await openStore(request.databaseFolder);
  const heatmaps = request.heatmapFolder === null ? null : new HeatmapFiles(request.heatmapFolder);
  const result: ClassifyResult = { results: [], skipped: [] };
  let hasFailures = false;
  const classifyOptions = {
    model: modelOf(request, engine.models),
    provider: request.provider,
    explain: request.explain,
    allSlices: request.allSlices,
    passOver: request.ownFolders,
    signal,
    onSkipped: (file: string, reason: string) => result.skipped.push({ file, reason }),
  };
  try {
    for await (const answer of classifyPaths(request.paths, engine, classifyOptions, store)) {
      const heatmapFile = await writeHeatmap(answer, heatmaps);
      result.results.push(toAnswer(answer, heatmapFile));
      await onAnswer(answer, heatmapFile);
      hasFailures ||= !answer.outcome.ok;
      if (answer.slice !== null) releaseMemory(answer.slice.samples);
    }
  } finally {
    engine.close();
    await store?.close();
  }
  return { result, hasFailures };
}

/** An installed model goes by its name; anything else is a folder, from where the caller stands. */
function modelOf({ model }: ClassifyRequest, models: ModelLibrary): string {
  return model === 'auto' || models.isInstalled(model) ? model : resolvePath(model);
}

async function writeHeatmap(
  { slice, outcome }: PathAnswer,
  heatmaps: HeatmapFiles | null,
): Promise<string | null> {
  if (heatmaps === null || slice === null || !outcome.ok || outcome.value.heatmap === null) return null;
  return heatmaps.write(slice, outcome.value.heatmap);
}

type Values = ReturnType<typeof readArguments<typeof options>>['values'];

function checkRequest(values: Values, positionals: string[]): ClassifyRequest {
  if (positionals.length === 0) throw new Misuse('Name at least one file or folder.');
  if ((values.explain === undefined) !== (values.out === undefined))
    throw new Misuse('--explain and --out belong together.');
  const explain =
    values.explain === undefined ? null : oneOf('--explain', explanationMethods, values.explain);
  const heatmapFolder = values.out === undefined ? null : resolvePath(values.out);
  const databaseFolder = values.database === undefined ? null : resolvePath(values.database);
  return {
    paths: positionals.map(resolvePath),
    model: values.model,
    provider: oneOf('--provider', ['auto', ...providerNames], values.provider),
    explain,
    heatmapFolder,
    databaseFolder,
    ownFolders: [heatmapFolder, databaseFolder].filter((folder) => folder !== null),
    allSlices: values['all-slices'],
  };
}
