import type {
  SeriesSummary,
  SliceHandle,
  SliceSummary,
  StudySummary,
} from '../../src-shared/domain/collection.ts';
import type { SliceHeader } from '../../src-shared/domain/slice.ts';
import { planeOf, sliceNormal } from '../../src-shared/imaging/planeOfOrientation.ts';

/** A slice to arrange: its header, and the handle by which it will be asked for. */
export interface SliceEntry {
  handle: SliceHandle;
  header: SliceHeader;
}

/** `image 2` before `image 10`. */
const naturalOrder = new Intl.Collator('en', { numeric: true });

/**
 * Arranges slices as studies → series → slices.
 *
 * A study is one patient's under one StudyInstanceUID, a series one SeriesInstanceUID in one plane (a scout
 * scan of three planes makes three). Pictures without identifiers make one study, named by what was opened,
 * and one series; each plane of a volume is a series of that study. Studies stay in the order in which they
 * were found, series go by their number.
 *
 * Slices go by their distance along the slice normal where all of a series have one, so from feet to head, from
 * right to left and from front to back; else by instance number; else by file name, `2` before `10`. What ties
 * goes by the next of these, and by frame.
 *
 *     position = n · p,  n the slice normal, p ImagePositionPatient (DICOM PS3.3 C.7.6.2.1.1)
 *
 * @param selectionName - base name of what a person opened, for pictures that name no study
 */
export function arrangeStudies(entries: readonly SliceEntry[], selectionName: string): StudySummary[] {
  return [...Map.groupBy(entries, ({ header }) => studyIdentity(header))].map(
    ([identity, members], index) => {
      const { attributes } = members[0]!.header;
      const studyKey = `study-${index + 1}`;
      return {
        studyKey,
        patientName: attributes.patientName,
        patientId: attributes.patientId,
        studyDate: attributes.studyDate,
        studyDescription: attributes.studyDescription ?? (identity === noIdentity ? selectionName : null),
        series: arrangeSeries(members, studyKey),
      };
    },
  );
}

const noIdentity = JSON.stringify([null, null, null, null]);

function studyIdentity({ attributes }: SliceHeader): string {
  const { issuerOfPatientId, patientId, patientName, studyInstanceUid } = attributes;
  return JSON.stringify([issuerOfPatientId, patientId, patientName, studyInstanceUid]);
}

function arrangeSeries(entries: readonly SliceEntry[], studyKey: string): SeriesSummary[] {
  const groups = [...Map.groupBy(entries, ({ header }) => seriesIdentity(header)).values()];
  return groups
    .map((members, index) => summariseSeries(members, `${studyKey}/series-${index + 1}`))
    .sort(
      (a, b) =>
        (a.seriesNumber ?? Infinity) - (b.seriesNumber ?? Infinity) ||
        naturalOrder.compare(a.seriesDescription ?? '', b.seriesDescription ?? ''),
    );
}

function seriesIdentity(header: SliceHeader): string {
  const { seriesInstanceUid, seriesNumber } = header.attributes;
  const volume = header.volumePlane === null ? null : header.fileName;
  return JSON.stringify([seriesInstanceUid, seriesNumber, planeOf(header), volume]);
}

function summariseSeries(members: readonly SliceEntry[], seriesKey: string): SeriesSummary {
  const { header } = members[0]!;
  const { modality, seriesDescription, seriesNumber } = header.attributes;
  const volumeName = header.volumePlane === null ? null : header.fileName;
  return {
    seriesKey,
    modality,
    seriesDescription: seriesDescription ?? volumeName,
    seriesNumber,
    plane: planeOf(header),
    isReformatted: header.isReformatted,
    slices: inOrder(members.map(summariseSlice)),
  };
}

function summariseSlice({ handle, header }: SliceEntry): SliceSummary {
  const { fileName, frame, rows, columns, attributes } = header;
  const { instanceNumber } = attributes;
  return { slice: handle, fileName, frame, rows, columns, instanceNumber, positionMm: positionOf(header) };
}

function positionOf({ geometry }: SliceHeader): number | null {
  const normal = sliceNormal(geometry.imageOrientationPatient);
  const place = geometry.imagePositionPatient;
  if (normal === null || place === null) return null;
  const position = normal[0] * place[0] + normal[1] * place[1] + normal[2] * place[2];
  // To a thousandth of a millimetre, or slices in one place would be ordered by rounding errors.
  return Number.isFinite(position) ? Math.round(position * 1000) / 1000 : null;
}

function inOrder(slices: SliceSummary[]): SliceSummary[] {
  const allHave = (key: 'positionMm' | 'instanceNumber'): boolean =>
    slices.every((slice) => slice[key] !== null);
  const [hasPositions, hasNumbers] = [allHave('positionMm'), allHave('instanceNumber')];
  return slices.sort(
    (a, b) =>
      (hasPositions ? a.positionMm! - b.positionMm! : 0) ||
      (hasNumbers ? a.instanceNumber! - b.instanceNumber! : 0) ||
      naturalOrder.compare(a.fileName, b.fileName) ||
      (a.frame ?? 0) - (b.frame ?? 0),
  );
}
