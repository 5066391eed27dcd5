import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import type { trainingCalls as contract } from '../../../src-shared/contract/trainingCalls.ts';
import type { ParsedInput } from '../../../src-shared/contract/calls.ts';
import type { RunSummary, StartChoice } from '../../../src-shared/domain/trainingQueue.ts';
import type { Subset } from '../../../src-shared/domain/trainingRun.ts';
import { UserError } from '../../../src-shared/errors.ts';
import type { StartChild } from '../../inference/ChildChannel.ts';
import { writeDurably } from '../../storage/writeDurably.ts';
import { RunStore } from '../../training/store/RunStore.ts';
import type { RunWish } from '../../training/store/RunWish.ts';
import type { Handlers } from '../dispatch.ts';
import type { Parts } from '../Parts.ts';
import type { StartPlace } from './childMessages.ts';
import { detailRun, summariseRun } from './describeRun.ts';
import { keepPictures } from './keepPictures.ts';
import { planWorkspace } from './planWorkspace.ts';
import { Plans, type Plan } from './Plans.ts';
import { readSample } from './readSample.ts';
import { forkTrainingChild, TrainingProcess } from './TrainingProcess.ts';
import { TrainingQueue } from './TrainingQueue.ts';

type TrainingHandlers = Pick<Handlers, keyof typeof contract>;

/** The handlers of training, and what ends with the workstation. */
export interface OpenedTraining {
  handlers: TrainingHandlers;
  isBusy(): boolean;
  close(): Promise<void>;
}

