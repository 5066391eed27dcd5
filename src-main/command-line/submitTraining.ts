import { awaitSubmission } from '../calls/jobs/awaitSubmission.ts';
import { openServices, type ServicePlace } from '../calls/jobs/openServices.ts';
import { readTrainingPlan } from '../calls/jobs/readTrainingPlan.ts';
import { submitTrainings } from '../calls/jobs/submitTrainings.ts';
import { openUserEngine } from '../calls/openUserEngine.ts';
import { exitCodes } from './Command.ts';
import { ProgressLine } from './ProgressLine.ts';
import { resolvePath } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

/** What of `submit` concerns trainings. */
interface TrainingOptions {
  plan: string;
  place: ServicePlace;
  priority: number;
  isWaited: boolean;
  isJson: boolean;
  signal: AbortSignal;
}

/** `bratum submit --train PLAN`: hands in the runs of a cross-validation or a sweep, and without a queue trains them. */
export async function submitTraining({
  plan: file,
  place,
  priority,
  isWaited,
  isJson,
  signal,
}: TrainingOptions): Promise<number> {
  const plan = await readTrainingPlan(resolvePath(file));
  const engine = openUserEngine();
  const services = await openServices(place);
  const progress = new ProgressLine();
  const startedAt = performance.now();
  try {
    const handed = await submitTrainings(plan, services, { priority, models: engine.models, signal });
    const isOwn = place.kind === 'embedded';
    const end =
      isOwn || isWaited
        ? await awaitSubmission(
            ...([handed.submission, services, isOwn ? engine : null, signal] as const),
            ({ slices, waiting }) => progress.show(`${slices - waiting} of ${slices} runs`),
          )
        : null;
    progress.clear();
    const { submission, runs, added } = handed;
    const counts = end && {
      ...{ trained: end.answered, dead: end.dead, cancelled: end.cancelled, waiting: end.waiting },
    };
    const elapsedMs = performance.now() - startedAt;
    if (isJson) writeJson({ submission, runs, added, known: runs - added, ...counts, elapsedMs });
    else {
      const rest = end === null ? '' : `; ${end.answered} trained, ${end.dead} given up`;
      process.stdout.write(`${submission}: ${runs} runs, ${added} new${rest}\n`);
    }
    return (end?.dead ?? 0) > 0 ? exitCodes.someFailed : exitCodes.done;
  } finally {
    progress.clear();
    engine.close();
    await services.close();
  }
}
