import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { groupCpuMs } from './groupCpuMs.ts';
import { freePort } from '../../support/freePort.ts';
import { endProgram, findProgram, startProgram, type RunningServer } from './startServer.ts';

/** The package of Debian that has it. */
export const redisPackage = 'redis-server';

/** Where Redis is; null where it is not installed. */
export function findRedis(): string | null {
  return findProgram(['redis-server', 'valkey-server']);
}

/** Starts a Redis of its own that syncs its log every second, as it comes. */
export async function startRedis(): Promise<RunningServer> {
  const program = findRedis();
  if (program === null) throw new Error('redis-server is not installed');
  const folder = await mkdtemp(join(tmpdir(), 'bratum-redis-'));
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes'];
  const start = () => startProgram(program, [...args, '--maxmemory-policy', 'noeviction'], { port });
  let child = await start();
  return {
    address: `redis://127.0.0.1:${port}`,
    cpuMs: () => groupCpuMs(child.pid),
    kill: () => endProgram(child, 'SIGKILL'),
    restart: async () => void (child = await start()),
    async stop() {
      await endProgram(child, 'SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
