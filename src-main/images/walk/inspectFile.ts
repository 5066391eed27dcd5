import { basename } from 'node:path';
import { UserError } from '../../../src-shared/errors.ts';
import { detectFormat } from '../detectFormat.ts';
import type { WalkItem } from '../FoundFile.ts';
import { readHead, readWhole } from './readFromDisk.ts';
import { walkArchive } from './walkArchive.ts';
import { missingReferences, walkDicomDirectory } from './walkDicomDirectory.ts';
import { failure, skipped } from './walkItems.ts';
import type { WalkLimits } from './walkLimits.ts';

interface Circumstances {
  /** True where a person named this very file, false where it lay in a folder. */
  isNamed: boolean;
  limits: WalkLimits;
}

/** What one file on disk contributes to a walk: itself, what it holds, or why not. */
export async function* inspectFile(
  path: string,
  { isNamed, limits }: Circumstances,
): AsyncGenerator<WalkItem> {
  const fileName = basename(path);
  try {
    const head = await readHead(path);
    const format = detectFormat(head, fileName);
    if (head.length === 0 && (isNamed || format !== null))
      throw new UserError('file-empty', { file: fileName });
    if (format === 'zip') yield* walkArchive(path, limits);
    // The folder's own walk finds the files that a DICOMDIR lists; only what is missing is news.
    else if (format === 'dicomdir')
      yield* isNamed ? walkDicomDirectory(path, limits) : missingReferences(path, limits);
    else if (format !== null) {
      const readBytes = () => readWhole(path, limits.fileBytes);
      yield { kind: 'file', file: { path, fileName, format, readBytes } };
    } else if (isNamed) throw new UserError('unknown-format', { file: fileName });
    else yield skipped(path, head.length === 0 ? 'empty' : 'of no known kind');
  } catch (error) {
    yield failure(path, error);
  }
}
