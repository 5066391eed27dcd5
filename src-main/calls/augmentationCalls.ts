import type { AugmentedPicture, Enlargement } from '../../src-shared/contract/augmentationCalls.ts';
import { tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import { augment } from '../../src-shared/imaging/augmentation/augment.ts';
import type { GreyPicture } from '../../src-shared/imaging/GreyPicture.ts';
import { keptSplit } from '../datasets/workspace/keptSplit.ts';
import { readWorkspaceSlice } from '../datasets/workspace/readWorkspaceSlice.ts';
import { toModelInput } from '../preprocess/toModelInput.ts';
import { orderOfEpoch } from '../training/loop/orderOfEpoch.ts';
import { imageOf } from '../training/loop/streams.ts';
import { partsOfSplit } from '../training/run/partsOfSplit.ts';
import type { Handlers } from './dispatch.ts';
import { combinedModelName } from './ModelLibrary.ts';
import type { Parts } from './Parts.ts';

/** More than any data set has; tells copies of a picture apart. */
const mostPictures = 2 ** 24;

/** What a model reads where none is installed that says it. */
const usualRule = { architecture: { inputSize: 224 }, preprocessing: { id: 'padded-square' } } as const;

/** Augmentation before any training: the pictures as training would see them. */
export function augmentationCalls({
  datasets,
  engine,
}: Parts): Pick<Handlers, 'previewAugmentation' | 'planEnlargement'> {
  return {
    previewAugmentation: async ({ dataset, pictures, preset, seed, epochs, copies }) => {
      const { pictures: table } = await datasets.open();
      const { models } = engine;
      const rule = models.isInstalled(combinedModelName)
        ? (await models.load(combinedModelName)).card
        : usualRule;
      const size = rule.architecture.inputSize;
      const samples: AugmentedPicture[] = [];
      for (const image of pictures) {
        const slice = await readWorkspaceSlice(table.placeOf(dataset, image));
        const before = { rows: size, columns: size, values: toModelInput(slice, rule).values };
        const after = Array.from({ length: epochs * copies }, (_, i) => {
          const showing = imageOf(image, i % copies, mostPictures);
          return eightBit(augment(before, preset, { seed, epoch: Math.floor(i / copies), image: showing }));
        });
        samples.push({ picture: image, size, before: eightBit(before), after });
      }
      return { samples };
    },
    planEnlargement: async ({ dataset, split, fold }) => {
      const workspace = await datasets.open();
      const { counts } = workspace.sets.find(dataset);
      return enlargementOf(
        split === null
          ? tumourClasses.flatMap((name, label) => new Array<number>(counts.classes[name]).fill(label))
          : partsOfSplit(keptSplit(workspace, dataset, split), fold, 'combined').train.labels,
      );
    },
  };
}

/** Counted from the order of an epoch, so that nothing is said that training does not do. */
function enlargementOf(labels: readonly number[]): Enlargement {
  const shown = orderOfEpoch({ seed: 0, sampler: 'enlarged' }, labels, 0);
  return {
    classes: tumourClasses.map((name, label) => ({
      class: name,
      pictures: labels.filter((one) => one === label).length,
      shown: shown.filter(({ picture }) => labels[picture] === label).length,
    })),
  };
}

function eightBit({ values }: GreyPicture): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(values, (value) => Math.min(255, Math.max(0, Math.round(value))));
}
