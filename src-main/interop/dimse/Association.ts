import dimse from 'dcmjs-dimse';
import type { Client, Dataset, requests, responses } from 'dcmjs-dimse';
import type { DimseServer } from '../../../src-shared/domain/pacs.ts';
import { UserError } from '../../../src-shared/errors.ts';

dimse.log.setLevel('silent');

/** How long an archive may be silent. */
export interface DimseOptions {
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** What the archive pushes to us while the association lasts (C-STORE within a C-GET); waited for. */
export type OnStored = (sopInstanceUid: string, dataset: Dataset) => Promise<void>;

/**
 * Opens one association, sends the requests and closes it.
 *
 * @param name - of the server, for messages
 * @param onResponse - hears of every response
 * @throws UserError 'cancelled', 'pacs-untrusted', 'pacs-unreachable' where the network failed or timed out,
 *   'pacs-refused' where the archive rejected us; or what `onStored` threw
 */
export async function associate(
  { name, host, port, callingAeTitle, calledAeTitle, isTls, caCertificate }: DimseServer & { name: string },
  sent: readonly requests.Request[],
  onResponse: (request: requests.Request, response: responses.Response) => void,
  { signal, timeoutMs = 60_000 }: DimseOptions,
  onStored?: OnStored,
): Promise<void> {
  const client = new dimse.Client();
  for (const request of sent) {
    request.on('response', (response: responses.Response) => onResponse(request, response));
    client.addRequest(request);
  }
  const seen: { failure: unknown } = { failure: null };
  const fail = (error: unknown): void => {
    seen.failure ??= error;
  };
  const refuse = (reason: string): void => fail(new UserError('pacs-refused', { server: name, reason }));
  const lose = (reason: string): void => fail(new UserError('pacs-unreachable', { server: name, reason }));
  receiveInto(client, fail, onStored);
  const abort = (): void => {
    fail(new UserError('cancelled'));
    client.abort();
  };
  try {
    await new Promise<void>((resolve) => {
      client.on('associationRejected', () => refuse('It rejected the association; check the AE titles.'));
      client.on('connectTimeout', () => lose('Nobody answered in time.'));
      client.on('associationTimeout', () => lose('It fell silent.'));
      client.on('pduTimeout', () => lose('It fell silent.'));
      client.on('abort', () => lose('It broke off.'));
      client.on('networkError', ({ message }: Error) => {
        // dcmjs-dimse keeps nothing of the system's error but its words.
        if (/certificate/i.test(message))
          fail(new UserError('pacs-untrusted', { server: name, reason: 'Its chain could not be verified.' }));
        else lose(`${/\bE[A-Z]{4,}\b/.exec(message)?.[0] ?? 'The connection broke'}.`);
        resolve();
      });
      client.on('closed', () => resolve());
      if (signal?.aborted === true) {
        fail(new UserError('cancelled'));
        resolve();
        return;
      }
      signal?.addEventListener(
        'abort',
        () => {
          abort();
          resolve();
        },
        { once: true },
      );
      client.send(host, port, callingAeTitle, calledAeTitle, {
        connectTimeout: timeoutMs,
        associationTimeout: timeoutMs,
        pduTimeout: timeoutMs,
        associationLingerTimeout: 0,
        ...(isTls && { securityOptions: caCertificate === undefined ? {} : { ca: caCertificate } }),
      });
    });
  } finally {
    signal?.removeEventListener('abort', abort);
  }
  if (seen.failure !== null) throw seen.failure as Error;
}

function receiveInto(client: Client, fail: (error: unknown) => void, onStored: OnStored | undefined): void {
  const { Status } = dimse.constants;
  client.on(
    'cStoreRequest',
    (request: requests.CStoreRequest, answer: (response: responses.CStoreResponse) => void) => {
      const response = dimse.responses.CStoreResponse.fromRequest(request);
      const dataset = request.getDataset();
      const received =
        dataset === undefined || onStored === undefined
          ? Promise.reject(new Error('an instance that nobody asked for'))
          : onStored(request.getAffectedSopInstanceUid(), dataset);
      received
        .then(
          () => response.setStatus(Status.Success),
          (error: unknown) => {
            fail(error);
            response.setStatus(Status.ProcessingFailure);
          },
        )
        .finally(() => answer(response));
    },
  );
}
