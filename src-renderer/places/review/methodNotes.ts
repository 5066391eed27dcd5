import { mapNamed } from '../../../src-shared/domain/mapName.ts';
import type { ExplanationMethod } from '../../../src-shared/domain/analysis.ts';

/** What each method shows and where it fails, in a sentence or two. */
const methodNotes: Record<ExplanationMethod, string> = {
  cam: 'Which cells of the last maps speak for the class. 32 pixels a cell: a region, never an outline.',
  'grad-cam':
    'Which cells of the last maps raise the class’s logit. Flat where the last maps are; small tumours drown in a cell.',
  'hires-cam': 'Each cell weighed by its own gradient: nothing is shown that did not count.',
  'xgrad-cam': 'Grad-CAM with weights that add up to the logit.',
  'grad-cam++': 'Favours several separate places; tends to spread over the head.',
  'smooth-grad-cam++': 'Grad-CAM++ averaged over noisy pictures: steadier, blurrier, dearer.',
  'layer-cam': 'Each cell by its own positive gradient; usable at finer layers, where it also follows edges.',
  'eigen-cam':
    'The main pattern of the maps, whatever the class: it answers “what is there”, not “why this class”.',
  'score-cam': 'Masks the picture by each map and asks again: no gradients, many runs.',
  'ablation-cam': 'Switches maps off one by one; says what the answer would miss.',
  'finer-cam': 'Why this class and not another one; empty where both rest on the same evidence.',
  occlusion: 'Covers the picture piece by piece; a covering is itself a strange picture to the model.',
  rise: 'Averages random masks by their score: grainy with few masks.',
  'integrated-gradients':
    'Pixel by pixel from black to the picture; adds up to the logit, noisy, black parts get nothing.',
  'smooth-grad': 'Gradients averaged over noise: shows edges that matter, not how.',
};

/** What a kind of map shows and where it fails; by its name. */
export function noteOf(name: string): string {
  const kind = mapNamed(name);
  return kind === null ? '' : methodNotes[kind.method];
}

/** Methods that are one map by theory at the last layer, up to a factor, after ReLU. */
export const oneByTheory: readonly string[] = ['cam', 'grad-cam', 'hires-cam', 'xgrad-cam'];
