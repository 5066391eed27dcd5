import type { ModelCard } from '../../../src-shared/domain/modelCard.ts';
import { indexOfLargest } from '../../../src-shared/statistics/indexOfLargest.ts';
import { askGradients, type GradientOfPicture } from './askPictures.ts';
import { lastMaps, type LayerMaps } from './LayerMaps.ts';
import type { Question } from './Question.ts';

/** A layer with maps of its own. */
export type MapLayer = '7' | '14' | '28';

/**
 * The last maps of each size, after ReLU6 as the methods' papers ask: the widened maps before the depthwise
 * convolution that halves them.
 */
export const activationOf = { '14': 'block13.expand', '28': 'block6.expand' } as const;

type DeepLayer = keyof typeof activationOf;

/**
 * The picture's maps at layers with the gradient of the score: the last ones from the picture's own run, and deeper
 * ones where it brought them; else deeper ones by one pass backwards for all of them.
 *
 * @throws UserError 'cancelled', or what a run throws
 */
export async function mapsAtLayers(question: Question, layers: readonly MapLayer[]): Promise<LayerMaps[]> {
  const found = broughtMaps(question);
  const deep = layers.filter((layer): layer is DeepLayer => layer !== '7' && !found.has(layer));
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

/** What the picture's own run brought of deeper layers, where the score is the answered class's logit. */
function broughtMaps({ picture, logitWeights, tools }: Question): Map<MapLayer, LayerMaps> {
  const { answerMaps, logits } = picture;
  const answer = indexOfLargest(logits);
  const isOfAnswer = logitWeights.every((weight, index) => weight === Number(index === answer));
  if (!answerMaps || !isOfAnswer) return new Map();
  const layers = (['14', '28'] as const).filter((layer) => activationOf[layer] === answerMaps.place);
  return new Map(
    layers.map((layer) => [layer, layerMapsOf(answerMaps.maps, sizeAt(layer, tools.model.card))]),
  );
}

/** Maps and gradients at deeper layers for made pictures, handed over in order, [layer]. */
export async function gradientMaps(
  question: Question,
  layers: readonly DeepLayer[],
  count: number,
  make: (index: number) => Float32Array,
  onMaps: (index: number, maps: LayerMaps[]) => void,
): Promise<void> {
  const { card } = question.tools.model;
  await askGradients(question, count, make, {
    of: layers.map((layer) => activationOf[layer]),
    onAnswer: (index, gradient) =>
      onMaps(
        index,
        layers.map((layer, i) => layerMapsOf(gradient.maps[i]!, sizeAt(layer, card))),
      ),
  });
}

/** Rows and columns of a layer's maps, which is named after those of a picture of 224 × 224. */
function sizeAt(layer: DeepLayer, { architecture }: Pick<ModelCard, 'architecture'>): number {
  return (architecture.inputSize * Number(layer)) / 224;
}

function layerMapsOf(maps: GradientOfPicture['maps'][number], size: number): LayerMaps {
  const channels = maps.activations.length / (size * size);
  return { channels, rows: size, columns: size, ...maps };
}
