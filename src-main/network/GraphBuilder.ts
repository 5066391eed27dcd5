import {
  encodeModel,
  type WrittenAttribute,
  type WrittenNode,
  type WrittenTensor,
  type WrittenValueInfo,
} from './onnxSchema.ts';

/** Sizes along the axes, slowest first. */
export type Shape = readonly number[];

/** A tensor that flows through the graph: float32, or int64 where an operator asks for shapes and axes. */
export interface Value {
  readonly name: string;
  readonly shape: Shape;
}

/** An integer or integers, a text, or floats: ONNX tells the two kinds of number apart. */
export type Attribute =
  number | readonly number[] | string | { float: number } | { floats: readonly number[] };

/** One operation: ONNX's name of the operator, what goes in, and the shape of what comes out. */
export interface Operation {
  operator: string;
  inputs: readonly Value[];
  shape: Shape;
  attributes?: Readonly<Record<string, Attribute>>;
  /** The operator set, where it is not ONNX's own. */
  domain?: string;
}

const float32Type = 1;
const int64Type = 7;
const float16Type = 10;

/** IR version and operator set that every onnxruntime since 1.10 reads. */
const irVersion = 8;
const operatorSet = 13;

/**
 * Collects the nodes of an ONNX graph and writes them as a model file.
 *
 * Shapes are known while the graph is built; `operators.ts` derives and checks them, so a wrong one is found at the
 * line that asked for it and not by the runtime.
 */
export class GraphBuilder {
  readonly #nodes: WrittenNode[] = [];
  readonly #initializers: WrittenTensor[] = [];
  readonly #inputs: WrittenValueInfo[] = [];
  readonly #outputs: WrittenValueInfo[] = [];
  readonly #results: { name: string; value: Value }[] = [];
  readonly #integers = new Map<string, Value>();
  readonly #domains = new Set(['']);
  readonly #hasFreeBatch: boolean;
  #count = 0;

  /**
   * @param hasFreeBatch - the first axis of every input and output is written as free (`batch`); inside, the graph
   *   is checked for a batch of one, and must hold no operation that fixes that axis
   */
  constructor({ hasFreeBatch = false }: { hasFreeBatch?: boolean } = {}) {
    this.#hasFreeBatch = hasFreeBatch;
  }

  /** A float32 tensor that the caller feeds. */
  input(name: string, shape: Shape): Value {
    this.#inputs.push(this.#valueInfo(name, shape));
    return { name, shape };
  }

  /** A float32 constant. @throws RangeError when the values do not fill the shape */
  constant(values: Float32Array | readonly number[], shape: Shape, name = this.#newName('constant')): Value {
    checkCount(name, values.length, shape);
    const rawData = new Uint8Array(Float32Array.from(values).buffer);
    this.#initializers.push({ name, dataType: float32Type, dims: shape, rawData });
    return { name, shape };
  }

