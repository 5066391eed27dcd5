import { app, safeStorage } from 'electron';
import type { Keychain } from '../calls/pacs/useKeychain.ts';

/**
 * The system's keychain by way of Electron: Keychain on macOS, DPAPI on Windows, the Secret Service or KWallet on Linux.
 * Null where Electron would only scramble with a key that everybody knows (`basic_text`).
 */
export async function systemKeychain(): Promise<Keychain | null> {
  await app.whenReady();
  if (!(await safeStorage.isAsyncEncryptionAvailable())) return null;
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return null;
  return {
    seal: (text) => safeStorage.encryptStringAsync(text),
    open: async (sealed) => (await safeStorage.decryptStringAsync(sealed)).result,
  };
}
