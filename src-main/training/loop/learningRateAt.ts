import type { Recipe } from '../../../src-shared/domain/trainingRun.ts';

/**
 * The learning rate of a step: a line up from 0 over the warm-up, times the schedule.
 *
 *     cosine: f + (1 − f) (1 + cos π t) / 2        step: factorᵏ, k = whole periods passed        constant: 1
 *
 * `t` runs from 0 to 1 between the end of the warm-up and the last step, `f` is the final share (Loshchilov & Hutter,
 * "SGDR", ICLR 2017, equation 5, without restarts). The warm-up is Goyal et al.'s (2017, section 2.2).
 *
 * @param step - 0 for the first
 */
export function learningRateAt(
  { learningRate, schedule, epochs }: Pick<Recipe, 'learningRate' | 'schedule' | 'epochs'>,
  step: number,
  stepsPerEpoch: number,
): number {
  const warmUp = Math.round(schedule.warmUpEpochs * stepsPerEpoch);
  if (step < warmUp) return (learningRate * (step + 1)) / warmUp;
  switch (schedule.kind) {
    case 'constant':
      return learningRate;
    case 'cosine': {
      const done = (step - warmUp) / Math.max(1, epochs * stepsPerEpoch - 1 - warmUp);
      const share = (1 + Math.cos(Math.PI * Math.min(1, done))) / 2;
      return learningRate * (schedule.finalShare + (1 - schedule.finalShare) * share);
    }
    case 'step':
      return learningRate * schedule.factor ** Math.floor(step / (schedule.everyEpochs * stepsPerEpoch));
  }
}
