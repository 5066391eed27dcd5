import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { toFailure } from '../../../src-shared/errors.ts';
import type { RunControl } from '../../training/run/RunControl.ts';
import { timeStep } from '../../training/stepProbe/timeStep.ts';
import { chooseStepProvider } from '../chooseStepProvider.ts';
import { resumeTraining, trainModel } from '../trainModel.ts';
import type { ChildReply, PrepareOrder, TimeOrder, TrainOrder } from './childMessages.ts';
import { prepareData } from './prepareData.ts';
import { startWishOf } from './startWishOf.ts';

/** Steps are told of so often at most; a small network takes hundreds a second. */
const stepIntervalMs = 200;

/** Does what a child was started for. @returns its last word @throws UserError what the task throws */
export async function carryOutTask(
  order: TrainOrder | PrepareOrder | TimeOrder,
  control: RunControl,
  say: (reply: ChildReply) => void,
): Promise<ChildReply> {
  switch (order.kind) {
    case 'train':
      return train(order, control, say);
    case 'prepare': {
      const progress = (done: number, total: number | null): void => say({ kind: 'progress', done, total });
      return { kind: 'prepared', found: await prepareData(order, control.signal, progress) };
    }
    case 'time': {
      const { recipe, engine, threads } = order;
      const wish = engine === 'onnx' ? order.provider : 'cpu';
      const { signal } = control;
      const provider = await chooseStepProvider(wish, recipe, { ...(signal && { signal }) });
      const timing = await timeStep(recipe, { name: engine, threads, provider }, () => control.allowed());
      return { kind: 'timed', timing };
    }
  }
}

async function train(
  { request, start }: TrainOrder,
  control: RunControl,
  say: (reply: ChildReply) => void,
): Promise<ChildReply> {
  const events = existsSync(join(request.out, 'run.json'))
    ? resumeTraining(request.out, control)
    : trainModel({ ...request, from: await startWishOf(start) }, control);
  let lastStepAt = -Infinity;
  for await (const event of events) {
    if (event.type === 'finished') return { kind: 'trained', result: event };
    if (event.type === 'step') {
      const now = performance.now();
      if (now - lastStepAt < stepIntervalMs) continue;
      lastStepAt = now;
    }
    say({ kind: 'event', event });
  }
  return { kind: 'failed', error: toFailure(new Error('a run ended without a result')) };
}
