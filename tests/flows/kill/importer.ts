import type { HostEvent } from '../../../src-shared/contract/events.ts';
import { openWorkstation } from '../../../src-main/calls/openWorkstation.ts';
import type { OpenedCollection } from '../../../src-shared/domain/collection.ts';
import type { Outcome } from '../../../src-shared/errors.ts';

/**
 * Opens a folder and analyses all of it, as the Read place does, and acknowledges each answer that a page would have been
 * shown as `<file name> <analysis id>` on standard output.
 * Arguments: the store's folder, the folder to open, the folder of models.
 */
const [storeFolder, pictures, modelsFolder] = process.argv.slice(2) as [string, string, string];
const names = new Map<string, string>();
const ended = new Map<string, (outcome: Outcome<unknown>) => void>();
const emit = (event: HostEvent): void => {
  if (event.name === 'jobEnded') ended.get(event.payload.job)?.(event.payload.outcome);
  if (event.name !== 'sliceAnalysed' || !event.payload.outcome.ok) return;
  process.stdout.write(`${names.get(event.payload.slice)} ${event.payload.outcome.value.id}\n`);
};
const host = { name: 'command-line', version: 'test', choosePaths: null, chooseTarget: null, emit } as const;
const workstation = await openWorkstation(host, { storeFolder, modelsFolder });

async function job(name: string, input: object): Promise<unknown> {
  const started = (await workstation.dispatch(name, input)) as Outcome<{ job: string }>;
  if (!started.ok) throw new Error(started.error.code);
  const outcome = await new Promise<Outcome<unknown>>((resolve) => ended.set(started.value.job, resolve));
  if (!outcome.ok) throw new Error(outcome.error.code);
  return outcome.value;
}

const sources = workstation.addPaths([pictures]).map(({ source }) => source);
const { studies } = (await job('openSources', { sources })) as OpenedCollection;
const slices = studies.flatMap(({ series }) => series.flatMap((one) => one.slices));
for (const { slice, fileName } of slices) names.set(slice, fileName);
process.stdout.write('ready\n');
await job('analyseSlices', { slices: slices.map(({ slice }) => slice), provider: 'cpu' });
await workstation.close();
// Whoever is quicker than the kill waits for it.
setInterval(() => undefined, 1000);
