import type { StepTiming } from '../../../src-shared/domain/trainingQueue.ts';
import type { Recipe } from '../../../src-shared/domain/trainingRun.ts';
import { ParameterVector } from '../ParameterVector.ts';
import { createStepEngine, type EngineChoice } from '../run/createStepEngine.ts';
import { createOptimiser, networkOf } from '../run/openRun.ts';
import { inventBatch } from './compareStep.ts';

/** tfjs without its native library takes about a second for a picture. */
const mostPictures = { onnx: Infinity, tfjs: 2 } as const;

const timedSteps = 3;

/**
 * Takes steps of a recipe on noise and times them: one to warm up, three that count, then two forward passes of which
 * the second counts. The median of the steps is what a step takes; what is learnt is thrown away.
 *
 * @param allowed - asked before each step; throws where the measurement is to end
 */
export async function timeStep(
  recipe: Recipe,
  choice: EngineChoice,
  allowed: () => Promise<void>,
): Promise<Omit<StepTiming, 'wasBusy'>> {
  const network = networkOf({ recipe });
  const vector = new ParameterVector(network);
  const count = Math.min(recipe.batch, mostPictures[choice.name]);
  const batch = inventBatch(network, count);
  const engine = await createStepEngine(network, recipe.freeze, choice);
  const optimiser = createOptimiser(recipe, network, vector);
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    await allowed();
    const begun = performance.now();
    await work();
    return performance.now() - begun;
  };
  const step = async (): Promise<void> => {
    await engine.step(batch);
    optimiser.update(engine.weights, engine.gradients, 1, 0);
  };
  try {
    await timed(step);
    const steps: number[] = [];
    for (let i = 0; i < timedSteps; i++) steps.push(await timed(step));
    const forward = (): Promise<unknown> => engine.evaluate(batch.images, count);
    await timed(forward);
    const forwardMs = await timed(forward);
    steps.sort((a, b) => a - b);
    return {
      trainMsPerPicture: steps[Math.floor(timedSteps / 2)]! / count,
      validateMsPerPicture: forwardMs / count,
      // In kilobytes on every system.
      peakBytes: process.resourceUsage().maxRSS * 1024,
    };
  } finally {
    await engine.close();
  }
}
