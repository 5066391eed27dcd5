import { type GraphBuilder, type Shape, sizeOf, type Value } from './GraphBuilder.ts';

/*
 * The operators of ONNX (operator set 13) that our graphs use, one function each: it derives the shape of the result
 * and throws a RangeError where the inputs do not fit. Their meaning is that of https://onnx.ai/onnx/operators.
 */

/** `a + b`, with axes of length 1 stretched. */
export function add(graph: GraphBuilder, a: Value, b: Value): Value {
  return elementwise(graph, 'Add', a, b);
}

/** `a − b`, with axes of length 1 stretched. */
export function subtract(graph: GraphBuilder, a: Value, b: Value): Value {
  return elementwise(graph, 'Sub', a, b);
}

/** `a · b`, element by element, with axes of length 1 stretched. */
export function multiply(graph: GraphBuilder, a: Value, b: Value): Value {
  return elementwise(graph, 'Mul', a, b);
}

/** Every element times a number. */
export function scale(graph: GraphBuilder, value: Value, factor: number): Value {
  return multiply(graph, value, graph.constant([factor], []));
}

/** `e` to the power of every element. */
export function exponential(graph: GraphBuilder, value: Value): Value {
  return graph.operation({ operator: 'Exp', inputs: [value], shape: value.shape });
}

/** `log softmax` along the last axis, in one stable step. */
export function logSoftmax(graph: GraphBuilder, value: Value): Value {
  return graph.operation({
    operator: 'LogSoftmax',
    inputs: [value],
    shape: value.shape,
    attributes: { axis: -1 },
  });
}

/** `min(1, max(0, slope · x + offset))`. */
export function hardSigmoid(graph: GraphBuilder, value: Value, slope: number, offset: number): Value {
  const attributes = { alpha: { float: slope }, beta: { float: offset } };
  return graph.operation({ operator: 'HardSigmoid', inputs: [value], shape: value.shape, attributes });
}

/** `min(high, max(low, x))`. */
export function clip(graph: GraphBuilder, value: Value, low: number, high: number): Value {
  const inputs = [value, graph.constant([low], []), graph.constant([high], [])];
  return graph.operation({ operator: 'Clip', inputs, shape: value.shape });
}

/** The same numbers in the same order under another shape; costs nothing. */
export function reshape(graph: GraphBuilder, value: Value, shape: Shape): Value {
  if (isSameShape(value.shape, shape)) return value;
  check(sizeOf(value.shape) === sizeOf(shape), 'Reshape', value.shape, shape);
  return graph.operation({ operator: 'Reshape', inputs: [value, graph.integers(shape)], shape });
}

/** Axes in another order: axis `i` of the result is axis `order[i]` of the value. */
export function transpose(graph: GraphBuilder, value: Value, order: readonly number[]): Value {
  const isPermutation = [...order].sort((a, b) => a - b).every((axis, index) => axis === index);
  check(isPermutation && order.length === value.shape.length, 'Transpose', value.shape, order);
  const shape = order.map((axis) => value.shape[axis]!);
  return graph.operation({ operator: 'Transpose', inputs: [value], shape, attributes: { perm: order } });
}

/** The sum along axes, which disappear. */
export function sumOver(graph: GraphBuilder, value: Value, axes: readonly number[]): Value {
  const shape = value.shape.filter((_, axis) => !axes.includes(axis));
  const inputs = [value, graph.integers(axes)];
  return graph.operation({ operator: 'ReduceSum', inputs, shape, attributes: { keepdims: 0 } });
}

/** The mean along axes, which disappear. */
export function meanOver(graph: GraphBuilder, value: Value, axes: readonly number[]): Value {
  const shape = value.shape.filter((_, axis) => !axes.includes(axis));
  return graph.operation({
    operator: 'ReduceMean',
    inputs: [value],
    shape,
    attributes: { axes, keepdims: 0 },
  });
}

/** Matrix product of the last two axes; the axes before them are a batch and must agree. */
export function matrixProduct(graph: GraphBuilder, a: Value, b: Value): Value {
  const [rows, inner] = a.shape.slice(-2);
  const [innerOfB, columns] = b.shape.slice(-2);
  const batch = a.shape.slice(0, -2);
  const isFit = inner === innerOfB && rows !== undefined && columns !== undefined;
  check(isFit && isSameShape(batch, b.shape.slice(0, -2)), 'MatMul', a.shape, b.shape);
  return graph.operation({ operator: 'MatMul', inputs: [a, b], shape: [...batch, rows!, columns!] });
}

