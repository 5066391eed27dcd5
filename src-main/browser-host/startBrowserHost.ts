import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { UserError } from '../../src-shared/errors.ts';
import type { Host, Workstation } from '../calls/Host.ts';
import { answerDownload, answerFailure, answerJson } from './answers.ts';
import { Downloads } from './Downloads.ts';
import { protectiveHeaders, readRendererFile } from './rendererFile.ts';
import { checkHost, checkIntent, checkOrigin } from './requestGuard.ts';
import { Session } from './Session.ts';
import { Sockets } from './Sockets.ts';
import { defaultUploadLimits, Uploads, type UploadLimits } from './Uploads.ts';

export interface BrowserHostOptions {
  /** Opens the application behind this host; the host closes it. */
  openWorkstation(host: Host): Promise<Workstation>;
  /** The built page. */
  rendererFolder: string;
  /** Where uploads may lie while the host runs. */
  temporaryFolder: string;
  version: string;
  /** 0 for any free port. */
  port?: number;
  uploadLimits?: UploadLimits;
}

export interface BrowserHost {
  /** The address that opens the workstation, once. */
  url: string;
  close(): Promise<void>;
}

/** A slow line through a tunnel may take this long for one file. */
const longestRequestMs = 60 * 60_000;

/**
 * Serves the page and its calls to a browser on this machine: HTTP for files and uploads, a WebSocket
 * at `/socket` for calls and events. Listens on 127.0.0.1 only. Every request must name this host,
 * all but the first must carry the session's cookie, and those that change something must come from
 * this page.
 *
 * @throws UserError 'address-in-use', 'folder-unwritable', or what opening the workstation throws
 */
export async function startBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    const uploads = await Uploads.open(options.temporaryFolder, options.uploadLimits ?? defaultUploadLimits);
    closing.push(() => uploads.close());
    const downloads = await Downloads.open(options.temporaryFolder);
    closing.push(() => downloads.close());
    const sockets: Sockets = new Sockets((call, input) => workstation.dispatch(call, input));
    const workstation = await options.openWorkstation({
      name: 'browser',
      version: options.version,
      choosePaths: null,
      chooseTarget: (name) => downloads.place(name),
      emit: (event) => sockets.broadcast(event),
      isPassing: (path) => uploads.holds(path),
    });
    closing.push(() => workstation.close());
    const server = createServer({ requestTimeout: longestRequestMs });
    const port = await listen(server, options.port ?? 0);
    const session = new Session(port);
    const { rendererFolder } = options;
    serve(server, { port, session, sockets, uploads, downloads, workstation, rendererFolder });
    closing.push(
      () => closeServer(server),
      () => sockets.close(),
    );
    return { url: `http://127.0.0.1:${port}/?token=${session.token}`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Serving {
  port: number;
  session: Session;
  sockets: Sockets;
  uploads: Uploads;
  downloads: Downloads;
  workstation: Workstation;
  rendererFolder: string;
}

async function listen(server: Server, port: number): Promise<number> {
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE' || code === 'EACCES')
      throw new UserError('address-in-use', { port }, { cause });
    throw cause;
  }
  return (server.address() as AddressInfo).port;
}

async function closeServer(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

function serve(server: Server, serving: Serving): void {
  server.on('request', (request, response) => {
    for (const [name, value] of Object.entries(protectiveHeaders)) response.setHeader(name, value);
    answer(request, response, serving).catch((error: unknown) => answerFailure(request, response, error));
  });
  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    // Between the refusal and the end of the connection the other side may already be gone.
    connection.on('error', () => connection.destroy());
    try {
      checkHost(request, serving.port);
      checkOrigin(request);
      checkSession(request, serving.session);
      if (addressOf(request).pathname !== '/socket') throw new UserError('file-not-found');
      serving.sockets.accept(request, connection, head);
    } catch {
      connection.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    }
  });
}

/** The requested address; only its path and query are of use. */
function addressOf({ url }: IncomingMessage): URL {
  if (url?.startsWith('/') !== true || !URL.canParse(`http://localhost${url}`))
    throw new UserError('file-not-found');
  return new URL(`http://localhost${url}`);
}

function checkSession({ headers }: IncomingMessage, session: Session): void {
  if (!session.admits(headers.cookie)) throw new UserError('session-required');
}

async function answer(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  checkHost(request, serving.port);
  const address = addressOf(request);
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  const token = address.searchParams.get('token');
  if (isReading && address.pathname === '/' && token !== null)
    return enter(request, response, serving, token);
  checkSession(request, serving.session);
  const download = /^\/downloads\/([\w-]{43})$/.exec(address.pathname)?.[1];
  if (request.method === 'GET' && download !== undefined)
    return answerDownload(response, await serving.downloads.take(download));
  if (isReading) return sendRendererFile(request, response, serving.rendererFolder, address.pathname);
  checkOrigin(request);
  checkIntent(request);
  await receiveUpload(request, response, serving, address);
}

/** Redirects to the address without the token, so that it stays out of the history. */
function enter(
  request: IncomingMessage,
  response: ServerResponse,
  { session }: Serving,
  token: string,
): void {
  if (!session.admits(request.headers.cookie)) response.setHeader('set-cookie', session.exchange(token));
  response.writeHead(303, { location: '/' }).end();
}

async function sendRendererFile(
  request: IncomingMessage,
  response: ServerResponse,
  folder: string,
  pathname: string,
): Promise<void> {
  const { bytes, mediaType } = await readRendererFile(folder, pathname);
  response.writeHead(200, { 'content-type': mediaType, 'content-length': bytes.length });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/**
 * The three steps of an upload: `POST /uploads` names it, `PUT /uploads/<name>/files?path=…` sends each
 * file as its body, `POST /uploads/<name>/done` turns it into handles.
 */
async function receiveUpload(
  request: IncomingMessage,
  response: ServerResponse,
  { uploads, workstation }: Serving,
  address: URL,
): Promise<void> {
  const step = /^\/uploads(?:\/([0-9a-f-]{36})\/(files|done))?$/.exec(address.pathname);
  const [upload, verb] = [step?.[1] ?? '', step?.[2] ?? ''];
  if (step !== null && `${request.method} ${verb}` === 'POST ') {
    answerJson(response, { upload: await uploads.begin() });
  } else if (step !== null && `${request.method} ${verb}` === 'PUT files') {
    const path = address.searchParams.get('path') ?? '';
    const announcedBytes = Number(request.headers['content-length'] ?? 0);
    answerJson(response, {
      ok: true,
      value: { bytes: await uploads.receive(upload, path, request, announcedBytes) },
    });
  } else if (step !== null && `${request.method} ${verb}` === 'POST done') {
    answerJson(response, { ok: true, value: workstation.addPaths(uploads.finish(upload)) });
  } else {
    throw new UserError('file-not-found');
  }
}
