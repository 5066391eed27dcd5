import { withValues, type GreyPicture } from '../GreyPicture.ts';

/** How a picture is turned, enlarged and moved about its centre. */
export interface Warp {
  /** Counter-clockwise as seen on the screen. */
  angleDegrees: number;
  /** Above 1 enlarges. */
  scale: number;
  /** To the right, as a share of the width. */
  shiftRight: number;
  /** Downwards, as a share of the height. */
  shiftDown: number;
  /** What appears where the picture ends. */
  fill: number;
}

/**
 * Rotation, scale and shift in one bilinear resampling, so that the picture is softened only once.
 *
 *     x = cx + (cos a (X - Cx) - sin a (Y - Cy)) / s,   y = cy + (sin a (X - Cx) + cos a (Y - Cy)) / s
 *
 * (X, Y) is a target pixel, (x, y) the place in the source whose value it takes, `a` the angle, `s` the scale,
 * c the centre ((columns - 1)/2, (rows - 1)/2) and C the centre moved by the shift. Beyond the edge the source
 * is `fill`, mixed over the last pixel's width; albumentations' ShiftScaleRotate with a constant border.
 */
export function warp(
  picture: GreyPicture,
  { angleDegrees, scale, shiftRight, shiftDown, fill }: Warp,
): GreyPicture {
  const { rows, columns } = picture;
  const angle = (angleDegrees * Math.PI) / 180;
  const cosine = Math.cos(angle) / scale;
  const sine = Math.sin(angle) / scale;
  const centreX = (columns - 1) / 2;
  const centreY = (rows - 1) / 2;
  const { values: padded, columns: stride } = padByOne(picture, fill);
  const out = new Float32Array(rows * columns);
  for (let row = 0, i = 0; row < rows; row++) {
    const down = row - centreY - shiftDown * rows;
    // One is added for the margin of the padded picture.
    let x = centreX + 1 + cosine * (-centreX - shiftRight * columns) - sine * down;
    let y = centreY + 1 + sine * (-centreX - shiftRight * columns) + cosine * down;
    for (let column = 0; column < columns; column++, i++, x += cosine, y += sine) {
      if (!(x >= 0 && y >= 0 && x < columns + 1 && y < rows + 1)) {
        out[i] = fill;
        continue;
      }
      const left = x | 0;
      const above = y | 0;
      const across = x - left;
      const below = y - above;
      const at = above * stride + left;
      const top = padded[at]! + across * (padded[at + 1]! - padded[at]!);
      const bottom = padded[at + stride]! + across * (padded[at + stride + 1]! - padded[at + stride]!);
      out[i] = top + below * (bottom - top);
    }
  }
  return withValues(picture, out);
}

/** The picture with a margin of one pixel, so that the inner loop needs no look at the edges. */
function padByOne({ rows, columns, values }: GreyPicture, fill: number): GreyPicture {
  const padded = new Float32Array((rows + 2) * (columns + 2)).fill(fill);
  for (let row = 0; row < rows; row++) {
    const line = values.subarray(row * columns, (row + 1) * columns);
    padded.set(line, (row + 1) * (columns + 2) + 1);
  }
  return { rows: rows + 2, columns: columns + 2, values: padded };
}
