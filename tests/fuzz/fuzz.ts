import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FuzzReport } from './child.ts';
import type { TargetName } from './targets.ts';

/** One input must be answered within so much of the processor's time; a busy machine must not look like a hang. */
const hangMs = 5_000;

/** Where the processor's time is not known, and whatever else is slow. */
const longestWaitMs = 60_000;

const memoryLimitBytes = 2 ** 30;

/** What went wrong with one input. */
export interface Finding {
  input: number;
  what: string;
}

/** What one parser did with its inputs. */
export interface FuzzResult {
  target: TargetName;
  inputs: number;
  seconds: number;
  peakMb: number;
  findings: Finding[];
}

const entry = fileURLToPath(new URL('./child.ts', import.meta.url));

/**
 * Gives a parser inputs of these numbers in a child process, and starts another after one that died or hung.
 *
 * @param from - number of the first input; seed and number alone decide what an input is
 */
export async function fuzz(
  target: TargetName,
  from: number,
  count: number,
  seed: number,
): Promise<FuzzResult> {
  const startedAt = performance.now();
  const result: FuzzResult = { target, inputs: 0, seconds: 0, peakMb: 0, findings: [] };
  for (let next = from; next < from + count;) {
    next = await runChild(target, next, from + count - next, seed, result);
  }
  return { ...result, inputs: count, seconds: (performance.now() - startedAt) / 1000 };
}

/** @returns the number of the first input that is still to be tried */
function runChild(
  target: TargetName,
  from: number,
  count: number,
  seed: number,
  result: FuzzResult,
): Promise<number> {
  const child = fork(entry, [target, String(from), String(count), String(seed)], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: ['--max-old-space-size=1024'],
  });
  let trying = from;
  let isDone = false;
  let end: string | null = null;
  let watch = startWatch(child);
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const complaint = watch();
      if (complaint === null || end !== null) return;
      end = complaint;
      child.kill('SIGKILL');
    }, 500);
    child.on('message', (message) => {
      const report = message as FuzzReport;
      if (report.kind === 'finding') return result.findings.push({ input: report.input, what: report.what });
      result.peakMb = Math.max(result.peakMb, report.peakBytes / 2 ** 20);
      if (report.peakBytes > memoryLimitBytes && end === null) {
        // Known only after it: the input before this one took it.
        end = `more than 1 GB of memory`;
        if (report.kind === 'trying') trying = Math.max(from, report.input - 1);
        child.kill('SIGKILL');
        return undefined;
      }
      if (report.kind === 'done') isDone = true;
      else if (end === null) {
        trying = report.input;
        watch = startWatch(child);
      }
      return undefined;
    });
    child.on('exit', (code, signal) => {
      clearInterval(timer);
      if (isDone && end === null) return resolve(from + count);
      result.findings.push({ input: trying, what: end ?? `the process ended with ${signal ?? code}` });
      resolve(trying + 1);
    });
  });
}

/** Watches one input. @returns a function that says what is wrong, or null */
function startWatch(child: ChildProcess): () => string | null {
  const startedAt = performance.now();
  const cpuAtStart = processorMs(child);
  return () => {
    const waitedMs = performance.now() - startedAt;
    const usedMs = cpuAtStart === null ? waitedMs : (processorMs(child) ?? 0) - cpuAtStart;
    if (usedMs > hangMs) return `no answer within ${hangMs / 1000} s`;
    return waitedMs > longestWaitMs ? `no answer within ${longestWaitMs / 1000} s` : null;
  };
}

/** The processor's time of a process so far; null where the system does not tell. */
function processorMs({ pid }: ChildProcess): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    // User and system time, fields 14 and 15 of proc(5), in hundredths of a second.
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return null;
  }
}
