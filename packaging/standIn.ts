import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPackage } from '@electron/asar';
import { FuseV1Options } from '@electron/fuses';

/** Electron's fuse wire begins with this, in every distribution. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/**
 * Makes a folder that electron-builder takes for Electron's distribution for Linux: nothing in it runs, but its
 * archive is a real one and its fuses can be flipped and read.
 */
export async function makeStandIn(folder: string, version: string): Promise<void> {
  const application = join(folder, 'default-application');
  await mkdir(join(folder, 'resources'), { recursive: true });
  await mkdir(application);
  await writeFile(join(application, 'package.json'), '{"name":"stand-in"}');
  await createPackage(application, join(folder, 'resources', 'default_app.asar'));
  const count = Object.values(FuseV1Options).filter((value) => typeof value === 'number').length;
  // Version 1 of the wire, its length, then each fuse as it is in Electron's own builds: only Node mode and the
  // like are on, which is what the package must change.
  const wire = Buffer.concat([
    Buffer.from(sentinel),
    Buffer.from([1, count]),
    Buffer.from('1'.repeat(count)),
  ]);
  await writeFile(join(folder, 'electron'), Buffer.concat([Buffer.alloc(64), wire, Buffer.alloc(64)]));
  await chmod(join(folder, 'electron'), 0o755);
  await writeFile(join(folder, 'version'), version);
  await writeFile(join(folder, 'LICENSE'), 'Stand-in');
  await writeFile(join(folder, 'LICENSES.chromium.html'), 'Stand-in');
}
