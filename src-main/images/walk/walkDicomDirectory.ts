import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../../src-shared/errors.ts';
import { detectFormat } from '../detectFormat.ts';
import { readDicomDirectory } from '../dicom/readDicomDirectory.ts';
import type { WalkItem } from '../FoundFile.ts';
import { isInside } from './isInside.ts';
import { kindOfPath, readHead, readWhole } from './readFromDisk.ts';
import { failure, skipped } from './walkItems.ts';
import type { WalkLimits } from './walkLimits.ts';

/**
 * The pictures that a DICOMDIR lists (DICOM PS3.10, 8; PS3.3, F), sorted by path. A listed file that is
 * missing, or lies outside the DICOMDIR's own folder, is a failure.
 *
 * @throws UserError when the DICOMDIR itself cannot be read
 */
export async function* walkDicomDirectory(path: string, limits: WalkLimits): AsyncGenerator<WalkItem> {
  for await (const reference of resolveReferences(path, limits)) {
    yield typeof reference === 'string' ? await inspectListed(reference, limits) : reference;
  }
}

/** Only what a DICOMDIR lists and its folder does not hold. @throws UserError as `walkDicomDirectory` */
export async function* missingReferences(path: string, limits: WalkLimits): AsyncGenerator<WalkItem> {
  for await (const reference of resolveReferences(path, limits))
    if (typeof reference !== 'string') yield reference;
}

async function* resolveReferences(path: string, limits: WalkLimits): AsyncGenerator<string | WalkItem> {
  const folder = dirname(path);
  const listed = readDicomDirectory(await readWhole(path, limits.fileBytes), basename(path));
  for (const reference of [...new Set(listed)].sort()) {
    try {
      yield await resolveReference(folder, reference, basename(path));
    } catch (error) {
      yield failure(join(folder, reference), error);
    }
  }
}

/** Finds a listed file; discs list names in capitals, and many a system copies them in small letters. */
async function resolveReference(folder: string, reference: string, directoryName: string): Promise<string> {
  const parts = reference.split('/');
  const unsafe = new UserError('archive-unsafe-path', { file: directoryName });
  if (parts.some((part) => part === '' || part === '.' || part === '..' || /[\\:\0]/.test(part)))
    throw unsafe;
  let path = folder;
  for (const part of parts) path = join(path, await nameInFolder(path, part));
  if ((await kindOfPath(path)) !== 'file') throw new UserError('file-not-found', { file: basename(path) });
  if (!(await isInside(path, folder))) throw unsafe;
  return path;
}

async function nameInFolder(folder: string, name: string): Promise<string> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.includes(name)
    ? name
    : (names.find((other) => other.toLowerCase() === name.toLowerCase()) ?? name);
}

async function inspectListed(path: string, limits: WalkLimits): Promise<WalkItem> {
  const fileName = basename(path);
  try {
    const head = await readHead(path);
    const format = detectFormat(head, fileName);
    if (format === null || format === 'zip' || format === 'dicomdir') return skipped(path, 'no picture');
    return {
      kind: 'file',
      file: { path, fileName, format, readBytes: () => readWhole(path, limits.fileBytes) },
    };
  } catch (error) {
    return failure(path, error);
  }
}
