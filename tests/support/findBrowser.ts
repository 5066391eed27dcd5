import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { unpackBrowser } from './unpackBrowser.ts';

/** A Chromium that was started once and said its version. */
export interface FoundBrowser {
  isFound: true;
  executablePath: string;
  args: string[];
  /** Set on top of the caller's own environment. */
  env: Record<string, string>;
  /** Where it came from and its version, in words. */
  description: string;
}

export interface MissingBrowser {
  isFound: false;
  /** One sentence: what was tried, and why each failed. */
  reason: string;
}

/** The renderer is built for this Chromium and newer (`build.target` of vite.renderer.config.ts). */
const oldestMajorVersion = 150;

const installedNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** WebGL without a graphics card, the same everywhere: screenshots do not depend on a driver. */
const softwareGraphics = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'];

/**
 * The page around the pictures is composed without SwiftShader, which for a frame of text hands over between threads so
 * often that one takes up to a minute where other programs hold the cores.
 */
const composedByProcessor = ['--disable-gpu-compositing', '--disable-gpu-rasterization'];

/** Chromium refuses to start as root with its sandbox. */
const rootNeedsNoSandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

const execute = promisify(execFile);

type Environment = Record<string, string>;

/** "Chromium 156.0.1" as the executable says it of itself, or why it cannot be used. */
async function probe(
  executablePath: string,
  env: Environment = {},
): Promise<{ version: string } | { problem: string }> {
  try {
    const options = { env: { ...process.env, ...env }, timeout: 30_000 };
    const { stdout } = await execute(executablePath, ['--version', ...rootNeedsNoSandbox], options);
    const major = Number(/(\d+)\.\d+\.\d+/.exec(stdout)?.[1]);
    if (Number.isNaN(major)) return { problem: 'did not tell its version' };
    if (major < oldestMajorVersion)
      return { problem: `is version ${major}, older than ${oldestMajorVersion}` };
    return { version: stdout.trim() };
  } catch (error) {
    const [firstLine] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
    return { problem: `does not start (${firstLine})` };
  }
}

function found(executablePath: string, version: string, from: string, env: Environment = {}): FoundBrowser {
  const args = [...softwareGraphics, ...composedByProcessor, ...rootNeedsNoSandbox];
  return { isFound: true, executablePath, args, env, description: `${version} (${from})` };
}

/** Absolute paths of the Chromiums that the system has, best known first. */
async function installedBrowsers(): Promise<string[]> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = installedNames.flatMap((name) => folders.map((folder) => join(folder, name)));
  const all = [...new Set(['/usr/bin/chromium', ...candidates])];
  const mayExecute = await Promise.allSettled(all.map((path) => access(path, constants.X_OK)));
  return all.filter((_, index) => mayExecute[index]?.status === 'fulfilled');
}

/** The Chromium inside the npm package, with its own libraries only where the system lacks them. */
async function packagedBrowser(): Promise<FoundBrowser | MissingBrowser> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { isFound: false, reason: '@sparticuz/chromium is for 64-bit Linux only' };
  }
  const unpacked = await unpackBrowser();
  const fonts = { FONTCONFIG_FILE: unpacked.fontsFile };
  const libraries = [unpacked.libraryFolder, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(delimiter);
  const problems: string[] = [];
  for (const env of [fonts, { ...fonts, LD_LIBRARY_PATH: libraries }]) {
    const answer = await probe(unpacked.executablePath, env);
    if ('version' in answer)
      return found(unpacked.executablePath, answer.version, '@sparticuz/chromium', env);
    problems.push(answer.problem);
  }
  return { isFound: false, reason: `@sparticuz/chromium ${problems.at(-1)}` };
}

/**
 * Finds a Chromium for screen tests: the one named by BRATUM_BROWSER (a path, or `packaged`), else one that
 * the system has, else the one inside the npm package `@sparticuz/chromium`. Each is started once with
 * `--version` before it is believed. A named one that fails is not replaced by another.
 */
export async function findBrowser(): Promise<FoundBrowser | MissingBrowser> {
  const named = process.env['BRATUM_BROWSER'] ?? '';
  if (named === 'packaged') return packagedBrowser();
  const problems: string[] = [];
  for (const path of named === '' ? await installedBrowsers() : [named]) {
    const answer = await probe(path);
    if ('version' in answer) return found(path, answer.version, path);
    problems.push(`${path} ${answer.problem}`);
  }
  if (named !== '') return { isFound: false, reason: `BRATUM_BROWSER: ${problems.join('; ')}` };
  const packaged = await packagedBrowser();
  return packaged.isFound ? packaged : { isFound: false, reason: [...problems, packaged.reason].join('; ') };
}
