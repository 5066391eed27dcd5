import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';

/** Where the parts of `@sparticuz/chromium` lie once unpacked. */
export interface UnpackedBrowser {
  executablePath: string;
  /** Shared libraries for systems that lack them. */
  libraryFolder: string;
  /** A fontconfig file; without it, text is invisible on a system without fonts. */
  fontsFile: string;
}

const packageFolder = fileURLToPath(new URL('../', import.meta.resolve('@sparticuz/chromium')));

/** Shared by every checkout of node_modules, thrown away with it. */
const cacheFolder = fileURLToPath(new URL('../../node_modules/.cache/bratum-chromium/', import.meta.url));

function fontsConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`;
}

async function inflateFile(name: string, target: string): Promise<void> {
  const source = createReadStream(join(packageFolder, 'bin', name));
  await pipeline(source, createBrotliDecompress(), createWriteStream(target, { mode: 0o755 }));
}

/** By way of a file: fed through a pipe, tar may stop reading at the archive's end mark and break the pipe. */
async function inflateTar(name: string, folder: string): Promise<void> {
  const archive = join(folder, 'archive.tar');
  await inflateFile(name, archive);
  const tar = spawn('tar', ['-x', '--no-same-owner', '-f', archive, '-C', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [exitCode] = (await once(tar, 'close')) as [number | null];
  await rm(archive);
  if (exitCode !== 0) throw new Error(`tar could not unpack ${name}`);
}

async function unpackInto(folder: string): Promise<void> {
  // ANGLE and SwiftShader are looked for beside the executable.
  await inflateTar('swiftshader.tar.br', folder);
  await inflateTar('al2023.tar.br', folder);
  await inflateTar('fonts.tar.br', folder);
  await inflateFile('chromium.br', join(folder, 'chromium'));
}

/**
 * Unpacks the Chromium of the npm package `@sparticuz/chromium` into `node_modules/.cache`, once per version.
 * The package's own `executablePath()` is not used: it takes whatever lies under a fixed name in the
 * temporary folder for its browser. Two processes may do this at once; the folder appears in one step.
 *
 * @throws Error when the package is not installed, or there is no room or no `tar`
 */
export async function unpackBrowser(): Promise<UnpackedBrowser> {
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const folder = join(cacheFolder, version);
  if (!existsSync(folder)) {
    await mkdir(dirname(folder), { recursive: true });
    const draft = await mkdtemp(`${folder}.`);
    try {
      await unpackInto(draft);
      await rename(draft, folder);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      if (!existsSync(folder)) throw error;
    }
  }
  const fontsFile = join(folder, 'fonts.conf');
  const fonts = fontsConfiguration(folder);
  // It holds absolute paths, and node_modules may have been moved.
  if ((await readFile(fontsFile, 'utf8')) !== fonts) await writeFile(fontsFile, fonts);
  return { executablePath: join(folder, 'chromium'), libraryFolder: join(folder, 'lib'), fontsFile };
}
