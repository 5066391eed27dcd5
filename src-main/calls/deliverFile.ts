import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DeliveredFile } from '../../src-shared/contract/delivery.ts';
import { UserError } from '../../src-shared/errors.ts';
import type { Host } from './Host.ts';
import { safeFileName } from './safeFileName.ts';

/**
 * Hands a file to the person at the screen: the one way out for everything that is exported. The shell asks where to
 * save it before any work begins; the browser host keeps it for one download. Several files go out as one zip.
 *
 * @param name - what the file is to be called; the person may choose another name
 * @param write - writes the file under the path that it is given, whole or not at all; what it throws is thrown on
 * @throws UserError 'cancelled' when the person closed the dialog, 'not-allowed' where the host has no way out
 */
export async function deliverFile(
  host: Host,
  name: string,
  write: (path: string) => Promise<void>,
): Promise<DeliveredFile> {
  if (host.chooseTarget === null) throw new UserError('not-allowed');
  const target = await host.chooseTarget(safeFileName(name));
  if (target === null) throw new UserError('cancelled');
  try {
    await write(target.path);
    const { size } = await stat(target.path);
    return { name: basename(target.path), bytes: size, address: await target.handOver() };
  } catch (error) {
    await target.giveUp();
    throw error;
  }
}
