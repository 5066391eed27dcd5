import type { SlicePixels } from '../../src-shared/contract/calls.ts';
import type { DisplayWindow } from '../../src-shared/domain/slice.ts';
import { usableSpacingMm } from '../../src-shared/imaging/usableSpacingMm.ts';
import { dicomDateText } from '../text/dateTexts.ts';

/**
 * What a reader must know about a source before measuring on it or judging fine detail, in one line: "Lossy, no
 * geometry" for a JPEG; null for a DICOM slice that hides nothing.
 */
export function sourceBadge({ geometry, attributes, format, bitsStored }: SlicePixels): string | null {
  const hasSpacing = usableSpacingMm(geometry) !== null;
  const hasOrientation = geometry.imageOrientationPatient !== null;
  const isPicture = format !== 'dicom' && format !== 'nifti';
  const losses = [
    format === 'jpeg' || attributes.lossyImageCompression === '01' ? 'lossy' : null,
    // WebP has both kinds, and its header does not tell what became of the picture before.
    format === 'webp' ? 'perhaps lossy' : null,
    isPicture && format !== 'jpeg' && format !== 'webp' && bitsStored <= 8 ? '8 bits only' : null,
    hasSpacing ? null : hasOrientation ? 'no scale' : 'no geometry',
    hasSpacing && !hasOrientation ? 'no orientation' : null,
  ].filter((loss) => loss !== null);
  const text = losses.join(', ');
  return text === '' ? null : text[0]!.toUpperCase() + text.slice(1);
}

/** "C 442  W 884", with decimals where the window is narrow. */
export function windowText({ center, width }: DisplayWindow): string {
  const decimals = Math.min(Math.max(2 - Math.floor(Math.log10(width - 1)), 0), 6);
  const isWhole = Number.isInteger(center) && Number.isInteger(width);
  const text = (value: number): string => value.toFixed(isWhole ? 0 : decimals);
  return `C ${text(center)}  W ${text(width)}`;
}

/** "256 × 256", with the distances between pixels where they are known: "256 × 256 · 0.859 mm". */
export function sizeText({ columns, rows, geometry }: SlicePixels): string {
  const size = `${columns} × ${rows}`;
  const spacing = usableSpacingMm(geometry);
  if (spacing === null) return size;
  const [betweenRows, betweenColumns] = spacing.map((mm) => String(Number(mm.toPrecision(3))));
  return `${size} · ${betweenRows === betweenColumns ? betweenRows : `${betweenColumns} × ${betweenRows}`} mm`;
}

const sexTexts: Record<string, string> = { F: 'female', M: 'male', O: 'other' };

const written = (parts: readonly (string | null)[]): string[] =>
  parts.filter((part) => part !== null && part.trim() !== '') as string[];

/** Who it is, line by line: name, ID, date of birth and sex; nothing where the file names nobody. */
export function patientTexts({ attributes }: SlicePixels): string[] {
  const { patientName, patientId, patientBirthDate, patientSex } = attributes;
  const born = patientBirthDate === null ? null : `born ${dicomDateText(patientBirthDate)}`;
  const sex = patientSex === null ? null : (sexTexts[patientSex] ?? patientSex);
  return written([patientName, patientId, written([born, sex]).join(', ')]);
}

/** Which study and series it is, line by line. */
export function studyTexts({ attributes }: SlicePixels): string[] {
  const { studyDescription, studyDate, seriesDescription, seriesNumber, instanceNumber, modality } =
    attributes;
  const numbers = written([
    seriesNumber === null ? null : `series ${seriesNumber}`,
    instanceNumber === null ? null : `image ${instanceNumber}`,
  ]).join(', ');
  return written([
    studyDescription,
    studyDate === null ? null : dicomDateText(studyDate),
    written([modality, seriesDescription]).join(' '),
    numbers,
  ]);
}

const rounded = (value: number): string => String(Number(value.toPrecision(4)));

/** How it was acquired, line by line: "TR 450  TE 12", "1.5 T", "slice 5 mm". */
export function acquisitionTexts({ acquisition, geometry }: SlicePixels): string[] {
  const named = (name: string, value: number | null | undefined): string | null =>
    value === null || value === undefined ? null : `${name} ${rounded(value)}`;
  const times = [
    named('TR', acquisition?.repetitionTimeMs),
    named('TE', acquisition?.echoTimeMs),
    named('TI', acquisition?.inversionTimeMs),
    named('FA', acquisition?.flipAngleDegrees),
  ];
  const device = [
    acquisition?.magneticFieldStrengthT ? `${rounded(acquisition.magneticFieldStrengthT)} T` : null,
    acquisition?.peakVoltageKv ? `${rounded(acquisition.peakVoltageKv)} kV` : null,
    geometry.sliceThicknessMm === null ? null : `slice ${rounded(geometry.sliceThicknessMm)} mm`,
  ];
  return written([written(times).join('  '), written(device).join('  ')]);
}
