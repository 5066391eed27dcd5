import type { ExplanationLayer, ExplanationMethod } from './domain/analysis.ts';
import { mapNamed, type MapKind } from './domain/mapName.ts';

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

/** How large the maps are that a method looks at. */
export const layerTexts: Record<ExplanationLayer, string> = {
  '7': '7 × 7',
  '14': '14 × 14',
  '28': '28 × 28',
  fused: 'fused',
};

/** “LayerCAM, 14 × 14”; the last maps go without saying. */
export function mapText({ method, layer }: MapKind): string {
  return layer === null || layer === '7'
    ? methodTexts[method]
    : `${methodTexts[method]}, ${layerTexts[layer]}`;
}

/** A kind of map by its name, in words; a name that nobody knows as it is. */
export function mapNameText(name: string): string {
  const kind = mapNamed(name);
  return kind === null ? name : mapText(kind);
}
