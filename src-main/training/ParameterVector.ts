import { sizeOf } from '../network/GraphBuilder.ts';
import type { Network, Parameter } from '../network/mobileNetV2.ts';
import { checkWeights, type Weights } from '../network/weights.ts';

/** Where a parameter lies in the vector. */
export interface Segment extends Parameter {
  offset: number;
  length: number;
}

/**
 * All parameters of a network in one vector, in the network's order: what optimisers walk over, checkpoints write and
 * workers share.
 */
export class ParameterVector {
  readonly segments: readonly Segment[];
  readonly length: number;

  constructor({ parameters }: Network) {
    let offset = 0;
    this.segments = parameters.map(({ name, shape }) => {
      const segment = { name, shape, offset, length: sizeOf(shape) };
      offset += segment.length;
      return segment;
    });
    this.length = offset;
  }

  /** The part of a vector that belongs to a parameter; shares its memory. */
  view<Buffer extends ArrayBufferLike>(
    vector: Float32Array<Buffer>,
    { offset, length }: Segment,
  ): Float32Array<Buffer> {
    return vector.subarray(offset, offset + length);
  }

  /** Copies named tensors into a vector. @throws RangeError when one is missing or has another shape */
  write(network: Network, weights: Weights, vector: Float32Array): void {
    checkWeights(network, weights);
    for (const segment of this.segments) vector.set(weights.get(segment.name)!.values, segment.offset);
  }

  /** Copies a vector into named tensors. */
  read(vector: Float32Array): Weights {
    return new Map(
      this.segments.map((segment) => {
        return [
          segment.name,
          { shape: segment.shape, values: Float32Array.from(this.view(vector, segment)) },
        ];
      }),
    );
  }
}
