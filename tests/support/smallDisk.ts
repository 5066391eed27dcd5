import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';

/**
 * Runs a command in which `disk` is a file system of three megabytes that nobody else sees and that goes with it.
 * Linux allows this to every process; containers often forbid it.
 */
export function withSmallDisk(disk: string, ...command: string[]) {
  const script = 'mount -t tmpfs -o size=3m tmpfs "$0" && exec "$@"';
  const flags = ['--user', '--map-root-user', '--mount', 'sh', '-c', script, disk, ...command];
  return spawnSync('unshare', flags, { encoding: 'utf8' });
}

/** Whether this machine lets us have such a disk. */
export const hasSmallDisks = process.platform === 'linux' && withSmallDisk(tmpdir(), 'true').status === 0;
