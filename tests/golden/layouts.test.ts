import { describe, expect, test } from 'vitest';
import { GraphBuilder, sizeOf, type Value } from '../../src-main/network/GraphBuilder.ts';
import { blockedLayout } from '../../src-main/network/layout/blocked.ts';
import type { Layout, LayoutOf } from '../../src-main/network/layout/Layout.ts';
import { plainLayout } from '../../src-main/network/layout/plain.ts';
import type { Convolution, ConvolutionKind } from '../../src-main/network/mobileNetV2.ts';
import { findBlockSize } from '../../src-main/training/engines/onnx/findBlockSize.ts';
import { convolutionGradients, convolve } from './float64Network.ts';
import { normalNumbers, relativeDifference, runGraph } from './runGraph.ts';

const block = await findBlockSize();
const layouts: [string, LayoutOf][] = [['plain', plainLayout]];
if (block) layouts.push([`blocked by ${block}`, blockedLayout(block)]);

const batch = 2;
const inputSize = 6;

const cases: [ConvolutionKind, number, number, 1 | 2, boolean][] = [
  ['stem', 1, 8, 2, true],
  ['stem', 3, 24, 2, true],
  ['depthwise', 16, 16, 1, true],
  ['depthwise', 16, 16, 2, true],
  ['depthwise', 24, 24, 1, true],
  ['depthwise', 24, 24, 2, false],
  ['pointwise', 16, 32, 1, true],
  ['pointwise', 24, 8, 1, false],
  ['pointwise', 5, 7, 1, true],
];

function convolutionOf([
  kind,
  inputChannels,
  outputChannels,
  stride,
  hasActivation,
]: (typeof cases)[number]): Convolution {
  return {
    name: 'it',
    kind,
    inputChannels,
    outputChannels,
    kernelSize: kind === 'pointwise' ? 1 : 3,
    stride,
    pads: kind === 'pointwise' ? [0, 0, 0, 0] : stride === 1 ? [1, 1, 1, 1] : [0, 0, 1, 1],
    groups: kind === 'depthwise' ? inputChannels : 1,
    inputSize,
    outputSize: inputSize / stride,
    hasActivation,
  };
}

/** The outputs y, dz, dx, dW and db of one convolution, computed by a layout from x, W, b and dy. */
function graphOf(layoutOf: LayoutOf, convolution: Convolution): Uint8Array {
  const { kind, inputChannels, outputChannels, kernelSize, groups, outputSize } = convolution;
  const graph = new GraphBuilder();
  const layout: Layout = layoutOf(graph);
  const x = graph.input('x', [batch, inputChannels, inputSize, inputSize]);
  const weight = graph.input('W', [outputChannels, inputChannels / groups, kernelSize, kernelSize]);
  const bias = graph.input('b', [outputChannels]);
  const dy = graph.input('dy', [batch, outputChannels, outputSize, outputSize]);
  // Only the plain layout goes back to the picture itself.
  const hasInputGradient = kind !== 'stem' || layoutOf === plainLayout;

  const input: Value = kind === 'stem' ? x : layout.fromPlain(x);
  const filters = layout.pack(convolution, weight, bias, hasInputGradient);
  const y = layout.convolve(convolution, input, filters);
  const gradient = layout.fromPlain(dy);
  const dz = convolution.hasActivation ? layout.activationGradient(gradient, y) : gradient;
  graph.output('y', layout.toPlain(y, outputChannels));
  graph.output('dz', layout.toPlain(dz, outputChannels));
  graph.output('dW', layout.weightGradient(convolution, input, dz));
  graph.output('db', layout.biasGradient(convolution, dz));
  if (hasInputGradient) {
    const dx = layout.inputGradient(convolution, dz, filters);
    graph.output('dx', kind === 'stem' ? dx : layout.toPlain(dx, inputChannels));
  }
  return graph.encode();
}

