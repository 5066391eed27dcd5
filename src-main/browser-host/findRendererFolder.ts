import { fileURLToPath } from 'node:url';

/**
 * The built page: beside this code in the package; in a source checkout it is built first where it is
 * missing or older than its sources, with a line on standard error.
 */
export async function findRendererFolder(): Promise<string> {
  if (import.meta.url.endsWith('.ts')) {
    const { ensureBuilt } = await import('../build.ts');
    return ensureBuilt('renderer');
  }
  return fileURLToPath(new URL('../renderer', import.meta.url));
}
