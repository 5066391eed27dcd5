import {
  explanationMethods,
  providerNames,
  explanationLayers,
  type ExplanationLayer,
} from '../../src-shared/domain/analysis.ts';
import { defaultMap } from '../../src-shared/domain/mapName.ts';
import { mostSamples, type Explanation } from '../../src-shared/domain/explanation.ts';
import { tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import { throwIfCancelled, type Failure } from '../../src-shared/errors.ts';
import { errorMessage } from '../../src-shared/errorTexts.ts';
import { explainPaths, type PathExplanations } from '../calls/explainPaths.ts';
import type { ExplainedSlice, ExplainOptions } from '../calls/explainSlices.ts';
import type { ModelLibrary } from '../calls/ModelLibrary.ts';
import { openUserEngine } from '../calls/openUserEngine.ts';
import { reportFailure } from '../calls/reportFailure.ts';
import { trustOfExplanation } from '../calls/trustOfExplanation.ts';
import { RandomisedModels } from '../explain/trust/RandomisedModels.ts';
import { exitCodes, type Command, type CommandContext } from './Command.ts';
import { HeatmapFiles, type WrittenHeatmap } from './HeatmapFiles.ts';
import { Misuse } from './Misuse.ts';
import { printable } from './printable.ts';
import { ProgressLine } from './ProgressLine.ts';
import { oneOf, readArguments, resolvePath, wholeNumber } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

const options = {
  methods: { type: 'string' },
  layer: { type: 'string' },
  class: { type: 'string', default: 'predicted' },
  against: { type: 'string' },
  model: { type: 'string', default: 'auto' },
  provider: { type: 'string', default: 'auto' },
  samples: { type: 'string' },
  seed: { type: 'string', default: '0' },
  out: { type: 'string' },
  trust: { type: 'boolean', default: false },
  'all-slices': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** `bratum explain`: pictures in, heatmaps by any methods out, as overlays and as numbers. */
export const explainCommand: Command = {
  usage:
    'explain PATH… --out DIR [--methods a,b,c] [--layer 7|14|28|fused] [--class CLASS|predicted] [--against CLASS] [--model NAME|DIR|auto] [--provider …] [--samples N] [--seed N] [--trust] [--all-slices] [--json]',
  summary: 'Shows why a model says so: heatmaps of slices by fifteen methods.',
  async run(args, context) {
    const { values, positionals } = readArguments(args, options, { takesPaths: true });
    const request = checkRequest(values, positionals);
    const { results, skipped, hasFailures } = await runExplain(request, context);
    if (values.json) writeJson({ results, skipped });
    return hasFailures ? exitCodes.someFailed : exitCodes.done;
  },
};

type Values = ReturnType<typeof readArguments<typeof options>>['values'];

interface ExplainRequest {
  paths: string[];
  out: string;
  options: ExplainOptions;
  /** The layer that was asked for by name, which then is part of the files' names. */
  namedLayer: ExplanationLayer | null;
  allSlices: boolean;
  /** Also try each map on its model. */
  wantsTrust: boolean;
  isQuiet: boolean;
}

function checkRequest(values: Values, positionals: string[]): ExplainRequest {
  if (positionals.length === 0) throw new Misuse('Name at least one file or folder.');
  if (values.out === undefined) throw new Misuse('--out names the folder for the heatmaps.');
  const methods = (values.methods ?? defaultMap.method)
    .split(',')
    .map((name) => oneOf('--methods', explanationMethods, name.trim()));
  const wanted = oneOf('--class', ['predicted', ...tumourClasses], values.class);
  const against = values.against === undefined ? null : oneOf('--against', tumourClasses, values.against);
  if (against === wanted) throw new Misuse('--class and --against must differ.');
  if (against !== null && !methods.includes('finer-cam'))
    throw new Misuse('--against is for the method finer-cam.');
  const { samples, layer } = values;
  const namedLayer = layer === undefined ? null : oneOf('--layer', explanationLayers, layer);
  return {
    paths: positionals.map(resolvePath),
    out: resolvePath(values.out),
    options: {
      methods: [...new Set(methods)],
      layer: namedLayer ?? (values.methods === undefined ? defaultMap.layer : '7'),
      class: wanted,
      against,
      model: values.model,
      provider: oneOf('--provider', ['auto', ...providerNames], values.provider),
      samples: samples === undefined ? null : wholeNumber('--samples', samples, 1, mostSamples),
      seed: wholeNumber('--seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    },
    namedLayer,
    allSlices: values['all-slices'],
    wantsTrust: values.trust,
    isQuiet: values.json,
  };
}

interface Skipped {
  file: string;
  reason: string;
}

async function runExplain(
  request: ExplainRequest,
  { signal }: CommandContext,
): Promise<{ results: object[]; skipped: Skipped[]; hasFailures: boolean }> {
  const engine = openUserEngine();
  const files = new HeatmapFiles(request.out);
  const randomised = new RandomisedModels();
  const [results, skipped]: [object[], Skipped[]] = [[], []];
  const progress = new ProgressLine();
  let hasFailures = false;
  const fail = (place: object, error: Failure): void => {
    hasFailures = true;
    const message = errorMessage(error);
    results.push({ ...place, error: { code: error.code, message } });
    process.stderr.write(`${printable(message)}\n`);
  };
  const { inference } = engine;
  const trustOf = async (explained: ExplainedSlice, explanation: Explanation): Promise<object> => {
    try {
      const tools = { inference, randomised, signal };
      return await trustOfExplanation(explained, explanation, request.options, tools);
    } catch (error) {
      throwIfCancelled(signal);
      hasFailures = true;
      const { code, detail } = reportFailure(error);
      return { error: { code, message: errorMessage({ code, detail }) } };
    }
  };
  try {
    const walk = {
      ...request.options,
      model: modelOf(request.options.model, engine.models),
      signal,
      allSlices: request.allSlices,
      passOver: [request.out],
      onSkipped: (file: string, reason: string) => skipped.push({ file, reason }),
    };
    for await (const { path: file, frame, slice, outcome } of explainPaths(request.paths, engine, walk)) {
      if (!outcome.ok || slice === null) {
        if (!outcome.ok) fail({ file, frame }, outcome.error);
        continue;
      }
      for (const { method, explanation, elapsedMs } of outcome.value.answers) {
        if (!explanation.ok) {
          fail({ file, frame, method }, explanation.error);
          continue;
        }
        const { inputSize } = outcome.value.model.card.architecture;
        const layer = explanation.value.layer === null ? null : request.namedLayer && explanation.value.layer;
        const written = await files.writeAll(slice, explanation.value, { layer, inputSize });
        const trust = request.wantsTrust ? await trustOf(outcome.value, explanation.value) : null;
        results.push(toResult({ path: file, frame }, explanation.value, written, { elapsedMs, trust }));
        if (!request.isQuiet) process.stdout.write(`${printable(written.png)}\n`);
      }
      progress.show(`${results.length} heatmaps`);
    }
  } finally {
    progress.clear();
    engine.close();
    await randomised.close();
  }
  return { results, skipped, hasFailures };
}

/** An installed model goes by its name; anything else is a folder, from where the caller stands. */
function modelOf(model: string, models: ModelLibrary): string {
  return model === 'auto' || models.isInstalled(model) ? model : resolvePath(model);
}

/** One entry of `results`, as docs/command-line.md says. */
function toResult(
  { path, frame }: Pick<PathExplanations, 'path' | 'frame'>,
  { class: tumourClass, method, layer, rows, columns, minimum, maximum, isEmpty, against }: Explanation,
  written: WrittenHeatmap,
  { elapsedMs, trust }: { elapsedMs: number; trust: object | null },
): object {
  return {
    file: path,
    frame,
    class: tumourClass,
    ...(against === null ? {} : { against }),
    method,
    layer: layer === null || layer === 'fused' ? layer : Number(layer),
    layerShape: [rows, columns],
    minimum,
    maximum,
    empty: isEmpty,
    ...written,
    elapsedMs,
    ...(trust === null ? {} : { trust }),
  };
}
