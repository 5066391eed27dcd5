import type { ClassName } from '../domain/className.ts';
import { tumourClasses } from '../domain/tumourClass.ts';
import type { Calibration, Prediction } from './evaluatePredictions.ts';
import { fitConformalThreshold } from './fitConformalThreshold.ts';
import { fitTemperature } from './fitTemperature.ts';
import { softmax } from './softmax.ts';

/**
 * Temperature and class-set threshold for a model's card, from a validation part: the temperature first, then the
 * threshold on the probabilities that it gives, as the application will see them.
 *
 * @param predictions - of slices that the model was not trained on and that no figure is reported on
 * @param classes - what the logits stand for, in their order
 */
export function fitCalibration(
  predictions: readonly Prediction[],
  coverage: number,
  classes: readonly ClassName[] = tumourClasses,
): Calibration {
  const logits = predictions.map((prediction) => prediction.logits);
  const labels = predictions.map(({ label }) => classes.indexOf(label));
  const temperature = fitTemperature(logits, labels);
  const probabilities = logits.map((row) => softmax(row, temperature));
  return {
    temperature,
    conformal: { coverage, threshold: fitConformalThreshold(probabilities, labels, coverage) },
  };
}
