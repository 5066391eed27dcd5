import type { ViewportSize } from './view.ts';

/** What of a `ResizeObserverEntry` counts. */
export interface ObservedBox {
  contentRect: ViewportSize;
  devicePixelContentBoxSize: readonly { inlineSize: number; blockSize: number }[];
}

/**
 * The size of a box in the screen's own pixels.
 *
 * The observer knows it exactly, also where 401 × 1.5 is no whole number; but where a browser only pretends to
 * another density (device emulation), it tells the real screen's, and the ratio decides.
 *
 * @param ratio - device pixels for one CSS pixel
 */
export function deviceSize(
  { contentRect, devicePixelContentBoxSize }: ObservedBox,
  ratio: number,
): ViewportSize {
  const expected = { width: contentRect.width * ratio, height: contentRect.height * ratio };
  const [exact] = devicePixelContentBoxSize;
  if (exact !== undefined && Math.abs(exact.inlineSize - expected.width) < 2) {
    return { width: exact.inlineSize, height: exact.blockSize };
  }
  return { width: Math.round(expected.width), height: Math.round(expected.height) };
}
