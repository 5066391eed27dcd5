/**
 * Entry of the throw-away child that tries a provider for training steps, so that a driver that crashes or hangs takes
 * nothing with it. Works under `child_process.fork` and under Electron's `utilityProcess`.
 */
import { compareStep, type StepComparison, type StepQuestion } from './compareStep.ts';

/** What the child says, once. */
export type StepProbeReply = { ok: true; comparison: StepComparison } | { ok: false; reason: string };

interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

const { parentPort } = process as NodeJS.Process & { parentPort?: ParentPort };

async function serve(question: unknown): Promise<void> {
  const reply = await answer(question as StepQuestion);
  if (parentPort) parentPort.postMessage(reply);
  else process.send?.(reply, () => undefined);
}

async function answer(question: StepQuestion): Promise<StepProbeReply> {
  try {
    return { ok: true, comparison: await compareStep(question) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

if (parentPort) parentPort.on('message', ({ data }) => void serve(data));
else {
  process.on('message', (message) => void serve(message));
  process.on('disconnect', () => process.exit(0));
  process.on('SIGINT', () => undefined);
}
