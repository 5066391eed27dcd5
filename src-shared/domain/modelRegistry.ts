import type { ModelCard } from './modelCard.ts';
import type { ProviderName } from './analysis.ts';

/** What a model can be used for by itself: the three planes, pictures of no certain plane, and naming planes. */
export const modelSlots = ['axial', 'sagittal', 'coronal', 'combined', 'plane'] as const;

export type ModelSlot = (typeof modelSlots)[number];

/** A model that is at hand. */
export interface RegisteredModel {
  card: ModelCard;
  /** With the application, or taken in by a person. */
  origin: 'shipped' | 'own';
  /** Where it came from, in words; null for those that came with the application. */
  source: string | null;
  addedAt: string | null;
  isArchived: boolean;
  /** What it is in use for. */
  slots: readonly ModelSlot[];
}

/** One change of what is in use. */
export interface Activation {
  slot: ModelSlot;
  /** Null: what the application came with. */
  model: string | null;
  activatedAt: string;
}

/** Everything about the models at hand. */
export interface ModelRegistryView {
  models: RegisteredModel[];
  /** The newest first. */
  history: Activation[];
  /** Folders with a card that do not pass their checks. */
  damaged: { model: string; reason: string }[];
}

/** What lies where a person pointed to. */
export type ModelSource =
  | { kind: 'folder'; card: ModelCard }
  | { kind: 'layers-model'; card: ModelCard | null; inputSize: number; classCount: number }
  | {
      kind: 'onnx';
      inputs: { name: string; shape: (number | string)[]; isFloat32: boolean }[];
      outputs: { name: string; shape: (number | string)[]; isFloat32: boolean }[];
    };

/** What a self-check found. */
export interface SelfCheck {
  provider: ProviderName;
  /** Golden slices that were run. */
  slices: number;
  /** Largest difference of a probability between one by one and all at once. */
  largestDifference: number;
}

/** Whether a model with this card may be used for a slot. */
export function fitsSlot({ task, subset }: Pick<ModelCard, 'task' | 'subset'>, slot: ModelSlot): boolean {
  if (slot === 'plane') return task === 'plane';
  return task === 'tumour-class' && (subset === 'combined' || subset === slot);
}
