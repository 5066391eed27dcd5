import type { AugmentedPicture } from '../../src-shared/contract/augmentationCalls.ts';
import { augment } from '../../src-shared/imaging/augmentation/augment.ts';
import type { GreyPicture } from '../../src-shared/imaging/GreyPicture.ts';
import { readWorkspaceSlice } from '../datasets/workspace/readWorkspaceSlice.ts';
import { toModelInput } from '../preprocess/toModelInput.ts';
import type { Handlers } from './dispatch.ts';
import { combinedModelName } from './ModelLibrary.ts';
import type { Parts } from './Parts.ts';

/** What a model reads where none is installed that says it. */
const usualRule = { architecture: { inputSize: 224 }, preprocessing: { id: 'padded-square' } } as const;

/** Augmentation before any training: the pictures as training would see them. */
export function augmentationCalls({ datasets, engine }: Parts): Pick<Handlers, 'previewAugmentation'> {
  return {
    previewAugmentation: async ({ dataset, pictures, preset, seed, epochs }) => {
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
        const after = Array.from({ length: epochs }, (_, epoch) =>
          eightBit(augment(before, preset, { seed, epoch, image })),
        );
        samples.push({ picture: image, size, before: eightBit(before), after });
      }
      return { samples };
    },
  };
}

function eightBit({ values }: GreyPicture): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(values, (value) => Math.min(255, Math.max(0, Math.round(value))));
}
