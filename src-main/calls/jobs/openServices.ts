import { openEmbedded, type JobServices } from '../../jobs/openEmbedded.ts';

/** Where the jobs are: in a folder of this machine, or at the addresses of a fleet's services. */
export type ServicePlace =
  { kind: 'embedded'; folder: string } | { kind: 'fleet'; queue: string; store: string };

/** Opens the services of a place. @throws UserError 'store-…', 'queue-unreachable', 'fleet-store-unreachable' */
export async function openServices(place: ServicePlace): Promise<JobServices> {
  if (place.kind === 'embedded') return openEmbedded(place.folder);
  // Loaded where it is used: a desktop needs neither client.
  const { openFleet } = await import('../../jobs/fleet/openFleet.ts');
  return openFleet(place.queue, place.store);
}

/** The fleet that `BRATUM_QUEUE` and `BRATUM_STORE` name, else the jobs of this machine in a folder. */
export function placeFromEnvironment(folder: string): ServicePlace {
  const { BRATUM_QUEUE: queue, BRATUM_STORE: store } = process.env;
  if (queue === undefined || store === undefined) return { kind: 'embedded', folder };
  return { kind: 'fleet', queue, store };
}
