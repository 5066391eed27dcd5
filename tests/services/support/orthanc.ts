import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findProgram } from './findProgram.ts';
import { freePort } from './freePort.ts';

const plugin = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';
const startLimitMs = 120_000;

/** Debian packages that bring the service. */
export const orthancPackages = ['orthanc', 'orthanc-dicomweb'];

/** Why there is no Orthanc to test with; null where there is one. */
export function orthancMissing(): string | null {
  if (findProgram('Orthanc') !== null && existsSync(plugin)) return null;
  return `Orthanc or its DICOMweb plug-in is not installed (Debian: apt-get install ${orthancPackages.join(' ')})`;
}

/** A real Orthanc on loopback, with a folder that goes when it is closed. */
export interface RunningOrthanc {
  /** Of its own REST service. */
  url: string;
  web: string;
  dimse: string;
  user: string;
  password: string;
  /** Asks its own REST service. */
  ask(path: string): Promise<unknown>;
  /** Ends it without a word, as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on the same folder and ports. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts Orthanc and waits until it answers. */
export async function startOrthanc(): Promise<RunningOrthanc> {
  const folder = await mkdtemp(join(tmpdir(), 'bratum-orthanc-'));
  const [httpPort, dicomPort] = [await freePort(), await freePort()];
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
      DicomModalities: { bratum: ['BRATUM', '127.0.0.1', 1] },
      OverwriteInstances: false,
      DicomWeb: { Enable: true, Root: '/dicom-web/' },
    }),
  );
  const url = `http://127.0.0.1:${httpPort}`;
  const headers = { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, { headers });
    if (!response.ok) throw new Error(`Orthanc answered ${response.status} to ${path}`);
    return response.json();
  };
  const run = async () => {
    const child = spawn(findProgram('Orthanc') ?? 'Orthanc', [configuration], { stdio: 'ignore' });
    const startedAt = performance.now();
    for (;;) {
      if (child.exitCode !== null) throw new Error(`Orthanc ended with ${child.exitCode}`);
      if (
        await ask('/system').then(
          () => true,
          () => false,
        )
      )
        return child;
      if (performance.now() - startedAt > startLimitMs) throw new Error('Orthanc does not answer');
      await wait(200);
    }
  };
  let child = await run();
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  return {
    url,
    web: `${url}/dicom-web`,
    dimse: `dimse://ORTHANC@127.0.0.1:${dicomPort}`,
    user,
    password,
    ask,
    kill: () => end('SIGKILL'),
    restart: async () => {
      child = await run();
    },
    close: async () => {
      await end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
