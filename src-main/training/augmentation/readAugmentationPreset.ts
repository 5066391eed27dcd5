import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../../src-shared/errors.ts';
import {
  augmentationPresetSchema,
  type AugmentationPreset,
} from '../../../src-shared/imaging/augmentation/augmentationPreset.ts';
import { augmentationPresets } from '../../../src-shared/imaging/augmentation/augmentationPresets.ts';

const mostBytes = 1 << 20;

/**
 * The preset of a name, or of a JSON file: what `--augment` takes.
 *
 * @param nameOrFile - `none`, `published`, `light`, `standard`, or a file's absolute path
 * @throws UserError 'file-not-found', 'file-too-large', 'invalid-input' naming the first thing that is wrong
 */
export async function readAugmentationPreset(nameOrFile: string): Promise<AugmentationPreset> {
  const known = Object.values(augmentationPresets).find(({ name }) => name === nameOrFile);
  if (known !== undefined) return known;
  const file = basename(nameOrFile);
  const found = await stat(nameOrFile).catch((cause: unknown) => {
    throw new UserError('file-not-found', { file }, { cause });
  });
  if (found.size > mostBytes) throw new UserError('file-too-large', { file, limit: '1 MB' });
  const parsed = augmentationPresetSchema.safeParse(parseJson(await readFile(nameOrFile, 'utf8')));
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  const place = path.length === 0 ? '' : ` at ${path.join('.')}`;
  throw new UserError('invalid-input', {
    file,
    reason: `${file} is no augmentation preset${place}: ${message}.`,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
