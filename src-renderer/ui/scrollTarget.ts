/** Where the items of a list lie along its direction, CSS pixels. */
export interface ListPlace {
  /** How far the list is scrolled. */
  offset: number;
  /** Length of the part that is seen. */
  viewport: number;
  itemSize: number;
  count: number;
}

/**
 * Where to scroll so that an item is in view. One that is in view, with a neighbour on either side to show
 * that there is more, moves nothing; one just beyond an edge moves the list as little as can be; one that is
 * out of sight altogether comes to the middle.
 */
export function scrollTarget(index: number, { offset, viewport, itemSize, count }: ListPlace): number {
  const start = index * itemSize;
  const isOutOfSight = start + itemSize <= offset - itemSize || start >= offset + viewport + itemSize;
  const last = Math.max(0, count * itemSize - viewport);
  if (isOutOfSight) return Math.max(0, Math.min(last, start - (viewport - itemSize) / 2));
  const first = Math.max(0, start - itemSize);
  const end = Math.min(count * itemSize, start + 2 * itemSize);
  if (first < offset) return first;
  return end > offset + viewport ? end - viewport : offset;
}
