import protobuf from 'protobufjs';

/** What reading and writing share, with the field numbers of `onnx/onnx.proto` (ONNX 1.x, IR version 3 and up). */
const sharedMessages = `
  syntax = "proto3";
  message TensorProto {
    repeated int64 dims = 1;
    int32 dataType = 2;
    bytes floatData = 4;
    string name = 8;
    bytes rawData = 9;
    repeated bytes externalData = 13;
    int32 dataLocation = 14;
  }
  message ValueInfoProto {
    string name = 1;
    TypeProto type = 2;
  }
  message TypeProto { TensorType tensorType = 1; }
  message TensorType {
    int32 elemType = 1;
    TensorShapeProto shape = 2;
  }
  message TensorShapeProto { repeated Dimension dim = 1; }
  message Dimension {
    int64 dimValue = 1;
    string dimParam = 2;
  }
`;

/**
 * The part of ONNX that we read.
 *
 * Two liberties, both compatible on the wire: packed repeated floats are taken as the bytes that they are, and
 * what we refuse or never look into (sub-graphs, local functions) as opaque bytes, so that no nesting of a
 * hostile file is followed.
 */
const readMessages = `
  message ModelProto {
    int64 irVersion = 1;
    GraphProto graph = 7;
    repeated bytes trainingInfo = 20;
    repeated bytes functions = 25;
  }
  message GraphProto {
    repeated NodeProto node = 1;
    repeated TensorProto initializer = 5;
    repeated ValueInfoProto input = 11;
    repeated ValueInfoProto output = 12;
    repeated bytes sparseInitializer = 15;
  }
  message NodeProto {
    repeated string input = 1;
    repeated string output = 2;
    string opType = 4;
    repeated AttributeProto attribute = 5;
    string domain = 7;
  }
  message AttributeProto {
    TensorProto t = 5;
    bytes g = 6;
    repeated TensorProto tensors = 10;
    repeated bytes graphs = 11;
    repeated bytes sparseTensors = 23;
  }
`;

/** The part of ONNX that we write. */
const writtenMessages = `
  message ModelProto {
    int64 irVersion = 1;
    string producerName = 2;
    GraphProto graph = 7;
    repeated OperatorSetIdProto opsetImport = 8;
  }
  message OperatorSetIdProto {
    string domain = 1;
    int64 version = 2;
  }
  message GraphProto {
    repeated NodeProto node = 1;
    string name = 2;
    repeated TensorProto initializer = 5;
    repeated ValueInfoProto input = 11;
    repeated ValueInfoProto output = 12;
  }
  message NodeProto {
    repeated string input = 1;
    repeated string output = 2;
    string name = 3;
    string opType = 4;
    repeated AttributeProto attribute = 5;
    string domain = 7;
  }
  message AttributeProto {
    string name = 1;
    float f = 2;
    int64 i = 3;
    bytes s = 4;
    repeated float floats = 7;
    repeated int64 ints = 8;
    int32 type = 20;
  }
`;

/** A 64-bit integer as protobufjs gives it: a number, or an object that prints as one. */
export type WireInteger = number | { toString(): string };

/** One constant tensor of the graph. */
export interface TensorProto {
  dims: WireInteger[];
  dataType: number;
  floatData: Uint8Array;
  name: string;
  rawData: Uint8Array;
  externalData: Uint8Array[];
  dataLocation: number;
}

/** A parameter of a node; only the kinds that can hold data of their own. */
interface AttributeProto {
  t: TensorProto | null;
  g: Uint8Array;
  tensors: TensorProto[];
  graphs: Uint8Array[];
  sparseTensors: Uint8Array[];
}

/** One operation of the graph. */
export interface NodeProto {
  input: string[];
  output: string[];
  opType: string;
  attribute: AttributeProto[];
  domain: string;
}

/** Name, element type and shape of an input or output. */
export interface ValueInfoProto {
  name: string;
  type: {
    tensorType: {
      elemType: number;
      shape: { dim: { dimValue: WireInteger; dimParam: string }[] } | null;
    } | null;
  } | null;
}

/** The root message of a model file. */
export interface ModelProto {
  irVersion: WireInteger;
  graph: {
    node: NodeProto[];
    initializer: TensorProto[];
    input: ValueInfoProto[];
    output: ValueInfoProto[];
    sparseInitializer: Uint8Array[];
  } | null;
  trainingInfo: Uint8Array[];
  functions: Uint8Array[];
}

/** A parameter of a node as we write it; `type` says which field counts (AttributeType of onnx.proto). */
export type WrittenAttribute = { name: string } & (
  | { type: 1; f: number }
  | { type: 2; i: number }
  | { type: 3; s: Uint8Array }
  | { type: 6; floats: readonly number[] }
  | { type: 7; ints: readonly number[] }
);

/** One operation as we write it. */
export interface WrittenNode {
  name: string;
  opType: string;
  domain: string;
  input: readonly string[];
  output: readonly string[];
  attribute: readonly WrittenAttribute[];
}

/** One constant as we write it. */
export type WrittenTensor = Pick<TensorProto, 'name' | 'dataType' | 'rawData'> & { dims: readonly number[] };

/** An input or output as we write it; each axis has a size or, where it is free, a name. */
export interface WrittenValueInfo {
  name: string;
  type: {
    tensorType: {
      elemType: number;
      shape: { dim: readonly ({ dimValue: number } | { dimParam: string })[] };
    };
  };
}

/** A whole model as we write it. */
export interface WrittenModel {
  irVersion: number;
  producerName: string;
  opsetImport: readonly { domain: string; version: number }[];
  graph: {
    name: string;
    node: readonly WrittenNode[];
    initializer: readonly WrittenTensor[];
    input: readonly WrittenValueInfo[];
    output: readonly WrittenValueInfo[];
  };
}

const readType = protobuf.parse(sharedMessages + readMessages).root.lookupType('ModelProto');
const writtenType = protobuf.parse(sharedMessages + writtenMessages).root.lookupType('ModelProto');

/** Decodes a model file; tensor bytes stay views of `bytes`. @throws Error when it is not a protobuf message */
export function decodeModel(bytes: Uint8Array): ModelProto {
  return readType.decode(bytes) as unknown as ModelProto;
}

/**
 * A model file that also gives the named tensors out, each float32 of any shape. The parts of a protobuf message that
 * stand one after the other are merged, repeated fields joined: nothing of the file is read or written again.
 */
export function withOutputs(bytes: Uint8Array, names: readonly string[]): Uint8Array {
  const output = names.map((name) => ({ name, type: { tensorType: { elemType: 1 } } }));
  const addition = writtenType.encode(writtenType.fromObject({ graph: { output } })).finish();
  const whole = new Uint8Array(bytes.length + addition.length);
  whole.set(bytes);
  whole.set(addition, bytes.length);
  return whole;
}

/** Encodes a model file. */
export function encodeModel(model: WrittenModel): Uint8Array {
  return writtenType.encode(writtenType.fromObject(model)).finish();
}
