import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { epochRecordSchema } from '../../../src-shared/domain/trainingRun.ts';
import { writeDurably } from '../../storage/writeDurably.ts';

const count = z.number().int().nonnegative();

/** Where a run stands between two steps; with the vectors, all that the rest of it depends on. */
export const runStateSchema = z.object({
  /** Epochs done. */
  epoch: count,
  /** Batches done of the epoch under way. */
  batch: count,
  /** Steps done in all. */
  step: count,
  /** Sums over the epoch under way. */
  tally: z.object({
    loss: z.number(),
    right: count,
    pictures: count,
    gradientNorm: z.number(),
    /** Gradient norms of each block; empty before the first step, and in checkpoints from before they were kept. */
    blocks: z.array(z.number()).default([]),
  }),
  history: z.array(epochRecordSchema),
  best: z.object({ epoch: count, validationLoss: z.number() }).nullable(),
  /** Time spent in the epoch under way. */
  elapsedMs: z.number().nonnegative(),
});

export type RunState = z.infer<typeof runStateSchema>;

/** Before the first step. */
export const freshState: RunState = {
  epoch: 0,
  batch: 0,
  step: 0,
  tally: { loss: 0, right: 0, pictures: 0, gradientNorm: 0, blocks: [] },
  history: [],
  best: null,
  elapsedMs: 0,
};

/** A run's state with its vectors by name: `weights`, `average`, the optimiser's. */
export interface Checkpoint {
  state: RunState;
  vectors: ReadonlyMap<string, Float32Array>;
}

const headerSchema = z.object({
  version: z.literal(1),
  state: runStateSchema,
  vectors: z.array(z.object({ name: z.string(), length: count })),
});

const digestBytes = 32;

/**
 * Writes a checkpoint as one file, whole or not at all: a line of JSON (the state, and the vectors' names and lengths),
 * their float32 values, and the SHA-256 of all before it. Bits are kept exactly.
 *
 * @throws UserError 'disk-full', 'folder-unwritable'
 */
export async function writeCheckpoint(file: string, { state, vectors }: Checkpoint): Promise<void> {
  const names = [...vectors].map(([name, { length }]) => ({ name, length }));
  const header = `${JSON.stringify({ version: 1, state, vectors: names })}\n`;
  const content = Buffer.concat([
    Buffer.from(header),
    ...[...vectors.values()].map((values) =>
      Buffer.from(values.buffer, values.byteOffset, values.byteLength),
    ),
  ]);
  await writeDurably(file, [content, hash('sha256', content, 'buffer')]);
}

/**
 * Reads a checkpoint back.
 *
 * @returns null where there is no such file
 * @throws RangeError when it is not what was written
 */
export async function readCheckpoint(file: string): Promise<Checkpoint | null> {
  const bytes = await readFile(file).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  });
  if (bytes === null) return null;
  const content = bytes.subarray(0, Math.max(0, bytes.length - digestBytes));
  if (!hash('sha256', content, 'buffer').equals(bytes.subarray(content.length)))
    throw new RangeError('the checkpoint is damaged');
  const end = content.indexOf(10);
  const header = headerSchema.parse(JSON.parse(content.toString('utf8', 0, end)));
  let position = end + 1;
  const vectors = new Map<string, Float32Array>();
  for (const { name, length } of header.vectors) {
    const next = position + 4 * length;
    if (next > content.length) throw new RangeError('the checkpoint is shorter than it says');
    // Copied, because a typed array needs an aligned start.
    vectors.set(name, new Float32Array(Uint8Array.from(content.subarray(position, next)).buffer));
    position = next;
  }
  return { state: header.state, vectors };
}
