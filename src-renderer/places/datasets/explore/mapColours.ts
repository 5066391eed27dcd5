import type { FeatureMap } from '../../../../src-shared/domain/exploration.ts';
import type { SplitParts } from '../../../../src-shared/domain/splitPlan.ts';
import { sheetClasses, sheetPlanes } from '../../../../src-shared/domain/workspace.ts';
import { classTexts } from '../../../text/classTexts.ts';
import { planeTexts } from '../../../text/planeTexts.ts';

/** What a map can be coloured by: the column, and the words and colour of each of its codes. */
export interface Colouring {
  words: string;
  codes: (map: FeatureMap) => Uint8Array;
  values: readonly { words: string; colour: string }[];
}

const unknown = 'var(--line-strong)';

export const colourings = {
  class: {
    words: 'Class',
    codes: (map) => map.classes,
    values: [
      { words: 'No class', colour: unknown },
      ...sheetClasses.map((name) => ({ words: classTexts[name].name, colour: classTexts[name].colour })),
    ],
  },
  plane: {
    words: 'Plane',
    codes: (map) => map.planes,
    values: [
      { words: 'No plane', colour: unknown },
      ...sheetPlanes.map((name, i) => ({
        words: planeTexts[name],
        colour: ['var(--class-glioma)', 'var(--class-meningioma)', 'var(--class-pituitary)'][i]!,
      })),
    ],
  },
  part: {
    words: 'Split of the folders',
    codes: (map) => map.parts,
    values: [
      { words: 'Neither', colour: unknown },
      { words: 'Training', colour: 'var(--class-meningioma)' },
      { words: 'Testing', colour: 'var(--class-glioma)' },
    ],
  },
  mistake: {
    words: 'Mistakes of the model',
    codes: (map) => map.mistakes,
    values: [
      { words: 'No class', colour: unknown },
      { words: 'Answered as labelled', colour: 'var(--class-none)' },
      { words: 'Answered otherwise', colour: 'var(--danger)' },
    ],
  },
} as const satisfies Record<string, Colouring>;

/** The parts of a kept split. */
export function splitColouring(name: string, { ids, parts }: SplitParts): Colouring {
  const partOf = new Map([...ids].map((id, i) => [id, parts[i]!]));
  return {
    words: name,
    codes: (map) => Uint8Array.from(map.ids, (id) => partOf.get(id) ?? 0),
    values: [
      { words: 'In no part', colour: unknown },
      { words: 'Training', colour: 'var(--class-meningioma)' },
      { words: 'Validation', colour: 'var(--class-pituitary)' },
      { words: 'Test', colour: 'var(--class-glioma)' },
    ],
  };
}
