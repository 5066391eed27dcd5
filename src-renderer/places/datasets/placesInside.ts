interface Point {
  x: number;
  y: number;
}

/** The places of a grid that a frame touches, between two of its corners in the grid's own pixels. */
export function placesInside(
  from: Point,
  to: Point,
  {
    columns,
    tileWidth,
    tileHeight,
    count,
  }: { columns: number; tileWidth: number; tileHeight: number; count: number },
): number[] {
  const span = (a: number, b: number, size: number, most: number): [number, number] => [
    Math.max(0, Math.floor(Math.min(a, b) / size)),
    Math.min(most, Math.floor(Math.max(a, b) / size)),
  ];
  const [left, right] = span(from.x, to.x, tileWidth, columns - 1);
  const [top, bottom] = span(from.y, to.y, tileHeight, Math.ceil(count / columns) - 1);
  const places: number[] = [];
  for (let row = top; row <= bottom; row++)
    for (let column = left; column <= right; column++)
      if (row * columns + column < count) places.push(row * columns + column);
  return places;
}
