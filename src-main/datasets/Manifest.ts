import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream';
import { parse } from 'csv-parse';
import { z } from 'zod';
import { planes } from '../../src-shared/domain/plane.ts';
import { tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import { UserError } from '../../src-shared/errors.ts';

const entry = z.object({
  /** SHA-256 of the file, lower-case hex. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  class: z.enum(tumourClasses),
  plane: z.enum(planes),
});

/** One file of a known public set: what it is, by content and without the picture. */
export type ManifestEntry = z.infer<typeof entry>;

/**
 * The text of a manifest: CSV `hash,class,plane`, one line for each file, sorted, so that it changes only with the
 * set. A file that the set holds twice has two lines. It serves as a label file too.
 */
export function manifestText(entries: readonly ManifestEntry[]): string {
  const lines = entries.map(({ hash, class: tumour, plane }) => `${hash},${tumour},${plane}\n`);
  return `hash,class,plane\n${lines.sort().join('')}`;
}

/**
 * Reads a manifest.
 *
 * @throws UserError 'file-unreadable', 'invalid-input' naming the line
 */
export async function readManifest(file: string): Promise<ManifestEntry[]> {
  const entries: ManifestEntry[] = [];
  try {
    const rows = pipeline(
      createReadStream(file),
      parse({ columns: true, bom: true, max_record_size: 4096 }),
      () => undefined,
    );
    for await (const row of rows) entries.push(entry.parse(row));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException | null)?.code;
    if (typeof code === 'string' && code.startsWith('E'))
      throw new UserError('file-unreadable', { file: basename(file) }, { cause: error });
    const reason = `${basename(file)}, line ${entries.length + 2}, is no entry of a manifest.`;
    throw new UserError('invalid-input', { file: basename(file), reason }, { cause: error });
  }
  return entries;
}
