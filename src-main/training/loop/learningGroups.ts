import type { Recipe } from '../../../src-shared/domain/trainingRun.ts';
import type { Network } from '../../network/mobileNetV2.ts';
import type { Group } from '../optimisers/Optimiser.ts';
import type { ParameterVector } from '../ParameterVector.ts';

/**
 * How each parameter learns: frozen blocks not at all, a block d blocks below the classifier at layerDecayᵈ of the
 * rate (Howard & Ruder's discriminative fine-tuning, ACL 2018, section 3.2), and biases without weight decay.
 */
export function learningGroups(
  network: Network,
  vector: ParameterVector,
  { freeze, layerDecay, optimiser }: Pick<Recipe, 'freeze' | 'layerDecay' | 'optimiser'>,
): Group[] {
  const blockOf = new Map(
    network.blocks.flatMap(({ convolutions }, block) =>
      convolutions.map(({ name }) => [name, block] as const),
    ),
  );
  return vector.segments.map(({ name, offset, length }) => {
    const [, owner, kind] = /^(.*)\.(weight|bias)$/.exec(name)!;
    const block = blockOf.get(owner!) ?? network.blocks.length;
    return {
      offset,
      length,
      rateFactor: block < freeze ? 0 : layerDecay ** (network.blocks.length - block),
      weightDecay: kind === 'bias' ? 0 : optimiser.weightDecay,
    };
  });
}
