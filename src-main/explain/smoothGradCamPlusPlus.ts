import { addNoise } from './core/addNoise.ts';
import { askPictures } from './core/askPictures.ts';
import { classActivationMap, perChannel, sumOf } from './core/classActivationMap.ts';
import type { LayerMaps } from './core/LayerMaps.ts';
import { gradientMaps, mapsAtLayers, type MapLayer } from './core/mapsAtLayers.ts';
import type { PlainMap, Question } from './core/Question.ts';

/**
 * Smooth Grad-CAM++: Grad-CAM++ with derivatives and maps averaged over noisy copies of the picture.
 *
 *     D_p = (1/n) Σ_m g_m^p,   g_m = ∂S/∂A_k(i, j) at x + N(0, σ²)
 *     α_k(i, j) = D_2 / (2 D_2 + D_3 · Σ_ab A_k(a, b))     w_k = Σ_ij α_k(i, j) · ReLU(D_1)
 *     L = ReLU(Σ_k w_k · (1/n) Σ_m A_k,m)
 *
 * (Omeiza et al., "Smooth Grad-CAM++", arXiv:1908.01224, with D_2 above the fraction, as Grad-CAM++ has it; `A_k` in α
 * are the maps without noise.) At the last maps g is the classifier's weight over Z whatever the noise, so one run of n
 * pictures is all that is asked. torch-cam takes the last copy's maps instead of their mean: with n = 1 both are one.
 */
export async function smoothGradCamPlusPlus(question: Question, layer: MapLayer): Promise<PlainMap> {
  const [clean] = (await mapsAtLayers(question, [layer])) as [LayerMaps];
  const means = new Means(clean.activations.length, question.samples);
  const noisy = (sample: number): Float32Array => addNoise(question.picture.input, question.seed, sample);
  if (layer === '7') {
    await askPictures(question, question.samples, noisy, {
      wantsFeatures: true,
      onAnswer: (_index, _logits, features) => means.addMaps(features!),
    });
    means.setGradient(clean.gradients);
  } else {
    await gradientMaps(question, [layer], question.samples, noisy, (_, [maps]) => {
      means.addMaps(maps!.activations);
      means.addGradient(maps!.gradients);
    });
  }
  const { channels, rows, columns } = clean;
  const smooth = { channels, rows, columns, activations: means.maps, gradients: means.first };
  return { rows, columns, values: classActivationMap(smooth, () => smoothWeights(clean, means)) };
}

/** [channel] */
function smoothWeights(clean: LayerMaps, { first, second, third }: Means): Float64Array {
  const cells = clean.rows * clean.columns;
  let channel = 0;
  return perChannel((activations) => {
    const start = cells * channel++;
    const total = sumOf(cells, (cell) => activations[cell]!);
    return sumOf(cells, (cell) => {
      const place = start + cell;
      const denominator = 2 * second[place]! + third[place]! * total;
      if (first[place]! <= 0 || denominator <= 0) return 0;
      return (second[place]! / denominator) * first[place]!;
    });
  })(clean);
}

/** Means over the noisy copies, [channel][row][column] each. */
class Means {
  readonly maps: Float32Array;
  readonly first: Float32Array;
  readonly second: Float64Array;
  readonly third: Float64Array;
  readonly #count: number;

  constructor(length: number, count: number) {
    this.maps = new Float32Array(length);
    this.first = new Float32Array(length);
    this.second = new Float64Array(length);
    this.third = new Float64Array(length);
    this.#count = count;
  }

  addMaps(activations: Float32Array): void {
    for (let i = 0; i < activations.length; i++) this.maps[i]! += activations[i]! / this.#count;
  }

  addGradient(gradients: Float32Array): void {
    for (let i = 0; i < gradients.length; i++) this.#add(i, gradients[i]!, 1 / this.#count);
  }

  /** The same gradient for every copy. */
  setGradient(gradients: Float32Array): void {
    for (let i = 0; i < gradients.length; i++) this.#add(i, gradients[i]!, 1);
  }

  #add(place: number, gradient: number, share: number): void {
    this.first[place]! += share * gradient;
    this.second[place]! += share * gradient ** 2;
    this.third[place]! += share * gradient ** 3;
  }
}
