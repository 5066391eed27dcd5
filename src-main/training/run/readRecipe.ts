import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { recipeSchema, type Recipe } from '../../../src-shared/domain/trainingRun.ts';
import { UserError } from '../../../src-shared/errors.ts';

/**
 * Reads a recipe, or a part of one, from a JSON file; the `recipe` of a `run.json` is one.
 *
 * @param file - absolute
 * @throws UserError 'file-not-found', 'file-unreadable', 'invalid-input' naming the field
 */
export async function readRecipe(file: string): Promise<Partial<Recipe>> {
  const name = basename(file);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UserError(isMissing ? 'file-not-found' : 'file-unreadable', { file: name }, { cause });
  });
  const refuse = (reason: string, cause: unknown): UserError =>
    new UserError('invalid-input', { file: name, reason }, { cause });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw refuse(`${name} is no JSON.`, cause);
  }
  const parsed = recipeSchema.partial().safeParse(json);
  // JSON has no undefined, so a field that is there has its value.
  if (parsed.success) return parsed.data as Partial<Recipe>;
  const { path, message } = parsed.error.issues[0]!;
  throw refuse(`In ${name}, ${path.join('.') || 'the whole'}: ${message}.`, parsed.error);
}
