import type { RunSample } from '../../../src-shared/domain/trainingQueue.ts';
import { orderOfEpoch } from '../../training/loop/orderOfEpoch.ts';
import { PictureReader } from '../../training/pictures/PictureReader.ts';
import { loaderSetup } from '../../training/run/openRun.ts';
import { classesOf, partsOfSplit } from '../../training/run/partsOfSplit.ts';
import { RunFolder } from '../../training/run/RunFolder.ts';

/**
 * The first pictures of an epoch, as the loop showed or will show them: chance comes from seed, epoch and picture alone,
 * so they are made again rather than kept. Mixing of two pictures, where the recipe asks for it, comes after.
 *
 * @param epoch - 1 for the first
 * @throws UserError 'run-not-found', 'run-damaged', 'file-not-found', 'picture-changed'
 */
export async function readSample(path: string, epoch: number, count: number): Promise<RunSample> {
  const { run, split } = await (await RunFolder.inspect(path)).read();
  const { recipe } = run;
  const { train } = partsOfSplit(split, run.split.fold, recipe.subset);
  const draws = orderOfEpoch(recipe, train.labels, epoch - 1).slice(0, Math.min(count, recipe.batch));
  const reader = new PictureReader(loaderSetup(run.dataset.folder, split, recipe, 0));
  const area = recipe.inputSize ** 2;
  const images = new Float32Array(new SharedArrayBuffer(4 * draws.length * area));
  const wanted = draws.map(({ picture, repetition }, place) => {
    return { picture: train.pictures[picture]!, showing: { epoch: epoch - 1, repetition }, place };
  });
  await reader.load({ wanted, images });
  const classes = classesOf(recipe.subset);
  return {
    epoch,
    size: recipe.inputSize,
    pictures: draws.map(({ picture }, place) => ({
      grey: Uint8ClampedArray.from(images.subarray(place * area, (place + 1) * area)),
      label: classes[train.labels[picture]!]!,
    })),
  };
}
