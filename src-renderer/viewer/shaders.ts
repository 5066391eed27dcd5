/** A sampler's type by the kind of values that a texture holds. */
export type SamplerKind = 'isampler2D' | 'usampler2D' | 'sampler2D';

/** One triangle that covers the drawing: all work is the fragment's. */
export const vertexShader = `#version 300 es
void main() {
  vec2 corner = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
  gl_Position = vec4(corner, 0.0, 1.0);
}`;

/**
 * The fragment shader: device pixel → place in the picture → value → grey → heatmap over it.
 *
 * Interpolation and averaging act on modality values, before the window, so that no edge appears which the
 * window did not make. Grey is `applyWindow` of src-shared/imaging, colour is `blendHeatmap`; the heatmap is
 * enlarged here as `upsample` does it (align_corners = false, edges clamped), at the resolution of the screen.
 */
export function fragmentShader(sampler: SamplerKind): string {
  return `#version 300 es
precision highp float;
precision highp int;
precision highp ${sampler};
precision highp sampler2D;

uniform ${sampler} slice;
uniform sampler2D heat;
uniform sampler2D colours;
uniform mat3 deviceToImage;
uniform vec2 imageSize;       // columns, rows
uniform vec2 rescale;         // slope, intercept
uniform vec2 ramp;            // value shown black, 1 / (value shown white - value shown black)
uniform bool isInverted;
uniform bool isLinear;
uniform int taps;             // samples along each side of a device pixel
uniform vec4 region;          // left, top, width, height of the heatmap in the picture
uniform float heatMaximum;
uniform float opacity;        // 0: no heatmap
out vec4 colour;

float storedValue(ivec2 texel) {
  return float(texelFetch(slice, clamp(texel, ivec2(0), textureSize(slice, 0) - 1), 0).r);
}

float valueAt(vec2 place) {
  vec2 texel = place / imageSize * vec2(textureSize(slice, 0));
  if (!isLinear) return storedValue(ivec2(floor(texel)));
  vec2 corner = floor(texel - 0.5);
  vec2 share = texel - 0.5 - corner;
  ivec2 at = ivec2(corner);
  float upper = mix(storedValue(at), storedValue(at + ivec2(1, 0)), share.x);
  float lower = mix(storedValue(at + ivec2(0, 1)), storedValue(at + ivec2(1, 1)), share.x);
  return mix(upper, lower, share.y);
}

float averageAround(vec2 device) {
  float sum = 0.0;
  for (int row = 0; row < taps; row++) {
    for (int column = 0; column < taps; column++) {
      vec2 offset = (vec2(column, row) + 0.5) / float(taps) - 0.5;
      sum += valueAt((deviceToImage * vec3(device + offset, 1.0)).xy);
    }
  }
  return sum / float(taps * taps);
}

float heatCell(ivec2 cell) {
  return texelFetch(heat, clamp(cell, ivec2(0), textureSize(heat, 0) - 1), 0).r;
}

float heatAt(vec2 place) {
  vec2 share = (place - region.xy) / region.zw;
  if (any(lessThan(share, vec2(0.0))) || any(greaterThan(share, vec2(1.0)))) return 0.0;
  vec2 cell = share * vec2(textureSize(heat, 0)) - 0.5;
  ivec2 at = ivec2(floor(cell));
  vec2 between = cell - floor(cell);
  float upper = mix(heatCell(at), heatCell(at + ivec2(1, 0)), between.x);
  float lower = mix(heatCell(at + ivec2(0, 1)), heatCell(at + ivec2(1, 1)), between.x);
  return mix(upper, lower, between.y);
}

void main() {
  vec2 place = (deviceToImage * vec3(gl_FragCoord.xy, 1.0)).xy;
  colour = vec4(0.0, 0.0, 0.0, 1.0);
  if (any(lessThan(place, vec2(0.0))) || any(greaterThanEqual(place, imageSize))) return;
  float value = averageAround(gl_FragCoord.xy) * rescale.x + rescale.y;
  float grey = isnan(value) ? 0.0 : clamp((value - ramp.x) * ramp.y, 0.0, 1.0);
  if (isInverted) grey = 1.0 - grey;
  colour.rgb = vec3(grey);
  if (opacity == 0.0) return;
  float heatShare = heatAt(place) / heatMaximum;
  if (!(heatShare > 0.0)) return;
  int colourStep = int(round(255.0 * min(heatShare, 1.0)));
  colour.rgb = mix(colour.rgb, texelFetch(colours, ivec2(colourStep, 0), 0).rgb, opacity * float(colourStep) / 255.0);
}`;
}
