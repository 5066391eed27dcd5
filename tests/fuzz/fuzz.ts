import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FuzzReport } from './child.ts';
import type { TargetName } from './targets.ts';

/** One input must be answered within so much of the processor's time; a busy machine must not look like a hang. */
const hangMs = 5_000;

/** Of waiting for something else than the processor; on the clock where the system does not tell the difference. */
const longestWaitMs = 60_000;

const watchEveryMs = 500;

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
    }, watchEveryMs);
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

/** Watches one input; to be asked every half second. @returns a function that says what is wrong, or null */
function startWatch(child: ChildProcess): () => string | null {
  const usedAtStart = processorUse(child)?.usedMs ?? 0;
  let waitedMs = 0;
  return () => {
    const use = processorUse(child);
    // A process that wants the processor and does not get it waits for others, not for an answer.
    if (use?.isWaitingForIt !== true) waitedMs += watchEveryMs;
    const usedMs = use === null ? waitedMs : use.usedMs - usedAtStart;
    if (usedMs > hangMs) return `no answer within ${hangMs / 1000} s`;
    return waitedMs > longestWaitMs ? `no answer within ${longestWaitMs / 1000} s` : null;
  };
}

/** What a process has had of the processor, and whether it wants more now; null where the system does not tell. */
function processorUse({ pid }: ChildProcess): { usedMs: number; isWaitingForIt: boolean } | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    // State, user and system time, fields 3, 14 and 15 of proc(5); times in hundredths of a second.
    return { usedMs: (Number(fields[11]) + Number(fields[12])) * 10, isWaitingForIt: fields[0] === 'R' };
  } catch {
    return null;
  }
}
