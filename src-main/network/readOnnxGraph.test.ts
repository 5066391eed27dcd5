import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { field, integer, message } from '../../tests/fixtures/protobufFields.ts';
import { OnnxError, readOnnxGraph } from './readOnnxGraph.ts';

const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

// Field numbers of onnx.proto.
const node = (...more: Uint8Array[]): Uint8Array => field(1, message(field(4, 'Relu'), ...more));
const constant = (...more: Uint8Array[]): Uint8Array =>
  field(5, message(field(8, 'weight'), integer(2, 1), ...more));
const attribute = (...fields: Uint8Array[]): Uint8Array => field(5, message(...fields));
const model = (...graph: Uint8Array[]): Uint8Array => message(integer(1, 10), field(7, message(...graph)));

const valueInfo = (number: number, name: string, batch: Uint8Array): Uint8Array => {
  const shape = message(field(1, batch), field(1, integer(1, 3)));
  return field(number, message(field(1, name), field(2, field(1, message(integer(1, 1), field(2, shape))))));
};

test('reads inputs, outputs, operators and constants, wherever the floats are kept', () => {
  const inputs = [valueInfo(11, 'x', field(2, 'batch')), valueInfo(11, 'weight', integer(1, 2))];
  for (const kept of [9, 4]) {
    const weight = constant(integer(1, 2), integer(1, 1), field(kept, floats(1.5, -2)));
    const graph = readOnnxGraph(
      model(node(), node(), weight, ...inputs, valueInfo(12, 'y', field(2, 'batch'))),
    );
    // A constant that is also listed as an input is no input.
    expect(graph.inputs).toEqual([{ name: 'x', isFloat32: true, shape: ['batch', 3] }]);
    expect(graph.outputs).toEqual([{ name: 'y', isFloat32: true, shape: ['batch', 3] }]);
    expect(graph.operators).toEqual(new Map([['Relu', 2]]));
    expect(graph.floatInitializer('weight')).toEqual({ shape: [2, 1], values: Float32Array.of(1.5, -2) });
    expect(() => graph.floatInitializer('bias')).toThrow(OnnxError);
  }
});

test('reads half precision exactly, down to its subnormal numbers', () => {
  // binary16: 1, −2, the largest number, the smallest one (2⁻²⁴), the smallest normal one, −0
  const bits = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x8000);
  const half = field(
    5,
    message(field(8, 'half'), integer(2, 10), integer(1, 6), field(9, new Uint8Array(bits.buffer))),
  );
  const graph = readOnnxGraph(model(node(), half));
  expect(graph.floatShapes).toEqual(new Map([['half', [6]]]));
  const { values } = graph.floatInitializer('half');
  expect(values).toEqual(Float32Array.of(1, -2, 65504, 2 ** -24, 2 ** -14, -0));
});

test.each([
  ['keeps data in other files', model(node(), constant(integer(1, 1), integer(14, 1)))],
  ['keeps data in other files', model(node(), constant(integer(1, 1), field(13, field(1, 'location'))))],
  ['keeps data in other files', model(node(attribute(field(5, integer(14, 1)))))],
  ['sub-graphs', model(node(attribute(field(6, 'graph'))))],
  ['sub-graphs', model(node(attribute(field(11, 'graph'))))],
  ['sparse', model(node(), field(15, 'sparse'))],
  ['functions of its own', message(model(node()), field(25, 'function'))],
  ['another maker', model(node(field(7, 'evil.example')))],
  ['4 bytes instead of 8', model(node(), constant(integer(1, 2), field(9, floats(1))))],
  ['no valid shape', model(node(), constant(integer(1, -1)))],
  ['bytes instead of', model(node(), constant(integer(1, 2 ** 40), integer(1, 2 ** 40)))],
  ['no graph', new Uint8Array(0)],
  ['no graph', model()],
  ['not an ONNX file', Buffer.from('MZ this is a program')],
  ['more than 20000', model(...Array<Uint8Array>(20_001).fill(node()))],
])('refuses a file that %s', (reason, bytes) => {
  expect(() => readOnnxGraph(bytes)).toThrow(reason);
});

test('every truncation and every flipped byte of a small file is an answer or an OnnxError', () => {
  const whole = model(
    node(),
    constant(integer(1, 2), field(9, floats(1, 2))),
    valueInfo(11, 'x', field(2, 'n')),
  );
  const attempt = (bytes: Uint8Array): void => {
    try {
      readOnnxGraph(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(OnnxError);
    }
  };
  for (let length = 0; length < whole.length; length++) attempt(whole.subarray(0, length));
  for (let place = 0; place < whole.length; place++) {
    for (const flip of [1, 8, 128, 255]) attempt(whole.map((byte, i) => (i === place ? byte ^ flip : byte)));
  }
});

test('reads the shipped model', () => {
  const graph = readOnnxGraph(readFileSync('models/combined/model.onnx'));
  expect(graph.inputs.map(({ name, shape }) => [name, shape])).toEqual([['image', ['batch', 1, 224, 224]]]);
  expect(graph.outputs.map(({ name }) => name)).toEqual(['logits', 'features']);
  expect(graph.floatInitializer('classifier.weight').shape).toEqual([1280, 4]);
  expect(graph.operators.get('Conv')).toBe(52);
});
