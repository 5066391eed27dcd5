import type { Heatmap, SliceRegion } from '../../src-shared/domain/analysis.ts';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';

/** What a class activation map is computed from. */
export interface MapSource {
  /** The last feature maps of one picture, [channel][row][column]. */
  features: Float32Array;
  model: Pick<LoadedModel, 'card' | 'classifierWeight'>;
  class: TumourClass;
  /** The part of the slice that the model saw. */
  region: SliceRegion;
}

/**
 * Grad-CAM at the last feature maps, exact and without automatic differentiation.
 *
 *     L = ReLU(sum over k of a_k A_k),    a_k = 1/Z * sum over i, j of dy/dA_k(i, j)
 *
 * (Selvaraju et al., ICCV 2017, equations 1 and 2; `A_k` is the k-th map of `Z = H × W` cells, `y` the logit
 * of the class, before softmax.) Behind these maps lie only their averages and a linear layer,
 *
 *     y = b + sum over k of w_k * (1/Z * sum over i, j of A_k(i, j)),   hence   dy/dA_k(i, j) = w_k / Z
 *
 * for every cell: the gradient is constant in space, its average is itself, and `a_k = w_k / Z`. CAM,
 * HiResCAM and XGrad-CAM are the same map here up to the factor Z. The cells before ReLU sum to `y - b`.
 *
 * @returns the map at layer size, after ReLU, unscaled; `isEmpty` where no cell speaks for the class
 * @throws RangeError when the features do not have the card's shape (a bug, not bad input)
 */
export function gradCam({ features, model, class: tumourClass, region }: MapSource): Heatmap {
  const { channels, rows, columns } = model.card.outputs.features;
  const cells = rows * columns;
  if (features.length !== channels * cells)
    throw new RangeError('features do not have the shape of the card');
  const classIndex = model.card.classes.indexOf(tumourClass);
  const weights = model.classifierWeight.subarray(classIndex * channels, (classIndex + 1) * channels);
  if (weights.length !== channels) throw new RangeError('the model has no such class');

  const sums = new Float64Array(cells);
  for (let channel = 0; channel < channels; channel++) {
    const weight = weights[channel]! / cells;
    const start = channel * cells;
    for (let cell = 0; cell < cells; cell++) sums[cell]! += weight * features[start + cell]!;
  }
  const values = Float32Array.from(sums, (sum) => Math.max(sum, 0));
  const maximum = values.reduce((best, value) => Math.max(best, value), 0);
  return {
    method: 'grad-cam',
    class: tumourClass,
    rows,
    columns,
    values,
    maximum,
    isEmpty: maximum === 0,
    region,
  };
}
