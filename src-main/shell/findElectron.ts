import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { hasDisplay } from '../browser-host/openInBrowser.ts';

/** Electron's executable, or the reason why it cannot be used, as the end of "because …". */
export type ElectronSearch = { program: string } | { reason: string };

const probeMs = 4_000;
const longestDownloadMs = 15 * 60_000;

/** The folder and version of the installed `electron` package; its code is never loaded, since it downloads. */
function electronPackage(): { folder: string; version: string } | null {
  try {
    const manifest = createRequire(import.meta.url).resolve('electron/package.json');
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
    return { folder: dirname(manifest), version };
  } catch {
    return null;
  }
}

/** The executable that the package's installer put in place, if it did. */
function installedProgram(folder: string, environment: NodeJS.ProcessEnv): string | null {
  const note = join(folder, 'path.txt');
  const name = existsSync(note) ? readFileSync(note, 'utf8').trim() : 'electron';
  const program = join(environment['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'), name);
  return existsSync(program) ? program : null;
}

/** True when the place that the installer would download from answers within seconds. */
async function isDownloadReachable(version: string, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const mirror =
    environment['ELECTRON_MIRROR'] ??
    environment['npm_config_electron_mirror'] ??
    'https://github.com/electron/electron/releases/download/';
  try {
    const address = `${mirror.replace(/\/?$/, '/')}v${version}/SHASUMS256.txt`;
    const { ok } = await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(probeMs) });
    return ok;
  } catch {
    return false;
  }
}

/** Runs the package's own installer. @returns false when it failed */
async function download(folder: string, environment: NodeJS.ProcessEnv): Promise<boolean> {
  process.stderr.write('Downloading Electron (once) …\n');
  const installer = spawn(process.execPath, [join(folder, 'install.js')], {
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: longestDownloadMs,
  });
  const [code] = (await once(installer, 'exit')) as [number | null];
  return code === 0;
}

/**
 * Finds Electron's executable, downloading it where that can succeed. Gives up within seconds where
 * it cannot: no display, no package, downloads switched off, nobody answering.
 */
export async function findElectron(
  environment: NodeJS.ProcessEnv = process.env,
  userId = process.getuid?.(),
): Promise<ElectronSearch> {
  if (!hasDisplay(environment)) return { reason: 'there is no display' };
  if (process.platform === 'linux' && userId === 0) {
    return { reason: 'Electron does not run as root with its sandbox' };
  }
  const electron = electronPackage();
  if (electron === null) return { reason: 'Electron is not installed' };
  const program = installedProgram(electron.folder, environment);
  if (program !== null) return { program };
  if (environment['ELECTRON_SKIP_BINARY_DOWNLOAD']) {
    return { reason: 'Electron’s program is not installed and ELECTRON_SKIP_BINARY_DOWNLOAD is set' };
  }
  if (!(await isDownloadReachable(electron.version, environment))) {
    return { reason: 'Electron’s program is not installed and cannot be downloaded from here' };
  }
  const isDownloaded = await download(electron.folder, environment);
  const downloaded = isDownloaded ? installedProgram(electron.folder, environment) : null;
  return downloaded === null ? { reason: 'the download of Electron failed' } : { program: downloaded };
}

/**
 * Why Electron's program cannot be packaged from here, as the end of "because …"; null where it can. No display is
 * needed for that, and an installed program will do as well as one that can be fetched.
 */
export async function canHaveElectron(environment: NodeJS.ProcessEnv = process.env): Promise<string | null> {
  const electron = electronPackage();
  if (electron === null) return 'Electron is not installed';
  if (installedProgram(electron.folder, environment) !== null) return null;
  const isReachable = await isDownloadReachable(electron.version, environment);
  return isReachable ? null : 'Electron’s program is not installed and cannot be downloaded from here';
}
