import type { Credentials } from '../../interop/Credentials.ts';
import { connectPacs } from '../../interop/connectPacs.ts';
import type { PacsConnection } from '../../interop/PacsConnection.ts';
import { findServer } from './findServer.ts';

/**
 * Opens an archive by name or address, signed in by `BRATUM_PACS_USER` and `BRATUM_PACS_PASSWORD`, or
 * `BRATUM_PACS_TOKEN`: a password on a command line can be read by everybody on the machine.
 */
export async function openPacs(
  nameOrAddress: string,
  { signal, timeoutSeconds }: { signal: AbortSignal; timeoutSeconds: number },
): Promise<PacsConnection> {
  return connectPacs(await findServer(nameOrAddress), {
    credentials: credentialsFromEnvironment(),
    signal,
    timeoutMs: timeoutSeconds * 1000,
  });
}

function credentialsFromEnvironment(): Credentials {
  const { BRATUM_PACS_USER: user, BRATUM_PACS_PASSWORD: password, BRATUM_PACS_TOKEN: token } = process.env;
  return {
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(token !== undefined && { token }),
  };
}
