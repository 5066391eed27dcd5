import type { ExplanationMethod } from '../../src-shared/domain/analysis.ts';

/** How the screen names the explanation methods: as their papers do. */
export const methodTexts: Record<ExplanationMethod, string> = {
  cam: 'CAM',
  'grad-cam': 'Grad-CAM',
  'hires-cam': 'HiResCAM',
  'xgrad-cam': 'XGrad-CAM',
  'grad-cam++': 'Grad-CAM++',
  'smooth-grad-cam++': 'Smooth Grad-CAM++',
  'layer-cam': 'LayerCAM',
  'eigen-cam': 'Eigen-CAM',
  'score-cam': 'Score-CAM',
  'ablation-cam': 'Ablation-CAM',
  'finer-cam': 'Finer-CAM',
  occlusion: 'Occlusion',
  rise: 'RISE',
  'integrated-gradients': 'Integrated gradients',
  'smooth-grad': 'SmoothGrad',
};
