import { z } from 'zod';
import type { BackupSummary } from '../../../src-shared/domain/backup.ts';

/**
 * A backup is a zip file: `backup.json` (what it is), `cases.db` (one consistent state of the database), `blobs/ab/abcd…`
 * (every picture that the database names, as the blob store keeps it), and `SHA256SUMS`, which lists all others in the
 * format of sha256sum, so that `unzip` and `sha256sum -c` prove a backup without this program.
 */
export const entryNames = { description: 'backup.json', database: 'cases.db', sums: 'SHA256SUMS' } as const;

/** Number of the format above. */
export const backupFormat = 1;

/** First line of a description that another format may add to; unknown fields are ignored. */
export const descriptionSchema = z.object({
  format: z.number().int(),
  createdAt: z.iso.datetime(),
  applicationVersion: z.string().max(64),
  storeVersion: z.number().int().positive(),
  cases: z.number().int().nonnegative(),
  analyses: z.number().int().nonnegative(),
  pictures: z.number().int().nonnegative(),
}) satisfies z.ZodType<BackupSummary & { format: number }>;

/** Where a picture lies, in a store and in a backup. */
export function blobEntry(hash: string): string {
  return `blobs/${hash.slice(0, 2)}/${hash}`;
}

const blobPattern = /^blobs\/([0-9a-f]{2})\/\1[0-9a-f]{62}$/;

/** True for what belongs into a store: nothing else is ever unpacked. */
export function isStoreEntry(name: string): boolean {
  return name === entryNames.database || blobPattern.test(name);
}

/** One line of SHA256SUMS. */
export function sumLine(sha256: string, name: string): string {
  return `${sha256}  ${name}\n`;
}

/** The sums by name, or null where a line is none or names a file twice. */
export function parseSums(text: string): Map<string, string> | null {
  const sums = new Map<string, string>();
  for (const line of text.split('\n').slice(0, -1)) {
    const [, sha256, name] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (sha256 === undefined || name === undefined || sums.has(name)) return null;
    sums.set(name, sha256);
  }
  return text.endsWith('\n') ? sums : null;
}
