import { isCallName } from '../../src-shared/contract/calls.ts';
import type { CaseStore } from '../cases/CaseStore.ts';
import { openCaseStore } from '../cases/openCaseStore.ts';
import type { StartChild } from '../inference/ChildChannel.ts';
import { ActivityLog } from './ActivityLog.ts';
import { analysisCalls } from './analysisCalls.ts';
import { applicationCalls } from './applicationCalls.ts';
import { augmentationCalls } from './augmentationCalls.ts';
import { caseCalls } from './caseCalls.ts';
import { datasetCalls } from './datasetCalls.ts';
import { DatasetSlot } from './DatasetSlot.ts';
import { deidentificationCalls } from './deidentificationCalls.ts';
import { diagnosticsCalls } from './diagnostics.ts';
import { dispatch, type Handlers } from './dispatch.ts';
import { evaluationCalls } from './evaluationCalls.ts';
import { exploreCalls } from './exploreCalls.ts';
import { exportCalls } from './exportCalls.ts';
import type { Host, Workstation } from './Host.ts';
import { hygieneCalls } from './hygieneCalls.ts';
import { Jobs } from './Jobs.ts';
import { modelCalls } from './models/modelCalls.ts';
import { ModelRegistry } from './models/ModelRegistry.ts';
import { LazyEvaluations } from './LazyEvaluations.ts';
import { measurementCalls } from './measurementCalls.ts';
import { openEngine, type EngineOptions } from './openEngine.ts';
import { OpenedSlices } from './OpenedSlices.ts';
import type { Parts } from './Parts.ts';
import { JobsDesk } from './jobs/JobsDesk.ts';
import { pacsCalls } from './pacs/pacsCalls.ts';
import { ReceivingDesk } from './pacs/ReceivingDesk.ts';
import { readingCalls } from './readingCalls.ts';
import { openReview } from './reviewCalls.ts';
import { RecentSources } from './RecentSources.ts';
import { settingsCalls } from './settingsCalls.ts';
import { sliceCalls } from './sliceCalls.ts';
import { sourceCalls } from './sourceCalls.ts';
import { SourceHandles } from './SourceHandles.ts';
import { splitCalls } from './splitCalls.ts';
import { subsetCalls } from './subsetCalls.ts';
import { StoreSlot } from './StoreSlot.ts';
import { openTraining } from './training/trainingCalls.ts';
import { warmUp } from './warmUp.ts';

export interface WorkstationOptions extends EngineOptions {
  /** Folder of the case store; created where it does not exist. */
  storeFolder: string;
  /** Memory for opened pictures; that of `OpenedSlices` where left out. */
  cacheBytes?: number;
  /** How a training child is started; by `child_process.fork` where left out. */
  startTrainingChild?: StartChild;
}

/**
 * Opens the application behind a host: case store, models, inference, and the handlers of every call.
 *
 * @throws UserError 'store-…' when the case store cannot be opened
 */
export async function openWorkstation(
  host: Host,
  { storeFolder, cacheBytes, startTrainingChild, ...engineOptions }: WorkstationOptions,
): Promise<Workstation> {
  const reopen = (): Promise<CaseStore> => openCaseStore(storeFolder);
  const storeSlot = new StoreSlot(await reopen(), reopen);
  const { store } = storeSlot;
  const log = new ActivityLog(storeFolder);
  log.write({ event: 'opened', host: host.name, version: host.version });
  const registry = new ModelRegistry(storeFolder);
  const engine = openEngine({ probeMemory: store, registry, ...engineOptions });
  const sources = new SourceHandles();
  const parts: Parts = {
    host,
    store,
    storeSlot,
    storeFolder,
    datasets: new DatasetSlot(storeFolder),
    sources,
    jobs: new Jobs((event) => {
      if (event.name === 'jobEnded' && !event.payload.outcome.ok)
        log.write({ event: 'job-failed', code: event.payload.outcome.error.code });
      host.emit(event);
    }),
    slices: new OpenedSlices(store, cacheBytes),
    recent: new RecentSources(store, sources),
    engine,
    evaluations: new LazyEvaluations(storeFolder),
    registry,
  };
  const training = await openTraining(parts, startTrainingChild);
  const review = openReview(parts);
  const jobsDesk = new JobsDesk(storeFolder);
  const receiving = new ReceivingDesk(parts);
  await receiving.start();
  const handlers: Handlers = {
    ...applicationCalls(parts),
    ...sourceCalls(parts),
    ...sliceCalls(parts),
    ...analysisCalls(parts),
    ...caseCalls(parts),
    ...readingCalls(parts),
    ...measurementCalls(parts),
    ...settingsCalls(parts),
    ...exportCalls(parts),
    ...augmentationCalls(parts),
    ...deidentificationCalls(parts),
    ...diagnosticsCalls(parts, log),
    ...training.handlers,
    ...evaluationCalls(parts),
    ...datasetCalls(parts),
    ...hygieneCalls(parts),
    ...exploreCalls(parts),
    ...splitCalls(parts),
    ...subsetCalls(parts),
    ...modelCalls(parts),
    ...review.handlers,
    ...pacsCalls(parts),
    ...jobsDesk.handlers,
    ...receiving.handlers,
  };
  let warmingUp: Promise<void> | null = null;
  return {
    async dispatch(name, input) {
      const startedAt = performance.now();
      const outcome = await dispatch(handlers, name, input);
      if (!outcome.ok)
        log.write({
          event: 'call-failed',
          call: isCallName(name) ? name : 'unknown',
          code: outcome.error.code,
          elapsedMs: Math.round(performance.now() - startedAt),
        });
      return outcome;
    },
    addPaths: (paths) => paths.map((path) => sources.issue(path)),
    warmUp: () => void (warmingUp ??= warmUp(engine)),
    isBusy: () => training.isBusy(),
    async close() {
      await receiving.close();
      await parts.jobs.close();
      await training.close();
      await parts.datasets.close();
      await review.close();
      await jobsDesk.close();
      engine.close();
      await parts.evaluations.close();
      await registry.close();
      await store.close();
      log.close();
    },
  };
}
