import { posix } from 'node:path';
import type { Slice } from '../../../src-shared/domain/slice.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { openImageFile } from '../../images/openImageFile.ts';
import { readPlace } from '../../images/walk/readPlace.ts';
import { placeInSource } from './placeInSource.ts';
import type { PicturePlace } from './PictureTable.ts';

/** A picture of the workspace from its file. @throws UserError 'file-not-found', or what reading it gives */
export async function readWorkspaceSlice(place: PicturePlace): Promise<Slice> {
  const image = await openImageFile(await readPlace(placeInSource(place)), posix.basename(place.path));
  if (place.sliceIndex >= image.slices.length) throw new UserError('picture-unknown');
  return image.readSlice(place.sliceIndex);
}