/** `Aᵀ B` of two matrices with as many rows. */
export function transposedProduct(graph: GraphBuilder, a: Value, b: Value): Value {
  const [rows, width] = a.shape;
  const [rowsOfB, widthOfB] = b.shape;
  check(a.shape.length === 2 && b.shape.length === 2 && rows === rowsOfB, 'Gemm', a.shape, b.shape);
  const shape = [width!, widthOfB!];
  return graph.operation({ operator: 'Gemm', inputs: [a, b], shape, attributes: { transA: 1 } });
}

/** Values one after the other along an axis. */
export function concatenate(graph: GraphBuilder, values: readonly Value[], axis: number): Value {
  const [first] = values;
  if (!first) throw new RangeError('Concat needs a value');
  for (const { shape } of values) {
    const isFit =
      shape.length === first.shape.length && shape.every((n, i) => i === axis || n === first.shape[i]);
    check(isFit, 'Concat', first.shape, shape);
  }
  const length = values.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  const shape = first.shape.map((size, index) => (index === axis ? length : size));
  return graph.operation({ operator: 'Concat', inputs: values, shape, attributes: { axis } });
}

/** The named positions along an axis, in that order. */
export function pick(graph: GraphBuilder, value: Value, positions: readonly number[], axis: number): Value {
  const length = value.shape[axis] ?? 0;
  check(
    positions.every((position) => position >= 0 && position < length),
    'Gather',
    value.shape,
    positions,
  );
  const shape = value.shape.map((size, index) => (index === axis ? positions.length : size));
  const inputs = [value, graph.integers(positions)];
  return graph.operation({ operator: 'Gather', inputs, shape, attributes: { axis } });
}

/** Zeros behind the values along every axis, up to the shape. */
export function padTo(graph: GraphBuilder, value: Value, shape: Shape): Value {
  if (isSameShape(value.shape, shape)) return value;
  const missing = shape.map((size, axis) => size - (value.shape[axis] ?? Infinity));
  check(
    shape.length === value.shape.length && missing.every((count) => count >= 0),
    'Pad',
    value.shape,
    shape,
  );
  const inputs = [value, graph.integers([...shape.map(() => 0), ...missing])];
  return graph.operation({ operator: 'Pad', inputs, shape });
}

/** The first elements along every axis; the opposite of `padTo`. */
export function cropTo(graph: GraphBuilder, value: Value, shape: Shape): Value {
  if (isSameShape(value.shape, shape)) return value;
  const isFit =
    shape.length === value.shape.length && shape.every((size, axis) => size <= value.shape[axis]!);
  check(isFit, 'Slice', value.shape, shape);
  const axes = shape.map((_, axis) => axis);
  const inputs = [value, graph.integers(shape.map(() => 0)), graph.integers(shape), graph.integers(axes)];
  return graph.operation({ operator: 'Slice', inputs, shape });
}

/** Axes of length 1 repeated up to the shape. */
export function expand(graph: GraphBuilder, value: Value, shape: Shape): Value {
  check(isSameShape(broadcast(value.shape, shape), shape), 'Expand', value.shape, shape);
  return graph.operation({ operator: 'Expand', inputs: [value, graph.integers(shape)], shape });
}

function elementwise(graph: GraphBuilder, operator: string, a: Value, b: Value): Value {
  return graph.operation({ operator, inputs: [a, b], shape: broadcast(a.shape, b.shape) });
}

/** The common shape of two values whose axes of length 1 stretch (ONNX "multidirectional broadcasting"). */
function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const sizeOfA = a[axis - rank + a.length] ?? 1;
    const sizeOfB = b[axis - rank + b.length] ?? 1;
    check(sizeOfA === sizeOfB || sizeOfA === 1 || sizeOfB === 1, 'broadcasting', a, b);
    return Math.max(sizeOfA, sizeOfB);
  });
}

function isSameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

function check(isFit: boolean, operator: string, a: Shape, b: Shape): void {
  if (!isFit) throw new RangeError(`${operator}: [${a.join()}] does not fit [${b.join()}]`);
}
