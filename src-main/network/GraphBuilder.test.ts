import { expect, test } from 'vitest';
import { GraphBuilder } from './GraphBuilder.ts';
import { decodeModel } from './onnxSchema.ts';
import { add, exponential, multiply } from './operators.ts';
import { readOnnxGraph } from './readOnnxGraph.ts';

test('what is written is what the reader reads', () => {
  const graph = new GraphBuilder({ hasFreeBatch: true });
  const x = graph.input('x', [1, 3]);
  graph.output('y', multiply(graph, x, graph.constant([1.5, -2, 0], [3], 'weight')));
  const read = readOnnxGraph(graph.encode());
  expect(read.inputs).toEqual([{ name: 'x', isFloat32: true, shape: ['batch', 3] }]);
  expect(read.outputs).toEqual([{ name: 'y', isFloat32: true, shape: ['batch', 3] }]);
  expect(read.operators).toEqual(new Map([['Mul', 1]]));
  expect(read.floatInitializer('weight')).toEqual({ shape: [3], values: Float32Array.of(1.5, -2, 0) });
});

test('a constant that does not fill its shape is refused', () => {
  expect(() => new GraphBuilder().constant([1, 2, 3], [2, 2])).toThrow('has 3 values for [2,2]');
});

test('a value with two names is copied to the second', () => {
  const graph = new GraphBuilder();
  const x = graph.input('x', [2]);
  const twice = add(graph, x, x);
  graph.output('one', twice);
  graph.output('two', twice);
  const { node } = decodeModel(graph.encode()).graph!;
  expect(node.map(({ opType }) => opType)).toEqual(['Add', 'Identity']);
});

test('only a value that is read inside as well is copied to its output', () => {
  const graph = new GraphBuilder();
  const x = graph.input('x', [2]);
  const inner = add(graph, x, x);
  graph.output('inner', inner);
  graph.output('outer', exponential(graph, inner));
  expect(readOnnxGraph(graph.encode()).operators).toEqual(
    new Map([
      ['Add', 1],
      ['Identity', 1],
      ['Exp', 1],
    ]),
  );
});

test('nodes are written by depth, results last and the first of them at the very end', () => {
  const graph = new GraphBuilder();
  const x = graph.input('x', [2]);
  const deep = exponential(graph, exponential(graph, x));
  const shallow = add(graph, x, x);
  graph.output('first', multiply(graph, deep, shallow));
  graph.output('second', add(graph, deep, shallow));
  const operators = decodeModel(graph.encode()).graph!.node.map(({ opType }) => opType);
  expect(operators).toEqual(['Exp', 'Add', 'Exp', 'Add', 'Mul']);
});
