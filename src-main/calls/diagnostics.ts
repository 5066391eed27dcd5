import { arch, cpus, platform, release, totalmem } from 'node:os';
import type { ActivityLog } from './ActivityLog.ts';
import { applicationBuild } from './applicationVersion.ts';
import type { Handlers } from './dispatch.ts';
import type { Parts } from './Parts.ts';

const logLines = 500;

/**
 * What somebody who helps from afar needs to know, as text that the person reads before they send it: the program, the
 * machine, the models, how much is stored, and the newest lines of the log. Nothing of a patient, no path, no name.
 */
async function diagnosticsText(
  { host, store, engine: { models } }: Pick<Parts, 'host' | 'store' | 'engine'>,
  log: ActivityLog,
): Promise<string> {
  const { total } = await store.list({ search: '', offset: 0, limit: 1, identify: false });
  const facts = {
    application: { version: host.version, build: applicationBuild(), host: host.name },
    machine: {
      system: `${platform()} ${release()} ${arch()}`,
      processors: cpus().length,
      memoryGb: Math.round(totalmem() / 2 ** 30),
      node: process.versions.node,
      electron: process.versions['electron'] ?? null,
    },
    models: (await models.list()).map(({ name, fingerprint }) => ({ name, fingerprint })),
    cases: total,
  };
  return `${JSON.stringify(facts, null, 2)}\n\n${log.newest(logLines).join('\n')}\n`;
}

/** The call behind "Diagnostics" in Settings. */
export function diagnosticsCalls(parts: Parts, log: ActivityLog): Pick<Handlers, 'readDiagnostics'> {
  return { readDiagnostics: async () => ({ text: await diagnosticsText(parts, log) }) };
}
