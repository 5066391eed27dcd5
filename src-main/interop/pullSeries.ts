import { mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError } from '../../src-shared/errors.ts';
import { readInstance, uidPattern } from '../images/dicom/readInstance.ts';
import { writeDurably } from '../storage/writeDurably.ts';
import type { PacsConnection } from './PacsConnection.ts';

/** A series that was pulled. */
export interface PulledSeries {
  /** Of the files, one for each instance. */
  folder: string;
  /** Instances that came now. */
  fetched: number;
  /** Instances that an earlier pull had left there. */
  kept: number;
}

/**
 * Pulls a series into `<folder>/<study>/<series>/<instance>.dcm`. Each file appears whole or not at all, so that a pull
 * that was cut off goes on where it stopped: what is there is not fetched again.
 *
 * @param isWanted - by SOP class; all where left out
 * @param onFile - hears of every instance that is there
 * @throws UserError 'cancelled', 'pacs-answer-damaged' where the archive sent another instance or not all, and what a
 *   connection throws; what came before stays
 */
export async function pullSeries(
  connection: PacsConnection,
  { studyInstanceUid, seriesInstanceUid }: { studyInstanceUid: string; seriesInstanceUid: string },
  folder: string,
  {
    isWanted = () => true,
    onFile = () => undefined,
  }: { isWanted?: (sopClassUid: string | null) => boolean; onFile?: () => void } = {},
): Promise<PulledSeries> {
  const target = join(folder, safe(studyInstanceUid), safe(seriesInstanceUid));
  const found = await connection.findInstances(studyInstanceUid, seriesInstanceUid);
  const wanted = found.filter(({ sopClassUid }) => isWanted(sopClassUid));
  if (wanted.length === 0) return { folder: target, fetched: 0, kept: 0 };
  await mkdir(target, { recursive: true }).catch((cause: unknown) => {
    throw new UserError('folder-unwritable', { folder: basename(folder) }, { cause });
  });
  const present = new Set(await readdir(target));
  const missing = wanted
    .map(({ sopInstanceUid }) => safe(sopInstanceUid))
    .filter((uid) => !present.has(fileOf(uid)));
  const kept = wanted.length - missing.length;
  for (let file = 0; file < kept; file++) onFile();
  const awaited = new Set(missing);
  await connection.fetchInstances({ studyInstanceUid, seriesInstanceUid }, missing, async (uid, bytes) => {
    const { sopInstanceUid } = readInstance(bytes, fileOf(uid));
    if (sopInstanceUid !== uid || !awaited.delete(uid))
      throw new UserError('pacs-answer-damaged', { reason: 'It sent an instance that was not asked for.' });
    await writeDurably(join(target, fileOf(uid)), [bytes]);
    onFile();
  });
  if (awaited.size > 0)
    throw new UserError('pacs-answer-damaged', { reason: `It left out ${awaited.size} instances.` });
  return { folder: target, fetched: missing.length, kept };
}

function fileOf(sopInstanceUid: string): string {
  return `${sopInstanceUid}.dcm`;
}

/** An archive's word becomes a file's name only if it is a UID. */
function safe(uid: string): string {
  if (!uidPattern.test(uid)) throw new UserError('pacs-answer-damaged', { reason: 'A UID in it is none.' });
  return uid;
}
