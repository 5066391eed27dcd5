import type { PacsServer } from '../../../src-shared/domain/pacs.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { CredentialStore } from '../../interop/CredentialStore.ts';
import { ServerList } from '../../interop/ServerList.ts';
import { userDataFolder } from '../userDataFolder.ts';

const ourTitle = 'BRATUM';

/** The archives that this user has named. */
export function ownServers(): ServerList {
  return new ServerList(userDataFolder());
}

/** What this user has kept of signing in to them. */
export function ownCredentials(): CredentialStore {
  return new CredentialStore(userDataFolder());
}

/**
 * An archive by its name in the list, or by its address: `http(s)://HOST/dicom-web`, `dimse://TITLE@HOST:PORT`, or
 * `dimses://…` over TLS.
 *
 * @throws UserError 'pacs-unknown', 'pacs-list-damaged', or 'invalid-input' for an address that is none
 */
export async function findServer(nameOrAddress: string): Promise<PacsServer> {
  if (nameOrAddress.includes('://')) return serverOfAddress('archive', nameOrAddress, ourTitle);
  const servers = await ownServers().all();
  const found = servers.find(({ name }) => name === nameOrAddress);
  if (found === undefined) throw new UserError('pacs-unknown', { server: nameOrAddress });
  return found;
}

/**
 * Reads an archive's address.
 *
 * @param callingAeTitle - what we call ourselves over DIMSE
 * @throws UserError 'invalid-input', also where it holds a password: other users see a process's words
 */
export function serverOfAddress(name: string, address: string, callingAeTitle: string): PacsServer {
  const url = URL.parse(address);
  if (url === null) throw wrong('The address of the archive is none.');
  if (url.password !== '')
    throw wrong('An address holds no password; set BRATUM_PACS_USER and BRATUM_PACS_PASSWORD instead.');
  if (url.protocol === 'http:' || url.protocol === 'https:')
    return { name, protocol: 'dicomweb', url: address };
  const isTls = url.protocol === 'dimses:';
  if (url.protocol !== 'dimse:' && !isTls) throw wrong('An archive is at http:, https:, dimse: or dimses:.');
  const calledAeTitle = decodeURIComponent(url.username);
  if (calledAeTitle === '' || url.hostname === '')
    throw wrong('An archive over DIMSE is written dimse://TITLE@HOST:PORT.');
  const port = url.port === '' ? (isTls ? 2762 : 104) : Number(url.port);
  return { name, protocol: 'dimse', host: url.hostname, port, calledAeTitle, callingAeTitle, isTls };
}

function wrong(reason: string): UserError {
  return new UserError('invalid-input', { reason });
}
