import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../../src-shared/errors.ts';
import { mapInOrder } from '../../../src-shared/inOrder.ts';
import { lookHash } from '../../datasets/lookHash.ts';
import type { TrainingImage } from '../evaluation/TrainingImages.ts';
import { openImageFile } from '../../images/openImageFile.ts';
import type { PicturePlace } from '../pictures/shares.ts';

/** Files read and decoded at a time; decoders run on other threads. */
const filesAtOnce = 4;

/**
 * The pictures of a training part as `training-images.txt` names them. One that cannot be read any more keeps its hash
 * and has no look: a run of hours is not lost over it.
 *
 * @param folder - of the data set, absolute
 */
export async function lookAtPictures(
  folder: string,
  pictures: readonly PicturePlace[],
): Promise<TrainingImage[]> {
  const images: TrainingImage[] = [];
  for await (const image of mapInOrder(pictures, filesAtOnce, (picture) => lookAt(folder, picture)))
    images.push(image);
  return images;
}

async function lookAt(folder: string, { path, frame, hash }: PicturePlace): Promise<TrainingImage> {
  const bytes = await readFile(join(folder, path)).catch(() => null);
  if (bytes === null) return { fileHash: hash, look: null };
  try {
    const image = await openImageFile(bytes, path);
    const index = frame === null ? 0 : image.slices.findIndex((header) => header.frame === frame);
    return { fileHash: hash, look: index < 0 ? null : lookHash(await image.readSlice(index)) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { fileHash: hash, look: null };
  }
}
