import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second (proc(5)). */
const msPerTick = 10;

/**
 * Processor time of a process, its living children and the ended ones that it waited for; 0 where there is no /proc.
 */
export function groupCpuMs(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return 0;
  const all = readdirSync('/proc')
    .filter((id) => /^\d+$/.test(id))
    .map((id) => ({ id: Number(id), fields: fieldsOf(id) }));
  const own = new Set([pid]);
  for (let before = 0; before !== own.size;) {
    before = own.size;
    for (const { id, fields } of all) if (own.has(Number(fields[1]))) own.add(id);
  }
  // utime, stime, and those of children that were waited for.
  const ticks = all
    .filter(({ id }) => own.has(id))
    .flatMap(({ fields }) => fields.slice(11, 15).map(Number))
    .reduce((sum, value) => sum + value, 0);
  return ticks * msPerTick;
}

/** The fields of /proc/ID/stat behind the name: state, parent, … */
function fieldsOf(id: string): string[] {
  try {
    return readFileSync(`/proc/${id}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  } catch {
    return [];
  }
}
