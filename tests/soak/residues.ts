import { readdir, readFile, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childIds } from '../bench/processTree.ts';
import { collectGarbage } from './collectGarbage.ts';

/** What a process holds at one moment (Linux). */
export interface Residues {
  /** Resident memory of this process after collecting garbage, MB. */
  mainMb: number;
  /** Resident memory of the inference processes, which collect their garbage as well, MB. */
  inferenceMb: number;
  /** Open files, sockets and pipes of this process: where each leads to. */
  handles: string[];
  /** Its living children. */
  processes: number;
  /** Names in the folder for temporary files. */
  temporary: string[];
}

/** @throws where there is no /proc */
export async function residuesNow(): Promise<Residues> {
  globalThis.gc?.();
  const children = childIds();
  const commands = await Promise.all(children.map(commandOf));
  const inference = children.filter((_, i) => commands[i]!.includes('inference/child'));
  await Promise.all(inference.map(collectGarbage));
  return {
    mainMb: await residentMb('self'),
    inferenceMb: (await Promise.all(inference.map(residentMb))).reduce((a, b) => a + b, 0),
    handles: await openHandles(),
    processes: children.length,
    temporary: await readdir(tmpdir()),
  };
}

/** Without the one that reads the list. */
async function openHandles(): Promise<string[]> {
  const folder = '/proc/self/fd';
  const names = await readdir(folder);
  const targets = await Promise.all(names.map((name) => readlink(join(folder, name)).catch(() => null)));
  return targets.filter((target) => target !== null);
}

/** The command of a process; empty where it has just ended. */
async function commandOf(id: string): Promise<string> {
  return readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
}

async function residentMb(id: string): Promise<number> {
  const status = await readFile(`/proc/${id}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
