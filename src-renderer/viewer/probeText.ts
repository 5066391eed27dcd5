import type { SlicePixels } from '../../src-shared/contract/calls.ts';
import { valueUnit } from './measuring/measurementTexts.ts';
import type { Probe } from './probeAt.ts';

/** Digits of a value that is no whole number. */
const digits = 6;

/** A pixel and its modality value: "column 12, row 7: 1234", with HU where it is CT. */
export function probeText({ column, row, value }: Probe, slice: SlicePixels): string {
  const number = Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(digits)));
  return `column ${column}, row ${row}: ${number.replace('-', '−')}${valueUnit(slice)}`;
}
