import { upsample } from '../../src-shared/imaging/upsample.ts';
import { softmax } from '../../src-shared/statistics/softmax.ts';
import { askPictures } from './core/askPictures.ts';
import { classActivationMap } from './core/classActivationMap.ts';
import { lastMaps } from './core/LayerMaps.ts';
import type { PlainMap, Question } from './core/Question.ts';

/**
 * Score-CAM: each map by how well the class is recognised when only what the map lights up is shown.
 *
 *     M_k = U((A_k − min A_k) / (max A_k − min A_k))     w = softmax_k(y(x ∘ M_k) − y(x))     L = ReLU(Σ_k w_k A_k)
 *
 * (Wang et al., "Score-CAM", CVPR 2020 workshops, algorithm 1; `U` enlarges to the picture, `y` is the logit of the class,
 * `x ∘ M` fades to black, which is what surrounds a head. `y(x)` cancels in the softmax.) A map that is the same
 * everywhere shows black. With fewer samples than channels only those whose maps vary most take part (Li et al., "FIMF
 * Score-CAM", 2021, choose alike).
 *
 * @throws UserError 'cancelled', or what a run throws
 */
export async function scoreCam(question: Question): Promise<PlainMap> {
  const { picture, tools, classIndex, samples, logitWeights } = question;
  const maps = lastMaps(picture.features, tools.model, logitWeights);
  const { channels, rows, columns } = maps;
  const cells = rows * columns;
  const mapOf = (channel: number): Float32Array =>
    picture.features.subarray(channel * cells, (channel + 1) * cells);
  const chosen = mostVarying(channels, mapOf, samples);
  const { inputSize } = tools.model.card.architecture;
  const square = { rows: inputSize, columns: inputSize };
  const logits: number[] = [];
  const masked = (place: number): Float32Array => {
    const mask = upsample(normalised(mapOf(chosen[place]!)), maps, square);
    return picture.input.map((grey, i) => grey * mask[i]!);
  };
  await askPictures(question, chosen.length, masked, {
    onAnswer: (_, answer) => logits.push(answer[classIndex]!),
  });
  const weights = new Float64Array(channels);
  softmax(logits, 1).forEach((weight, place) => (weights[chosen[place]!] = weight));
  return { rows, columns, values: classActivationMap(maps, () => weights) };
}

/** In the order of the channels. */
function mostVarying(channels: number, mapOf: (channel: number) => Float32Array, count: number): number[] {
  const all = [...Array(channels).keys()];
  if (count >= channels) return all;
  const variances = all.map((channel) => {
    const map = mapOf(channel);
    const mean = map.reduce((sum, value) => sum + value, 0) / map.length;
    return map.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  });
  const best = all.toSorted((a, b) => variances[b]! - variances[a]! || a - b).slice(0, count);
  return best.sort((a, b) => a - b);
}

function normalised(map: Float32Array): Float32Array {
  const least = map.reduce((low, value) => Math.min(low, value), Infinity);
  const most = map.reduce((high, value) => Math.max(high, value), -Infinity);
  return map.map((value) => (most > least ? (value - least) / (most - least) : 0));
}