  /** A constant kept in half precision (IEEE 754 binary16, as bits); the graph computes in float32. */
  halfConstant(bits: Uint16Array<ArrayBuffer>, shape: Shape, name: string): Value {
    checkCount(name, bits.length, shape);
    const half = `${name}.half`;
    const rawData = new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength);
    this.#initializers.push({ name: half, dataType: float16Type, dims: shape, rawData });
    this.#push('Cast', [half], name, '', { to: float32Type });
    return { name, shape };
  }

  /** A vector of int64, as shapes and axes are given; the same numbers are stored once. */
  integers(values: readonly number[]): Value {
    const key = values.join();
    const known = this.#integers.get(key);
    if (known) return known;
    const name = this.#newName('integers');
    const rawData = new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer);
    this.#initializers.push({ name, dataType: int64Type, dims: [values.length], rawData });
    const value = { name, shape: [values.length] };
    this.#integers.set(key, value);
    return value;
  }

  /** Adds an operation; prefer the functions of `operators.ts`, which know the shapes. */
  operation({ operator, inputs, shape, attributes = {}, domain = '' }: Operation): Value {
    const name = this.#newName(operator);
    const inputNames = inputs.map((input) => input.name);
    this.#push(operator, inputNames, name, domain, attributes);
    return { name, shape };
  }

  /** Gives a value a name by which the caller asks for it. */
  output(name: string, value: Value): void {
    this.#results.push({ name, value });
    this.#outputs.push(this.#valueInfo(name, value.shape));
  }

  /** The finished model file. */
  encode(): Uint8Array {
    return encodeModel({
      irVersion,
      producerName: 'BraTum Workstation',
      opsetImport: [...this.#domains].map((domain) => ({ domain, version: domain === '' ? operatorSet : 1 })),
      graph: {
        name: 'network',
        node: scheduled(named(this.#nodes, this.#results)),
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      },
    });
  }

  #newName(stem: string): string {
    this.#count += 1;
    return `${stem}.${this.#count}`;
  }

  #push(
    opType: string,
    input: readonly string[],
    output: string,
    domain: string,
    attributes: Readonly<Record<string, Attribute>>,
  ): void {
    this.#domains.add(domain);
    const attribute = Object.entries(attributes).map(([name, value]) => writtenAttribute(name, value));
    this.#nodes.push({ name: output, opType, domain, input, output: [output], attribute });
  }

  #valueInfo(name: string, shape: Shape): WrittenValueInfo {
    const isFree = (axis: number): boolean => this.#hasFreeBatch && axis === 0;
    const dim = shape.map((size, axis) => (isFree(axis) ? { dimParam: 'batch' } : { dimValue: size }));
    return { name, type: { tensorType: { elemType: float32Type, shape: { dim } } } };
  }
}

/** How many numbers a tensor of this shape holds. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Lets nodes write straight to the outputs; one whose value is read inside as well gets a copy. */
function named(
  nodes: readonly WrittenNode[],
  results: readonly { name: string; value: Value }[],
): WrittenNode[] {
  const read = new Set(nodes.flatMap(({ input }) => input));
  const produced = new Set(nodes.flatMap(({ output }) => output));
  const names = new Map<string, string>();
  const copies: WrittenNode[] = [];
  for (const { name, value } of results) {
    if (produced.has(value.name) && !read.has(value.name) && !names.has(value.name)) {
      names.set(value.name, name);
    } else {
      const input = [names.get(value.name) ?? value.name];
      copies.push({ name, opType: 'Identity', domain: '', input, output: [name], attribute: [] });
    }
  }
  const renamed = nodes.map((node) => ({
    ...node,
    output: node.output.map((name) => names.get(name) ?? name),
  }));
  return [...renamed, ...copies];
}

/**
 * Orders nodes so that onnxruntime computes each as late as it can, and results as soon as they can be had: what a
 * step has just written is then still in the processor's cache when it is read, and memory is free for others soon.
 *
 * onnxruntime walks back from the results, depth first, taking the last in the file before the others, and of a node's
 * inputs likewise the last (`ReverseDFSFrom` in its `graph.cc`); then it computes in the order in which it came back.
 * So nodes are written by their distance from the inputs, and nodes that nobody else reads behind them, last one first.
 */
function scheduled(nodes: readonly WrittenNode[]): WrittenNode[] {
  const depths = new Map<string, number>();
  const read = new Set<string>();
  for (const { input, output } of nodes) {
    const depth = 1 + Math.max(0, ...input.map((name) => depths.get(name) ?? 0));
    for (const name of output) depths.set(name, depth);
    for (const name of input) read.add(name);
  }
  const isResult = ({ output }: WrittenNode): boolean => !output.some((name) => read.has(name));
  const inner = nodes.filter((node) => !isResult(node));
  const depthOf = ({ output }: WrittenNode): number => depths.get(output[0]!)!;
  return [...inner.sort((a, b) => depthOf(a) - depthOf(b)), ...nodes.filter(isResult).reverse()];
}

function checkCount(name: string, count: number, shape: Shape): void {
  if (count !== sizeOf(shape)) throw new RangeError(`${name} has ${count} values for [${shape.join()}]`);
}

function writtenAttribute(name: string, value: Attribute): WrittenAttribute {
  if (typeof value === 'number') return { name, type: 2, i: value };
  if (typeof value === 'string') return { name, type: 3, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: 1, f: value.float };
  if ('floats' in value) return { name, type: 6, floats: value.floats };
  return { name, type: 7, ints: value };
}
