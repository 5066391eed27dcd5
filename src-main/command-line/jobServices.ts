import type { ServicePlace } from '../calls/jobs/openServices.ts';
import { userDataFolder } from '../calls/userDataFolder.ts';
import { Misuse } from './Misuse.ts';
import { resolvePath } from './readArguments.ts';

/** Where the jobs are: both addresses, or a folder, or nothing for the user's own folder. */
export const serviceOptions = {
  queue: { type: 'string' },
  store: { type: 'string' },
  database: { type: 'string' },
} as const;

/** How usage lines name these options. */
export const serviceUsage = '[--queue redis://… --store postgres://… | --database DIR]';

type ServiceValues = { [name in keyof typeof serviceOptions]?: string | undefined };

/** Reads where the jobs are. Addresses may hold passwords, so they may come from the environment as well. */
export function servicePlace(values: ServiceValues): ServicePlace {
  const queue = values.queue ?? process.env['BRATUM_QUEUE'];
  const store = values.store ?? process.env['BRATUM_STORE'];
  if (values.database !== undefined) {
    if (values.queue !== undefined || values.store !== undefined)
      throw new Misuse('--database is for jobs without --queue and --store.');
    return { kind: 'embedded', folder: resolvePath(values.database) };
  }
  if (queue === undefined && store === undefined) return { kind: 'embedded', folder: userDataFolder() };
  if (queue === undefined || store === undefined) throw new Misuse('--queue and --store belong together.');
  return {
    kind: 'fleet',
    queue: address('--queue', queue, /^rediss?:$/),
    store: address('--store', store, /^postgres(ql)?:$/),
  };
}

function address(option: string, text: string, protocol: RegExp): string {
  if (!URL.canParse(text) || !protocol.test(new URL(text).protocol))
    throw new Misuse(
      `${option} must be an address such as ${option === '--queue' ? 'redis' : 'postgres'}://host:port/…`,
    );
  return text;
}
