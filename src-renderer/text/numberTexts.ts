/** A position along the slices' normal: "−36.0 mm". */
export function positionText(millimetres: number): string {
  return `${millimetres.toFixed(1).replace('-', '−')} mm`;
}

/** A duration: "8.4 ms" below ten milliseconds, "84 ms" below a second, else "1.2 s". */
export function durationText(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 1000) return `${milliseconds.toFixed(0)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** A count with its noun: "1 slice", "20 slices", "3 series". */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;
}

/** A value of a heatmap or a window: three significant digits, without an exponent in the usual range. */
export function valueText(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  return size >= 1e5 || size < 1e-3 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

/** A difference of two fractions in percentage points: "+12.3", "−4.0", "0.0". */
export function pointsText(difference: number): string {
  const points = (Math.abs(difference) * 100).toFixed(1);
  if (points === '0.0') return points;
  return `${difference < 0 ? '−' : '+'}${points}`;
}
