import { readdirSync, readFileSync } from 'node:fs';

/** What this process and its living children have used. */
export interface Usage {
  cpuMs: number;
  /** Sum of the largest resident sizes. */
  peakRssMb: number;
}

/** Linux counts processor time in hundredths of a second for every process (proc(5)). */
const msPerTick = 10;

/** Processor time and peak memory of this process and, on Linux, of its children. */
export function usageOfTree(): Usage {
  const { user, system } = process.cpuUsage();
  const own: Usage = { cpuMs: (user + system) / 1000, peakRssMb: process.resourceUsage().maxRSS / 1024 };
  return childIds().map(usageOf).reduce(add, own);
}

function add(a: Usage, b: Usage): Usage {
  return { cpuMs: a.cpuMs + b.cpuMs, peakRssMb: a.peakRssMb + b.peakRssMb };
}

/** Process numbers of this process's children; none where there is no /proc. */
export function childIds(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((id) => /^\d+$/.test(id) && statOf(id)[1] === String(process.pid));
}

/** The fields of /proc/ID/stat behind the name: state, parent, …; empty when the process has just ended. */
function statOf(id: string): string[] {
  try {
    return readFileSync(`/proc/${id}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  } catch {
    return [];
  }
}

function usageOf(id: string): Usage {
  const fields = statOf(id);
  const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'));
  return { cpuMs: ticks * msPerTick, peakRssMb: Number(peak?.[1] ?? 0) / 1024 };
}