describe.each(layouts)('the %s layout', (_, layoutOf) => {
  test.each(cases)('%s, %i → %i channels, stride %i, ReLU6 %s: output and gradients', async (...row) => {
    const convolution = convolutionOf(row);
    const { inputChannels, outputChannels, kernelSize, groups, outputSize, hasActivation } = convolution;
    const random = normalNumbers(inputChannels * 100 + outputChannels);
    const numbers = (shape: number[], factor = 1): { shape: number[]; values: Float32Array } => {
      return { shape, values: Float32Array.from({ length: sizeOf(shape) }, () => factor * random()) };
    };
    const x = numbers([batch, inputChannels, inputSize, inputSize], 2);
    const weight = numbers([outputChannels, inputChannels / groups, kernelSize, kernelSize]);
    const bias = numbers([outputChannels]);
    const dy = numbers([batch, outputChannels, outputSize, outputSize]);
    const found = await runGraph(graphOf(layoutOf, convolution), { x, W: weight, b: bias, dy });

    const expected = { y: [] as number[], dz: [] as number[], dx: [] as number[] };
    const dW = new Float64Array(weight.values.length);
    const db = new Float64Array(outputChannels);
    for (let n = 0; n < batch; n++) {
      const part = (values: Float32Array): Float64Array<ArrayBuffer> =>
        Float64Array.from(values.subarray((n * values.length) / batch, ((n + 1) * values.length) / batch));
      const maps = { channels: inputChannels, size: inputSize, values: part(x.values) };
      const y = convolve(convolution, maps, weight.values, bias.values);
      const isOpen = (i: number): boolean => !hasActivation || (y.values[i]! > 0 && y.values[i]! < 6);
      const dz = part(dy.values).map((value, i) => (isOpen(i) ? value : 0));
      const gradients = convolutionGradients(convolution, maps, dz, weight.values);
      expected.y.push(...y.values);
      expected.dz.push(...dz);
      expected.dx.push(...gradients.input);
      gradients.weight.forEach((value, i) => (dW[i]! += value));
      gradients.bias.forEach((value, i) => (db[i]! += value));
    }
    if (hasActivation) {
      // The case is worth something only if ReLU6 cuts on both sides.
      expect(expected.y.some((value) => value === 0)).toBe(true);
      expect(expected.y.some((value) => value === 6)).toBe(true);
    }
    const all = { ...expected, dW, db };
    for (const name of Object.keys(found) as (keyof typeof all)[]) {
      expect(relativeDifference(found[name]!, all[name]), name).toBeLessThan(1e-5);
    }
    expect(Object.keys(found).length).toBeGreaterThanOrEqual(4);
  });

  test('an activation next to its bound still lets its gradient through', async () => {
    const graph = new GraphBuilder();
    const layout = layoutOf(graph);
    const shape = [1, 1, 1, 8];
    const y = graph.input('y', shape);
    const dy = graph.input('dy', shape);
    graph.output('dz', layout.activationGradient(dy, y));
    const below6 = 6 - 2 ** -21;
    const values = [0, 2 ** -126, 4.9e-8, 1e-7, 3, below6, 6, 5.99];
    const { dz } = await runGraph(graph.encode(), {
      y: { shape, values },
      dy: { shape, values: values.map(() => -0.25) },
    });
    expect([...dz!].map((value) => value !== 0)).toEqual([false, true, true, true, true, true, false, true]);
    expect(new Set([...dz!].map(Math.abs))).toEqual(new Set([0, 0.25]));
  });

  test('the gradient of a mean is spread evenly', async () => {
    const graph = new GraphBuilder();
    const layout = layoutOf(graph);
    const gradient = graph.input('gradient', [1, 3]);
    graph.output('maps', layout.toPlain(layout.meanGradient(gradient, 2), 3));
    const { maps } = await runGraph(graph.encode(), { gradient: { shape: [1, 3], values: [4, 8, -2] } });
    expect([...maps!]).toEqual([1, 1, 1, 1, 2, 2, 2, 2, -0.5, -0.5, -0.5, -0.5]);
  });
});
