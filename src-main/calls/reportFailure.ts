import { randomBytes } from 'node:crypto';
import { toFailure, type Failure } from '../../src-shared/errors.ts';

/** A bug, without its message: messages of the system hold paths, and paths hold patients' names. */
export interface Incident {
  incident: string;
  /** The error's class. */
  error: string;
  /** Where it happened, as `file:line:column` without folders. */
  frames: readonly string[];
}

const listeners = new Set<(incident: Incident) => void>();

/** Tells a listener of every bug that is reported, until the returned function is called. */
export function onIncident(listener: (incident: Incident) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/**
 * The failure to send for a caught value. A bug gets an incident number, and its stack without its message
 * goes to standard error and to the listeners.
 */
export function reportFailure(error: unknown): Failure {
  const failure = toFailure(error);
  if (failure.code !== 'internal') return failure;
  const incident = randomBytes(4).toString('hex');
  const name = error instanceof Error ? error.constructor.name : typeof error;
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter(isFrame) : [];
  process.stderr.write([`incident ${incident}: ${name}`, ...frames, ''].join('\n'));
  for (const listener of listeners) listener({ incident, error: name, frames: frames.map(placeOf) });
  return { code: 'internal', detail: { incident } };
}

function isFrame(line: string): boolean {
  return /^\s+at /.test(line);
}

/** `    at load (/home/someone/x/load.ts:3:5)` becomes `load.ts:3:5`. */
function placeOf(frame: string): string {
  return /([^/\\(\s]+:\d+:\d+)\)?$/.exec(frame)?.[1] ?? '';
}
