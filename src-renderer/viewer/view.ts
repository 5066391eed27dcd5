import { compose, invert, mapPoint, type Affine, type Point } from './affine.ts';
import type { PictureShape } from './pictureShape.ts';

/**
 * How a picture is looked at, without a unit of picture or screen: the same view shows the same part of
 * viewports of any size and of slices of any matrix, so it survives a resize and can be shared.
 */
export interface View {
  /** 1 shows the whole picture as large as it fits. */
  zoom: number;
  /** The place in the middle of the viewport, as fractions of the picture's width and height. */
  centre: Point;
  /** Quarter turns clockwise. */
  quarterTurns: number;
  /** Left and right exchanged, before turning. */
  isMirrored: boolean;
}

/** A viewport's size in CSS pixels. */
export interface ViewportSize {
  width: number;
  height: number;
}

/** The same with the screen's own pixels. */
export interface CanvasSize extends ViewportSize {
  deviceWidth: number;
  deviceHeight: number;
}

/** The whole picture, upright. */
export const fittedView: View = { zoom: 1, centre: { x: 0.5, y: 0.5 }, quarterTurns: 0, isMirrored: false };

const zoomLimits = { least: 0.25, most: 64 };

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/** Keeps the middle of the viewport on the picture, which can thus never be lost. */
const onPicture = ({ x, y }: Point): Point => ({ x: clamp(x, 0, 1), y: clamp(y, 0, 1) });

/** CSS pixels for one column of the picture at zoom 1. */
function fittingScale({ quarterTurns }: View, shape: PictureShape, { width, height }: ViewportSize): number {
  const across = shape.columns;
  const down = shape.rows * shape.pixelAspect;
  const isUpright = quarterTurns % 2 === 0;
  return Math.min(width / (isUpright ? across : down), height / (isUpright ? down : across));
}

/** Turning and mirroring about the origin. */
function turning({ quarterTurns, isMirrored }: View): Affine {
  const cosine = [1, 0, -1, 0][quarterTurns % 4]!;
  const sine = [0, 1, 0, -1][quarterTurns % 4]!;
  const mirror = isMirrored ? -1 : 1;
  return { a: cosine * mirror, b: sine * mirror, c: -sine, d: cosine, e: 0, f: 0 };
}

/**
 * The transform from picture to viewport.
 *
 *     screen = T(width/2, height/2) · R(quarterTurns) · M(isMirrored) · S(s, s·aspect) · T(-centre)
 *
 * Picture coordinates are columns and rows, where pixel (row r, column c) covers c…c+1 by r…r+1; screen
 * coordinates are CSS pixels from the viewport's upper left corner. `s` is the zoom times the largest scale at
 * which the whole picture fits, `aspect` the height of a pixel over its width.
 */
export function imageToScreen(view: View, shape: PictureShape, size: ViewportSize): Affine {
  const scale = view.zoom * fittingScale(view, shape, size);
  const x = -view.centre.x * shape.columns;
  const y = -view.centre.y * shape.rows;
  const down = scale * shape.pixelAspect;
  const centred: Affine = { a: scale, b: 0, c: 0, d: down, e: scale * x, f: down * y };
  const turned = compose(turning(view), centred);
  return { ...turned, e: turned.e + size.width / 2, f: turned.f + size.height / 2 };
}

/** The same place as fractions of the picture. */
function fractionsAt(point: Point, view: View, shape: PictureShape, size: ViewportSize): Point {
  const at = mapPoint(invert(imageToScreen(view, shape, size)), point);
  return { x: at.x / shape.columns, y: at.y / shape.rows };
}

/**
 * Zooms by a factor; what lies under `point` (CSS pixels) stays there.
 *
 *     centre' = p + (centre - p) / factor
 */
export function zoomAbout(
  view: View,
  { point, factor }: { point: Point; factor: number },
  shape: PictureShape,
  size: ViewportSize,
): View {
  const zoom = clamp(view.zoom * factor, zoomLimits.least, zoomLimits.most);
  const shrink = view.zoom / zoom;
  const fixed = fractionsAt(point, view, shape, size);
  const centre = {
    x: fixed.x + (view.centre.x - fixed.x) * shrink,
    y: fixed.y + (view.centre.y - fixed.y) * shrink,
  };
  return { ...view, zoom, centre: onPicture(centre) };
}

/** Moves the picture by CSS pixels. */
export function panBy(view: View, by: Point, shape: PictureShape, size: ViewportSize): View {
  const middle = { x: size.width / 2 - by.x, y: size.height / 2 - by.y };
  return { ...view, centre: onPicture(fractionsAt(middle, view, shape, size)) };
}

/** Turns the picture by quarters clockwise about the middle of the viewport; −1 turns it back. */
export function turn(view: View, quarters = 1): View {
  return { ...view, quarterTurns: (view.quarterTurns + quarters + 4) % 4 };
}

/** Exchanges left and right as they are seen, whichever way the picture is turned. */
export function mirror(view: View): View {
  return { ...view, isMirrored: !view.isMirrored, quarterTurns: (4 - view.quarterTurns) % 4 };
}

/** Exchanges top and bottom as they are seen. */
export function flip(view: View): View {
  return turn(mirror(view), 2);
}

/**
 * Shows a column of the picture as one pixel of the screen, about the middle of the viewport.
 *
 *     zoom = 1 / (largest scale at which the whole picture fits · ratio)
 *
 * @param ratio - the screen's own pixels for one CSS pixel
 */
export function actualSize(view: View, shape: PictureShape, size: ViewportSize, ratio: number): View {
  return { ...view, zoom: 1 / (fittingScale(view, shape, size) * ratio) };
}

/** The transform to a screen whose pixels are smaller: device pixels instead of CSS pixels. */
export function scaled(transform: Affine, x: number, y: number): Affine {
  return compose({ a: x, b: 0, c: 0, d: y, e: 0, f: 0 }, transform);
}
