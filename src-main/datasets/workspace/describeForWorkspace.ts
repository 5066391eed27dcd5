import type { Plane } from '../../../src-shared/domain/plane.ts';
import type { Slice } from '../../../src-shared/domain/slice.ts';
import { displayGrey, plainGrey } from '../../../src-shared/imaging/greyRows.ts';
import { thumbnailSize } from '../../../src-shared/imaging/makeThumbnail.ts';
import { perceptualHash } from '../../../src-shared/imaging/perceptualHash.ts';
import { planeOf } from '../../../src-shared/imaging/planeOfOrientation.ts';
import { releaseMemory } from '../../../src-shared/releaseMemory.ts';
import { openImageFile } from '../../images/openImageFile.ts';
import { encodeJpeg } from '../../images/raster/encodeJpeg.ts';
import type { ReadFile } from '../../images/walk/readUnder.ts';
import { hasContrast } from '../groupPictures.ts';
import { labelsOfPath } from '../labelsOfPath.ts';
import { describeSlice } from '../readPictures.ts';
import type { Verdict } from './HygieneTable.ts';
import type { TakenPicture } from './PictureIntake.ts';

/** The longer side of a preview. */
const previewSize = 160;

/** Asks a guard about a slice, while its pixels are at hand. */
export type AskGuard = (
  slice: Slice,
  picture: { path: string; fileHash: string; plane: Plane | null },
) => Promise<Verdict | null>;

/**
 * Every picture of a file as the workspace keeps it.
 *
 * @param askGuard - null: no guard is asked
 * @throws UserError where one cannot be read
 */
export async function describeForWorkspace(
  { path, fileName, bytes, fileHash }: ReadFile,
  askGuard: AskGuard | null,
): Promise<TakenPicture[]> {
  const image = await openImageFile(bytes, fileName);
  const labels = labelsOfPath(path);
  const pictures: TakenPicture[] = [];
  for (const [sliceIndex, header] of image.slices.entries()) {
    if (header.isReformatted) continue;
    const slice = await image.readSlice(sliceIndex);
    // The guard's model works in another process meanwhile.
    const verdict = askGuard?.(slice, { path, fileHash, plane: labels.plane });
    verdict?.catch(() => undefined);
    const described = describeSlice(slice, labels);
    const { thumbnail } = described;
    pictures.push({
      path,
      fileHash,
      sliceIndex,
      ...described,
      orientation: planeOf(slice),
      look: hasContrast(thumbnail) ? perceptualHash(thumbnail) : null,
      preview: await previewOf(slice),
      verdict: (await verdict) ?? null,
    });
    releaseMemory(slice.samples);
  }
  releaseMemory(bytes);
  return pictures;
}

function previewOf(slice: Slice): Promise<Uint8Array<ArrayBuffer>> {
  return encodeJpeg(plainGrey(slice) ?? displayGrey(slice, slice), slice, thumbnailSize(slice, previewSize));
}
