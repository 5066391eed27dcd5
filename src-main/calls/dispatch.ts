import {
  calls,
  isCallName,
  type CallName,
  type CallOutput,
  type ParsedInput,
} from '../../src-shared/contract/calls.ts';
import { UserError, type Outcome } from '../../src-shared/errors.ts';
import { reportFailure } from './reportFailure.ts';

/** One function for each call of the contract. */
export type Handlers = {
  [Name in CallName]: (input: ParsedInput<Name>) => Promise<CallOutput<Name>>;
};

/**
 * Validates one call and carries it out. Whatever goes wrong comes back as an outcome: the only place
 * besides a job's end where errors are caught.
 *
 * @param name - as the caller wrote it; unknown names are refused
 * @param input - as the caller wrote it; parsed by the call's schema
 */
export async function dispatch(handlers: Handlers, name: string, input: unknown): Promise<Outcome<unknown>> {
  try {
    if (!isCallName(name)) throw new UserError('invalid-input', { reason: 'There is no such call.' });
    return { ok: true, value: await carryOut(handlers, name, input) };
  } catch (error) {
    return { ok: false, error: reportFailure(error) };
  }
}

async function carryOut<Name extends CallName>(
  handlers: Handlers,
  name: Name,
  input: unknown,
): Promise<unknown> {
  const parsed = calls[name].input.safeParse(input ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new UserError('invalid-input', {
      reason: issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`,
    });
  }
  return handlers[name](parsed.data as ParsedInput<Name>);
}
