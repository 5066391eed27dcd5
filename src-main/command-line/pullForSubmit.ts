import { join } from 'node:path';
import { isAnalysed } from '../calls/pacs/isAnalysed.ts';
import { pullStudy } from '../calls/pacs/pullStudy.ts';
import { Misuse } from './Misuse.ts';
import { openServer } from './openServer.ts';
import { ProgressLine } from './ProgressLine.ts';
import { resolvePath } from './readArguments.ts';

/** What `submit --from dicomweb` is given. */
export interface StudyWords {
  study?: string[] | undefined;
  pictures?: string | undefined;
  timeout: string;
}

/**
 * Pulls studies out of an archive into the folder where workers find them; what is there is not fetched again.
 *
 * @returns the folders of the studies
 * @throws Misuse, and as `pullStudy`
 */
export async function pullForSubmit(
  positionals: readonly string[],
  { study: studies = [], pictures, timeout }: StudyWords,
  signal: AbortSignal,
): Promise<string[]> {
  if (studies.length === 0 || pictures === undefined)
    throw new Misuse('--from dicomweb wants --study UID and --pictures DIR, which all workers can read.');
  const folder = resolvePath(pictures);
  const connection = await openServer(positionals, { timeout }, signal);
  const progress = new ProgressLine();
  for (const [index, studyInstanceUid] of studies.entries())
    await pullStudy(connection, {
      ...{ studyInstanceUid, seriesInstanceUid: null, folder, isWanted: isAnalysed },
      onFile: (files) => progress.show(`study ${index + 1} of ${studies.length}: ${files} files`),
    });
  progress.clear();
  return studies.map((study) => join(folder, study));
}
