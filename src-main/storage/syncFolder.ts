import { open } from 'node:fs/promises';

/**
 * Makes the names in a folder durable: after this, a file that was created in it or renamed into it is
 * still there after a power cut (fsync(2): syncing a file says nothing about the entry that names it).
 * Windows offers no such call and journals its folders by itself.
 */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
