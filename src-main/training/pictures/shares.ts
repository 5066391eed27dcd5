import type { AugmentationPreset } from '../../../src-shared/imaging/augmentation/augmentationPreset.ts';
import type { Failure } from '../../../src-shared/errors.ts';
import type { InputRule } from '../../preprocess/toModelInput.ts';

/** Where a picture lies, and what its file must be. */
export interface PicturePlace {
  /** Relative to the data set's folder, with `/`. */
  path: string;
  frame: number | null;
  /** SHA-256 of the file when the split was made. */
  hash: string;
}

/** What a loader thread is told at its birth. */
export interface LoaderSetup {
  /** The data set's folder, absolute. */
  folder: string;
  pictures: readonly PicturePlace[];
  rule: InputRule;
  augmentation: AugmentationPreset;
  seed: number;
  /** Memory for decoded pictures. */
  cacheBytes: number;
}

/** One picture that is wanted. */
export interface Wanted {
  picture: number;
  /** Names the showing: (epoch, repetition) decide about the augmentation; null leaves the picture as it is. */
  showing: { epoch: number; repetition: number } | null;
  /** Position in the batch. */
  place: number;
}

export interface LoaderOrder {
  wanted: readonly Wanted[];
  /** [place][row][column], written by the threads. */
  images: Float32Array<SharedArrayBuffer>;
}

export type LoaderAnswer = { kind: 'done' } | { kind: 'failed'; error: Failure };
