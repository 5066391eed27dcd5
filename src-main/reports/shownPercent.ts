/** One decimal; less than certain never reads as 100 %, and more than nothing never as 0 %. */
export function shownPercent(share: number): string {
  if (share > 0 && share < 0.0005) return '< 0.1 %';
  if (share < 1 && share > 0.9995) return '> 99.9 %';
  return `${(100 * share).toFixed(1)} %`;
}
