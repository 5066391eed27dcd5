import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Two folders up in the sources, the build and the package's archive alike. */
const applicationFolder = fileURLToPath(new URL('../..', import.meta.url));

/**
 * A folder that ships with the application. In a checkout it lies in the project; in a package beside the archive,
 * where the native library and people can open its files.
 */
export function shippedFolder(name: 'models' | 'resources'): string {
  const inside = join(applicationFolder, name);
  return existsSync(inside) ? inside : join(applicationFolder, '..', name);
}
