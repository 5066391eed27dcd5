import type { AugmentationPreset } from './augmentationPreset.ts';

/** Pictures as they are. */
const none: AugmentationPreset = { version: 1, name: 'none', steps: [] };

/** The three of the published project, with albumentations' default limits and probabilities. */
const published: AugmentationPreset = {
  version: 1,
  name: 'published',
  steps: [
    { kind: 'clahe', probability: 0.5, clipLimit: [1, 4], tiles: 8 },
    { kind: 'brightness', probability: 0.5, limit: [-0.2, 0.2] },
    {
      kind: 'brightness-contrast',
      probability: 0.5,
      brightnessLimit: [-0.2, 0.2],
      contrastLimit: [-0.2, 0.2],
    },
  ],
};

/** Small changes of place and tone that no reader would notice. */
const light: AugmentationPreset = {
  version: 1,
  name: 'light',
  steps: [
    { kind: 'flip', probability: 0.5 },
    {
      kind: 'warp',
      probability: 0.8,
      angleDegrees: [-10, 10],
      scale: [0.9, 1.1],
      shift: [-0.05, 0.05],
      fill: [0, 0],
    },
    {
      kind: 'brightness-contrast',
      probability: 0.5,
      brightnessLimit: [-0.1, 0.1],
      contrastLimit: [-0.15, 0.15],
    },
  ],
};

/**
 * Against the shortcuts of the public image set: size, border and background are made uninformative, tone and
 * sharpness vary as they do between scanners and publishers.
 */
const standard: AugmentationPreset = {
  version: 1,
  name: 'standard',
  steps: [
    { kind: 'background', probability: 0.3, level: [0, 40], noise: [0, 6] },
    { kind: 'remove-border', probability: 0.35, margin: [0, 0.08] },
    { kind: 'add-border', probability: 0.25, width: [0, 0.15], fill: [0, 30] },
    { kind: 'crop', probability: 0.25, share: [0.85, 1] },
    { kind: 'flip', probability: 0.5 },
    {
      kind: 'warp',
      probability: 0.8,
      angleDegrees: [-15, 15],
      scale: [0.85, 1.1],
      shift: [-0.06, 0.06],
      fill: [0, 20],
    },
    { kind: 'clahe', probability: 0.15, clipLimit: [1, 3], tiles: 8 },
    { kind: 'stretch', probability: 0.2, darkShare: [0, 0.02], brightShare: [0, 0.02] },
    { kind: 'moments', probability: 0.1, mean: [70, 110], deviation: [40, 55] },
    { kind: 'gamma', probability: 0.3, gamma: [0.7, 1.45] },
    {
      kind: 'brightness-contrast',
      probability: 0.5,
      brightnessLimit: [-0.12, 0.12],
      contrastLimit: [-0.2, 0.2],
    },
    { kind: 'blur', probability: 0.2, sigma: [0.4, 1.3] },
    { kind: 'noise', probability: 0.25, sigma: [1, 8] },
    { kind: 'jpeg', probability: 0.25, quality: [30, 90] },
  ],
};

/** The presets that `--augment` and the training page know by name. */
export const augmentationPresets = { none, published, light, standard } as const;
