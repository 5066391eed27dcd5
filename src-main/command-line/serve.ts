import { openInBrowser } from '../browser-host/openInBrowser.ts';
import { serveStore } from '../browser-host/serveStore.ts';
import { userDataFolder } from '../calls/userDataFolder.ts';
import { exitCodes, type Command } from './Command.ts';
import { readArguments, resolvePath, wholeNumber } from './readArguments.ts';

const options = {
  port: { type: 'string', default: '0' },
  database: { type: 'string' },
  'no-open': { type: 'boolean', default: false },
} as const;

/** `bratum serve`: the workstation in a browser on this machine, until it is interrupted. */
export const serveCommand: Command = {
  usage: 'serve [--port N] [--database DIR] [--no-open]',
  summary: 'Serves the workstation to a browser on this machine.',
  async run(args, { signal }) {
    const { values } = readArguments(args, options);
    const port = wholeNumber('--port', values.port, 0, 65_535);
    const storeFolder = values.database === undefined ? userDataFolder() : resolvePath(values.database);
    const host = await serveStore({ storeFolder, port });
    process.stdout.write(`BRATUM_URL=${host.url}\n`);
    if (!values['no-open']) openInBrowser(host.url);
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await host.close();
    return exitCodes.done;
  },
};
