import {
  explanationLayers,
  type ExplanationLayer,
  type ExplanationMethod,
  type Heatmap,
} from './analysis.ts';
import type { TumourClass } from './tumourClass.ts';

/** One question to a model: why this class, by this method. */
export interface ExplanationRequest {
  method: ExplanationMethod;
  /** Ignored by methods that have no such layer, see `layerOf`. */
  layer: ExplanationLayer;
  class: TumourClass;
  /** For Finer-CAM: the class that is told apart from the first; the runner-up where null. Others ignore it. */
  against: TumourClass | null;
  /** How often a method asks the model, see `methodTraits`; its own number where null. */
  samples: number | null;
  /** Where a method draws numbers: the same seed, the same map. */
  seed: number;
}

/** A heatmap, and what of the question took part in it. */
export interface Explanation extends Heatmap {
  against: TumourClass | null;
  minimum: number;
}

/** What a method can be asked for. */
export interface MethodTraits {
  /** Empty where a method works on the picture and not on maps of the network. */
  layers: readonly ExplanationLayer[];
  /** How many runs it takes unless told otherwise; null where there is nothing to choose. */
  samples: number | null;
  /** Whether the seed takes part. */
  isRandom: boolean;
}

const anyLayer = { layers: explanationLayers, samples: null, isRandom: false } as const;
const lastLayer = { layers: ['7'], samples: null, isRandom: false } as const;

/** Each method's layers and samples. Score-CAM's samples are channels: it takes those whose maps vary most. */
export const methodTraits: Record<ExplanationMethod, MethodTraits> = {
  cam: lastLayer,
  'grad-cam': anyLayer,
  'hires-cam': anyLayer,
  'xgrad-cam': anyLayer,
  'grad-cam++': anyLayer,
  'smooth-grad-cam++': { layers: explanationLayers, samples: 8, isRandom: true },
  'layer-cam': anyLayer,
  'eigen-cam': anyLayer,
  'score-cam': { layers: ['7'], samples: 1280, isRandom: false },
  'ablation-cam': lastLayer,
  'finer-cam': anyLayer,
  occlusion: { layers: [], samples: null, isRandom: false },
  rise: { layers: [], samples: 500, isRandom: true },
  'integrated-gradients': { layers: [], samples: 64, isRandom: false },
  'smooth-grad': { layers: [], samples: 32, isRandom: true },
};

/** The most samples that a method may be asked for. */
export const mostSamples = 10_000;

/** The layer that a method uses when it is asked for one: that one, its only one, or none. */
export function layerOf(method: ExplanationMethod, asked: ExplanationLayer): ExplanationLayer | null {
  const { layers } = methodTraits[method];
  return layers.includes(asked) ? asked : (layers[0] ?? null);
}
