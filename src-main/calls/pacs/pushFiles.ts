import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { throwIfCancelled, UserError, type Failure } from '../../../src-shared/errors.ts';
import { readInstance } from '../../images/dicom/readInstance.ts';
import { walkFiles } from '../../images/walk/walkFiles.ts';
import type { PacsConnection } from '../../interop/PacsConnection.ts';
import { reportFailure } from '../reportFailure.ts';
import { pushObjects, type PlacedObject, type PushedObject } from './pushObjects.ts';

/** So many files are in memory at once. */
const filesAtOnce = 16;

/** A file that could not be sent. */
export interface FailedFile {
  path: string;
  error: Failure;
}

/**
 * Sends the DICOM files under the paths to an archive; what it has already is not sent again. Archives (zip) are
 * skipped: what lies in them is to be unpacked first.
 */
export async function pushFiles(
  connection: PacsConnection,
  paths: readonly string[],
  signal: AbortSignal,
  onPushed: (files: number) => void,
): Promise<{ pushed: PushedObject[]; failures: FailedFile[]; skipped: { path: string; reason: string }[] }> {
  const pushed: PushedObject[] = [];
  const failures: FailedFile[] = [];
  const skipped: { path: string; reason: string }[] = [];
  let batch: PlacedObject[] = [];
  const flush = async (): Promise<void> => {
    pushed.push(...(await pushObjects(connection, batch)));
    batch = [];
    onPushed(pushed.length);
  };
  for await (const item of walkFiles(paths, { passOver: [] }, signal)) {
    throwIfCancelled(signal);
    if (item.kind === 'skipped') skipped.push({ path: item.path, reason: item.reason });
    else if (item.kind === 'failure') failures.push({ path: item.path, error: item.error });
    else {
      try {
        batch.push(await readPlaced(item.file.path));
      } catch (error) {
        failures.push({ path: item.file.path, error: reportFailure(error) });
      }
    }
    if (batch.length >= filesAtOnce) await flush();
  }
  if (batch.length > 0) await flush();
  return { pushed, failures, skipped };
}

/** Reads a DICOM file of the disk. @throws UserError 'file-unreadable', 'dicom-damaged' and the like */
export async function readPlaced(path: string): Promise<PlacedObject> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new UserError('file-unreadable', { file: basename(path) }, { cause });
  });
  const own = Uint8Array.from(bytes);
  const { sopClassUid, sopInstanceUid, seriesInstanceUid, studyInstanceUid, transferSyntaxUid } =
    readInstance(own, basename(path));
  return { sopClassUid, sopInstanceUid, seriesInstanceUid, studyInstanceUid, transferSyntaxUid, bytes: own };
}
