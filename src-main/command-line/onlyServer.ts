import { Misuse } from './Misuse.ts';

/** The one archive that a command was given, by name or address. @throws Misuse */
export function onlyServer(positionals: readonly string[]): string {
  const [server, ...rest] = positionals;
  if (server === undefined || rest.length > 0) throw new Misuse('Name one archive, or its address.');
  return server;
}
