/**
 * The batch of `classify`, without a queue, in a process of its own as a worker is: started as late, and with nothing done
 * before. It classifies each folder that it is told of and answers with the number of its slices.
 */
import { classifyPaths } from '../../src-main/calls/classifyPaths.ts';
import { openEngine } from '../../src-main/calls/openEngine.ts';
import { releaseMemory } from '../../src-shared/releaseMemory.ts';

const engine = openEngine({ pool: { processes: 1, threads: 1 } });
const options = {
  model: 'combined',
  provider: 'cpu',
  explain: null,
  allSlices: true,
  isInBulk: true,
  onSkipped: () => undefined,
} as const;

process.on('message', (folder: string) => void classify(folder));
process.on('disconnect', () => engine.close());

async function classify(folder: string): Promise<void> {
  let slices = 0;
  for await (const { outcome, slice } of classifyPaths([folder], engine, options, null)) {
    if (!outcome.ok) throw new Error(`a picture was not answered: ${outcome.error.code}`);
    slices++;
    if (slice !== null) releaseMemory(slice.samples);
  }
  process.send?.(slices);
}
