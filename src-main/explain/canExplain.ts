import type { ExplanationMethod } from '../../src-shared/domain/analysis.ts';
import { methodTraits } from '../../src-shared/domain/explanation.ts';
import type { ModelCard } from '../../src-shared/domain/modelCard.ts';

/** Work on the picture, but by the gradient of a network whose every layer is known. */
const byImageGradient: readonly ExplanationMethod[] = ['integrated-gradients', 'smooth-grad'];

/**
 * Whether a method can be used on a model. A network that was taken in from elsewhere shows neither its maps nor its
 * gradients: only what asks it about changed pictures works, which are occlusion and RISE.
 */
export function canExplain(
  method: ExplanationMethod,
  { architecture }: Pick<ModelCard, 'architecture'>,
): boolean {
  if (architecture.name !== 'foreign') return true;
  return methodTraits[method].layers.length === 0 && !byImageGradient.includes(method);
}
