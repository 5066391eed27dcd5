/** So many items are rendered beyond either edge, so that none is seen to appear. */
const margin = 4;

/**
 * Which items of a long list to render: those in view and a few on either side.
 *
 * @param offset - how far the list is scrolled, CSS pixels
 * @param viewport - length of the part that is seen, CSS pixels
 * @returns indices `first` up to but not including `end`
 */
export function visibleRange(offset: number, viewport: number, itemSize: number, count: number) {
  const end = Math.min(count, Math.ceil((offset + viewport) / itemSize) + margin);
  const first = Math.max(0, Math.min(end, Math.floor(offset / itemSize) - margin));
  return { first, end };
}
