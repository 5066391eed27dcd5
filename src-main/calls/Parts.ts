import type { CaseStore } from '../cases/CaseStore.ts';
import type { ClassifyTools } from './classifySlices.ts';
import type { ModelRegistry } from './models/ModelRegistry.ts';
import type { LazyEvaluations } from './LazyEvaluations.ts';
import type { DatasetSlot } from './DatasetSlot.ts';
import type { Host } from './Host.ts';
import type { Jobs } from './Jobs.ts';
import type { OpenedSlices } from './OpenedSlices.ts';
import type { RecentSources } from './RecentSources.ts';
import type { SourceHandles } from './SourceHandles.ts';
import type { StoreSlot } from './StoreSlot.ts';

/** What the handlers of an opened workstation share. */
export interface Parts {
  host: Host;
  store: CaseStore;
  /** Exchanges the store behind `store`. */
  storeSlot: StoreSlot;
  storeFolder: string;
  datasets: DatasetSlot;
  jobs: Jobs;
  sources: SourceHandles;
  slices: OpenedSlices;
  recent: RecentSources;
  engine: ClassifyTools;
  evaluations: LazyEvaluations;
  registry: ModelRegistry;
}
