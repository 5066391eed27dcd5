/** A corner of a polygon, or a place. */
export type Place = readonly [x: number, y: number];

/** True for a place inside a polygon, by the even-odd rule (Shimrat, CACM 5, 1962). */
export function insidePolygon([x, y]: Place, polygon: readonly Place[]): boolean {
  let isInside = false;
  polygon.forEach(([ax, ay], i) => {
    const [bx, by] = polygon.at(i - 1)!;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) isInside = !isInside;
  });
  return isInside;
}
