import type { GraphBuilder, Value } from '../GraphBuilder.ts';
import type { Convolution } from '../mobileNetV2.ts';

/** A convolution's parameters in the form in which a layout computes with them. */
export interface Filters {
  readonly forward: Value;
  readonly bias: Value;
  /** For the gradient of the input: none where nothing asks for it. */
  readonly backward: readonly Value[];
}

/**
 * How feature maps lie in memory, and the operators that compute on them so: forward, and the rules of reverse-mode
 * differentiation for each.
 *
 * Symbols: `x` a convolution's input, `W` and `b` its weight and bias, `z = W ∗ x + b`, `y = ReLU6(z)`, `L` the loss;
 * `dv` is ∂L/∂v. A layout's maps have the shape [n][channels][rows][columns] with channels possibly rounded up (the
 * surplus is zero and stays zero); the order of the numbers inside is the layout's own affair.
 */
export interface Layout {
  /** Parameters as the description names them → filters. @param isBackwardWanted - whether `inputGradient` follows */
  pack(convolution: Convolution, weight: Value, bias: Value, isBackwardWanted: boolean): Filters;

  /** `y = ReLU6(W ∗ x + b)`, without ReLU6 where the convolution has none. The stem's `x` is in the plain layout. */
  convolve(convolution: Convolution, input: Value, filters: Filters): Value;

  /** `dz = dy` where `0 < y < 6`, else 0: the derivative of ReLU6, read off its output. */
  activationGradient(outputGradient: Value, output: Value): Value;

  /** `dx[c, p] = Σ_o,k W[o, c, k] · dz[o, q]` over the outputs q that looked at p through k. The stem's is plain. */
  inputGradient(convolution: Convolution, gradient: Value, filters: Filters): Value;

  /** `dW[o, c, k] = Σ_n,q dz[n, o, q] · x[n, c, stride · q + k − pad]`, the numbers in the parameter's order. */
  weightGradient(convolution: Convolution, input: Value, gradient: Value): Value;

  /** `db[o] = Σ_n,q dz[n, o, q]`, in the parameter's own shape. */
  biasGradient(convolution: Convolution, gradient: Value): Value;

  /** The gradient of a mean over each map: `dx[n, c, p] = dmean[n, c] / (size · size)`. @param gradient - [n][c] */
  meanGradient(gradient: Value, size: number): Value;

  /** [n][channels][rows][columns], rows and columns innermost, as ONNX has it. */
  toPlain(value: Value, channels: number): Value;

  /** The opposite of `toPlain`. */
  fromPlain(value: Value): Value;
}

/** A layout that adds its operations to the given graph. */
export type LayoutOf = (graph: GraphBuilder) => Layout;
