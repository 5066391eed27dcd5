import type { AugmentationStep } from '../../src-shared/imaging/augmentation/augmentationPreset.ts';

/** What the steps of an augmentation are called. */
export const stepTexts: Record<AugmentationStep['kind'], string> = {
  clahe: 'Local contrast (CLAHE)',
  brightness: 'Brightness',
  'brightness-contrast': 'Brightness and contrast',
  flip: 'Flip left and right',
  warp: 'Turn, scale, shift',
  crop: 'Crop',
  'remove-border': 'Cut to the head',
  'add-border': 'Add a border',
  background: 'Replace the background',
  stretch: 'Stretch the greys',
  moments: 'Match mean and spread',
  gamma: 'Gamma',
  noise: 'Noise',
  blur: 'Blur',
  jpeg: 'JPEG artefacts',
};

/** What the parameters of the steps are called. */
export const parameterTexts: Record<string, string> = {
  clipLimit: 'Clip limit',
  tiles: 'Tiles a side',
  limit: 'Limit',
  brightnessLimit: 'Brightness limit',
  contrastLimit: 'Contrast limit',
  angleDegrees: 'Angle, degrees',
  scale: 'Scale',
  shift: 'Shift, share of the side',
  fill: 'Grey of what comes into view',
  share: 'Share of the side',
  margin: 'Margin, share of the head',
  width: 'Width, share of the side',
  level: 'Grey',
  noise: 'Spread of its noise',
  darkShare: 'Share that turns black',
  brightShare: 'Share that turns white',
  mean: 'Mean of the head',
  deviation: 'Spread of the head',
  gamma: 'Gamma',
  sigma: 'Sigma',
  quality: 'Quality',
};
