/** An 8-bit grey picture, [row][column]. */
export interface Thumbnail {
  rows: number;
  columns: number;
  grey: Uint8ClampedArray<ArrayBuffer>;
}
