/** Bands along each axis; the regions are their crossings. */
const bands = 3;
/** Length of a band, in parts of the axis: bands overlap a little. */
const bandShare = 0.4;

/** The whole and its regions. */
export const meansPerPicture = 1 + bands ** 2;

/** The shape of a model's last feature maps. */
export interface MapShape {
  channels: number;
  rows: number;
  columns: number;
}

/**
 * The mean of each channel over the whole map and over nine overlapping regions, three by three: what there is, and
 * roughly where.
 *
 *     mean(0, c) = 1/(H W) Σ map(c, y, x),   mean(1 + 3 i + j, c) = the same over band i of the rows and j of the columns
 *
 * Band i of an axis of length n has ⌈0.4 n⌉ cells from round(i (n − ⌈0.4 n⌉) / 2) on: 0…2, 2…4 and 4…6 of seven.
 *
 * @param maps - of one picture, [channel][row][column]
 * @returns [mean][channel], `meansPerPicture` × channels
 */
export function regionMeans(
  maps: ArrayLike<number>,
  { channels, rows, columns }: MapShape,
): Float32Array<ArrayBuffer> {
  const means = new Float32Array(meansPerPicture * channels);
  const [across, down] = [bandsOf(columns), bandsOf(rows)];
  const sums = new Float64Array(rows * bands);
  for (let channel = 0; channel < channels; channel++) {
    const start = channel * rows * columns;
    let whole = 0;
    for (let row = 0; row < rows; row++) {
      const line = start + row * columns;
      for (let column = 0; column < columns; column++) whole += maps[line + column]!;
      for (let j = 0; j < bands; j++) {
        let sum = 0;
        for (let column = across.starts[j]!, i = 0; i < across.length; i++) sum += maps[line + column + i]!;
        sums[row * bands + j] = sum;
      }
    }
    means[channel] = whole / (rows * columns);
    for (let i = 0; i < bands; i++)
      for (let j = 0; j < bands; j++) {
        let sum = 0;
        for (let row = down.starts[i]!, k = 0; k < down.length; k++) sum += sums[(row + k) * bands + j]!;
        means[(1 + i * bands + j) * channels + channel] = sum / (down.length * across.length);
      }
  }
  return means;
}

function bandsOf(cells: number): { length: number; starts: number[] } {
  const length = Math.ceil(bandShare * cells);
  return {
    length,
    starts: Array.from({ length: bands }, (_, i) => Math.round((i * (cells - length)) / (bands - 1))),
  };
}
