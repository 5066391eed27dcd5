import { createHash } from 'node:crypto';
import { uidOfDigest } from '../../images/dicom/uidOfDigest.ts';
import type { AnalysedInstance } from './AnalysedInstance.ts';

/** Raised when the objects say something else for the same analysis: a UID must never name two contents. */
const resultVersion = 1;

/**
 * A UID that follows from words alone: the first 16 bytes of SHA-256 over them as a UUID under 2.25. The same analysis
 * gives the same UIDs on any machine at any time, so that an archive sees a repeat as what it has already.
 */
function uidOf(...words: string[]): string {
  return uidOfDigest(
    createHash('sha256')
      .update(['BraTum result', String(resultVersion), ...words].join('\0'))
      .digest(),
  );
}

/** What makes one analysis another one: the instance and frame, the model's bytes, and what is drawn. */
function analysisKey({ instance, slice, analysis }: AnalysedInstance): string {
  const { fingerprint, method } = {
    fingerprint: analysis.modelFingerprint,
    method: analysis.heatmap?.method ?? 'none',
  };
  return [instance.sopInstanceUid, slice.frame ?? '', fingerprint, method, analysis.plane ?? ''].join('|');
}

/** The picture of one analysis, in a series for each source series and model. */
export function captureUids(analysed: AnalysedInstance): { instance: string; series: string } {
  const { instance, analysis } = analysed;
  return {
    instance: uidOf('capture', analysisKey(analysed)),
    series: uidOf('captures', instance.seriesInstanceUid, analysis.modelFingerprint),
  };
}

/** The report on these analyses, whatever their order, in one series of reports for the study. */
export function reportUids(analysed: readonly AnalysedInstance[]): { instance: string; series: string } {
  const study = analysed[0]?.instance.studyInstanceUid ?? '';
  return {
    instance: uidOf('report', ...analysed.map(analysisKey).sort()),
    series: uidOf('reports', study),
  };
}

/** What the report calls one analysed slice by (Tracking Unique Identifier). */
export function trackingUid(analysed: AnalysedInstance): string {
  return uidOf('tracking', analysisKey(analysed));
}

/** The model as a device that observes: its fingerprint. */
export function modelUid(fingerprint: string): string {
  return uidOf('model', fingerprint);
}
