import type { WarningCode } from '../../src-shared/domain/analysis.ts';

/** What a reader can do about a warning, in one sentence. */
export const warningAdvice: Record<WarningCode, string> = {
  'model-is-prototype': 'Take the answer as a try-out; choose another model in Settings if there is one.',
  'plane-unknown': 'The combined model answered; compare with slices whose plane is known.',
  'plane-uncertain': 'Check the plane yourself; if it is another, the answer may be the wrong model’s.',
  'not-mr': 'Do not use the answer: the models never saw another modality.',
  'not-head': 'Do not use the answer: the models know only heads.',
  'out-of-distribution': 'Do not rely on the answer; check that this is an unedited, upright brain MR slice.',
  'seen-in-training': 'Judge the model on pictures that it has not seen.',
  'slice-without-brain': 'Go to a slice through the brain.',
  'heavy-crop': 'Open the whole picture: the models were trained on whole heads.',
  'burned-in-annotation': 'Look whether the heatmap lies on the text; if so, ignore the answer.',
  'lossy-compression': 'Prefer the original DICOM file: compression changes fine texture.',
  'provider-fell-back': 'The answer is the same, only slower; Settings says why.',
  uncalibrated: 'Read the percentages as an order, not as frequencies.',
};

/** Of such pictures the class sets promise nothing: they hold for pictures like those that they were fitted on. */
const voidingCodes: readonly WarningCode[] = [
  'not-mr',
  'not-head',
  'out-of-distribution',
  'slice-without-brain',
  'heavy-crop',
  'seen-in-training',
];

/** What forbids to use an answer comes first, what only dims it last. */
const gravest: readonly WarningCode[] = [
  ...voidingCodes,
  'burned-in-annotation',
  'plane-unknown',
  'plane-uncertain',
];

/** Whether a warning takes the ground from under the coverage of the class set. */
export function voidsCoverage({ code }: { code: WarningCode }): boolean {
  return voidingCodes.includes(code);
}

/** The warnings, the gravest first; the others in the order in which they came. */
export function byGravity<Warned extends { code: WarningCode }>(warnings: readonly Warned[]): Warned[] {
  const rank = ({ code }: Warned) => (gravest.includes(code) ? gravest.indexOf(code) : gravest.length);
  return warnings.toSorted((one, other) => rank(one) - rank(other));
}