/** Opens the store of runs and its queue. @throws UserError 'store-…' */
export async function openTraining(
  {
    host,
    engine,
    jobs,
    sources,
    storeFolder,
    datasets,
  }: Pick<Parts, 'host' | 'engine' | 'jobs' | 'sources' | 'storeFolder' | 'datasets'>,
  startChild: StartChild = forkTrainingChild,
): Promise<OpenedTraining> {
  const store = await RunStore.open(storeFolder);
  const placeOf = async (start: RunWish['start']): Promise<StartPlace> =>
    start.kind === 'installed'
      ? { kind: 'folder', path: (await engine.models.load(start.name)).folder }
      : start;
  const queue = new TrainingQueue({
    store,
    startChild,
    placeOf,
    emit: (event) => host.emit(event),
    notify: (title, words) => host.notify?.(title, words),
  });
  const plans = new Plans();
  const summary = (run: string): Promise<RunSummary> => summariseRun(store, store.get(run));
  const summaries = async (): Promise<RunSummary[]> =>
    Promise.all((await queue.list()).map((run) => summariseRun(store, run)));
  const after =
    (work: (run: string) => void) =>
    (input: { run: string }): Promise<RunSummary> => {
      work(input.run);
      return summary(input.run);
    };
  const handlers: TrainingHandlers = {
    describeTraining: async () => ({
      starts: (await engine.models.list()).map(({ name, title, task }) => {
        return { name, title, isPlaneModel: task === 'plane' };
      }),
      processors: availableParallelism(),
      memoryBytes: totalmem(),
    }),
    prepareTraining: async ({ data, labels, split, seed, start }) => {
      const chosen = chosenStart(start);
      const startPlace = await placeOf(chosen.start);
      if (data.kind === 'dataset') {
        const workspace = await datasets.open();
        const { name } = workspace.sets.find(data.dataset);
        return jobs.start<'prepareTraining'>(async (context) => {
          const planned = await planWorkspace(
            workspace,
            { choice: data, split, seed, start: startPlace },
            context,
          );
          const { protocol, folds } = planned.split;
          return plans.add(
            {
              dataset: planned.folder,
              workspace: { dataset: data.dataset, name, split: data.split },
              labelFile: null,
              split: protocol === 'published' ? { protocol } : { protocol, folds: folds.length },
              seed,
              ...chosen,
              startPlace,
            },
            planned,
          );
        });
      }
      const dataset = sources.resolve(data.source);
      const wish = {
        dataset,
        workspace: null,
        labelFile: labels === 'auto' ? ownLabels(dataset) : sources.resolve(labels),
        split,
        seed,
        ...chosen,
        startPlace,
      };
      return jobs.start<'prepareTraining'>(({ signal, progress }) =>
        plans.prepare(wish, startChild, signal, progress),
      );
    },
    timeTraining: ({ recipe, engine: name, provider, threads }) =>
      Promise.resolve(
        jobs.start<'timeTraining'>(async ({ signal }) => {
          const wasBusy = queue.isBusy;
          const order = { kind: 'time', recipe, engine: name, provider, threads } as const;
          const { timing } = await new TrainingProcess(startChild, order).until(signal);
          return { ...timing, wasBusy: wasBusy || queue.isBusy };
        }),
      ),
    launchTraining: async (input) => {
      const plan = plans.get(input.plan);
      for (const subset of input.subsets) checkSubset(plan, input.fold, subset);
      const runs: string[] = [];
      for (const subset of input.subsets) runs.push(await launch(plan, input, subset));
      queue.advance();
      queue.changed();
      return { runs };
    },
    listRuns: async () => ({ runs: await summaries(), isHeld: queue.isHeld }),
    readRun: async ({ run }) => {
      await queue.list();
      return detailRun(store, store.get(run), sources);
    },
    readRunSample: ({ run, epoch, count }) => readSample(store.folderOf(store.get(run).id), epoch, count),
    pauseRun: after((run) => queue.pause(run)),
    resumeRun: after((run) => queue.resume(run)),
    finishRunEarly: after((run) => queue.finishEarly(run)),
    cancelRun: after((run) => queue.cancel(run)),
    renameRun: ({ run, title }) => {
      store.rename(run, title);
      queue.changed();
      return summary(run);
    },
    moveRun: async ({ run, before }) => {
      store.move(run, before);
      queue.changed();
      return { runs: await summaries() };
    },
    removeRun: async ({ run }) => {
      await queue.remove(run);
      return { removed: run };
    },
    holdQueue: ({ isHeld }) => {
      queue.hold(isHeld);
      return Promise.resolve({ isHeld: queue.isHeld });
    },
  };

  function chosenStart(start: StartChoice): Pick<Plan, 'start' | 'startName'> {
    if (start.kind === 'folder') {
      const path = sources.resolve(start.source);
      return { start: { kind: 'folder', path }, startName: basename(path) };
    }
    return { start, startName: start.kind === 'installed' ? start.name : 'random' };
  }

  /** Describes a run in its folder and puts it into the queue. */
  async function launch(
    { dataset, workspace, labelFile, split, start, splitText }: Plan,
    { title, subsets, fold, recipe, engine: name, provider, threads }: ParsedInput<'launchTraining'>,
    subset: Subset,
  ): Promise<string> {
    const id = randomUUID();
    const folder = store.folderOf(id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const keep = (path: string): Promise<string> =>
      host.isPassing?.(path) === true ? keepPictures(path, join(folder, 'kept')) : Promise.resolve(path);
    await writeDurably(join(folder, 'split.json'), [splitText]);
    const wish: RunWish = {
      dataset: await keep(dataset),
      workspace,
      labelFile,
      split,
      fold,
      start: start.kind === 'folder' ? { kind: 'folder', path: await keep(start.path) } : start,
      recipe: { ...recipe, subset },
      engine: name,
      provider,
      threads,
    };
    store.add(subsets.length === 1 ? title : `${title}, ${subset}`, wish, id);
    return id;
  }

  return {
    handlers,
    isBusy: () => queue.isBusy,
    async close() {
      await queue.close();
      store.close();
    },
  };
}

/** The label file that a data set brings along. */
function ownLabels(dataset: string): string | null {
  const files = ['labels.csv', 'planes.csv'].map((name) => join(dataset, name));
  return files.find((file) => existsSync(file)) ?? null;
}

/** @throws UserError 'invalid-input' for a fold that is not there or a part without pictures */
function checkSubset({ found }: Plan, fold: number, subset: Subset): void {
  const parts = found.subsets.find((one) => one.subset === subset)?.folds[fold];
  const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
  if (parts === undefined) throw new UserError('invalid-input', { reason: `There is no fold ${fold + 1}.` });
  for (const part of ['train', 'validation'] as const)
    if (sum(parts[part]) === 0)
      throw new UserError('invalid-input', {
        reason: `The ${part} part of the split has no picture of the subset “${subset}”; are the planes labelled?`,
      });
}
