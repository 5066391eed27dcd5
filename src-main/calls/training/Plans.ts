import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { SplitChoice, TrainingPlan } from '../../../src-shared/domain/trainingQueue.ts';
import { UserError, type CancelSignal } from '../../../src-shared/errors.ts';
import type { StartChild } from '../../inference/ChildChannel.ts';
import type { RunWish } from '../../training/store/RunWish.ts';
import type { PreparedData, StartPlace } from './childMessages.ts';
import type { WorkspacePlan } from './planWorkspace.ts';
import { TrainingProcess } from './TrainingProcess.ts';

/** What is to be prepared; paths are absolute. */
export interface PlanWish {
  dataset: string;
  workspace: RunWish['workspace'];
  labelFile: string | null;
  split: SplitChoice;
  seed: number;
  start: RunWish['start'];
  startName: string;
  startPlace: StartPlace;
}

/** A data set that was read and split, with what a launch needs of it. */
export interface Plan extends PlanWish {
  /** The split's file. */
  splitText: Buffer;
  found: TrainingPlan;
}

/** As many as a person compares before one launch; splits of large sets take megabytes. */
const mostPlans = 8;

/** What was found out about data sets since the application started; the newest few. */
export class Plans {
  readonly #plans = new Map<string, Plan>();

  /** @throws UserError 'plan-unknown' */
  get(id: string): Plan {
    const plan = this.#plans.get(id);
    if (plan === undefined) throw new UserError('plan-unknown');
    return plan;
  }

  /** Reads and splits in a process of its own. @throws what is wrong with the data set, its labels or the start */
  async prepare(
    wish: PlanWish,
    startChild: StartChild,
    signal: CancelSignal,
    onProgress: (done: number, total: number | null) => void,
  ): Promise<TrainingPlan> {
    const id = randomUUID();
    const folder = join(tmpdir(), `bratum-plan-${id}`);
    await mkdir(folder, { mode: 0o700 });
    try {
      const { dataset, labelFile, split, seed, startPlace } = wish;
      const out = join(folder, 'split.json');
      const folds = split.protocol === 'grouped' ? split.folds : 1;
      const child = new TrainingProcess(
        startChild,
        {
          kind: 'prepare',
          folder: dataset,
          labelFile,
          protocol: split.protocol,
          folds,
          seed,
          start: startPlace,
          out,
        },
        (reply) => reply.kind === 'progress' && onProgress(reply.done, reply.total),
      );
      const { found } = await child.until(signal);
      const labels = labelFile === null ? null : basename(labelFile);
      return this.#keep(id, wish, { found, labels, splitText: await readFile(out) });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Keeps what was found out about a data set of the workspace. */
  add(wish: PlanWish, { split, found }: Pick<WorkspacePlan, 'split' | 'found'>): TrainingPlan {
    const splitText = Buffer.from(`${JSON.stringify(split)}\n`);
    return this.#keep(randomUUID(), wish, { found, labels: null, splitText });
  }

  #keep(
    id: string,
    wish: PlanWish,
    { found, labels, splitText }: { found: PreparedData; labels: string | null; splitText: Buffer },
  ): TrainingPlan {
    const plan: TrainingPlan = { ...found, plan: id, labels, startName: wish.startName };
    this.#plans.set(id, { ...wish, splitText, found: plan });
    for (const old of [...this.#plans.keys()].slice(0, -mostPlans)) this.#plans.delete(old);
    return plan;
  }
}
