import type { SlicePixels } from '../../src-shared/contract/calls.ts';
import type { Heatmap } from '../../src-shared/domain/analysis.ts';
import { infernoColours } from '../../src-shared/imaging/inferno.ts';
import { rangeOfWindow } from '../../src-shared/imaging/windowRange.ts';
import { compose, invert, type Affine } from './affine.ts';
import type { DeviceLens, Frame, Painter } from './Painter.ts';
import { fragmentShader, vertexShader, type SamplerKind } from './shaders.ts';
import { fitTexture, textureFormat } from './sliceTexture.ts';

/** Texture units. */
const units = { slice: 0, heat: 1, colours: 2 } as const;

/** More samples a device pixel than this squared look no better. */
const mostTaps = 8;

const uniformNames = [
  'slice',
  'heat',
  'colours',
  'deviceToImage',
  'imageSize',
  'rescale',
  'ramp',
  'isInverted',
  'isLinear',
  'taps',
  'region',
  'heatMaximum',
  'opacity',
] as const;

interface Program {
  program: WebGLProgram;
  at: Record<(typeof uniformNames)[number], WebGLUniformLocation | null>;
}

/** Everything that lives on the graphics card, and is gone when the context is lost. */
interface Resources {
  programs: Map<SamplerKind, Program>;
  slice: { of: SlicePixels; key: string; texture: WebGLTexture; sampler: SamplerKind } | null;
  /** What the heat unit's texture holds. */
  heat: Heatmap | null;
}

/**
 * Draws with WebGL 2: samples go to the graphics card once a slice, at full depth; window, zoom, heatmap and
 * opacity are uniforms of one draw call, so a drag never touches a pixel in script.
 */
export class WebGlPainter implements Painter {
  readonly kind = 'webgl';
  readonly canvas: HTMLCanvasElement;
  readonly #gl: WebGL2RenderingContext;
  #resources: Resources;

  /**
   * @param onRestored - called when a lost context is back and the last frame has to be drawn again
   * @throws Error where the shaders do not compile
   */
  constructor(canvas: HTMLCanvasElement, gl: WebGL2RenderingContext, onRestored: () => void) {
    this.canvas = canvas;
    this.#gl = gl;
    this.#resources = this.#createResources();
    // Without preventDefault a lost context is never given back.
    canvas.addEventListener('webglcontextlost', (event) => event.preventDefault());
    canvas.addEventListener('webglcontextrestored', () => {
      this.#resources = this.#createResources();
      onRestored();
    });
  }

  draw(frame: Frame): void {
    const gl = this.#gl;
    if (gl.isContextLost()) return;
    if (this.canvas.width !== frame.width) this.canvas.width = frame.width;
    if (this.canvas.height !== frame.height) this.canvas.height = frame.height;
    gl.viewport(0, 0, frame.width, frame.height);
    this.#uploadHeatmap(frame.heatmap);
    const { program, at } = this.#programFor(this.#uploadSlice(frame.slice));
    gl.useProgram(program);
    this.#setUniforms(at, frame);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    if (frame.lens !== null) this.#drawLens(at, frame, frame.lens);
  }

