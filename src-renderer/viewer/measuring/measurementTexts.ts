import type { SlicePixels } from '../../../src-shared/contract/calls.ts';
import { angleAt } from './angleAt.ts';
import { ellipseArea, ellipseIn } from './ellipse.ts';
import { ellipseStatistics } from './ellipseStatistics.ts';
import { lengthBetween } from './lengthBetween.ts';
import type { Measurement, MeasurementKind } from './Measurement.ts';
import { metricOf, type Metric } from './Metric.ts';

/** What each kind is called. */
export const kindTexts: Record<MeasurementKind, string> = {
  length: 'Length',
  angle: 'Angle',
  ellipse: 'Ellipse',
};

/** "12.3 mm", "0.42 mm", "118 px": never finer than a tenth of a millimetre of something larger than one. */
function lengthText(length: number, { unit }: Metric): string {
  return `${unit === 'mm' && length < 1 ? length.toFixed(2) : length.toFixed(1)} ${unit}`;
}

function areaText(area: number, { unit }: Metric): string {
  return unit === 'mm' && area >= 1000 ? `${(area / 100).toFixed(1)} cm²` : `${area.toFixed(1)} ${unit}²`;
}

/** The unit of a slice's modality values, with a space before it; nothing where values have none, as in MR. */
export function valueUnit({ attributes, format }: Pick<SlicePixels, 'attributes' | 'format'>): string {
  return format === 'dicom' && attributes.modality === 'CT' ? ' HU' : '';
}

/** Values of one region with as many decimals as their spread is worth. */
function valueTextBy(spread: number): (value: number) => string {
  const decimals = spread > 0 ? Math.min(Math.max(2 - Math.floor(Math.log10(spread)), 0), 6) : 1;
  return (value) => value.toFixed(Math.min(decimals, 6)).replace('-', '−');
}

function ellipseTexts({ points }: Measurement, slice: SlicePixels, metric: Metric): string[] {
  const ellipse = ellipseIn(points[0]!, points[1]!);
  const area = areaText(ellipseArea(ellipse, metric), metric);
  const found = ellipseStatistics(slice, ellipse);
  if (found === null) return [area, 'holds no pixel'];
  const text = valueTextBy(found.maximum - found.minimum);
  const unit = valueUnit(slice);
  return [
    `${area} · ${found.count} px`,
    `mean ${text(found.mean)} ± ${text(found.standardDeviation)}${unit}`,
    `min ${text(found.minimum)}, max ${text(found.maximum)}${unit}`,
  ];
}

/** What a measurement says, line by line: millimetres where the spacing is known, pixels else. */
export function measurementTexts(measurement: Measurement, slice: SlicePixels): string[] {
  const metric = metricOf(slice.geometry);
  const [first, second, third] = measurement.points;
  switch (measurement.kind) {
    case 'length':
      return [lengthText(lengthBetween(first!, second!, metric), metric)];
    case 'angle': {
      const angle = third === undefined ? null : angleAt(second!, first!, third, metric);
      return [angle === null ? '–' : `${angle.toFixed(1)}°`];
    }
    case 'ellipse':
      return ellipseTexts(measurement, slice, metric);
  }
}
