import { compose, type Affine, type Point } from './affine.ts';
import type { DeviceLens } from './Painter.ts';
import { scaled, type CanvasSize, type ViewportSize } from './view.ts';

/** A square of the viewport that shows what lies under its middle larger; CSS pixels. */
export interface Lens extends ViewportSize {
  left: number;
  top: number;
  /** From columns and rows to the viewport, within the square. */
  imageToScreen: Affine;
}

/** How much larger. */
const magnification = 2.5;

/** The square's side, at most, and as a share of the viewport's shorter side. */
const side = { most: 240, share: 0.45 };

/**
 * The lens about a point of the viewport. What lies under the point stays there:
 *
 *     lens = T(point) · S(magnification) · T(-point) · imageToScreen
 */
export function lensAt(point: Point, imageToScreen: Affine, size: ViewportSize): Lens {
  const length = Math.round(Math.min(side.most, side.share * Math.min(size.width, size.height)));
  const enlarge: Affine = {
    a: magnification,
    b: 0,
    c: 0,
    d: magnification,
    e: point.x * (1 - magnification),
    f: point.y * (1 - magnification),
  };
  return {
    left: Math.round(point.x - length / 2),
    top: Math.round(point.y - length / 2),
    width: length,
    height: length,
    imageToScreen: compose(enlarge, imageToScreen),
  };
}

/** The lens in the screen's own pixels, for a painter. */
export function deviceLens(lens: Lens, size: CanvasSize): DeviceLens {
  const [across, down] = [size.deviceWidth / size.width, size.deviceHeight / size.height];
  return {
    left: Math.round(lens.left * across),
    top: Math.round(lens.top * down),
    width: Math.round(lens.width * across),
    height: Math.round(lens.height * down),
    imageToDevice: scaled(lens.imageToScreen, across, down),
  };
}

/** The viewport without the lens, as a CSS clip path: what lies over the picture there is not where it belongs. */
export function aroundLens({ left, top, width, height }: Lens, size: ViewportSize): string {
  return `path(evenodd, "M0 0H${size.width}V${size.height}H0ZM${left} ${top}h${width}v${height}h${-width}Z")`;
}
