import { randomBytes } from 'node:crypto';
import { toFailure, type Failure } from '../../src-shared/errors.ts';

/**
 * The failure to send for a caught value. A bug gets an incident number, and its stack without its message
 * goes to standard error: messages of the system hold paths, and paths hold patients' names.
 */
export function reportFailure(error: unknown): Failure {
  const failure = toFailure(error);
  if (failure.code !== 'internal') return failure;
  const incident = randomBytes(4).toString('hex');
  const name = error instanceof Error ? error.name : typeof error;
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter(isFrame) : [];
  process.stderr.write([`incident ${incident}: ${name}`, ...frames, ''].join('\n'));
  return { code: 'internal', detail: { incident } };
}

function isFrame(line: string): boolean {
  return /^\s+at /.test(line);
}
