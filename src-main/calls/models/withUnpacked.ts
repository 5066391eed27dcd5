import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { UserError } from '../../../src-shared/errors.ts';
import { modelFileLimit } from '../../network/readOnnxGraph.ts';
import { ZipArchive } from '../../images/walk/ZipArchive.ts';
import { walkLimits } from '../../images/walk/walkLimits.ts';

/** A model of ours has four files, a LayersModel a few of weights, an export a readme and an example. */
const mostFiles = 40;

/**
 * Uses a place as it is, or, where it is a zip file, a private folder with its files; that folder is gone afterwards. The
 * files of one folder inside the zip are taken by their base names.
 *
 * @throws UserError 'model-refused' where it holds too much, 'archive-…', or what `use` throws
 */
export async function withUnpacked<Result>(
  path: string,
  use: (place: string) => Promise<Result>,
): Promise<Result> {
  if (!path.toLowerCase().endsWith('.zip')) return use(path);
  const folder = await mkdtemp(join(tmpdir(), 'bratum-model-'));
  try {
    const archive = new ZipArchive(path, { ...walkLimits, fileBytes: modelFileLimit });
    const entries = await archive.readDirectory();
    const refuse = (reason: string): never => {
      throw new UserError('model-refused', { file: basename(path), reason });
    };
    if (entries.length > mostFiles) refuse(`It holds more than ${mostFiles} files.`);
    if (new Set(entries.map((entry) => basename(entry.path))).size !== entries.length)
      refuse('It holds more than one model.');
    const total = entries.reduce((sum, { raw }) => sum + raw.uncompressedSize, 0);
    if (total > 2 * modelFileLimit) refuse('It unpacks to more than 128 MB.');
    for (const entry of entries)
      if (!entry.isLink) await writeFile(join(folder, basename(entry.path)), await archive.readEntry(entry));
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
