/**
 * `npm run test:services`: installs the servers that are missing from Debian's packages where it may, and runs the flows
 * against real ones, on loopback and in temporary folders. What is still missing then is a failure.
 */
import { spawnSync } from 'node:child_process';
import { orthancMissing, orthancPackages } from './support/orthanc.ts';
import { findPostgres, postgresPackage } from './support/postgres.ts';
import { findRedis, redisPackage } from './support/redis.ts';

/** Each server's packages, and how to find out that it is there. */
const servers = [
  { packages: orthancPackages, isThere: () => orthancMissing() === null },
  { packages: [redisPackage], isThere: () => findRedis() !== null },
  { packages: [postgresPackage], isThere: () => findPostgres() !== null },
];
const missing = (): string[] =>
  servers.filter(({ isThere }) => !isThere()).flatMap(({ packages }) => packages);

const wanted = missing();
if (wanted.length > 0 && process.getuid?.() === 0) {
  console.log(`installing ${wanted.join(', ')}`);
  // The servers must not start by themselves: the tests start their own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = (...words: string[]) => spawnSync('apt-get', words, { stdio: 'inherit', env });
  apt('update');
  apt('install', '--yes', '--no-install-recommends', ...wanted);
}
const left = missing();
if (left.length > 0) console.log(`MISSING: ${left.join(', ')}. sudo apt-get install ${left.join(' ')}`);
const chosen = process.argv.slice(2);
const { status } = spawnSync('vitest', ['run', ...(chosen.length > 0 ? chosen : ['tests/services'])], {
  stdio: 'inherit',
  env: { ...process.env, BRATUM_SERVICES: '1' },
});
process.exitCode = left.length > 0 ? 1 : (status ?? 1);
