import { errorMessage } from '../../src-shared/errorTexts.ts';
import { UserError } from '../../src-shared/errors.ts';
import { reportFailure } from '../calls/reportFailure.ts';
import { exitCodes, type Command } from './Command.ts';
import { Interruption } from './Interruption.ts';
import { Misuse } from './Misuse.ts';
import { printable } from './printable.ts';
import { writeJson, writeLine } from './writeJson.ts';

/**
 * Carries out one command and says on standard error, or with `--json` also on standard output, what went wrong.
 *
 * @param program - what a person types before the command's usage
 * @returns the exit code of the contract: 0 done, 1 misuse, 2 some inputs failed, 3 failed, 130 interrupted
 */
export async function carryOut(command: Command, args: string[], program: string): Promise<number> {
  using interruption = new Interruption();
  try {
    const code = await command.run(args, { signal: interruption.signal });
    await interruption.outputWritten();
    return code;
  } catch (error) {
    if (error instanceof Misuse) return complain(error.message, `  ${program} ${command.usage}\n`);
    const isCancelled = error instanceof UserError && error.code === 'cancelled';
    if (isCancelled && !command.printsLines) return exitCodes.interrupted;
    const failure = reportFailure(error);
    const message = errorMessage(failure);
    if (args.includes('--json')) {
      if (command.printsLines) writeLine({ type: 'failed', error: { code: failure.code, message } });
      else writeJson({ error: { code: failure.code, message } });
    }
    if (isCancelled) return exitCodes.interrupted;
    process.stderr.write(`${printable(message)}\n`);
    return exitCodes.failed;
  }
}

/** Says what was wrong and how it is written right. @returns the exit code of misuse */
export function complain(message: string, usage: string): number {
  process.stderr.write(`${message}\n\n${usage}`);
  return exitCodes.misuse;
}
