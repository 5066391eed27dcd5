import type { SlicePixels } from '../../src-shared/contract/calls.ts';
import { applyWindow } from '../../src-shared/imaging/applyWindow.ts';
import { blendHeatmap } from '../../src-shared/imaging/blendHeatmap.ts';
import { upsample } from '../../src-shared/imaging/upsample.ts';
import type { Affine } from './affine.ts';
import type { DeviceLens, Frame, Painter } from './Painter.ts';

/**
 * Draws with the 2-D canvas, for machines without WebGL 2: the whole picture is windowed and blended in script
 * whenever one of them changes, and the canvas scales the result. Slower, but the same greys and colours.
 */
export class CanvasPainter implements Painter {
  readonly kind = 'canvas';
  readonly canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #picture = document.createElement('canvas');
  #last: Frame | null = null;

  constructor(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D) {
    this.canvas = canvas;
    this.#context = context;
  }

  draw(frame: Frame): void {
    if (this.#last === null || !looksAlike(this.#last, frame)) this.#colourPicture(frame);
    this.#last = frame;
    this.canvas.width = frame.width;
    this.canvas.height = frame.height;
    this.#context.imageSmoothingEnabled = frame.interpolation === 'linear';
    this.#context.imageSmoothingQuality = 'high';
    this.#place(frame.imageToDevice);
    if (frame.lens !== null) this.#drawLens(frame.lens);
  }

  #drawLens({ left, top, width, height, imageToDevice }: DeviceLens): void {
    this.#context.resetTransform();
    this.#context.beginPath();
    this.#context.rect(left, top, width, height);
    this.#context.clip();
    this.#context.fillRect(left, top, width, height);
    // Setting the canvas's size before the next frame takes the clipping away.
    this.#place(imageToDevice);
  }

  #place({ a, b, c, d, e, f }: Affine): void {
    this.#context.setTransform(a, b, c, d, e, f);
    this.#context.drawImage(this.#picture, 0, 0);
  }

  dispose(): void {
    this.#last = null;
    this.#picture.width = 0;
    this.canvas.width = 0;
  }

  #colourPicture(frame: Frame): void {
    const { rows, columns } = frame.slice;
    const colours = new ImageData(coloursOf(frame), columns, rows);
    this.#picture.width = columns;
    this.#picture.height = rows;
    this.#picture.getContext('2d')!.putImageData(colours, 0, 0);
  }
}

/** True where two frames differ at most in how the picture is placed. */
function looksAlike(one: Frame, other: Frame): boolean {
  return (
    one.slice === other.slice &&
    one.window.center === other.window.center &&
    one.window.width === other.window.width &&
    one.isInverted === other.isInverted &&
    one.heatmap === other.heatmap &&
    one.opacity === other.opacity
  );
}

function coloursOf({ slice, window, isInverted, heatmap, opacity }: Frame): Uint8ClampedArray<ArrayBuffer> {
  const grey = applyWindow(modalityValues(slice), window);
  if (isInverted) for (let i = 0; i < grey.length; i++) grey[i] = 255 - grey[i]!;
  const heat =
    heatmap === null
      ? new Float32Array(grey.length)
      : upsample(heatmap.values, heatmap, slice, heatmap.region);
  return blendHeatmap(grey, heat, { maximum: heatmap?.maximum ?? 0, opacity });
}

function modalityValues({ samples, rescaleSlope, rescaleIntercept }: SlicePixels): ArrayLike<number> {
  if (rescaleSlope === 1 && rescaleIntercept === 0) return samples;
  return Float32Array.from(samples, (stored) => stored * rescaleSlope + rescaleIntercept);
}
