/** A ruler of a round length. */
export interface ScaleBar {
  lengthMm: number;
  /** CSS pixels. */
  length: number;
  label: string;
}

/**
 * The longest bar of 1, 2 or 5 times a power of ten millimetres that is at most `longest` CSS pixels.
 *
 * @param pixelsPerMm - CSS pixels for one millimetre of the patient
 */
export function scaleBar(pixelsPerMm: number, longest: number): ScaleBar {
  const room = longest / pixelsPerMm;
  const power = 10 ** Math.floor(Math.log10(room));
  const lengthMm = power * ([5, 2].find((step) => step * power <= room) ?? 1);
  return { lengthMm, length: lengthMm * pixelsPerMm, label: lengthLabel(lengthMm) };
}

/** "5 cm", "2 mm", "0.5 mm", "20 µm" … */
function lengthLabel(lengthMm: number): string {
  if (lengthMm >= 10) return `${Math.round(lengthMm / 10)} cm`;
  if (lengthMm >= 0.1) return `${Number(lengthMm.toPrecision(1))} mm`;
  return `${Number((lengthMm * 1000).toPrecision(1))} µm`;
}
