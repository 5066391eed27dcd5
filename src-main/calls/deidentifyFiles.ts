import type { DeidentificationOptions } from '../../src-shared/domain/deidentification.ts';
import { throwIfCancelled, UserError, type CancelSignal, type Failure } from '../../src-shared/errors.ts';
import { deidentifyFile, type DeidentifiedFile } from '../images/dicom/deidentify/deidentifyFile.ts';
import { Pseudonyms } from '../images/dicom/deidentify/Pseudonyms.ts';
import type { FoundFile, WalkItem } from '../images/FoundFile.ts';
import { reportFailure } from './reportFailure.ts';

/** What came of one file; `path` as in `FoundFile`. */
export type DeidentifiedItem =
  | { kind: 'file'; path: string; fileName: string; result: DeidentifiedFile; name: string }
  | { kind: 'failure'; path: string; fileName: string; error: Failure }
  | { kind: 'skipped'; path: string; fileName: string; reason: string };

/**
 * De-identifies files one after another, with pseudonyms that hold for all of them and are forgotten afterwards. What is
 * no DICOM picture is skipped: other formats and reports may say anything anywhere.
 *
 * A result's `name` is its neutral place: `<study>/<series>/<instance>.dcm` by the new UIDs, with `/`.
 *
 * @throws UserError 'cancelled'
 */
export async function* deidentifyFiles(
  found: AsyncIterable<WalkItem> | Iterable<WalkItem>,
  options: DeidentificationOptions,
  signal?: CancelSignal,
): AsyncGenerator<DeidentifiedItem> {
  const pseudonyms = new Pseudonyms();
  const names = new Set<string>();
  for await (const item of found) {
    throwIfCancelled(signal);
    if (item.kind !== 'file') yield item;
    else if (item.file.format !== 'dicom') yield skipped(item.file, 'no DICOM file');
    else yield await deidentifyOne(item.file, options, pseudonyms, names);
  }
}

async function deidentifyOne(
  file: FoundFile,
  options: DeidentificationOptions,
  pseudonyms: Pseudonyms,
  names: Set<string>,
): Promise<DeidentifiedItem> {
  const { path, fileName } = file;
  try {
    const result = deidentifyFile(await file.readBytes(), fileName, options, pseudonyms);
    return { kind: 'file', path, fileName, result, name: freeName(result, names) };
  } catch (error) {
    if (error instanceof UserError && error.code === 'dicom-no-pixel-data')
      return skipped(file, 'holds no picture');
    return { kind: 'failure', path, fileName, error: reportFailure(error) };
  }
}

function skipped({ path, fileName }: FoundFile, reason: string): DeidentifiedItem {
  return { kind: 'skipped', path, fileName, reason };
}

/** Two files may claim to be one instance; both are kept. */
function freeName(
  { studyInstanceUid, seriesInstanceUid, sopInstanceUid }: DeidentifiedFile,
  names: Set<string>,
): string {
  const base = `${studyInstanceUid}/${seriesInstanceUid}/${sopInstanceUid}`;
  let name = `${base}.dcm`;
  for (let copy = 2; names.has(name); copy++) name = `${base}-${copy}.dcm`;
  names.add(name);
  return name;
}
