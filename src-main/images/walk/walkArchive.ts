import { basename, posix } from 'node:path';
import { UserError } from '../../../src-shared/errors.ts';
import { detectFormat } from '../detectFormat.ts';
import type { WalkItem } from '../FoundFile.ts';
import { isHidden } from './isHidden.ts';
import { failure, skipped } from './walkItems.ts';
import type { WalkLimits } from './walkLimits.ts';
import { ZipArchive, type ZipEntry } from './ZipArchive.ts';

/**
 * The pictures in a zip file, sorted by path, each named `archive.zip!/inner/path`. Encrypted entries make one
 * failure for the whole archive; the others are still found.
 *
 * @throws UserError for an archive that is refused as a whole, see `ZipArchive.readDirectory`
 */
export async function* walkArchive(path: string, limits: WalkLimits): AsyncGenerator<WalkItem> {
  const archive = new ZipArchive(path, limits);
  const entries = await archive.readDirectory();
  if (entries.some(({ isEncrypted }) => isEncrypted)) {
    yield failure(path, new UserError('archive-encrypted', { file: basename(path) }));
  }
  const met = new Set<string>();
  for (const entry of entries) {
    const fullPath = `${path}!/${entry.path}`;
    if (met.has(entry.path)) yield skipped(fullPath, 'of a name that occurs twice');
    else if (entry.path.split('/').some(isHidden)) yield skipped(fullPath, 'hidden');
    else if (entry.isLink) yield skipped(fullPath, 'a link');
    else if (!entry.isEncrypted) yield await inspectEntry(archive, entry, fullPath);
    met.add(entry.path);
  }
}

async function inspectEntry(archive: ZipArchive, entry: ZipEntry, fullPath: string): Promise<WalkItem> {
  const fileName = posix.basename(entry.path);
  try {
    const format = detectFormat(await archive.readHead(entry), fileName);
    if (format === null) return skipped(fullPath, 'of no known kind');
    if (format === 'zip') return skipped(fullPath, 'an archive within an archive');
    if (format === 'dicomdir') return skipped(fullPath, 'a list of the files beside it');
    if (entry.raw.uncompressedSize === 0) throw new UserError('file-empty', { file: fileName });
    return {
      kind: 'file',
      file: { path: fullPath, fileName, format, readBytes: () => archive.readEntry(entry) },
    };
  } catch (error) {
    return failure(fullPath, error);
  }
}
