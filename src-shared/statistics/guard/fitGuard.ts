import { guardScore, logResidual, type Guard } from './guardScore.ts';
import { principalAxes } from './principalAxes.ts';
import { meansPerPicture, type MapShape } from './regionMeans.ts';
import { ridgeRegression } from './ridgeRegression.ts';

/** Principal axes of the pooled features: those that the discriminant sees, and those beyond which the residual lies. */
const axisCounts = { discriminant: 128, residual: 64 };
/** λ of the ridge, in parts of the mean variance. */
const ridge = 0.1;
/** What the residual counts for beside the discriminant, both in standard deviations of the validation part. */
const residualShare = 1;
/** Added to the spread of a coordinate that hardly moves in the training pictures. */
const leastSpread = 1e-3;

const regions = meansPerPicture - 1;

/** What a guard is fitted on; all of it `regionMeans`. */
export interface GuardSamples {
  training: readonly Float32Array[];
  /** Made from the training pictures and by chance, by kind; every kind counts as much as every other. */
  strangers: ReadonlyMap<string, readonly Float32Array[]>;
  validation: readonly Float32Array[];
}

/**
 * Fits a guard.
 *
 * 1. μ and 128 principal axes of the training pictures' pooled features; the residual is what the first 64 leave.
 * 2. A discriminant between training pictures (y = −1) and strangers (y = +1), as outlier exposure proposes
 *    (Hendrycks, Mazeika and Dietterich, ICLR 2019), by ridge regression, which has one solution and no learning rate:
 *
 *        b = argmin Σ v (y − b · (u − ū))² + λ tr(H)/n |b|²,   u(r, k) = axis(k) · (mean(r) − μ) / spread(r, k)
 *
 *    the weights `v` give the training pictures one half and each kind of stranger its part of the other.
 * 3. Discriminant and logarithm of the residual are brought to mean 0 and deviation 1 on the validation part and added.
 *
 * @throws RangeError with fewer training pictures than axes
 */
export function fitGuard({ training, strangers, validation }: GuardSamples, shape: MapShape): Guard {
  const { channels } = shape;
  const count = Math.min(axisCounts.discriminant, channels >> 1);
  if (training.length <= count) throw new RangeError('a guard needs more training pictures than axes');
  const { mean, axes } = principalAxes(training, channels, count);
  const seen = Float32Array.from(axes);
  const plain: Guard = {
    shape,
    centre: Float32Array.from(mean),
    axes: seen.slice(0, Math.min(axisCounts.residual, count) * channels),
    weights: new Float32Array(regions * channels),
    slope: 1,
    offset: 0,
  };
  const residual = standardOf(validation.map((means) => logResidual(means, plain)));
  plain.weights = discriminantWeights({ training, strangers }, { ...plain, axes: seen });
  plain.slope = 0;
  const discriminant = standardOf(validation.map((means) => guardScore(means, plain)));
  const slope = residualShare / residual.deviation;
  return {
    ...plain,
    weights: plain.weights.map((weight) => weight / discriminant.deviation),
    slope,
    offset: -discriminant.mean / discriminant.deviation - slope * residual.mean,
  };
}

/** The ridge regression's solution as weights of the region means, [region][channel]. */
function discriminantWeights(
  { training, strangers }: Omit<GuardSamples, 'validation'>,
  { shape: { channels }, centre, axes }: Guard,
): Float32Array<ArrayBuffer> {
  const project = (means: Float32Array): Float64Array => projections(means, centre, axes, channels);
  const known = training.map(project);
  const spread = spreadOf(known);
  const scaled = (u: Float64Array): Float64Array => u.map((value, i) => value / spread[i]!);
  const weighted = known.map((u) => ({ u: scaled(u), target: -1, weight: 0.5 / training.length }));
  for (const kind of strangers.values())
    for (const means of kind)
      weighted.push({
        u: scaled(project(means)),
        target: 1,
        weight: 0.5 / strangers.size / kind.length,
      });
  const solution = ridgeRegression(weighted, ridge);
  const weights = new Float32Array(regions * channels);
  const count = axes.length / channels;
  for (let i = 0; i < solution.length; i++) {
    const factor = solution[i]! / spread[i]!;
    const [to, from] = [Math.floor(i / count) * channels, (i % count) * channels];
    for (let c = 0; c < channels; c++) weights[to + c]! += factor * axes[from + c]!;
  }
  return weights;
}

/** [region][axis] */
function projections(
  means: Float32Array,
  centre: Float32Array,
  axes: Float32Array,
  channels: number,
): Float64Array {
  const count = axes.length / channels;
  const projected = new Float64Array(regions * count);
  for (let region = 0; region < regions; region++)
    for (let axis = 0; axis < count; axis++) {
      let sum = 0;
      for (let c = 0, at = axis * channels, from = (region + 1) * channels; c < channels; c++)
        sum += axes[at + c]! * (means[from + c]! - centre[c]!);
      projected[region * count + axis] = sum;
    }
  return projected;
}

/** The standard deviation of each coordinate. */
function spreadOf(points: readonly Float64Array[]): Float64Array {
  return Float64Array.from(points[0]!, (_, i) => standardOf(points.map((point) => point[i]!)).deviation);
}

function standardOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squared = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(squared) + leastSpread };
}
