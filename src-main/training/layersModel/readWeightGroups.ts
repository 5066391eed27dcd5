import { join } from 'node:path';
import { UserError } from '../../../src-shared/errors.ts';
import { isInside } from '../../images/walk/isInside.ts';
import { readWhole } from '../../images/walk/readFromDisk.ts';
import { sizeOf } from '../../network/GraphBuilder.ts';
import type { Tensor } from '../../network/weights.ts';
import { LayersModelError } from './LayersModelError.ts';
import { weightsLimit, type WeightGroup } from './layersModelSchema.ts';

/**
 * Reads the tensors of a LayersModel. How much memory they take is known before any file is opened, and the files must
 * hold exactly that much; they lie in the model's own folder, links followed.
 *
 * @throws LayersModelError with the reason
 */
export async function readWeightGroups(
  folder: string,
  groups: readonly WeightGroup[],
): Promise<Map<string, Tensor>> {
  const sizes = groups.map(({ weights }) => weights.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > weightsLimit) throw new LayersModelError('its weights are larger than 64 MB');
  const tensors = new Map<string, Tensor>();
  for (const [index, { paths, weights }] of groups.entries()) {
    const bytes = await readFiles(folder, paths, sizes[index]!);
    let offset = 0;
    for (const { name, shape } of weights) {
      const end = offset + 4 * sizeOf(shape);
      const values = new Float32Array(bytes.buffer.slice(offset, end));
      if (tensors.has(name)) throw new LayersModelError(`it has two tensors “${name}”`);
      if (!values.every(Number.isFinite))
        throw new LayersModelError(`its tensor “${name}” holds what is no number`);
      tensors.set(name, { shape, values });
      offset = end;
    }
  }
  return tensors;
}

/** Files one after the other in one piece of memory, which they must fill. */
async function readFiles(
  folder: string,
  paths: readonly string[],
  size: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size);
  let filled = 0;
  for (const path of paths) {
    const part = await readFile(folder, path, size - filled);
    bytes.set(part, filled);
    filled += part.length;
  }
  if (filled < size) throw new LayersModelError('its weights end too early');
  return bytes;
}

async function readFile(folder: string, path: string, limit: number): Promise<Uint8Array> {
  const file = join(folder, path);
  if (/[\\/\0]/.test(path) || path === '..' || path === '.')
    throw new LayersModelError('it names files of other folders');
  try {
    if (!(await isInside(file, folder))) throw new LayersModelError('it names files of other folders');
    return await readWhole(file, limit);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const isLonger = error.code === 'file-too-large';
    throw new LayersModelError(
      isLonger ? `its file ${path} is longer than its weights` : `its file ${path} cannot be read`,
      { cause: error },
    );
  }
}
