import type { AnalysedInstance, Making, ResultObject } from './AnalysedInstance.ts';
import { secondaryCapture } from './secondaryCapture.ts';
import { structuredReport } from './structuredReport.ts';

/**
 * The results of one study as DICOM: a Secondary Capture of each slice, then one report on all of them.
 *
 * @param analysed - of one study; none gives nothing
 */
export async function* makeResults(
  analysed: readonly AnalysedInstance[],
  making: Making,
): AsyncGenerator<ResultObject> {
  for (const one of analysed) yield await secondaryCapture(one, making);
  if (analysed.length > 0) yield structuredReport(analysed, making);
}
