import type { Analysis, SecondOpinion } from '../../src-shared/domain/analysis.ts';
import type { ModelCard } from '../../src-shared/domain/modelCard.ts';
import { percentText } from '../../src-shared/percentTexts.ts';
import { classTexts } from './classTexts.ts';
import { planeTexts } from './planeTexts.ts';

type Answered = Pick<Analysis, 'class' | 'probabilities' | 'model'>;

/** Both answers in one sentence, and whether they are the same. */
export function agreementText(
  first: Answered,
  second: SecondOpinion,
  models: readonly ModelCard[],
): { agrees: boolean; text: string } {
  const says = (answer: Answered | SecondOpinion) =>
    `${modelTitle(answer.model, models)} says ${classTexts[answer.class].name} ` +
    `(${percentText(answer.probabilities[answer.class])})`;
  if (first.class !== second.class) {
    return { agrees: false, text: `The models disagree: ${says(first)}, ${says(second)}.` };
  }
  const of = (answer: Answered | SecondOpinion) =>
    `${modelTitle(answer.model, models)} ${percentText(answer.probabilities[answer.class])}`;
  return { agrees: true, text: `Both say ${classTexts[first.class].name}: ${of(first)}, ${of(second)}.` };
}

function modelTitle(name: string, models: readonly ModelCard[]): string {
  return models.find((card) => card.name === name)?.title ?? name;
}

type Chosen = Pick<Analysis, 'plane' | 'planeProbability' | 'modelFingerprint'>;

/** Why this model answered; empty where the model is not installed any more, so that nobody knows. */
export function modelChoiceText({ plane, planeProbability }: Chosen, card: ModelCard | undefined): string {
  if (card === undefined) return '';
  if (card.subset !== 'combined') {
    return card.subset === plane
      ? `for ${planeTexts[card.subset].toLowerCase()} slices`
      : `for ${planeTexts[card.subset].toLowerCase()} slices, chosen in Settings`;
  }
  if (plane === null) return 'for every plane, since the plane is not known';
  if (planeProbability !== null && planeProbability < leastCertainPlane) {
    return 'for every plane, since the plane is not certain';
  }
  return 'for every plane: chosen in Settings, or none is installed for this one';
}

/** As the main side decides it (`findPlanes`). */
const leastCertainPlane = 0.6;
