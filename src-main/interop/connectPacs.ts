import type { PacsServer } from '../../src-shared/domain/pacs.ts';
import type { Credentials } from './Credentials.ts';
import { DicomWebConnection } from './dicomweb/DicomWebConnection.ts';
import { DimseConnection } from './dimse/DimseConnection.ts';
import type { PacsConnection } from './PacsConnection.ts';
import type { RetryPolicy } from './withRetries.ts';

/** How to talk to an archive. */
export interface ConnectOptions {
  credentials?: Credentials;
  signal?: AbortSignal;
  /** For one request. */
  timeoutMs?: number;
  retries?: RetryPolicy;
}

/** A connection to an archive by its own protocol; nothing is sent before the first call. */
export function connectPacs(server: PacsServer, options: ConnectOptions = {}): PacsConnection {
  return server.protocol === 'dicomweb'
    ? new DicomWebConnection(server, options)
    : new DimseConnection(server, options);
}