  #drawLens(at: Program['at'], frame: Frame, lens: DeviceLens): void {
    const gl = this.#gl;
    this.#setPlacement(at, lens.imageToDevice, frame.height);
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(lens.left, frame.height - lens.top - lens.height, lens.width, lens.height);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.disable(gl.SCISSOR_TEST);
  }

  /** Where the picture is drawn, and with how many samples a device pixel. */
  #setPlacement(at: Program['at'], imageToDevice: Affine, height: number): void {
    const deviceToImage = invert(imageToDevice);
    const matrix = columnsOf(compose(deviceToImage, upwards(height)));
    this.#gl.uniformMatrix3fv(at.deviceToImage, false, matrix);
    this.#gl.uniform1i(at.taps, tapsFor(deviceToImage));
  }

  dispose(): void {
    // A page may hold 16 contexts; without this they last until the garbage collector comes.
    this.#gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  #setUniforms(at: Program['at'], frame: Frame): void {
    const gl = this.#gl;
    const { slice, heatmap } = frame;
    const { low, high } = rangeOfWindow(frame.window);
    gl.uniform1i(at.slice, units.slice);
    gl.uniform1i(at.heat, units.heat);
    gl.uniform1i(at.colours, units.colours);
    this.#setPlacement(at, frame.imageToDevice, frame.height);
    gl.uniform2f(at.imageSize, slice.columns, slice.rows);
    gl.uniform2f(at.rescale, slice.rescaleSlope, slice.rescaleIntercept);
    gl.uniform2f(at.ramp, low, 1 / (high - low));
    gl.uniform1i(at.isInverted, Number(frame.isInverted));
    gl.uniform1i(at.isLinear, Number(frame.interpolation === 'linear'));
    const isShown = heatmap !== null && heatmap.maximum > 0;
    gl.uniform1f(at.opacity, isShown ? frame.opacity : 0);
    if (!isShown) return;
    const { left, top, width, height } = heatmap.region;
    gl.uniform4f(at.region, left, top, width, height);
    gl.uniform1f(at.heatMaximum, heatmap.maximum);
  }

  /** Samples to the card, unless they are there; pictures of one series reuse the texture's storage. */
  #uploadSlice(slice: SlicePixels): SamplerKind {
    const gl = this.#gl;
    const last = this.#resources.slice;
    if (last?.of === slice) return last.sampler;
    const { sampler, internalFormat, format, type } = textureFormat(gl, slice.samples);
    const { rows, columns, samples } = fitTexture(slice, gl.getParameter(gl.MAX_TEXTURE_SIZE) as number);
    const key = [internalFormat, rows, columns].join();
    let texture = last?.texture;
    gl.activeTexture(gl.TEXTURE0 + units.slice);
    if (texture === undefined || last?.key !== key) {
      gl.deleteTexture(texture ?? null);
      texture = createTexture(gl);
      gl.texStorage2D(gl.TEXTURE_2D, 1, internalFormat, columns, rows);
    }
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, columns, rows, format, type, samples);
    this.#resources.slice = { of: slice, key, texture, sampler };
    return sampler;
  }

  #uploadHeatmap(heatmap: Heatmap | null): void {
    if (heatmap === null || heatmap === this.#resources.heat) return;
    const gl = this.#gl;
    const { rows, columns, values } = heatmap;
    gl.activeTexture(gl.TEXTURE0 + units.heat);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, columns, rows, 0, gl.RED, gl.FLOAT, values);
    this.#resources.heat = heatmap;
  }

  #programFor(sampler: SamplerKind): Program {
    const { programs } = this.#resources;
    const program = programs.get(sampler) ?? createProgram(this.#gl, sampler);
    programs.set(sampler, program);
    return program;
  }

  #createResources(): Resources {
    const gl = this.#gl;
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.activeTexture(gl.TEXTURE0 + units.colours);
    createTexture(gl);
    const colours = new Uint8Array(infernoColours.buffer);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB8, colours.length / 3, 1, 0, gl.RGB, gl.UNSIGNED_BYTE, colours);
    gl.activeTexture(gl.TEXTURE0 + units.heat);
    createTexture(gl);
    // Compiled now, so that a driver which cannot is found out before the first picture.
    const programs = new Map<SamplerKind, Program>([['isampler2D', createProgram(gl, 'isampler2D')]]);
    return { programs, slice: null, heat: null };
  }
}

/** gl_FragCoord counts from the lower edge, everything else from the upper. */
function upwards(height: number): Affine {
  return { a: 1, b: 0, c: 0, d: -1, e: 0, f: height };
}

/** The matrix as WebGL wants it: column after column. */
function columnsOf({ a, b, c, d, e, f }: Affine): Float32Array {
  return Float32Array.of(a, b, 0, c, d, 0, e, f, 1);
}

/** As many samples along a device pixel's side as it covers pixels of the picture. */
function tapsFor({ a, b, c, d }: Affine): number {
  const span = Math.max(Math.hypot(a, b), Math.hypot(c, d));
  return Math.min(Math.max(Math.ceil(span - 0.01), 1), mostTaps);
}

/** A texture bound to the active unit, read texel by texel. */
function createTexture(gl: WebGL2RenderingContext): WebGLTexture {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T])
    gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
  for (const way of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
    gl.texParameteri(gl.TEXTURE_2D, way, gl.NEAREST);
  return texture;
}

function createProgram(gl: WebGL2RenderingContext, sampler: SamplerKind): Program {
  const program = gl.createProgram();
  const sources = [
    [gl.VERTEX_SHADER, vertexShader],
    [gl.FRAGMENT_SHADER, fragmentShader(sampler)],
  ] as const;
  for (const [kind, source] of sources) {
    const shader = gl.createShader(kind)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`The viewport's shaders do not link: ${gl.getProgramInfoLog(program) ?? ''}`);
  }
  const locations = uniformNames.map((name) => [name, gl.getUniformLocation(program, name)]);
  return { program, at: Object.fromEntries(locations) as Program['at'] };
}
