import {
  encodeModel,
  type WrittenAttribute,
  type WrittenNode,
  type WrittenTensor,
  type WrittenValueInfo,
} from './onnxSchema.ts';

/** How a foreign network takes its pictures. */
export interface ForeignLayout {
  channels: 1 | 3;
  /** Rows and columns. */
  side: number;
  isChannelsLast: boolean;
}

/** What is to be put around a foreign graph. */
export interface ForeignGraph {
  /** Tensor names of the file. */
  input: string;
  output: string;
  meaning: 'logits' | 'probabilities';
  scaling: '0-255' | '0-1' | '-1-1' | 'imagenet';
  layout: ForeignLayout;
  /** Where each class of ours stands among its outputs. */
  columns: readonly number[];
}

/** Field numbers of `onnx.proto`: the graph of a model; inputs, outputs and shapes in between of a graph. */
const modelGraph = 7;
const graphInput = 11;
const graphOutput = 12;
const graphValueInfo = 13;

const floatType = 1;
const int64Type = 7;
const ints = 7;
const integer = 2;

/** Mean and deviation of ImageNet's pictures, red, green, blue, of values 0…1, as torchvision has them. */
const imagenetMean = [0.485, 0.456, 0.406];
const imagenetDeviation = [0.229, 0.224, 0.225];

/**
 * Puts nodes before and behind a foreign ONNX graph and leaves its own bytes as they are, so that nothing that we do not
 * know of is lost.
 *
 *     before:  image (N × 1 × S × S, 0…255) → the same grey in each channel → scale · x + shift → axes as it wants them
 *     behind:  its output, or the logarithm of its probabilities → columns in our order → logits
 *
 * The logarithm of probabilities is their logits up to a number that the softmax takes away; 1e-12 keeps it finite.
 *
 * @param bytes - a whole ONNX file that `readOnnxGraph` accepts
 */
export function wrapForeignGraph(bytes: Uint8Array, foreign: ForeignGraph): Uint8Array {
  const { before, behind, initializer, input, output } = piecesAround(foreign);
  const head = graphBytes({ node: before, initializer, input, output });
  const tail = graphBytes({ node: behind, initializer: [], input: [], output: [] });
  const pieces = [...fieldsOf(bytes)].map(({ number, whole, content }) => {
    if (number !== modelGraph) return whole;
    const own = [...fieldsOf(content)].filter(
      (field) => ![graphInput, graphOutput, graphValueInfo].includes(field.number),
    );
    return lengthDelimited(modelGraph, joined([head, ...own.map((field) => field.whole), tail]));
  });
  return joined(pieces);
}

function piecesAround({ input, output, meaning, scaling, layout, columns }: ForeignGraph) {
  const { channels, side, isChannelsLast } = layout;
  const { scale, shift } = scalingOf(scaling, channels);
  const before: WrittenNode[] = [
    ...(channels === 3
      ? [node('Concat', ['bratum_image', 'bratum_image', 'bratum_image'], 'bratum_channels', [axis(1)])]
      : []),
    node('Mul', [channels === 3 ? 'bratum_channels' : 'bratum_image', 'bratum_scale'], 'bratum_scaled'),
    node('Add', ['bratum_scaled', 'bratum_shift'], isChannelsLast ? 'bratum_shifted' : input),
    ...(isChannelsLast ? [node('Transpose', ['bratum_shifted'], input, [permutation(0, 2, 3, 1)])] : []),
  ];
  const behind: WrittenNode[] = [
    ...(meaning === 'probabilities'
      ? [
          node('Add', [output, 'bratum_tiny'], 'bratum_positive'),
          node('Log', ['bratum_positive'], 'bratum_logarithm'),
        ]
      : []),
    node(
      'Gather',
      [meaning === 'probabilities' ? 'bratum_logarithm' : output, 'bratum_columns'],
      'bratum_logits',
      [axis(1)],
    ),
    node('Reshape', ['bratum_logits', 'bratum_cells'], 'bratum_features'),
  ];
  const count = columns.length;
  const identity = Array.from({ length: count * count }, (_, i) => (i % (count + 1) === 0 ? 1 : 0));
  const initializer: WrittenTensor[] = [
    floats('bratum_scale', [1, channels, 1, 1], scale),
    floats('bratum_shift', [1, channels, 1, 1], shift),
    floats('bratum_classifier', [count, count], identity),
    ...(meaning === 'probabilities' ? [floats('bratum_tiny', [1], [1e-12])] : []),
    integers('bratum_columns', columns),
    // 0 keeps the batch.
    integers('bratum_cells', [0, count, 1, 1]),
  ];
  return {
    before,
    behind,
    initializer,
    input: [value('bratum_image', [1, side, side])],
    output: [value('bratum_logits', [count]), value('bratum_features', [count, 1, 1])],
  };
}

