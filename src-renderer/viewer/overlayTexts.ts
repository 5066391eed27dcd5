import type { SlicePixels } from '../../src-shared/contract/calls.ts';
import type { DisplayWindow } from '../../src-shared/domain/slice.ts';
import { usableSpacingMm } from '../../src-shared/imaging/usableSpacingMm.ts';

/** What a reader must know about a source before measuring on it or judging fine detail. */
export function sourceBadges({ geometry, attributes, format }: SlicePixels): string[] {
  const hasSpacing = usableSpacingMm(geometry) !== null;
  const hasOrientation = geometry.imageOrientationPatient !== null;
  const isLossy = format === 'jpeg' || attributes.lossyImageCompression === '01';
  const missing = hasSpacing ? 'No orientation' : hasOrientation ? 'No scale' : 'No geometry';
  return [...(isLossy ? ['Lossy'] : []), ...(hasSpacing && hasOrientation ? [] : [missing])];
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
