import {
  explanationLayers,
  explanationMethods,
  type ExplanationLayer,
  type ExplanationMethod,
} from './analysis.ts';
import { layerOf, methodTraits } from './explanation.ts';

/** A method, and where in the network it is used; null for methods that work on the picture. */
export interface MapKind {
  method: ExplanationMethod;
  layer: ExplanationLayer | null;
}

/** A kind of map by its name: the method, and the layer where that is not the last, `grad-cam` or `layer-cam@14`. */
export function mapName({ method, layer }: MapKind): string {
  return layer === null || layer === '7' ? method : `${method}@${layer}`;
}

/** The kind of map that a name stands for; null where there is none. */
export function mapNamed(name: string): MapKind | null {
  const [word, at = '7', ...more] = name.split('@');
  const method = explanationMethods.find((one) => one === word);
  const asked = explanationLayers.find((one) => one === at);
  if (method === undefined || asked === undefined || more.length > 0) return null;
  const layer = layerOf(method, asked);
  return at === '7' || layer === asked ? { method, layer } : null;
}

/**
 * The map beside an answer where nobody asks for another: of those that cost at most one further pass, the one whose
 * energy lies most inside outlines of tumours (docs/results.md, where the models look).
 */
export const defaultMap = { method: 'layer-cam', layer: '14' } as const satisfies MapKind;

/** Where a method's map beside an answer is taken: the default one where it was found to be best, others last. */
export function usualLayer(method: ExplanationMethod): ExplanationLayer | null {
  return method === defaultMap.method ? defaultMap.layer : layerOf(method, '7');
}

/** Every kind of map, each method's from the coarsest. */
export const mapKinds: readonly MapKind[] = explanationMethods.flatMap((method): MapKind[] => {
  const { layers } = methodTraits[method];
  return layers.length === 0 ? [{ method, layer: null }] : layers.map((layer) => ({ method, layer }));
});
