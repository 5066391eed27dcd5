import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type {
  DeidentificationOptions,
  DeidentificationReport,
} from '../../src-shared/domain/deidentification.ts';
import { UserError, type Failure } from '../../src-shared/errors.ts';
import { walkFiles } from '../images/walk/walkFiles.ts';
import { requireEmptyFolder } from '../storage/requireEmptyFolder.ts';
import { writeDurably } from '../storage/writeDurably.ts';
import { DeidentificationTally } from './DeidentificationTally.ts';
import { deidentifyFiles } from './deidentifyFiles.ts';

export interface DeidentifyRequest {
  /** Files, folders, zips and DICOMDIRs, absolute. */
  paths: readonly string[];
  /** A new or empty folder, absolute; null to find out what would become of the files. */
  out: string | null;
  options: DeidentificationOptions;
  /** Report some of the values as they were. */
  isIdentified: boolean;
  signal?: AbortSignal;
  onProgress?: (files: number) => void;
}

export interface DeidentifiedPaths {
  report: DeidentificationReport;
  failures: { path: string; error: Failure }[];
  skipped: { path: string; reason: string }[];
}

/**
 * De-identifies all DICOM pictures under the paths into a folder, each file whole or not at all. Which file became which
 * is told nobody: that list would undo the work.
 *
 * @throws UserError 'folder-not-empty', 'folder-unwritable', 'disk-full', 'cancelled'
 */
export async function deidentifyPaths({
  paths,
  out,
  options,
  isIdentified,
  signal,
  onProgress,
}: DeidentifyRequest): Promise<DeidentifiedPaths> {
  if (out !== null) await requireEmptyFolder(out);
  const tally = new DeidentificationTally(isIdentified);
  const result: Omit<DeidentifiedPaths, 'report'> = { failures: [], skipped: [] };
  const found = walkFiles(paths, { passOver: out === null ? [] : [out] }, signal);
  let done = 0;
  for await (const item of deidentifyFiles(found, options, signal)) {
    if (item.kind === 'failure') result.failures.push({ path: item.path, error: item.error });
    else if (item.kind === 'skipped') result.skipped.push({ path: item.path, reason: item.reason });
    else {
      if (out !== null) await writeBelow(out, item.name, item.result.parts);
      tally.add(item.result);
    }
    onProgress?.(++done);
  }
  return { report: tally.report(), ...result };
}

async function writeBelow(folder: string, name: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = join(folder, ...name.split('/'));
  try {
    await mkdir(dirname(file), { recursive: true });
  } catch (cause) {
    throw new UserError('folder-unwritable', { folder: basename(folder) }, { cause });
  }
  await writeDurably(file, parts);
}
