import { createServer, type Server, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { createServer as createSecureServer } from 'node:tls';
import dimse from 'dcmjs-dimse';
import type { Dataset, association, requests, responses } from 'dcmjs-dimse';
import { UserError } from '../../../src-shared/errors.ts';
import { fileStart } from '../fileStart.ts';

dimse.log.setLevel('silent');

const {
  PresentationContextResult,
  RejectReason,
  RejectResult,
  RejectSource,
  SopClass,
  Status,
  StorageClass,
} = dimse.constants;
const { CEchoResponse, CStoreResponse } = dimse.responses;
const { TransferSyntax } = dimse.constants;
const mostInstanceBytes = 2 ** 30;

/** Pictures are taken as they are; the reader knows these syntaxes. */
const syntaxes: readonly string[] = [
  TransferSyntax.ExplicitVRLittleEndian,
  TransferSyntax.ImplicitVRLittleEndian,
  TransferSyntax.JpegLossless,
  TransferSyntax.JpegLsLossless,
  TransferSyntax.Jpeg2000Lossless,
  TransferSyntax.RleLossless,
  TransferSyntax.JpegBaseline,
  TransferSyntax.JpegLsLossy,
  TransferSyntax.Jpeg2000Lossy,
];
const storageClasses: ReadonlySet<string> = new Set(Object.values(StorageClass));

/** How to receive. */
export interface StorageOptions {
  /** Loopback unless somebody says otherwise. */
  host: string;
  /** 0: any free one. */
  port: number;
  aeTitle: string;
  /** Calling titles that may come in; empty: everybody. */
  allowedCallers: readonly string[];
  /** Certificate and key as PEM: only TLS is spoken then. */
  tls?: { cert: string; key: string };
  /** Gets each instance as a file of PS3.10, and is waited for before it is acknowledged. */
  onInstance: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
}

/** A running receiver. */
export interface RunningStorage {
  port: number;
  close(): Promise<void>;
}

/**
 * Receives instances over C-STORE and answers C-ECHO (PS3.4 annex B, as a provider). An instance is acknowledged only
 * after `onInstance` has taken it, byte for byte as it came.
 *
 * @throws UserError 'address-in-use', 'port-refused', and 'invalid-input' where certificate and key do not belong together
 */
export async function startStorageService(options: StorageOptions): Promise<RunningStorage> {
  const sockets = new Set<Socket>();
  const hear = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    new StorageProvider(socket, options);
  };
  const server = options.tls === undefined ? createServer(hear) : secureServer(options.tls, hear);
  await listen(server, options);
  return {
    port: (server.address() as { port: number }).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** @throws UserError 'invalid-input' where certificate and key are none, or not of each other */
function secureServer(tls: { cert: string; key: string }, hear: (socket: Socket) => void): Server {
  try {
    return createSecureServer({ ...tls, minVersion: 'TLSv1.2' }, hear);
  } catch (cause) {
    throw new UserError(
      'invalid-input',
      { reason: 'The certificate and its key cannot be used together.' },
      { cause },
    );
  }
}

function listen(server: Server, { host, port }: StorageOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE') reject(new UserError('address-in-use', { port }, { cause }));
      else if (cause.code === 'EACCES') reject(new UserError('port-refused', { port }, { cause }));
      else reject(cause);
    });
    server.listen(port, host, resolve);
  });
}

/** The data set of one C-STORE, as it comes. */
class Received extends Writable {
  readonly transferSyntaxUid: string;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(transferSyntaxUid: string) {
    super();
    this.transferSyntaxUid = transferSyntaxUid;
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#length += chunk.length;
    if (this.#length > mostInstanceBytes) {
      this.#chunks = [];
      done(new Error('an instance is too large'));
      return;
    }
    this.#chunks.push(Buffer.from(chunk));
    done();
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

class StorageProvider extends dimse.Scp {
  readonly #options: StorageOptions;
  readonly #received = new WeakMap<requests.CStoreRequest, Received>();

  constructor(socket: Socket, options: StorageOptions) {
    super(socket, { associationTimeout: 60_000, pduTimeout: 60_000 });
    this.#options = options;
  }

  override associationRequested(asked: association.Association): void {
    const { aeTitle, allowedCallers } = this.#options;
    const { Permanent } = RejectResult;
    if (asked.getCalledAeTitle().trim() !== aeTitle) {
      this.sendAssociationReject(Permanent, RejectSource.ServiceUser, RejectReason.CalledAeNotRecognized);
      return;
    }
    if (allowedCallers.length > 0 && !allowedCallers.includes(asked.getCallingAeTitle().trim())) {
      this.sendAssociationReject(Permanent, RejectSource.ServiceUser, RejectReason.CallingAeNotRecognized);
      return;
    }
    for (const { context } of asked.getPresentationContexts()) {
      const kind = context.getAbstractSyntaxUid();
      if (kind !== SopClass.Verification && !storageClasses.has(kind)) {
        context.setResult(PresentationContextResult.RejectAbstractSyntaxNotSupported);
        continue;
      }
      const syntax = syntaxes.find((one) => context.hasTransferSyntaxUid(one));
      if (syntax === undefined)
        context.setResult(PresentationContextResult.RejectTransferSyntaxesNotSupported);
      else context.setResult(PresentationContextResult.Accept, syntax);
    }
    this.sendAssociationAccept();
  }

  override associationReleaseRequested(): void {
    this.sendAssociationReleaseResponse();
  }

  override cEchoRequest(
    request: requests.CEchoRequest,
    answer: (response: responses.CEchoResponse) => void,
  ): void {
    const response = CEchoResponse.fromRequest(request);
    response.setStatus(Status.Success);
    answer(response);
  }

  override createStoreWritableStream(
    context: association.PresentationContext,
    request: requests.CStoreRequest,
  ): Writable {
    const received = new Received(
      context.getAcceptedTransferSyntaxUid() ?? TransferSyntax.ImplicitVRLittleEndian,
    );
    this.#received.set(request, received);
    return received;
  }

  /** The data set is not parsed: it is kept as it came. */
  override createDatasetFromStoreWritableStream(
    _writable: Writable,
    _context: association.PresentationContext,
    done: (dataset: Dataset) => void,
  ): void {
    done(undefined as unknown as Dataset);
  }

  override cStoreRequest(
    request: requests.CStoreRequest,
    answer: (response: responses.CStoreResponse) => void,
  ): void {
    const response = CStoreResponse.fromRequest(request);
    void this.#take(request)
      .then(
        () => response.setStatus(Status.Success),
        () => response.setStatus(Status.ProcessingFailure),
      )
      .finally(() => answer(response));
  }

  async #take(request: requests.CStoreRequest): Promise<void> {
    const received = this.#received.get(request);
    if (received === undefined) throw new Error('a C-STORE without a data set');
    const start = fileStart({
      sopClassUid: request.getAffectedSopClassUid(),
      sopInstanceUid: request.getAffectedSopInstanceUid(),
      transferSyntaxUid: received.transferSyntaxUid,
    });
    await this.#options.onInstance(Uint8Array.from(Buffer.concat([start, received.bytes()])));
  }
}
