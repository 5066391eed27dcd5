import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';

/** What a process holds at one moment (Linux). */
export interface Residues {
  /** Resident memory of this process after collecting garbage, MB. */
  mainMb: number;
  /** Resident memory of the inference processes, MB. */
  inferenceMb: number;
  /** Open files, sockets and pipes of this process. */
  handles: number;
  /** Its living children. */
  processes: number;
  /** Names in the folder for temporary files. */
  temporary: string[];
}

/** @throws where there is no /proc */
export async function residuesNow(): Promise<Residues> {
  globalThis.gc?.();
  const children = await childrenOf(process.pid);
  const inference = children.filter(({ command }) => command.includes('inference/child'));
  return {
    mainMb: await residentMb(process.pid),
    inferenceMb: (await Promise.all(inference.map(({ id }) => residentMb(id)))).reduce((a, b) => a + b, 0),
    handles: (await readdir('/proc/self/fd')).length,
    processes: children.length,
    temporary: await readdir(tmpdir()),
  };
}

async function childrenOf(parent: number): Promise<{ id: number; command: string }[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    ids.map(async (id) => {
      try {
        const stat = await readFile(`/proc/${id}/stat`, 'utf8');
        if (Number(stat.split(') ').at(-1)!.split(' ')[1]) !== parent) return [];
        return [{ id, command: await readFile(`/proc/${id}/cmdline`, 'utf8') }];
      } catch {
        return []; // it has just ended
      }
    }),
  );
  return found.flat();
}

async function residentMb(id: number): Promise<number> {
  const status = await readFile(`/proc/${id}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
