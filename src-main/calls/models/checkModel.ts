import type { InferencePort, LoadedModel } from '../../../src-shared/domain/inference.ts';
import type { SelfCheck } from '../../../src-shared/domain/modelRegistry.ts';
import { UserError, type CancelSignal } from '../../../src-shared/errors.ts';
import { softmax } from '../../../src-shared/statistics/softmax.ts';
import { goldenInputs } from '../../inference/goldenInputs.ts';

const slices = 4;
/** Kernels for one picture and for several may round differently; a model that mixes its pictures up differs by far more. */
const mostDifference = 1e-3;

/**
 * Runs a model over invented heads, one by one and all at once: its answers must be numbers, depend on the picture, and
 * not on what else is in the batch.
 *
 * @throws UserError 'model-refused' with the reason, or 'cancelled'
 */
export async function checkModel(
  model: LoadedModel,
  inference: InferencePort,
  signal?: CancelSignal,
): Promise<SelfCheck> {
  const { classes, architecture } = model.card;
  const side = architecture.inputSize;
  const inputs = goldenInputs(slices, side);
  const run = async (first: number, count: number): Promise<Float32Array> => {
    const part = inputs.slice(first * side * side, (first + count) * side * side);
    const order = { model, provider: 'cpu', inputs: part, count, wantsFeatures: true } as const;
    return (await inference.run(order, signal).catch(refuseFailure)).logits;
  };
  const refuse = (reason: string): never => {
    throw new UserError('model-refused', { file: model.name, reason });
  };
  function refuseFailure(error: unknown): never {
    if (!(error instanceof UserError) || error.code === 'cancelled') throw error;
    const reason = String(error.detail['reason'] ?? 'no reason was given');
    throw new UserError(
      'model-refused',
      { file: model.name, reason: `It cannot be run: ${reason}` },
      { cause: error },
    );
  }
  const together = await run(0, slices);
  if (together.length !== slices * classes.length)
    refuse(`It gives ${together.length / slices} numbers a picture for ${classes.length} classes.`);
  if (!together.every(Number.isFinite)) refuse('Its answer to a plain picture of a head is not a number.');
  let largestDifference = 0;
  const answers = Array.from({ length: slices }, (_, i) =>
    softmax(together.subarray(i * classes.length, (i + 1) * classes.length)),
  );
  for (let i = 0; i < slices; i++) {
    const alone = softmax(await run(i, 1));
    alone.forEach((share, c) => {
      largestDifference = Math.max(largestDifference, Math.abs(share - answers[i]![c]!));
    });
  }
  if (!(largestDifference <= mostDifference))
    refuse('Its answer to a picture depends on what other pictures it is given at the same time.');
  if (answers.every((answer) => answer.every((share, c) => share === answers[0]![c])))
    refuse('It answers the same to every picture.');
  return { provider: 'cpu', slices, largestDifference };
}
