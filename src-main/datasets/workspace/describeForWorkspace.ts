import type { Slice } from '../../../src-shared/domain/slice.ts';
import { makeThumbnail } from '../../../src-shared/imaging/makeThumbnail.ts';
import { perceptualHash } from '../../../src-shared/imaging/perceptualHash.ts';
import { planeOf } from '../../../src-shared/imaging/planeOfOrientation.ts';
import { openImageFile } from '../../images/openImageFile.ts';
import { encodeJpeg } from '../../images/raster/encodeJpeg.ts';
import type { ReadFile } from '../../images/walk/readUnder.ts';
import { hasContrast } from '../groupPictures.ts';
import { labelsOfPath } from '../labelsOfPath.ts';
import { describeSlice } from '../readPictures.ts';
import type { TakenPicture } from './PictureIntake.ts';

/** The longer side of a preview. */
const previewSize = 160;

/** Every picture of a file as the workspace keeps it. @throws UserError where one cannot be read */
export async function describeForWorkspace({
  path,
  fileName,
  bytes,
  fileHash,
}: ReadFile): Promise<TakenPicture[]> {
  const image = await openImageFile(bytes, fileName);
  const labels = labelsOfPath(path);
  const pictures: TakenPicture[] = [];
  for (const [sliceIndex, header] of image.slices.entries()) {
    if (header.isReformatted) continue;
    const slice = await image.readSlice(sliceIndex);
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
    });
  }
  return pictures;
}

function previewOf(slice: Slice): Promise<Uint8Array<ArrayBuffer>> {
  const { grey, rows, columns } = makeThumbnail(slice, previewSize);
  return encodeJpeg(grey, { rows, columns });
}
