import { withValues, type GreyPicture } from '../GreyPicture.ts';

/** The picture in a mirror: left becomes right. Doing it twice changes nothing. */
export function flipHorizontally(picture: GreyPicture): GreyPicture {
  const { rows, columns, values } = picture;
  const out = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const last = start + columns - 1;
    for (let column = 0; column < columns; column++) out[start + column] = values[last - column]!;
  }
  return withValues(picture, out);
}
