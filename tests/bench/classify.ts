import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { classifyPaths } from '../../src-main/calls/classifyPaths.ts';
import { classifySlices } from '../../src-main/calls/classifySlices.ts';
import { unknownPlane } from '../../src-main/calls/findPlanes.ts';
import { openEngine, type Engine } from '../../src-main/calls/openEngine.ts';
import { openImageFile } from '../../src-main/images/openImageFile.ts';
import { openBareParts, runBare, type BareParts } from './bareParts.ts';
import { benchPictures } from './benchPictures.ts';
import { firstAnswerMs } from './firstAnswer.ts';
import { measureCost, type Cost } from './measureCost.ts';
import type { Measurement } from './Measurement.ts';
import { usageOfTree } from './processTree.ts';

const sliceCount = 500;
const rounds = 2;
const startRounds = 5;
const limits = { cpu: 1.1, wall: 1.15, oneSlice: 1.3 };

/**
 * Classification of many files and of one warm slice, compared with decoding, preprocessing and bare onnxruntime
 * sessions of one thread (their cheapest setting): of the plane, which pictures do not say, and of the answer, measured
 * in the same run. The one slice is told that nobody knows its plane. Processes are warm; their
 * start is reported by itself. The best of two rounds counts, since other programs share the machine.
 */
export async function benchClassify(): Promise<Measurement[]> {
  const pictures = await benchPictures(sliceCount);
  console.error(`Classifying ${pictures.description} on ${availableParallelism()} cores.`);
  const engine = openEngine();
  try {
    const start = await measureCost(() => classifyAll(engine, pictures.files.slice(0, 64)));
    const pipeline = [await measureCost(() => classifyAll(engine, pictures.files))];
    const { peakRssMb } = usageOfTree();
    const bare = await openBareParts(engine);
    const reference = [await measureCost(() => runBare(bare, pictures.files))];
    while (pipeline.length < rounds) {
      pipeline.push(await measureCost(() => classifyAll(engine, pictures.files)));
      reference.push(await measureCost(() => runBare(bare, pictures.files)));
    }
    const starts = Array.from(
      { length: startRounds },
      () => [firstAnswerMs(true), firstAnswerMs(false)] as const,
    );
    const first = { prepared: median(starts.map(([ms]) => ms)), cold: median(starts.map(([, ms]) => ms)) };
    const one = await compareOneSlice(engine, bare, pictures.files.slice(0, 60));
    return report({ pipeline: best(pipeline), reference: best(reference), start, first, one, peakRssMb });
  } finally {
    engine.close();
    await pictures.remove();
  }
}

function best(costs: readonly Cost[]): Cost {
  return { cpuMs: Math.min(...costs.map((c) => c.cpuMs)), wallMs: Math.min(...costs.map((c) => c.wallMs)) };
}

async function classifyAll(engine: Engine, files: readonly string[]): Promise<void> {
  const onSkipped = (path: string): never => {
    throw new Error(`skipped ${path}`);
  };
  const options = {
    model: 'combined',
    provider: 'cpu',
    explain: null,
    allSlices: false,
    onSkipped,
  } as const;
  let answered = 0;
  for await (const { outcome } of classifyPaths(files, engine, options, null)) if (outcome.ok) answered++;
  if (answered !== files.length) throw new Error(`only ${answered} of ${files.length} slices were answered`);
}

/** Median milliseconds of one slice from bytes to probabilities and heatmap, and of its bare parts. */
async function compareOneSlice(
  engine: Engine,
  bare: BareParts,
  files: readonly string[],
): Promise<{ ownMs: number; bareMs: number }> {
  const [own, parts]: number[][] = [[], []];
  for (const file of files) {
    const bytes = Uint8Array.from(await readFile(file));
    const startedAt = performance.now();
    await explainOne(engine, bytes);
    const between = performance.now();
    await bare.run(bare.preprocess(await bare.decode(bytes)), ['logits', 'features']);
    own!.push(between - startedAt);
    parts!.push(performance.now() - between);
  }
  return { ownMs: median(own!), bareMs: median(parts!) };
}

async function explainOne(engine: Engine, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const image = await openImageFile(bytes, 'slice.jpg');
  const slice = await image.readSlice(0);
  const decoded = {
    slice,
    content: { fileHash: '', frame: null, volumePlane: null },
    bytesAt: performance.now(),
  };
  const assignment = { decoded, plane: unknownPlane, model: await engine.models.load('combined') };
  const [outcome] = await classifySlices([assignment], engine, {
    model: 'combined',
    provider: 'cpu',
    explain: 'grad-cam',
  });
  if (!outcome?.ok || outcome.value.heatmap === null) throw new Error('no heatmap');
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function report({ pipeline, reference, start, first, one, peakRssMb }: Findings): Measurement[] {
  const line = (
    name: string,
    value: number,
    limit: { name: string; of: number; factor: number },
  ): Measurement => ({
    name,
    value,
    unit: 'ms',
    limitName: `${limit.factor} × ${limit.name}`,
    limitValue: limit.factor * limit.of,
    ratio: value / limit.of,
    peakRssMb,
  });
  const inform = (name: string, value: number, unit: Measurement['unit']): Measurement => ({
    ...{ name, value, unit, limitName: null, limitValue: null, ratio: null, peakRssMb },
  });
  const bareCpu = { name: 'CPU of decode + preprocess + two bare sessions', of: reference.cpuMs };
  const bareOne = { name: 'decode + preprocess + bare session', of: one.bareMs, factor: limits.oneSlice };
  return [
    line('500 slices, CPU', pipeline.cpuMs, { ...bareCpu, factor: limits.cpu }),
    line('500 slices, wall × cores', pipeline.wallMs * availableParallelism(), {
      ...bareCpu,
      factor: limits.wall,
    }),
    line('one warm slice with heatmap', one.ownMs, bareOne),
    line('first answer after a start, heatmap and second opinion', first.prepared, {
      ...{ name: 'the same, asked at once', of: first.cold, factor: 1 },
    }),
    inform('500 slices, throughput', (1000 * sliceCount) / pipeline.wallMs, 'images/s'),
    inform('first 64 slices with cold start, CPU', start.cpuMs, 'ms'),
    inform('peak memory with children', peakRssMb, 'MB'),
  ];
}

interface Findings {
  pipeline: Cost;
  reference: Cost;
  start: Cost;
  /** Milliseconds. */
  first: { prepared: number; cold: number };
  one: { ownMs: number; bareMs: number };
  peakRssMb: number;
}
