import type { PacsConnection } from '../interop/PacsConnection.ts';
import { openPacs } from '../calls/pacs/openPacs.ts';
import { Misuse } from './Misuse.ts';
import { wholeNumber } from './readArguments.ts';

/** Reads `--timeout`, in seconds. @throws Misuse */
export function timeoutOf({ timeout }: { timeout: string }): number {
  return wholeNumber('--timeout', timeout, 1, 3600);
}

/** Opens the one archive that a command was given, by name or address. @throws Misuse, and as `openPacs` */
export function openServer(
  positionals: readonly string[],
  values: { timeout: string },
  signal: AbortSignal,
): Promise<PacsConnection> {
  const timeoutSeconds = timeoutOf(values);
  const [server, ...rest] = positionals;
  if (server === undefined || rest.length > 0) throw new Misuse('Name one archive, or its address.');
  return openPacs(server, { signal, timeoutSeconds });
}
