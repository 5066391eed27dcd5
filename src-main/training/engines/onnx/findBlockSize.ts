import type * as Onnxruntime from 'onnxruntime-node';
import { GraphBuilder } from '../../../network/GraphBuilder.ts';
import { blockedLayout } from '../../../network/layout/blocked.ts';
import { loadRuntime } from '../../../runtime/loadRuntime.ts';

/** What onnxruntime uses: 16 floats (AVX-512, and ARM, where it takes four registers) or 8 (AVX, AVX2). */
const candidates = [16, 8] as const;

/**
 * Finds how many channels onnxruntime puts into a block on this processor, for it does not say: four numbers per
 * channel go into the blocked order and must come out where that order has them.
 *
 * @returns the block size, or undefined where this onnxruntime has no blocked operators at all
 * @throws UserError 'component-missing'
 */
export async function findBlockSize(): Promise<number | undefined> {
  const runtime = await loadRuntime();
  for (const block of candidates) if (await isBlockSize(block, runtime)) return block;
  return undefined;
}

async function isBlockSize(
  block: number,
  { InferenceSession, Tensor }: typeof Onnxruntime,
): Promise<boolean> {
  const channels = 32;
  const graph = new GraphBuilder();
  const shape = [1, channels, 2, 2];
  graph.output('blocked', blockedLayout(block)(graph).fromPlain(graph.input('plain', shape)));
  const values = Float32Array.from({ length: channels * 4 }, (_, index) => index);
  try {
    // An unknown operator is an answer here, not worth a line in the log.
    const session = await InferenceSession.create(graph.encode(), { logSeverityLevel: 4 });
    const { blocked } = await session.run({ plain: new Tensor('float32', values, shape) });
    await session.release();
    return values.every(
      (value, index) => (blocked!.data as Float32Array)[blockedPlace(index, block)] === value,
    );
  } catch {
    return false;
  }
}

/** Where the number at [channel][pixel] lies in the order [channel / block][pixel][channel modulo block]. */
function blockedPlace(index: number, block: number): number {
  const pixels = 4;
  const channel = Math.floor(index / pixels);
  const pixel = index % pixels;
  return (Math.floor(channel / block) * pixels + pixel) * block + (channel % block);
}
