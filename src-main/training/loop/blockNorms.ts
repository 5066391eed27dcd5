import type { ParameterVector } from '../ParameterVector.ts';

/** A block's share of the parameter vector. */
export interface Block {
  /** The first word of its parameters' names: `stem`, `block0`, …, `head`, `classifier`. */
  name: string;
  /** Where its parameters begin and end; they lie side by side. */
  begin: number;
  end: number;
}

/** The blocks of a network, in the order of its parameters. */
export function blocksOf({ segments }: ParameterVector): Block[] {
  const blocks: Block[] = [];
  for (const { name, offset, length } of segments) {
    const block = name.split('.')[0] ?? name;
    const last = blocks.at(-1);
    if (last?.name === block) last.end = offset + length;
    else blocks.push({ name: block, begin: offset, end: offset + length });
  }
  return blocks;
}

/** The Euclidean norm of each block's part of a vector: ‖v_b‖ = √Σ v_i². */
export function blockNorms(vector: Float32Array, blocks: readonly Block[]): number[] {
  return blocks.map(({ begin, end }) => {
    let sum = 0;
    for (let i = begin; i < end; i++) sum += vector[i]! * vector[i]!;
    return Math.sqrt(sum);
  });
}
