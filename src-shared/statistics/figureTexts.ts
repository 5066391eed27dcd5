import { percentText } from '../percentTexts.ts';
import type { MeanAndDeviation } from './meanAndDeviation.ts';
import type { Interval } from './wilsonInterval.ts';

/** A share in percent, an unknown one as a dash. */
export function percent(share: number | null): string {
  return share === null ? '–' : percentText(share);
}

/** "95.1% – 98.6%". */
export function percentInterval(interval: Interval | null): string {
  return interval === null ? '–' : `${percentText(interval[0])} – ${percentText(interval[1])}`;
}

/** Three decimals, or a dash. */
export function decimal(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}

/** "0.951 – 0.986". */
export function decimalInterval(interval: Interval | null): string {
  return interval === null ? '–' : `${interval[0].toFixed(3)} – ${interval[1].toFixed(3)}`;
}

/** A p-value: three decimals, and never zero. */
export function pValueText(pValue: number): string {
  return pValue < 0.001 ? 'below 0.001' : pValue.toFixed(3);
}

/** A mean with its standard deviation, if it has one, both written alike: "97.3% ± 1.2%". */
export function meanText(
  { mean, standardDeviation }: MeanAndDeviation,
  write: (value: number) => string,
): string {
  return standardDeviation === null ? write(mean) : `${write(mean)} ± ${write(standardDeviation)}`;
}
