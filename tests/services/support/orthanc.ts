import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import type { Certificates } from './makeCertificates.ts';
import { freePort } from '../../support/freePort.ts';
import { endProgram, findProgram, startProgram } from './startServer.ts';

const plugin = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';

/** Where Orthanc is; Debian puts services where not everybody's path leads. Null where it is not installed. */
function findOrthanc(): string | null {
  return findProgram(['Orthanc', '/usr/sbin/Orthanc', '/usr/local/sbin/Orthanc']);
}

/** Debian packages that bring the service. */
export const orthancPackages = ['orthanc', 'orthanc-dicomweb', 'dcmtk'];

/** Why there is no Orthanc to test with; null where there is one. */
export function orthancMissing(): string | null {
  if (findOrthanc() !== null && existsSync(plugin) && findProgram(['storescu']) !== null) return null;
  return `Orthanc, its DICOMweb plug-in or DCMTK is not installed (Debian: apt-get install ${orthancPackages.join(' ')})`;
}

/** A real Orthanc on loopback, with a folder that goes when it is closed. */
export interface RunningOrthanc {
  /** Of its own REST service. */
  url: string;
  web: string;
  dimse: string;
  user: string;
  password: string;
  /** Where it sends what is moved to BRATUM. */
  movePort: number;
  /** Asks its own REST service. */
  ask(path: string): Promise<unknown>;
  /** Ends it without a word, as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on the same folder and ports. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts Orthanc and waits until it answers. @param certificates - to speak TLS only, over both protocols */
export async function startOrthanc(certificates: Certificates | null = null): Promise<RunningOrthanc> {
  const program = findOrthanc();
  if (program === null) throw new Error('orthanc is not installed');
  const folder = await mkdtemp(join(tmpdir(), 'bratum-orthanc-'));
  const [httpPort, dicomPort, movePort] = [await freePort(), await freePort(), await freePort()];
  const [user, password] = ['reader', 'not-a-secret'];
  const configuration = join(folder, 'orthanc.json');
  await writeFile(
    configuration,
    JSON.stringify({
      Name: 'BraTum test',
      StorageDirectory: folder,
      IndexDirectory: folder,
      Plugins: [plugin],
      HttpPort: httpPort,
      RemoteAccessAllowed: false,
      AuthenticationEnabled: true,
      RegisteredUsers: { [user]: password },
      DicomAet: 'ORTHANC',
      DicomPort: dicomPort,
      DicomAlwaysAllowEcho: true,
      DicomAlwaysAllowStore: true,
      DicomAlwaysAllowFind: true,
      DicomAlwaysAllowGet: true,
      DicomModalities: { bratum: ['BRATUM', '127.0.0.1', movePort] },
      OverwriteInstances: false,
      DicomAlwaysAllowMove: true,
      DicomWeb: { Enable: true, Root: '/dicom-web/' },
      ...(certificates !== null && {
        DicomTlsEnabled: true,
        DicomTlsCertificate: certificates.certificate,
        DicomTlsPrivateKey: certificates.key,
        DicomTlsTrustedCertificates: certificates.authority,
        DicomTlsRemoteCertificateRequired: false,
      }),
    }),
  );
  const url = `http://127.0.0.1:${httpPort}`;
  const headers = { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, { headers });
    if (!response.ok) throw new Error(`Orthanc answered ${response.status} to ${path}`);
    return response.json();
  };
  const start = () => startProgram(program, [configuration], { port: httpPort });
  let child = await start();
  const front = certificates === null ? null : await startFront(certificates, httpPort);
  return {
    url,
    web: `${front?.url ?? url}/dicom-web`,
    movePort,
    dimse: `dimse${certificates === null ? '' : 's'}://ORTHANC@127.0.0.1:${dicomPort}`,
    user,
    password,
    ask,
    kill: () => endProgram(child, 'SIGKILL'),
    restart: async () => void (child = await start()),
    close: async () => {
      front?.close();
      await endProgram(child, 'SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Speaks TLS in front of a port, as a clinic's proxy does. Orthanc 1.10.1 of Debian 12 could do so itself, but ends with a
 * segmentation fault at the first request over HTTPS.
 */
async function startFront(certificates: Certificates, port: number): Promise<{ url: string; close(): void }> {
  const options = { cert: await readFile(certificates.certificate), key: await readFile(certificates.key) };
  const sockets = new Set<Socket>();
  const server = createServer(options, (outer) => {
    const inner = connect(port, '127.0.0.1');
    for (const socket of [outer, inner]) {
      sockets.add(socket);
      socket.on('error', () => [outer, inner].forEach((one) => one.destroy()));
    }
    outer.pipe(inner).pipe(outer);
  }).listen(0, '127.0.0.1');
  // Whoever does not believe the certificate.
  server.on('tlsClientError', () => undefined);
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
