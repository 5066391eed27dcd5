/** A point of the picture (x along columns, y along rows) or of the screen, in the units that the name says. */
export interface Point {
  x: number;
  y: number;
}

/** x' = a·x + c·y + e, y' = b·x + d·y + f; letters as in CSS `matrix()` and canvas `setTransform`. */
export interface Affine {
  a: number;
  b: number;
  c: number;
  d: number;
  e: number;
  f: number;
}

/** Carries a point. */
export function mapPoint({ a, b, c, d, e, f }: Affine, { x, y }: Point): Point {
  return { x: a * x + c * y + e, y: b * x + d * y + f };
}

/** Carries a direction: as `mapPoint`, without the shift. */
export function mapDirection({ a, b, c, d }: Affine, { x, y }: Point): Point {
  return { x: a * x + c * y, y: b * x + d * y };
}

/** First `inner`, then `outer`. */
export function compose(outer: Affine, inner: Affine): Affine {
  const first = mapDirection(outer, { x: inner.a, y: inner.b });
  const second = mapDirection(outer, { x: inner.c, y: inner.d });
  const shift = mapPoint(outer, { x: inner.e, y: inner.f });
  return { a: first.x, b: first.y, c: second.x, d: second.y, e: shift.x, f: shift.y };
}

/** The way back. A picture always has an area, so its transforms have an inverse. */
export function invert({ a, b, c, d, e, f }: Affine): Affine {
  const area = a * d - b * c;
  return {
    a: d / area,
    b: -b / area,
    c: -c / area,
    d: a / area,
    e: (c * f - d * e) / area,
    f: (b * e - a * f) / area,
  };
}
