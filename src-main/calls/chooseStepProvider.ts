import type { ProviderName } from '../../src-shared/domain/analysis.ts';
import type { Recipe } from '../../src-shared/domain/trainingRun.ts';
import { throwIfCancelled, UserError, type CancelSignal } from '../../src-shared/errors.ts';
import { percentText } from '../../src-shared/percentTexts.ts';
import type { StartChild } from '../inference/ChildChannel.ts';
import { forkChannel } from '../inference/forkChannel.ts';
import { mayHaveAccelerator, providerOrder } from '../inference/providerOrder.ts';
import { classesOf } from '../training/run/partsOfSplit.ts';
import type { StepProbeReply } from '../training/stepProbe/child.ts';
import type { StepComparison, StepQuestion } from '../training/stepProbe/compareStep.ts';

/** From the processor's loss and gradient a provider's may differ by so much, as a part of them. */
const tolerance = 1e-2;

/** The first step compiles shaders on some drivers; beyond this a driver hangs. */
const timeLimitMs = 300_000;

/** `training-probe.js` in a build, where this file is a chunk beside it. */
const probeEntry = new URL(
  import.meta.url.endsWith('.ts') ? '../training/stepProbe/child.ts' : './training-probe.js',
  import.meta.url,
);

/** How a probe is started and stopped. */
export interface StepProbeTools {
  startChild?: StartChild;
  hasAccelerator?: () => boolean;
  signal?: CancelSignal;
}

/**
 * Chooses what of onnxruntime computes the steps of a run. A named provider must compute as the processor does in a
 * throw-away child; `auto` takes the fastest of those that do, and the processor where no accelerator can be there.
 *
 * @throws UserError 'provider-unavailable' when a named provider fails: never a silent other one; 'cancelled'
 */
export async function chooseStepProvider(
  wish: 'auto' | ProviderName,
  recipe: Pick<Recipe, 'widthMultiplier' | 'inputSize' | 'subset' | 'freeze'>,
  tools: StepProbeTools = {},
): Promise<ProviderName> {
  if (wish === 'cpu') return 'cpu';
  if (wish !== 'auto') {
    if (!providerOrder().includes(wish)) throw refused(wish, `It does not exist on ${process.platform}.`);
    const found = await probe({ provider: wish, timed: null }, tools);
    if (typeof found === 'string') throw refused(wish, found);
    return wish;
  }
  if (!(tools.hasAccelerator ?? mayHaveAccelerator)()) return 'cpu';
  const { widthMultiplier, inputSize, subset, freeze } = recipe;
  const timed = { widthMultiplier, inputSize, classes: classesOf(subset).length, firstTrainedBlock: freeze };
  let best: { provider: ProviderName; stepMs: number } = { provider: 'cpu', stepMs: Infinity };
  for (const provider of providerOrder().filter((name) => name !== 'cpu')) {
    const found = await probe({ provider, timed }, tools);
    if (typeof found === 'string' || found.stepMs === null || found.cpuStepMs === null) continue;
    if (found.stepMs < Math.min(best.stepMs, found.cpuStepMs)) best = { provider, stepMs: found.stepMs };
  }
  return best.provider;
}

function refused(provider: ProviderName, reason: string): UserError {
  return new UserError('provider-unavailable', { provider, reason });
}

/** What the child found, or in a sentence why the provider must not be used. */
async function probe(question: StepQuestion, tools: StepProbeTools): Promise<StepComparison | string> {
  const reply = await ask(question, tools);
  throwIfCancelled(tools.signal);
  if (reply === null) return 'Its driver crashed or did not answer.';
  if (!reply.ok) return 'It could not be opened, or does not know an operator of the training step.';
  const { lossDifference, gradientDifference } = reply.comparison;
  // Written so that NaN disagrees.
  if (lossDifference <= tolerance && gradientDifference <= tolerance) return reply.comparison;
  return `Its gradient differs from the processor's by ${percentText(gradientDifference)}.`;
}

/** @returns null where the child ended or was ended before it answered */
function ask(question: StepQuestion, { startChild, signal }: StepProbeTools): Promise<StepProbeReply | null> {
  const child = (startChild ?? (() => forkChannel({ entry: probeEntry, isQuiet: true })))();
  return new Promise<StepProbeReply | null>((resolve) => {
    const end = (reply: StepProbeReply | null): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      child.kill();
      resolve(reply);
    };
    const giveUp = (): void => end(null);
    const timer = setTimeout(giveUp, timeLimitMs);
    signal?.addEventListener('abort', giveUp, { once: true });
    child.onMessage((message) => end(message as StepProbeReply));
    child.onExit(giveUp);
    child.post(question);
  });
}
