import { classLabels, tumourClasses, type TumourClass } from '../../../src-shared/domain/tumourClass.ts';
import { percentText } from '../../../src-shared/percentTexts.ts';
import type { LabelDoubt } from './judgeFindings.ts';

/** A labelled picture and what models that were not trained on it say, on average. */
export interface LabelledAnswer {
  id: number;
  label: TumourClass;
  /** In the order of `tumourClasses`. */
  probabilities: readonly number[];
  models: readonly string[];
}

/**
 * Pictures whose label is likely wrong, the most doubtful first, by confident learning: where
 *
 *     argmax p(c) over the classes with p(c) ≥ t(c)  is not the label,   t(c) = mean of p(c) over pictures labelled c
 *
 * `p` are probabilities by models that were not trained on the picture. A class that models are seldom sure of asks for
 * less certainty than one that they always are. Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty
 * in Dataset Labels", JAIR 70 (2021), equations 1 and 2. Doubt is the margin p(proposal) − p(label).
 */
export function doubtLabels(answers: readonly LabelledAnswer[]): LabelDoubt[] {
  const thresholds = tumourClasses.map((name, c) => {
    const own = answers.filter(({ label }) => label === name);
    // A class that no picture is labelled with is nobody's likely class.
    return own.length === 0
      ? Infinity
      : own.reduce((sum, { probabilities }) => sum + probabilities[c]!, 0) / own.length;
  });
  const doubts = answers.flatMap(({ id, label, probabilities, models }) => {
    const confident = [...tumourClasses.keys()].filter((c) => probabilities[c]! >= thresholds[c]!);
    if (confident.length === 0) return [];
    const best = confident.reduce((most, c) => (probabilities[c]! > probabilities[most]! ? c : most));
    const proposal = tumourClasses[best]!;
    if (proposal === label) return [];
    const ofLabel = probabilities[tumourClasses.indexOf(label)]!;
    const reason =
      `Labelled ${classLabels[label]} (${percentText(ofLabel)}); ${models.join(', ')}, not trained on it, ` +
      `${models.length === 1 ? 'says' : 'say'} ${classLabels[proposal]} (${percentText(probabilities[best]!)}).`;
    return [{ id, label, proposal, reason, margin: probabilities[best]! - ofLabel }];
  });
  return doubts.sort((a, b) => b.margin - a.margin || a.id - b.id).map(({ margin: _, ...doubt }) => doubt);
}
