import type {
  Explanation,
  ExplanationLayer,
  ExplanationRequest,
} from '../../src-shared/domain/explanation.ts';
import { layerOf } from '../../src-shared/domain/explanation.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { throwIfCancelled, UserError } from '../../src-shared/errors.ts';
import { ablationCamWeights } from './ablationCam.ts';
import { camWeights } from './cam.ts';
import { classActivationMap, type MapWeighting } from './core/classActivationMap.ts';
import { lastMaps, type LayerMaps } from './core/LayerMaps.ts';
import type { AnsweredPicture, ExplainTools, PlainMap } from './core/Question.ts';
import { eigenCam } from './eigenCam.ts';
import { differenceOfLogits, finerCamWeights } from './finerCam.ts';
import { gradCamWeights } from './gradCam.ts';
import { gradCamPlusPlusWeights } from './gradCamPlusPlus.ts';
import { hiresCamWeights } from './hiresCam.ts';
import { layerCamWeights } from './layerCam.ts';
import { xGradCamWeights } from './xGradCam.ts';

/**
 * Explains one class of one answered picture by one method. What follows from the maps of the picture's own run costs
 * no further one; the other methods ask the model.
 *
 * @returns the map at its own size, after ReLU where the method has one, unscaled
 * @throws UserError 'invalid-input' for a class against itself; 'method-unavailable'; 'cancelled', or what a run throws
 */
export async function explainSlice(
  request: ExplanationRequest,
  picture: AnsweredPicture,
  tools: ExplainTools,
): Promise<Explanation> {
  throwIfCancelled(tools.signal);
  const layer = layerOf(request.method, request.layer);
  const against = request.method === 'finer-cam' ? rivalOf(request, picture, tools) : null;
  const map = await mapOf(request, layer, against, picture, tools);
  return { ...toHeatmap(request, map, picture), layer, against };
}

/** The class against which Finer-CAM explains: the one asked for, else the runner-up. */
function rivalOf(
  { class: wanted, against }: ExplanationRequest,
  { logits }: AnsweredPicture,
  { model }: ExplainTools,
): TumourClass {
  if (against === wanted)
    throw new UserError('invalid-input', { reason: 'A class cannot be explained against itself.' });
  if (against !== null) return against;
  const others = model.card.classes
    .map((name, index) => ({ name, logit: logits[index]! }))
    .filter(({ name }) => name !== wanted);
  return others.reduce((best, other) => (other.logit > best.logit ? other : best)).name as TumourClass;
}

function mapOf(
  request: ExplanationRequest,
  layer: ExplanationLayer | null,
  against: TumourClass | null,
  picture: AnsweredPicture,
  { model }: ExplainTools,
): PlainMap | Promise<PlainMap> {
  const { classes } = model.card;
  const classIndex = indexOf(request.class, classes);
  if (layer === '7') {
    const weights =
      against === null
        ? Float32Array.from(classes, (_, index) => (index === classIndex ? 1 : 0))
        : differenceOfLogits(classes.length, classIndex, indexOf(against, classes));
    const maps = lastMaps(picture.features, model, weights);
    const values = mapAtLayer(request.method, maps, picture.logits[classIndex]!);
    return { rows: maps.rows, columns: maps.columns, values };
  }
  throw new UserError('method-unavailable', { method: request.method });
}

/** The map of a method that needs nothing but maps and gradients of one layer. @param score - the class's logit */
function mapAtLayer(
  method: ExplanationRequest['method'],
  maps: LayerMaps,
  score: number,
): Float32Array<ArrayBuffer> {
  if (method === 'eigen-cam') return eigenCam(maps);
  return classActivationMap(maps, weightingOf(method, score));
}

function weightingOf(method: ExplanationRequest['method'], score: number): MapWeighting {
  switch (method) {
    case 'cam':
      return camWeights;
    case 'grad-cam':
      return gradCamWeights;
    case 'hires-cam':
      return hiresCamWeights;
    case 'xgrad-cam':
      return xGradCamWeights;
    case 'grad-cam++':
      return gradCamPlusPlusWeights;
    case 'layer-cam':
      return layerCamWeights;
    case 'ablation-cam':
      return ablationCamWeights(score);
    case 'finer-cam':
      return finerCamWeights;
    default:
      throw new UserError('method-unavailable', { method });
  }
}

function indexOf(name: TumourClass, classes: readonly string[]): number {
  const index = classes.indexOf(name);
  if (index < 0) throw new RangeError(`the model has no class ${name}`);
  return index;
}

function toHeatmap(
  { method, class: tumourClass }: ExplanationRequest,
  { rows, columns, values }: PlainMap,
  { region }: AnsweredPicture,
): Omit<Explanation, 'layer' | 'against'> {
  const maximum = values.reduce((most, value) => Math.max(most, value), -Infinity);
  const minimum = values.reduce((least, value) => Math.min(least, value), Infinity);
  return {
    method,
    class: tumourClass,
    rows,
    columns,
    values,
    maximum,
    minimum,
    isEmpty: maximum <= 0,
    region,
  };
}
