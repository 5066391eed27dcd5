/** A process that feeds one parser, input after input; it says which before each, so that its death names it. */
import { randomOf, targets, type TargetName } from './targets.ts';

/** What the child says. */
export type FuzzReport =
  | { kind: 'trying'; input: number; peakBytes: number }
  | { kind: 'finding'; input: number; what: string }
  | { kind: 'done'; peakBytes: number };

const [name = '', from = '', count = '', seed = ''] = process.argv.slice(2);
const say = (report: FuzzReport): void => void process.send?.(report);
const peakBytes = (): number => process.resourceUsage().maxRSS * 1024;

let trying = Number(from);
const untyped = (error: unknown): void =>
  say({
    kind: 'finding',
    input: trying,
    what: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
process.on('uncaughtException', untyped);
process.on('unhandledRejection', untyped);

const target = await targets[name as TargetName]();
for (; trying < Number(from) + Number(count); trying++) {
  say({ kind: 'trying', input: trying, peakBytes: peakBytes() });
  try {
    await target.tryInput(randomOf(Number(seed), name as TargetName, trying));
  } catch (error) {
    untyped(error);
  }
}
await target.close();
say({ kind: 'done', peakBytes: peakBytes() });
process.disconnect();
process.exit(0);
