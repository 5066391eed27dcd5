import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Slice } from '../../../src-shared/domain/slice.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { hashDistance, perceptualBits } from '../../../src-shared/imaging/perceptualHash.ts';
import { lookHash, sameLook } from '../../datasets/lookHash.ts';
import { trainingImagesFileName } from '../../network/loadModel.ts';

/** A picture that a model was trained on. */
export interface TrainingImage {
  /** SHA-256 of the file, lower-case hex. */
  fileHash: string;
  /** See `lookHash`; null where it shows nothing, or nobody knows. */
  look: Uint32Array | null;
}

const heading = '# bratum training images 1';

/** Set before a look: without it, whoever looks for words of 64 hex digits would take the look for a file. */
const lookMark = 'p';

/** The pictures that a model was trained on, to be asked whether one of them comes again. */
export class TrainingImages {
  readonly #files: ReadonlySet<string>;
  readonly #looks: readonly Uint32Array[];

  constructor(images: readonly TrainingImage[]) {
    this.#files = new Set(images.map(({ fileHash }) => fileHash));
    this.#looks = images.flatMap(({ look }) => look ?? []);
  }

  /** How many files; 0 where the model does not say what it was trained on. */
  get size(): number {
    return this.#files.size;
  }

  /** True for the very bytes of a training picture. */
  has(fileHash: string): boolean {
    return this.#files.has(fileHash);
  }

  /** True for a look like that of a training picture: resized, compressed or brightened, or out of its DICOM file. */
  resembles(look: Uint32Array | null): boolean {
    return look !== null && this.#looks.some((known) => hashDistance(known, look, sameLook) <= sameLook);
  }

  /** True for a slice that is a training picture, by its bytes or by its look; the look is taken only if it is needed. */
  hasSeen({ fileHash, slice }: { fileHash: string; slice: Slice }): boolean {
    return this.has(fileHash) || (this.#looks.length > 0 && this.resembles(lookHash(slice)));
  }
}

/**
 * Reads `training-images.txt` of a model folder: on each line the SHA-256 of a file and, where known, the look after
 * `p`, both in hex. A line without 64 hex digits says nothing; a file of hashes alone is read as well.
 *
 * @returns no pictures where there is no such file
 * @throws UserError 'model-damaged' when the file is there and cannot be read
 */
export async function readTrainingImages(folder: string): Promise<TrainingImages> {
  const text = await readFile(join(folder, trainingImagesFileName), 'utf8').catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    const reason = `The file ${trainingImagesFileName} cannot be read.`;
    throw new UserError('model-damaged', { model: basename(folder), reason }, { cause });
  });
  return new TrainingImages(parseTrainingImages(text));
}

/** The pictures that the text of `training-images.txt` names. */
export function parseTrainingImages(text: string): TrainingImage[] {
  return text.split('\n').flatMap((line) => {
    const [fileHash] = /\b[0-9a-f]{64}\b/.exec(line) ?? [];
    if (fileHash === undefined) return [];
    const [, look] = new RegExp(`\\b${lookMark}([0-9a-f]{${perceptualBits / 4}})\\b`).exec(line) ?? [];
    return [{ fileHash, look: look === undefined ? null : wordsOf(look) }];
  });
}

/** The text of `training-images.txt`: every file, and every frame's look, once, in the order of the hashes. */
export function trainingImagesText(images: readonly TrainingImage[]): string {
  const seen = new Set(images.flatMap(({ fileHash, look }) => (look === null ? [] : fileHash)));
  const lines = images.flatMap(({ fileHash, look }) => {
    if (look === null) return seen.has(fileHash) ? [] : fileHash;
    return `${fileHash} ${lookMark}${hexOf(look)}`;
  });
  return [heading, ...[...new Set(lines)].sort()].map((line) => `${line}\n`).join('');
}

function hexOf(look: Uint32Array): string {
  return Array.from(look, (word) => word.toString(16).padStart(8, '0')).join('');
}

function wordsOf(hex: string): Uint32Array {
  return Uint32Array.from(hex.match(/.{8}/g) ?? [], (word) => Number.parseInt(word, 16));
}
