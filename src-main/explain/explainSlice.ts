import type { ExplanationLayer, ExplanationMethod } from '../../src-shared/domain/analysis.ts';
import {
  layerOf,
  methodTraits,
  type Explanation,
  type ExplanationRequest,
} from '../../src-shared/domain/explanation.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { throwIfCancelled, UserError } from '../../src-shared/errors.ts';
import { ablationCamWeights } from './ablationCam.ts';
import { camWeights } from './cam.ts';
import { canExplain } from './canExplain.ts';
import { classActivationMap, type MapWeighting } from './core/classActivationMap.ts';
import type { LayerMaps } from './core/LayerMaps.ts';
import { activationOf, mapsAtLayers, type MapLayer } from './core/mapsAtLayers.ts';
import type { AnsweredPicture, ExplainTools, PlainMap, Question } from './core/Question.ts';
import { eigenCam } from './eigenCam.ts';
import { differenceOfLogits, finerCamWeights } from './finerCam.ts';
import { fuseLayers } from './fuseLayers.ts';
import { gradCamWeights } from './gradCam.ts';
import { gradCamPlusPlusWeights } from './gradCamPlusPlus.ts';
import { hiresCamWeights } from './hiresCam.ts';
import { integratedGradients } from './integratedGradients.ts';
import { layerCamWeights } from './layerCam.ts';
import { occlusion } from './occlusion.ts';
import { rise } from './rise.ts';
import { scoreCam } from './scoreCam.ts';
import { smoothGrad } from './smoothGrad.ts';
import { smoothGradCamPlusPlus } from './smoothGradCamPlusPlus.ts';
import { xGradCamWeights } from './xGradCam.ts';

/**
 * Explains one class of one answered picture by one method. What follows from the maps of the picture's own run costs
 * no further one; the other methods ask the model.
 *
 * @returns the map at its own size, after ReLU where the method has one, unscaled
 * @throws UserError 'method-unavailable' where the model hides what the method needs; 'invalid-input' for a class
 * against itself; 'cancelled', or what a run throws
 */
export async function explainSlice(
  request: ExplanationRequest,
  picture: AnsweredPicture,
  tools: ExplainTools,
): Promise<Explanation> {
  throwIfCancelled(tools.signal);
  const { method } = request;
  if (!canExplain(method, tools.model.card))
    throw new UserError('method-unavailable', {
      method,
      reason: 'This model shows nothing of its inside. Occlusion and RISE work on any model.',
    });
  const layer = layerOf(method, request.layer);
  const against = method === 'finer-cam' ? rivalOf(request, picture, tools) : null;
  const map = await mapOf(method, layer, questionOf(request, against, picture, tools));
  return { ...toHeatmap(request, layer, map, picture), against };
}

/**
 * The one place inside the network whose maps and gradients a method needs besides the last maps, to be brought by the
 * run that answers the picture; null where there is none, or the gradients are of other pictures.
 */
export function answerPlace(method: ExplanationMethod, asked: ExplanationLayer): string | null {
  const layer = layerOf(method, asked);
  const isDeep = layer === '14' || layer === '28';
  return isDeep && method !== 'smooth-grad-cam++' ? activationOf[layer] : null;
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

function questionOf(
  request: ExplanationRequest,
  against: TumourClass | null,
  picture: AnsweredPicture,
  tools: ExplainTools,
): Question {
  const { classes } = tools.model.card;
  const classIndex = indexOf(request.class, classes);
  const againstIndex = against === null ? null : indexOf(against, classes);
  return {
    picture,
    tools,
    classIndex,
    logitWeights: differenceOfLogits(classes.length, classIndex, againstIndex),
    samples: request.samples ?? methodTraits[request.method].samples ?? 1,
    seed: request.seed,
  };
}

function mapOf(
  method: ExplanationRequest['method'],
  layer: ExplanationLayer | null,
  question: Question,
): Promise<PlainMap> {
  switch (method) {
    case 'score-cam':
      return scoreCam(question);
    case 'occlusion':
      return occlusion(question);
    case 'rise':
      return rise(question);
    case 'integrated-gradients':
      return integratedGradients(question);
    case 'smooth-grad':
      return smoothGrad(question);
    default:
      return activationMap(method, layer ?? '7', question);
  }
}

type ActivationMethod = Exclude<
  ExplanationRequest['method'],
  'score-cam' | 'occlusion' | 'rise' | 'integrated-gradients' | 'smooth-grad'
>;

/** From the coarsest to the finest. */
const fusedLayers = ['7', '14', '28'] as const;

async function activationMap(
  method: ActivationMethod,
  layer: ExplanationLayer,
  question: Question,
): Promise<PlainMap> {
  const layers: readonly MapLayer[] = layer === 'fused' ? fusedLayers : [layer];
  const found: PlainMap[] = [];
  if (method === 'smooth-grad-cam++') {
    for (const one of layers) found.push(await smoothGradCamPlusPlus(question, one));
  } else {
    for (const maps of await mapsAtLayers(question, layers)) found.push(mapAtLayer(method, maps, question));
  }
  return layer === 'fused' ? fuseLayers(found) : found[0]!;
}

function mapAtLayer(
  method: Exclude<ActivationMethod, 'smooth-grad-cam++'>,
  maps: LayerMaps,
  { picture, classIndex }: Question,
): PlainMap {
  const { rows, columns } = maps;
  if (method === 'eigen-cam') return { rows, columns, values: eigenCam(maps) };
  const weighting =
    method === 'ablation-cam' ? ablationCamWeights(picture.logits[classIndex]!) : weightings[method];
  return { rows, columns, values: classActivationMap(maps, weighting) };
}

const weightings: Record<
  Exclude<ActivationMethod, 'smooth-grad-cam++' | 'eigen-cam' | 'ablation-cam'>,
  MapWeighting
> = {
  cam: camWeights,
  'grad-cam': gradCamWeights,
  'hires-cam': hiresCamWeights,
  'xgrad-cam': xGradCamWeights,
  'grad-cam++': gradCamPlusPlusWeights,
  'layer-cam': layerCamWeights,
  'finer-cam': finerCamWeights,
};

function indexOf(name: TumourClass, classes: readonly string[]): number {
  const index = classes.indexOf(name);
  if (index < 0) throw new RangeError(`the model has no class ${name}`);
  return index;
}

function toHeatmap(
  { method, class: tumourClass }: ExplanationRequest,
  layer: ExplanationLayer | null,
  { rows, columns, values }: PlainMap,
  { region }: AnsweredPicture,
): Omit<Explanation, 'against'> {
  const maximum = values.reduce((most, value) => Math.max(most, value), -Infinity);
  const minimum = values.reduce((least, value) => Math.min(least, value), Infinity);
  const isEmpty = !(maximum > 0);
  return { method, layer, class: tumourClass, rows, columns, values, maximum, minimum, isEmpty, region };
}
