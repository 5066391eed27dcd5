import type { MapShape } from './regionMeans.ts';

/** What a guard knows of the features that a model finds in its training pictures. */
export interface Guard {
  shape: MapShape;
  /** μ, [channel]: the mean of the training pictures' pooled features. */
  centre: Float32Array<ArrayBuffer>;
  /** The principal axes of the same, orthonormal, [axis][channel]. */
  axes: Float32Array<ArrayBuffer>;
  /** The discriminant's weights, [region][channel], the regions of `regionMeans` without the whole. */
  weights: Float32Array<ArrayBuffer>;
  /** What the logarithm of the residual counts for. */
  slope: number;
  /** Makes 0 the middle of the validation part. */
  offset: number;
}

/** Keeps the logarithm of a residual of 0 finite. */
const leastResidual = 1e-9;

/**
 * How unlike the training pictures a picture is, by its feature maps; higher is stranger.
 *
 *     score = offset + Σ w(r, c) mean(r, c) + slope · log residual,
 *     residual² = |z − μ|² − Σ (axis · (z − μ))²,   z(c) = mean(0, c)
 *
 * The residual is the part of the pooled features that the principal axes of the training pictures do not explain: the
 * virtual logit of ViM (Wang et al., CVPR 2022). The sum is a linear discriminant between training pictures and
 * strangers that were made of them (see `fitGuard`).
 *
 * @param means - of `regionMeans`
 */
export function guardScore(means: Float32Array, guard: Guard): number {
  const { shape, weights, slope, offset } = guard;
  let sum = offset;
  for (let i = 0, at = shape.channels; i < weights.length; i++, at++) sum += weights[i]! * means[at]!;
  return sum + slope * logResidual(means, guard);
}

/** The logarithm of the length of what the axes do not explain. */
export function logResidual(
  means: Float32Array,
  { shape: { channels }, centre, axes }: Pick<Guard, 'shape' | 'centre' | 'axes'>,
): number {
  const difference = new Float32Array(channels);
  let squared = 0;
  for (let c = 0; c < channels; c++) {
    const value = means[c]! - centre[c]!;
    difference[c] = value;
    squared += value * value;
  }
  for (let at = 0; at < axes.length; at += channels) {
    let projection = 0;
    for (let c = 0; c < channels; c++) projection += axes[at + c]! * difference[c]!;
    squared -= projection * projection;
  }
  return 0.5 * Math.log(Math.max(leastResidual, squared));
}
