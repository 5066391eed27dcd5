import { execFileSync } from 'node:child_process';
import { readdirSync, existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { groupCpuMs } from './groupCpuMs.ts';
import { freePort } from '../../support/freePort.ts';
import { endProgram, findProgram, startProgram, type RunningServer } from './startServer.ts';

/** The package of Debian that has it. */
export const postgresPackage = 'postgresql';

const debianFolder = '/usr/lib/postgresql';

/** Where PostgreSQL's own programs are (Debian keeps them off the path); null where it is not installed. */
export function findPostgres(): string | null {
  const versions = existsSync(debianFolder) ? readdirSync(debianFolder).sort().reverse() : [];
  const initdb = findProgram([...versions.map((one) => join(debianFolder, one, 'bin/initdb')), 'initdb']);
  return initdb === null ? null : dirname(initdb);
}

/** PostgreSQL refuses to run as root: it then runs as the user that its package made. */
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Starts a PostgreSQL of its own, durable as it comes. */
export async function startPostgres(): Promise<RunningServer> {
  const programs = findPostgres();
  if (programs === null) throw new Error('postgresql is not installed');
  const user = serverUser();
  const folder = await mkdtemp(join(tmpdir(), 'bratum-postgres-'));
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  await chmod(folder, 0o700);
  const place = { cwd: folder, stdio: 'ignore', ...user } as const;
  execFileSync(
    join(programs, 'initdb'),
    ['-D', folder, '-U', 'bratum', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C'],
    place,
  );
  const port = await freePort();
  const args = ['-D', folder, '-p', String(port), '-h', '127.0.0.1', '-k', folder];
  const start = () => startProgram(join(programs, 'postgres'), args, { port, user });
  let child = await start();
  return {
    address: `postgres://bratum@127.0.0.1:${port}/postgres`,
    cpuMs: () => groupCpuMs(child.pid),
    // Its children are of other process groups; they end by themselves when the postmaster is gone.
    kill: () => endProgram(child, 'SIGKILL'),
    restart: async () => void (child = await start()),
    async stop() {
      await endProgram(child, 'SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
