import { isIPv4 } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import dimse from 'dcmjs-dimse';
import type { DimseServer } from '../../../src-shared/domain/pacs.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { readInstance } from '../../images/dicom/readInstance.ts';
import { associate, type DimseOptions } from './Association.ts';
import { startStorageService } from './StorageService.ts';

const { Status } = dimse.constants;
const { CMoveRequest } = dimse.requests;
/** "Move destination unknown" (PS3.4 table C.4-2). */
const unknownDestination = 0xa801;
const pollMs = 50;

/** Instances of one series. */
export interface AskedInstances {
  studyInstanceUid: string;
  seriesInstanceUid: string;
  sopInstanceUids: readonly string[];
}

/** Gets an instance as a file of PS3.10, and is waited for. */
export type Take = (sopInstanceUid: string, bytes: Uint8Array<ArrayBuffer>) => Promise<void>;

/**
 * Fetches instances over C-MOVE (PS3.4 C.4.2): the archive sends them to our title by C-STORE, on an association of its
 * own, so it must know our title, address and port. We listen while we ask and no longer, and refuse whatever was not
 * asked for: the port needs no other guard.
 *
 * @param port - of ours
 * @throws UserError 'address-in-use', 'pacs-refused', and what `associate` throws
 */
export async function moveInstances(
  server: DimseServer & { name: string },
  port: number,
  { studyInstanceUid, seriesInstanceUid, sopInstanceUids }: AskedInstances,
  take: Take,
  options: DimseOptions,
): Promise<void> {
  const awaited = new Set(sopInstanceUids);
  const seen: { failure: unknown } = { failure: null };
  const receiver = await startStorageService({
    host: isOnThisMachine(server.host) ? '127.0.0.1' : '0.0.0.0',
    port,
    aeTitle: server.callingAeTitle,
    allowedCallers: [],
    onInstance: async (bytes) => {
      const { sopInstanceUid } = readInstance(bytes, 'instance');
      if (!awaited.has(sopInstanceUid)) throw new UserError('not-allowed');
      try {
        await take(sopInstanceUid, bytes);
      } catch (error) {
        seen.failure ??= error;
        throw error;
      }
      awaited.delete(sopInstanceUid);
    },
  });
  try {
    const asked = sopInstanceUids.map((uid) =>
      CMoveRequest.createImageMoveRequest(server.callingAeTitle, studyInstanceUid, seriesInstanceUid, uid),
    );
    let last: number = Status.Success;
    await associate(server, asked, (_, response) => (last = response.getStatus()), options);
    if (last === unknownDestination)
      throw new UserError('pacs-refused', {
        server: server.name,
        reason: `It does not know where ${server.callingAeTitle} is; it needs our address and port ${port}.`,
      });
    await arrival(awaited, seen, options);
  } finally {
    await receiver.close();
  }
  if (seen.failure !== null) throw seen.failure as Error;
}

/** An archive may say that it is done before all has come; then silence tells that nothing more comes. */
async function arrival(
  awaited: ReadonlySet<string>,
  seen: { failure: unknown },
  { signal, timeoutMs = 60_000 }: DimseOptions,
): Promise<void> {
  const quietMs = Math.min(timeoutMs, 5_000);
  let left = awaited.size;
  let since = performance.now();
  while (awaited.size > 0 && seen.failure === null && performance.now() - since < quietMs) {
    if (signal?.aborted === true) throw new UserError('cancelled');
    await wait(pollMs);
    if (awaited.size === left) continue;
    left = awaited.size;
    since = performance.now();
  }
}

function isOnThisMachine(host: string): boolean {
  return host === 'localhost' || (isIPv4(host) && host.startsWith('127.'));
}
