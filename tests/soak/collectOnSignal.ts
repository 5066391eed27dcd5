/**
 * Imported into every child of a soak: on SIGUSR2 it collects its garbage. The file of its process number says that it
 * listens, and, where the soak took it away before it asked, that it has collected.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectedFolderName } from './collectGarbage.ts';

const mark = join(process.env[collectedFolderName]!, String(process.pid));

process.on('SIGUSR2', () => {
  globalThis.gc?.();
  // Buffers are freed beside what follows a collection; the next one waits for it.
  setImmediate(() => {
    globalThis.gc?.();
    writeFileSync(mark, '');
  });
});
writeFileSync(mark, '');
