/**
 * `npm run test:services`: installs the servers that are missing from Debian's packages where it may, and runs the flows
 * against real ones, on loopback and in temporary folders. What is still missing then is a failure.
 */
import { spawnSync } from 'node:child_process';
import { findPostgres, postgresPackage } from './support/postgres.ts';
import { findRedis, redisPackage } from './support/redis.ts';

/** Each server's package, and how to find out that it is there. */
const servers = [
  { package: redisPackage, find: findRedis },
  { package: postgresPackage, find: findPostgres },
];

const missing = servers.filter(({ find }) => find() === null).map((server) => server.package);
if (missing.length > 0 && process.getuid?.() === 0) {
  console.log(`installing ${missing.join(', ')}`);
  const apt = (...words: string[]) => spawnSync('apt-get', words, { stdio: 'inherit' });
  apt('update');
  apt('install', '--yes', '--no-install-recommends', ...missing);
} else if (missing.length > 0) {
  console.log(`missing: ${missing.join(', ')}. Install them: sudo apt-get install ${missing.join(' ')}`);
}
const { status } = spawnSync('vitest', ['run', 'tests/services', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, BRATUM_SERVICES: '1' },
});
process.exitCode = status ?? 1;
