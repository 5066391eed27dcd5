import type { ModelCard } from '../../src-shared/domain/modelCard.ts';
import { classLabels, tumourClasses, type TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { percentText } from '../../src-shared/percentTexts.ts';

export interface ClassText {
  name: string;
  /** Stands beside the class's colour, for eyes that do not tell the colours apart. */
  letter: string;
  /** The name of the class's colour variable in application.css. */
  colour: string;
}

/** How the screen names and marks the classes. */
export const classTexts: Record<TumourClass, ClassText> = {
  glioma_tumor: { name: classLabels.glioma_tumor, letter: 'G', colour: 'var(--class-glioma)' },
  meningioma_tumor: { name: classLabels.meningioma_tumor, letter: 'M', colour: 'var(--class-meningioma)' },
  no_tumor: { name: classLabels.no_tumor, letter: 'N', colour: 'var(--class-none)' },
  pituitary_tumor: { name: classLabels.pituitary_tumor, letter: 'P', colour: 'var(--class-pituitary)' },
};

/** The class set in words: "At 90% coverage: Glioma or Meningioma." */
export function classSetText(classSet: readonly TumourClass[]): string {
  const names = classSet.map((name) => classTexts[name].name);
  const last = names.pop();
  if (last === undefined) return '';
  return `At 90% coverage: ${names.length === 0 ? `${last} alone` : `${names.join(', ')} or ${last}`}.`;
}

/** The likeliest of the classes has at least this probability: up to here a threshold never asks for a second class. */
const leastOfLikeliest = 1 / tumourClasses.length;

/**
 * How often a model's class sets held the true class on pictures that it was not fitted on, and whether they can ever hold
 * more than one; '' where nobody counted.
 */
export function measuredCoverageText(card: Pick<ModelCard, 'metrics' | 'conformal'> | undefined): string {
  const measured = card?.metrics.find(
    ({ name, protocol }) => name === 'coverage' && /\btest\b/.test(protocol),
  );
  if (card === undefined || measured === undefined) return '';
  const share = percentText(measured.value);
  return card.conformal !== null && card.conformal.threshold <= leastOfLikeliest
    ? `This model always names one class; on test pictures ${share} of them were right.`
    : `On test pictures ${share} of such sets were right.`;
}
