/// <reference lib="esnext.float16" />
import {
  decodeModel,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
  type WireInteger,
} from './onnxSchema.ts';

/** A file that is not an ONNX graph we accept; `message` is the reason in words. */
export class OnnxError extends Error {}

/** One input or output: its size along each axis, a name where it is free. */
export interface GraphValue {
  name: string;
  isFloat32: boolean;
  shape: (number | string)[];
}

/** A constant of the graph, in float32 whichever precision the file keeps it in. */
export interface FloatInitializer {
  shape: number[];
  values: Float32Array<ArrayBuffer>;
}

/** What the application needs to know of a model file. */
export interface OnnxGraph {
  inputs: GraphValue[];
  outputs: GraphValue[];
  /** Operator names with the number of their nodes. */
  operators: Map<string, number>;
  /** Shapes of the constants that are numbers, float32 or float16, by name. */
  floatShapes: ReadonlyMap<string, readonly number[]>;
  /** @throws OnnxError when there is no float32 or float16 initialiser of this name */
  floatInitializer(name: string): FloatInitializer;
  /** The tensor that a convolution gives after its ReLU6; null where no convolution has this weight and a `Clip`. */
  activationBehind(weight: string): string | null;
}

/** Larger files are refused before they are read; MobileNetV2 takes 9 MB. */
export const modelFileLimit = 64 * 2 ** 20;

const nodeLimit = 20_000;
const float32Type = 1;
const float16Type = 10;
const externalLocation = 1;

/** Bytes of one number of a constant, by its element type. */
const floatBytes = new Map([
  [float32Type, 4],
  [float16Type, 2],
]);

/** Operators of ONNX itself and of onnxruntime's own set; nobody else's code. */
const knownDomains = new Set(['', 'ai.onnx', 'com.microsoft']);

/**
 * Reads inputs, outputs and constants of an ONNX file, and refuses what a model of ours never has and a hostile
 * one might: data in other files, sub-graphs, local functions, foreign operators, and constants whose bytes do
 * not fit their shape. Numbers: ONNX `onnx.proto`.
 *
 * @param bytes - the whole file; constants are copied out only when asked for
 * @throws OnnxError with the reason
 */
export function readOnnxGraph(bytes: Uint8Array): OnnxGraph {
  const graph = acceptedGraph(decode(bytes));
  const initializers = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const isConstant = ({ name }: ValueInfoProto): boolean => initializers.has(name);
  return {
    inputs: graph.input.filter((value) => !isConstant(value)).map(toGraphValue),
    outputs: graph.output.map(toGraphValue),
    operators: countOperators(graph.node),
    floatShapes: new Map(
      graph.initializer
        .filter(({ dataType }) => floatBytes.has(dataType))
        .map(({ name, dims }) => [name, dims.map(toInteger)]),
    ),
    floatInitializer(name) {
      const tensor = initializers.get(name);
      if (!tensor) throw new OnnxError(`it has no constant “${name}”`);
      return toFloats(tensor);
    },
    activationBehind: (weight) => activationBehind(graph.node, weight),
  };
}

function activationBehind(nodes: readonly NodeProto[], weight: string): string | null {
  const convolution = nodes.find(({ opType, input }) => opType === 'Conv' && input[1] === weight);
  const sum = convolution?.output[0];
  const clip = nodes.find(({ opType, input }) => opType === 'Clip' && input[0] === sum);
  return (sum !== undefined && clip?.output[0]) || null;
}

function decode(bytes: Uint8Array): ModelProto {
  if (bytes.length > modelFileLimit) throw new OnnxError('it is larger than 64 MB');
  try {
    return decodeModel(bytes);
  } catch (cause) {
    throw new OnnxError('it is not an ONNX file', { cause });
  }
}

function acceptedGraph({ graph, functions, trainingInfo }: ModelProto): NonNullable<ModelProto['graph']> {
  if (!graph || graph.node.length === 0) throw new OnnxError('it holds no graph');
  if (graph.node.length > nodeLimit) throw new OnnxError(`it has more than ${nodeLimit} operations`);
  if (functions.length > 0 || trainingInfo.length > 0) throw new OnnxError('it defines functions of its own');
  if (graph.sparseInitializer.length > 0) throw new OnnxError('it has sparse constants');
  graph.initializer.forEach(checkTensor);
  for (const { domain, attribute } of graph.node) {
    if (!knownDomains.has(domain)) throw new OnnxError('it uses operators of another maker');
    for (const { t, tensors, g, graphs, sparseTensors } of attribute) {
      if (g.length > 0 || graphs.length > 0) throw new OnnxError('it has sub-graphs');
      if (sparseTensors.length > 0) throw new OnnxError('it has sparse constants');
      [...tensors, ...(t ? [t] : [])].forEach(checkTensor);
    }
  }
  return graph;
}

function checkTensor({
  name,
  dims,
  dataType,
  externalData,
  dataLocation,
  rawData,
  floatData,
}: TensorProto): void {
  if (externalData.length > 0 || dataLocation === externalLocation)
    throw new OnnxError('it keeps data in other files');
  const shape = dims.map(toInteger);
  if (shape.length > 8 || shape.some((size) => !(size >= 0)))
    throw new OnnxError(`the constant “${name}” has no valid shape`);
  const found = rawData.length + floatData.length;
  // Half precision may also stand in a field that we do not read; only who asks for it minds.
  if (dataType === float32Type || found > 0) checkLength(name, shape, dataType, found);
}

function checkLength(name: string, shape: readonly number[], dataType: number, found: number): void {
  const bytesEach = floatBytes.get(dataType);
  if (bytesEach === undefined) return;
  const expected = bytesEach * shape.reduce((product, size) => product * size, 1);
  if (found !== expected)
    throw new OnnxError(`the constant “${name}” has ${found} bytes instead of ${expected}`);
}

function toFloats({ name, dims, dataType, rawData, floatData }: TensorProto): FloatInitializer {
  if (!floatBytes.has(dataType)) throw new OnnxError(`the constant “${name}” holds no floats`);
  const shape = dims.map(toInteger);
  const bytes = rawData.length > 0 ? rawData : floatData;
  checkLength(name, shape, dataType, bytes.length);
  // Copied, because a typed array needs an aligned start. ONNX is little-endian, as is every platform we run on.
  const { buffer } = Uint8Array.from(bytes);
  if (dataType === float32Type) return { shape, values: new Float32Array(buffer) };
  return { shape, values: Float32Array.from(new Float16Array(buffer)) };
}

function toGraphValue({ name, type }: ValueInfoProto): GraphValue {
  const tensor = type?.tensorType;
  const shape = (tensor?.shape?.dim ?? []).map(({ dimValue, dimParam }) =>
    dimParam === '' ? toInteger(dimValue) : dimParam,
  );
  return { name, isFloat32: tensor?.elemType === float32Type, shape };
}

function toInteger(value: WireInteger): number {
  return Number(value.toString());
}

function countOperators(nodes: readonly NodeProto[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { opType } of nodes) counts.set(opType, (counts.get(opType) ?? 0) + 1);
  return counts;
}
