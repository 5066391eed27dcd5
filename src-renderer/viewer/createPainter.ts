import { CanvasPainter } from './CanvasPainter.ts';
import type { Painter } from './Painter.ts';
import { WebGlPainter } from './WebGlPainter.ts';

const contextSettings: WebGLContextAttributes = {
  alpha: false,
  antialias: false,
  depth: false,
  stencil: false,
};

/**
 * A painter with WebGL 2, or with the 2-D canvas where the browser has none or its driver fails. A canvas that
 * was once given to WebGL cannot be drawn on otherwise, so each attempt makes its own.
 *
 * @param onRestored - called when the last frame has to be drawn again after a lost context
 */
export function createPainter(onRestored: () => void): Painter {
  const canvas = document.createElement('canvas');
  const gl = canvas.getContext('webgl2', contextSettings);
  if (gl !== null) {
    try {
      return new WebGlPainter(canvas, gl, onRestored);
    } catch {
      // A driver that offers WebGL 2 and cannot link our shaders; the viewport says how it draws.
    }
  }
  const plain = document.createElement('canvas');
  return new CanvasPainter(plain, plain.getContext('2d', { alpha: false })!);
}
