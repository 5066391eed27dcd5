import { spawn } from 'node:child_process';

/** The system's own way to open an address; none of them goes through a shell. */
function openingCommand(url: string): [string, string[]] {
  if (process.platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', url]];
  return [process.platform === 'darwin' ? 'open' : 'xdg-open', [url]];
}

/** True where a browser could show itself: always on Windows and macOS, with a display on Linux. */
export function hasDisplay(environment: NodeJS.ProcessEnv = process.env): boolean {
  if (process.platform === 'win32' || process.platform === 'darwin') return true;
  return Boolean(environment['DISPLAY']) || Boolean(environment['WAYLAND_DISPLAY']);
}

/** Opens an address in the person's browser; where there is none, the printed address has to do. */
export function openInBrowser(url: string): void {
  if (!hasDisplay()) return;
  const [command, parameters] = openingCommand(url);
  const opener = spawn(command, parameters, { stdio: 'ignore', detached: true });
  opener.on('error', () => undefined);
  opener.unref();
}
