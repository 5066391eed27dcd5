import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../../../src-shared/errors.ts';
import { cardFileName, loadModel } from '../../network/loadModel.ts';
import type { StartWish } from '../../training/run/startWeights.ts';
import type { StartPlace } from './childMessages.ts';

/**
 * What a folder of first weights is: a model of ours (`card.json` and `model.onnx`), ImageNet weights
 * (`weights.json`), or a LayersModel (`model.json`).
 *
 * @throws UserError 'invalid-input' where it is none of them, 'model-damaged'
 */
export async function startWishOf(start: StartPlace): Promise<StartWish> {
  if (start.kind === 'random') return start;
  const { path: folder } = start;
  const holds = (name: string): boolean => existsSync(join(folder, name));
  if (holds('weights.json')) return { kind: 'imagenet', folder };
  if (holds('model.json')) return { kind: 'layers-model', folder };
  if (holds(cardFileName)) return { kind: 'model', model: await loadModel(folder) };
  throw new UserError('invalid-input', {
    file: basename(folder),
    reason: `${basename(folder)} holds neither weights.json nor model.json nor card.json.`,
  });
}
