import type { ModelCard } from '../../src-shared/domain/modelCard.ts';
import { classLabels, type TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { percentText } from './numberTexts.ts';

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

/** How often a model's class sets held the true class on pictures that it was not fitted on; '' where nobody counted. */
export function measuredCoverageText(card: Pick<ModelCard, 'metrics'> | undefined): string {
  const measured = card?.metrics.find(
    ({ name, protocol }) => name === 'coverage' && /\btest\b/.test(protocol),
  );
  return measured === undefined
    ? ''
    : `On test pictures ${percentText(measured.value)} of such sets were right.`;
}
