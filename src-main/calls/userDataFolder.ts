import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Where the application keeps its cases and settings: one folder for every host, so that the desktop
 * and the command line share a store. `BRATUM_DATA` overrides it; it counts from the folder that the caller stood in.
 */
export function userDataFolder(): string {
  const override = process.env['BRATUM_DATA'];
  if (override !== undefined && override !== '') return resolve(process.env['INIT_CWD'] ?? '', override);
  switch (process.platform) {
    case 'win32':
      return join(process.env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'BraTum Workstation');
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'BraTum Workstation');
    default:
      return join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'bratum-workstation');
  }
}
