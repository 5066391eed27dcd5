import type { Slice } from '../../../src-shared/domain/slice.ts';
import { UserError } from '../../../src-shared/errors.ts';
import type { PicturePlace } from './PictureTable.ts';
import { readWorkspaceSlice } from './readWorkspaceSlice.ts';

/**
 * Reads a batch of pictures from their files, all at once. A file that went since the import, or cannot be read, is left
 * out: the next import tells it as missing.
 *
 * @returns the items that were read, and their slices in the same order
 */
export async function readWorkspaceSlices<Item>(
  batch: readonly Item[],
  placeOf: (item: Item) => PicturePlace,
): Promise<{ read: Item[]; slices: Slice[] }> {
  const found = await Promise.all(batch.map((item) => readOrNull(() => placeOf(item))));
  return {
    read: batch.filter((_, i) => found[i] !== null),
    slices: found.filter((slice) => slice !== null),
  };
}

async function readOrNull(place: () => PicturePlace): Promise<Slice | null> {
  try {
    return await readWorkspaceSlice(place());
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
