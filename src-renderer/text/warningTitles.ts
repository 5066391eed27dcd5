import type { WarningCode } from '../../src-shared/domain/analysis.ts';

/** A warning in two or three words; the warning's own message says the rest. */
export const warningTitles: Record<WarningCode, string> = {
  'model-is-prototype': 'Prototype model',
  'plane-unknown': 'Plane unknown',
  'plane-uncertain': 'Plane uncertain',
  'not-mr': 'Not an MR picture',
  'not-head': 'Not a head',
  'out-of-distribution': 'Unlike the training data',
  'seen-in-training': 'Seen in training',
  'slice-without-brain': 'Little or no brain',
  'heavy-crop': 'Cut off',
  'burned-in-annotation': 'Text in the picture',
  'lossy-compression': 'Lossy compression',
  'provider-fell-back': 'Ran on the CPU',
  uncalibrated: 'Not calibrated',
};
