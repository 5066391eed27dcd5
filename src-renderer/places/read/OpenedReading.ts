import type { SecondOpinion } from '../../../src-shared/domain/analysis.ts';
import type { CaseDetail, StoredAnalysis } from '../../../src-shared/domain/cases.ts';
import type {
  FileFailure,
  OpenedCollection,
  SeriesSummary,
  SkippedFile,
  SliceHandle,
} from '../../../src-shared/domain/collection.ts';
import { dicomDateText } from '../../text/dateTexts.ts';

/** A series with the words of the study and patient above it. */
export interface OpenSeries extends SeriesSummary {
  /** Unique in the reading, also where two studies name a series alike. */
  key: string;
  patient: string | null;
  study: string | null;
}

/** What lies open in the Read place: files that were just opened, or a case from the store. */
export interface OpenedReading {
  origin: 'files' | 'case';
  title: string;
  /** The picture archive that it was pulled from; null: from elsewhere. */
  archive: string | null;
  series: OpenSeries[];
  failures: FileFailure[];
  skipped: SkippedFile[];
  /** Answers that came from the store. */
  answers: ReadonlyMap<SliceHandle, StoredAnalysis>;
  /** What the other model said of them. */
  opinions: ReadonlyMap<SliceHandle, SecondOpinion>;
}

/** The reading of files that were opened. Series without a slice are left out. */
export function readingOfCollection(
  { studies, failures, skipped }: OpenedCollection,
  title: string,
  archive: string | null = null,
): OpenedReading {
  const series = studies.flatMap((study) =>
    study.series.map((one) => ({
      ...one,
      key: `${study.studyKey}/${one.seriesKey}`,
      patient: study.patientName ?? study.patientId,
      study: studyText(study),
    })),
  );
  return {
    origin: 'files',
    title,
    archive,
    series: series.filter(hasSlices),
    failures,
    skipped,
    answers: new Map(),
    opinions: new Map(),
  };
}

/** The reading of a stored case, with the analyses that were stored. */
export function readingOfCase(detail: CaseDetail): OpenedReading {
  const answers = new Map<SliceHandle, StoredAnalysis>();
  const opinions = new Map<SliceHandle, SecondOpinion>();
  const series = detail.detailStudies.flatMap((study) =>
    study.series.map((one) => ({
      ...one,
      key: `${study.studyKey}/${one.seriesKey}`,
      patient: detail.patientName ?? detail.patientId,
      study: studyText(study),
      isReformatted: false,
    })),
  );
  for (const { slice, analysis, secondOpinion } of series.flatMap((one) => one.slices)) {
    if (analysis !== null) answers.set(slice, analysis);
    if (secondOpinion !== null) opinions.set(slice, secondOpinion);
  }
  return {
    origin: 'case',
    title: detail.patient,
    archive: null,
    series: series.filter(hasSlices),
    failures: [],
    skipped: [],
    answers,
    opinions,
  };
}

const hasSlices = ({ slices }: { slices: readonly unknown[] }) => slices.length > 0;

function studyText(study: { studyDescription: string | null; studyDate: string | null }): string | null {
  const date = study.studyDate === null ? null : dicomDateText(study.studyDate);
  const parts = [study.studyDescription, date].filter((part) => part !== null && part.trim() !== '');
  return parts.length === 0 ? null : parts.join(', ');
}
