import { usageOfTree } from './processTree.ts';

/** What a piece of work took. */
export interface Cost {
  cpuMs: number;
  wallMs: number;
}

/** Processor time of all processes, and time on the clock. */
export async function measureCost(work: () => Promise<void>): Promise<Cost> {
  const [usedBefore, startedAt] = [usageOfTree(), performance.now()];
  await work();
  return { wallMs: performance.now() - startedAt, cpuMs: usageOfTree().cpuMs - usedBefore.cpuMs };
}
