/**
 * A share as a percentage with one decimal: 0.9731 as "97.3%". What is less than all never reads as all (0.9999 is
 * ">99.9%"), and what is more than nothing never as nothing (0.0002 is "<0.1%").
 */
export function percentText(share: number): string {
  if (share > 0 && share < 0.0005) return '<0.1%';
  if (share < 1 && share >= 0.9995) return '>99.9%';
  return `${(share * 100).toFixed(1)}%`;
}

/** The same in whole percent and without the sign, for places of two digits: 0.9731 as "97", 0.9999 as "99". */
export function wholePercentText(share: number): string {
  return String(share < 1 ? Math.min(99, Math.round(share * 100)) : 100);
}
