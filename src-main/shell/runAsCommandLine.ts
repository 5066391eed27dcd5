import { join } from 'node:path';
import { app } from 'electron';
import { reportFailure } from '../calls/reportFailure.ts';
import { userDataFolder } from '../calls/userDataFolder.ts';

/**
 * The words after `--cli`, or null where a window is wanted. The package's `bratum` is the application itself with
 * that switch, because its executable does not act as Node.
 */
export function commandLineOf(values: readonly string[]): string[] | null {
  const at = values.indexOf('--cli');
  return at === -1 ? null : values.slice(at + 1);
}

/** Carries out one command without a window, then ends the process with its exit code. */
export async function runAsCommandLine(words: string[]): Promise<void> {
  // Chromium's own files: apart from those of a window that may be open at the same time.
  app.setPath('sessionData', join(userDataFolder(), 'chromium-command-line'));
  app.disableHardwareAcceleration();
  app.dock?.hide();
  await app.whenReady();
  try {
    const { runCommandLine } = await import('../command-line/main.ts');
    app.exit(await runCommandLine(words));
  } catch (error) {
    reportFailure(error);
    app.exit(3);
  }
}
