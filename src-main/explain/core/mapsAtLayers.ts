import { askGradients, type GradientOfPicture } from './askPictures.ts';
import { lastMaps, type LayerMaps } from './LayerMaps.ts';
import type { Question } from './Question.ts';

/** A layer with maps of its own. */
export type MapLayer = '7' | '14' | '28';

/**
 * The last maps of each size, after ReLU6 as the methods' papers ask: the widened maps before the depthwise
 * convolution that halves them.
 */
const activationOf = { '14': 'block13.expand', '28': 'block6.expand' } as const;

type DeepLayer = keyof typeof activationOf;

/**
 * The picture's maps at layers with the gradient of the score: the last ones from the picture's own run, deeper ones by
 * one pass backwards for all of them.
 *
 * @throws UserError 'cancelled', or what a run throws
 */
export async function mapsAtLayers(question: Question, layers: readonly MapLayer[]): Promise<LayerMaps[]> {
  const deep = layers.filter((layer) => layer !== '7');
  const found = new Map<MapLayer, LayerMaps>();
  if (deep.length > 0) {
    await gradientMaps(
      question,
      deep,
      1,
      () => question.picture.input,
      (_, maps) => deep.forEach((layer, i) => found.set(layer, maps[i]!)),
    );
  }
  const { picture, tools, logitWeights } = question;
  return layers.map((layer) => found.get(layer) ?? lastMaps(picture.features, tools.model, logitWeights));
}

/** Maps and gradients at deeper layers for made pictures, handed over in order, [layer]. */
export async function gradientMaps(
  question: Question,
  layers: readonly DeepLayer[],
  count: number,
  make: (index: number) => Float32Array,
  onMaps: (index: number, maps: LayerMaps[]) => void,
): Promise<void> {
  const { inputSize } = question.tools.model.card.architecture;
  await askGradients(question, count, make, {
    of: layers.map((layer) => activationOf[layer]),
    onAnswer: (index, gradient) =>
      onMaps(
        index,
        layers.map((layer, i) => layerMapsOf(gradient.maps[i]!, (inputSize * Number(layer)) / 224)),
      ),
  });
}

function layerMapsOf(maps: GradientOfPicture['maps'][number], size: number): LayerMaps {
  const channels = maps.activations.length / (size * size);
  return { channels, rows: size, columns: size, ...maps };
}
