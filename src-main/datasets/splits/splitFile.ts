import { mkdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { UserError } from '../../../src-shared/errors.ts';
import { writeDurably } from '../../storage/writeDurably.ts';
import { hashSplit } from './makeSplit.ts';
import { splitParts, splitSchema, type Split } from './Split.ts';

/** 100,000 pictures in ten folds take about 30 MB. */
const mostBytes = 512 * 2 ** 20;

/**
 * Writes a split, whole or not at all.
 *
 * @throws UserError 'folder-unwritable', 'disk-full'
 */
export async function writeSplit(file: string, split: Split): Promise<void> {
  await mkdir(dirname(file), { recursive: true }).catch((cause: unknown) => {
    throw new UserError('folder-unwritable', { folder: basename(dirname(file)) }, { cause });
  });
  await writeDurably(file, [`${JSON.stringify(split)}\n`]);
}

/**
 * Reads a split and makes sure that nobody changed it, that its parts do not overlap and that no group is divided.
 *
 * @throws UserError 'file-not-found', 'file-unreadable', 'file-too-large', 'invalid-input' with what is wrong
 */
export async function readSplit(file: string): Promise<Split> {
  const name = basename(file);
  function refuse(reason: string, cause?: unknown): never {
    throw new UserError('invalid-input', { file: name, reason: `${name}: ${reason}.` }, { cause });
  }
  const text = await readText(file);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return refuse('it is no JSON', error);
  }
  const parsed = splitSchema.safeParse(json);
  if (!parsed.success) return refuse('it is no split of version 1', parsed.error);
  const split = parsed.data;
  if (hashSplit(split) !== split.sha256) refuse('it was changed after it was made');
  for (const [fold] of split.folds.entries()) checkFold(split, fold, refuse);
  return split;
}

function checkFold(split: Split, fold: number, refuse: (reason: string) => never): void {
  const partOf = new Map<number, string>();
  const partOfGroup = new Map<number, string>();
  for (const part of splitParts) {
    for (const position of split.folds[fold]![part]) {
      const picture = split.pictures[position];
      if (picture === undefined) return refuse('it names a picture that it does not have');
      if (partOf.has(position)) refuse('a picture is in two parts');
      partOf.set(position, part);
      const { group } = picture;
      if (group === null) continue;
      if ((partOfGroup.get(group) ?? part) !== part) refuse('a group is divided');
      partOfGroup.set(group, part);
    }
  }
}

async function readText(file: string): Promise<string> {
  try {
    if ((await stat(file)).size > mostBytes)
      throw new UserError('file-too-large', { file: basename(file), limit: '512 MB' });
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof UserError) throw error;
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UserError(
      isMissing ? 'file-not-found' : 'file-unreadable',
      { file: basename(file) },
      { cause: error },
    );
  }
}
