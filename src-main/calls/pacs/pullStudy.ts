import { UserError } from '../../../src-shared/errors.ts';
import type { PacsConnection } from '../../interop/PacsConnection.ts';
import { pullSeries, type PulledSeries } from '../../interop/pullSeries.ts';

/** What to pull, and where to. */
export interface PullRequest {
  studyInstanceUid: string;
  /** One series only; else all. */
  seriesInstanceUid: string | null;
  folder: string;
  /** By SOP class; all where left out. */
  isWanted?: (sopClassUid: string | null) => boolean;
  onFile?: (files: number) => void;
}

/**
 * Pulls a study, or one series of it; what an earlier pull left there is kept.
 *
 * @returns the series with at least one wanted instance
 * @throws UserError 'pacs-nothing-there', and what `pullSeries` throws
 */
export async function pullStudy(
  connection: PacsConnection,
  { studyInstanceUid, seriesInstanceUid, folder, isWanted, onFile }: PullRequest,
): Promise<({ seriesInstanceUid: string } & PulledSeries)[]> {
  const uids =
    seriesInstanceUid === null
      ? (await connection.findSeries(studyInstanceUid)).map((series) => series.seriesInstanceUid)
      : [seriesInstanceUid];
  const pulled = [];
  let files = 0;
  for (const uid of uids) {
    const place = { studyInstanceUid, seriesInstanceUid: uid };
    const series = await pullSeries(connection, place, folder, {
      ...(isWanted !== undefined && { isWanted }),
      onFile: () => onFile?.(++files),
    });
    if (series.fetched + series.kept > 0) pulled.push({ seriesInstanceUid: uid, ...series });
  }
  if (pulled.length === 0) throw new UserError('pacs-nothing-there');
  return pulled;
}
