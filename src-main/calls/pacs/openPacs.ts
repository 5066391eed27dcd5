import type { Credentials } from '../../interop/Credentials.ts';
import { connectPacs } from '../../interop/connectPacs.ts';
import type { PacsConnection } from '../../interop/PacsConnection.ts';
import { findServer, ownCredentials } from './findServer.ts';

/**
 * Opens an archive by name or address. Who asks is said by `BRATUM_PACS_USER` and `BRATUM_PACS_PASSWORD`, or
 * `BRATUM_PACS_TOKEN`, since a password on a command line can be read by everybody on the machine; without them by what
 * was kept for that name.
 *
 * @throws UserError 'pacs-unknown', 'pacs-list-damaged', 'pacs-credentials-sealed', 'invalid-input'
 */
export async function openPacs(
  nameOrAddress: string,
  { signal, timeoutSeconds }: { signal: AbortSignal; timeoutSeconds: number },
): Promise<PacsConnection> {
  const server = await findServer(nameOrAddress);
  const said = credentialsFromEnvironment();
  const isKept = Object.keys(said).length === 0 && !nameOrAddress.includes('://');
  return connectPacs(server, {
    credentials: isKept ? await ownCredentials().find(server.name) : said,
    signal,
    timeoutMs: timeoutSeconds * 1000,
  });
}

/** What the environment says of who asks; nothing where it is silent. */
export function credentialsFromEnvironment(): Credentials {
  const { BRATUM_PACS_USER: user, BRATUM_PACS_PASSWORD: password, BRATUM_PACS_TOKEN: token } = process.env;
  return {
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(token !== undefined && { token }),
  };
}