function scalingOf(scaling: ForeignGraph['scaling'], channels: number): { scale: number[]; shift: number[] } {
  const same = (number: number): number[] => Array.from({ length: channels }, () => number);
  switch (scaling) {
    case '0-255':
      return { scale: same(1), shift: same(0) };
    case '0-1':
      return { scale: same(1 / 255), shift: same(0) };
    case '-1-1':
      return { scale: same(1 / 127.5), shift: same(-1) };
    case 'imagenet': {
      // One grey channel stands for all three colours.
      const mean = channels === 3 ? imagenetMean : [average(imagenetMean)];
      const deviation = channels === 3 ? imagenetDeviation : [average(imagenetDeviation)];
      return {
        scale: deviation.map((spread) => 1 / (255 * spread)),
        shift: mean.map((middle, i) => -middle / deviation[i]!),
      };
    }
  }
}

function average(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function node(
  opType: string,
  input: string[],
  output: string,
  attribute: WrittenAttribute[] = [],
): WrittenNode {
  return { name: `${output}_node`, opType, domain: '', input, output: [output], attribute };
}

function axis(number: number): WrittenAttribute {
  return { name: 'axis', type: integer, i: number };
}

function permutation(...order: number[]): WrittenAttribute {
  return { name: 'perm', type: ints, ints: order };
}

function floats(name: string, dims: number[], values: readonly number[]): WrittenTensor {
  return { name, dims, dataType: floatType, rawData: new Uint8Array(Float32Array.from(values).buffer) };
}

function integers(name: string, values: readonly number[]): WrittenTensor {
  const rawData = new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer);
  return { name, dims: [values.length], dataType: int64Type, rawData };
}

function value(name: string, shape: readonly number[]): WrittenValueInfo {
  const dim = [{ dimParam: 'batch' }, ...shape.map((dimValue) => ({ dimValue }))];
  return { name, type: { tensorType: { elemType: floatType, shape: { dim } } } };
}

/** The fields of a graph as they stand inside a file. */
function graphBytes(pieces: {
  node: WrittenNode[];
  initializer: WrittenTensor[];
  input: WrittenValueInfo[];
  output: WrittenValueInfo[];
}): Uint8Array {
  const model = encodeModel({
    irVersion: 8,
    producerName: '',
    opsetImport: [],
    graph: { name: '', ...pieces },
  });
  const nameField = 2;
  for (const { number, content } of fieldsOf(model))
    if (number === modelGraph)
      return joined(
        [...fieldsOf(content)].filter((field) => field.number !== nameField).map(({ whole }) => whole),
      );
  return new Uint8Array();
}

/** One field of a protobuf message. */
interface Field {
  number: number;
  /** With tag and length. */
  whole: Uint8Array;
  /** Without them; empty unless length-delimited. */
  content: Uint8Array;
}

/** Walks the fields of a message (protobuf encoding: varint, 64-bit, length-delimited, 32-bit). */
function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let [result, factor] = [0, 1];
    for (;;) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('a protobuf message ends too early');
      result += (byte & 0x7f) * factor;
      if (byte < 0x80) return result;
      factor *= 128;
    }
  };
  while (at < bytes.length) {
    const start = at;
    const tag = varint();
    let content: Uint8Array = new Uint8Array();
    switch (tag % 8) {
      case 0:
        varint();
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varint();
        content = bytes.subarray(at, at + length);
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        throw new RangeError('a protobuf message has a field of an unknown kind');
    }
    yield { number: Math.floor(tag / 8), whole: bytes.subarray(start, at), content };
  }
}

function lengthDelimited(number: number, content: Uint8Array): Uint8Array {
  return joined([varintBytes(number * 8 + 2), varintBytes(content.length), content]);
}

function varintBytes(number: number): Uint8Array {
  const bytes: number[] = [];
  let rest = number;
  do {
    bytes.push((rest % 128) + (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Uint8Array.from(bytes);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
