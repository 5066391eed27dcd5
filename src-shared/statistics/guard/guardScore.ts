import type { MapShape } from './regionMeans.ts';

/** What a guard knows of the features that a model finds in its training pictures, and of their outlines. */
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
  /** Null in guards of version 1, which look at features alone. */
  outline: GuardOutline | null;
}

/** The part of a guard that looks at the picture itself. */
export interface GuardOutline {
  /** The discriminant's weights of `guardOutline`. */
  weights: Float32Array<ArrayBuffer>;
  offset: number;
  /** With an outline, `offset` belongs to the features' discriminant and this to the residual. */
  residualOffset: number;
}

/** What a guard judges: `regionMeans` of the maps, `guardOutline` of the model's input. */
export interface GuardSample {
  means: Float32Array;
  outline: Float32Array;
}

/** Keeps the logarithm of a residual of 0 finite. */
const leastResidual = 1e-9;

/** How sharply the largest of the parts decides. */
const sharpness = 1.5;

/**
 * How unlike the training pictures a picture is, by its feature maps and its outline; higher is stranger.
 *
 *     score = log Σ exp(1.5 part) over three parts, each with mean 0 and deviation 1 on the validation part:
 *     d = offset + Σ w(r, c) mean(r, c),   h = offset + Σ w(i) outline(i),   e = offset + slope · log residual,
 *     residual² = |z − μ|² − Σ (axis · (z − μ))²,   z(c) = mean(0, c)
 *
 * The residual is the part of the pooled features that the principal axes of the training pictures do not explain: the
 * virtual logit of ViM (Wang et al., CVPR 2022). The other two are linear discriminants between training pictures and
 * strangers that were made of them (see `fitGuard`). One bad sign is enough, hence the smooth maximum. A guard of
 * version 1 has no outline, and its score is d + e.
 */
export function guardScore({ means, outline }: GuardSample, guard: Guard): number {
  const { shape, weights, slope, offset, outline: known } = guard;
  let features = offset;
  for (let i = 0, at = shape.channels; i < weights.length; i++, at++) features += weights[i]! * means[at]!;
  const residual = slope * logResidual(means, guard);
  if (known === null) return features + residual;
  let looks = known.offset;
  for (let i = 0; i < known.weights.length; i++) looks += known.weights[i]! * outline[i]!;
  return smoothMaximum([features, looks, residual + known.residualOffset]);
}

function smoothMaximum(parts: readonly number[]): number {
  const most = Math.max(...parts);
  const rest = parts.reduce((sum, part) => sum + Math.exp(sharpness * (part - most)), 0);
  return sharpness * most + Math.log(rest);
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
