import { readFile } from 'node:fs/promises';
import { mapMakerOf } from '../../src-main/calls/mapMakerOf.ts';
import { mapNamed } from '../../src-shared/domain/mapName.ts';
import { openEngine } from '../../src-main/calls/openEngine.ts';
import type { MapRequest } from '../../src-main/explain/trust/MapMaker.ts';
import { openImageFile } from '../../src-main/images/openImageFile.ts';
import { toModelInput } from '../../src-main/preprocess/toModelInput.ts';
import { explanationMethods, type ExplanationMethod } from '../../src-shared/domain/analysis.ts';
import { methodTraits } from '../../src-shared/domain/explanation.ts';
import type { InferenceResult } from '../../src-shared/domain/inference.ts';
import { tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import { indexOfLargest } from '../../src-shared/statistics/indexOfLargest.ts';
import { benchPictures } from './benchPictures.ts';
import type { Measurement } from './Measurement.ts';
import { usageOfTree } from './processTree.ts';

const largestBatch = 64;
/** For 64 slices, where the methods' own numbers would take hours; for one slice they count. */
const fewSamples = 4;
const rounds = 4;

/** Runs that occlusion takes, whatever it is asked for. */
const coveredCells = 196;
/** By the gradient of the picture: a sample is a pass forwards and backwards. */
const byGradient: readonly ExplanationMethod[] = ['integrated-gradients', 'smooth-grad'];

/**
 * Every method on one slice and on 64, for the class that is answered, against one forward pass of the same batch by the
 * same process. What is allowed: closed forms 1.1 passes; the map beside an answer, whose gradient comes with the answer, 2;
 * methods of n runs as many passes and a tenth; gradients 3.5 passes each.
 */
export async function benchExplain(): Promise<Measurement[]> {
  const engine = openEngine();
  const pictures = await benchPictures(largestBatch);
  try {
    const model = await engine.models.load('combined');
    const length = model.card.architecture.inputSize ** 2;
    const inputs = new Float32Array(largestBatch * length);
    for (const [i, file] of pictures.files.entries()) {
      const image = await openImageFile(new Uint8Array(await readFile(file)), 'slice.jpg');
      toModelInput(await image.readSlice(0), model.card, inputs, i * length);
    }
    const { inference } = engine;
    const found: Measurement[] = [];
    for (const count of [1, largestBatch]) {
      const batchInputs = inputs.slice(0, count * length);
      const run = { model, provider: 'cpu', inputs: batchInputs, count, wantsFeatures: true } as const;
      const forward = (): Promise<InferenceResult> => inference.run(run);
      const { logits } = await forward();
      const classes = Array.from({ length: count }, (_, i) => {
        const own = logits.subarray(i * tumourClasses.length, (i + 1) * tumourClasses.length);
        return tumourClasses[indexOfLargest(own)]!;
      });
      const batch: MapRequest = { model, inputs: batchInputs, count, classes };
      for (const name of [...explanationMethods, 'grad-cam@14', 'layer-cam@14']) {
        const { method, layer } = mapNamed(name)!;
        const usual = methodTraits[method].samples;
        const samples = count === 1 || usual === null ? usual : fewSamples;
        const make = mapMakerOf(name, inference, 'cpu', { against: null, samples, seed: 7 });
        const runs = method === 'occlusion' ? coveredCells : samples;
        // Dear ones are their own warm-up.
        const times = (runs ?? 0) * count > 100 ? 1 : count === 1 ? 5 * rounds : rounds;
        let [passMs, elapsedMs] = [Infinity, Infinity];
        // In turn, so that whatever else the machine does meets both.
        for (let i = 0; i < times; i++) {
          passMs = Math.min(passMs, await timeOf(forward));
          elapsedMs = Math.min(elapsedMs, await timeOf(() => make(batch)));
        }
        const allowed =
          runs === null
            ? layer === '14'
              ? 2
              : 1.1
            : byGradient.includes(method)
              ? 1 + 3.5 * runs
              : 1.1 * (1 + runs);
        found.push({
          name: `${name}, ${count} slice${count === 1 ? '' : 's'}${runs === null ? '' : `, ${runs} runs each`}`,
          value: elapsedMs,
          unit: 'ms',
          limitName: `${allowed.toFixed(1)} × one forward pass of the batch`,
          limitValue: allowed * passMs,
          ratio: elapsedMs / passMs,
          peakRssMb: usageOfTree().peakRssMb,
        });
      }
    }
    return found;
  } finally {
    engine.close();
    await pictures.remove();
  }
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
