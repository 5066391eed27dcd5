import { alongAxes } from './alongAxes.ts';
import { guardScore, logResidual, type Guard, type GuardOutline, type GuardSample } from './guardScore.ts';
import { principalAxes } from './principalAxes.ts';
import { meansPerPicture, type MapShape } from './regionMeans.ts';
import { ridgeRegression } from './ridgeRegression.ts';

/** Principal axes: of the pooled features that the discriminant sees, and beyond which the residual lies; of outlines. */
const axisCounts = { discriminant: 128, residual: 64, outline: 256 };
/** λ of the ridge, in parts of the mean variance. */
const ridge = 0.1;
/** Added to the spread of a coordinate that hardly moves in the training pictures. */
const leastSpread = 1e-3;

const regions = meansPerPicture - 1;

/** What a guard is fitted on. */
export interface GuardSamples {
  training: readonly GuardSample[];
  /** Made from the training pictures and by chance; each counts as much as every other. */
  strangers: readonly GuardSample[];
  validation: readonly GuardSample[];
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
 *    the weights `v` give the training pictures one half and the strangers the other.
 * 3. The same for outlines, along 256 principal axes of theirs.
 * 4. Each of the three parts is brought to mean 0 and deviation 1 on the validation part.
 *
 * @throws RangeError with fewer training pictures than axes
 */
export function fitGuard({ training, strangers, validation }: GuardSamples, shape: MapShape): Guard {
  const { channels } = shape;
  const count = Math.min(axisCounts.discriminant, channels >> 1);
  if (training.length <= count) throw new RangeError('a guard needs more training pictures than axes');
  const { mean, axes } = principalAxes(
    training.map(({ means }) => means),
    channels,
    count,
  );
  const seen = Float32Array.from(axes);
  const plain: Guard = {
    shape,
    centre: Float32Array.from(mean),
    axes: seen.slice(0, Math.min(axisCounts.residual, count) * channels),
    weights: new Float32Array(regions * channels),
    slope: 0,
    offset: 0,
    outline: null,
  };
  const residual = standardOf(validation.map(({ means }) => logResidual(means, plain)));
  plain.weights = featureWeights({ training, strangers }, { ...plain, axes: seen });
  const discriminant = standardOf(validation.map((sample) => guardScore(sample, plain)));
  return {
    ...plain,
    weights: plain.weights.map((weight) => weight / discriminant.deviation),
    offset: -discriminant.mean / discriminant.deviation,
    slope: 1 / residual.deviation,
    outline: {
      ...fitOutline({ training, strangers, validation }),
      residualOffset: -residual.mean / residual.deviation,
    },
  };
}

/** Those of the features' discriminant, of the region means, [region][channel]. */
function featureWeights(
  { training, strangers }: Omit<GuardSamples, 'validation'>,
  { shape: { channels }, centre, axes }: Guard,
): Float32Array<ArrayBuffer> {
  const project = ({ means }: GuardSample): Float64Array => {
    const places = Array.from({ length: regions }, (_, region) =>
      projection(means.subarray((region + 1) * channels, (region + 2) * channels), centre, axes),
    );
    return Float64Array.from(places.flatMap((place) => [...place]));
  };
  const solution = discriminantOf(training.map(project), strangers.map(project));
  const weights = new Float32Array(regions * channels);
  const count = axes.length / channels;
  for (let i = 0; i < solution.length; i++) {
    const [to, from] = [Math.floor(i / count) * channels, (i % count) * channels];
    for (let c = 0; c < channels; c++) weights[to + c]! += solution[i]! * axes[from + c]!;
  }
  return weights;
}

function fitOutline({ training, strangers, validation }: GuardSamples): Omit<GuardOutline, 'residualOffset'> {
  const outlines = (samples: readonly GuardSample[]) => samples.map(({ outline }) => outline);
  const { length } = training[0]!.outline;
  const count = Math.min(axisCounts.outline, length >> 1, training.length - 1);
  const { mean, axes } = principalAxes(outlines(training), length, count);
  const project = (outline: Float32Array): Float64Array => projection(outline, mean, axes);
  const solution = discriminantOf(outlines(training).map(project), outlines(strangers).map(project));
  const weights = new Float64Array(length);
  for (let k = 0; k < count; k++)
    for (let i = 0; i < length; i++) weights[i]! += solution[k]! * axes[k * length + i]!;
  const { mean: middle, deviation } = standardOf(
    outlines(validation).map((outline) => weights.reduce((sum, weight, i) => sum + weight * outline[i]!, 0)),
  );
  return { weights: Float32Array.from(weights, (weight) => weight / deviation), offset: -middle / deviation };
}

/** The ridge regression's solution between points that are known and points that are not, for unscaled coordinates. */
function discriminantOf(known: readonly Float64Array[], strange: readonly Float64Array[]): Float64Array {
  const spread = Float64Array.from(
    known[0]!,
    (_, i) => standardOf(known.map((point) => point[i]!)).deviation,
  );
  const scaled = (u: Float64Array): Float64Array => u.map((value, i) => value / spread[i]!);
  const points = [
    ...known.map((u) => ({ u: scaled(u), target: -1, weight: 0.5 / known.length })),
    ...strange.map((u) => ({ u: scaled(u), target: 1, weight: 0.5 / strange.length })),
  ];
  return ridgeRegression(points, ridge).map((value, i) => value / spread[i]!);
}

/** axis(k) · (point − centre) for every axis. */
function projection(
  point: ArrayLike<number>,
  centre: ArrayLike<number>,
  axes: Float32Array | Float64Array,
): Float64Array {
  const { length } = centre;
  return alongAxes(
    axes,
    length,
    Float64Array.from({ length }, (_, i) => point[i]! - centre[i]!),
  );
}

function standardOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squared = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(squared) + leastSpread };
}
