import { expect, test } from 'vitest';
import { smallNetwork } from '../../../tests/fixtures/smallModel.ts';
import type { Group } from '../optimisers/Optimiser.ts';
import { ParameterVector } from '../ParameterVector.ts';
import { learningGroups } from './learningGroups.ts';

const vector = new ParameterVector(smallNetwork);
const optimiser = { name: 'adamw', weightDecay: 0.02 } as const;
const recipe = { freeze: 0, layerDecay: 1, optimiser };

/** By parameter name. */
function groupsOf(changes: Partial<Parameters<typeof learningGroups>[2]>): Map<string, Group> {
  const groups = learningGroups(smallNetwork, vector, { ...recipe, ...changes });
  return new Map(groups.map((group, i) => [vector.segments[i]!.name, group]));
}

test('the groups cover the vector without a gap, and biases do not decay', () => {
  const groups = groupsOf({});
  let end = 0;
  for (const [name, { offset, length, rateFactor, weightDecay }] of groups) {
    expect(offset).toBe(end);
    end += length;
    expect(rateFactor).toBe(1);
    expect(weightDecay).toBe(name.endsWith('.bias') ? 0 : 0.02);
  }
  expect(end).toBe(vector.length);
});

test('frozen blocks do not learn: the stem and the first ones', () => {
  const groups = groupsOf({ freeze: 2 });
  const frozen = [...groups].filter(([, { rateFactor }]) => rateFactor === 0).map(([name]) => name);
  const expected = smallNetwork.blocks
    .slice(0, 2)
    .flatMap(({ convolutions }) => convolutions.flatMap(({ name }) => [`${name}.weight`, `${name}.bias`]));
  expect(frozen).toEqual(expected);
  expect(frozen[0]).toBe('stem.weight');
});

test('the rate falls from the classifier down by the layer decay', () => {
  const groups = groupsOf({ layerDecay: 0.5 });
  const { blocks } = smallNetwork;
  expect(groups.get('classifier.weight')!.rateFactor).toBe(1);
  expect(groups.get('classifier.bias')!.rateFactor).toBe(1);
  for (const [place, { convolutions }] of blocks.entries())
    for (const { name } of convolutions)
      expect(groups.get(`${name}.weight`)!.rateFactor).toBe(0.5 ** (blocks.length - place));
});
