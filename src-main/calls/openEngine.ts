import type { StartChild } from '../inference/ChildChannel.ts';
import { forkChannel } from '../inference/forkChannel.ts';
import { InferenceChild, type ChildPool } from '../inference/InferenceChild.ts';
import { ProviderSelector, type ProbeMemory } from '../inference/ProviderSelector.ts';
import type { ClassifyTools } from './classifySlices.ts';
import { ModelLibrary, type ModelChoice } from './ModelLibrary.ts';
import { shippedFolder } from './shippedFolder.ts';

export interface EngineOptions {
  /** Folder of model folders; the shipped one where left out. */
  modelsFolder?: string;
  /** A person's own models and what is in use; none where left out. */
  registry?: ModelChoice;
  /** How an inference child is started, also for probes; by `child_process.fork` where left out. */
  startChild?: StartChild;
  /** How inference shares the machine; all of it where left out. */
  pool?: ChildPool;
  /** Where probes of execution providers are remembered; nowhere where left out. */
  probeMemory?: ProbeMemory;
}

/** Models, inference and providers: what classification runs on. */
export interface Engine extends ClassifyTools {
  close(): void;
}

/** Prepares models and inference; nothing is loaded or started before the first use. */
export function openEngine({
  modelsFolder = shippedFolder('models'),
  registry,
  startChild,
  pool,
  probeMemory,
}: EngineOptions = {}): Engine {
  const inference = new InferenceChild(startChild ?? (() => forkChannel()), pool);
  // Drivers that are not there complain on standard error; the probe's report says it in one sentence.
  const startProbe = startChild ?? (() => forkChannel({ isQuiet: true }));
  return {
    models: new ModelLibrary(modelsFolder, registry ?? null),
    inference,
    providers: new ProviderSelector({ startChild: startProbe, memory: probeMemory ?? null }),
    close: () => inference.close(),
  };
}
