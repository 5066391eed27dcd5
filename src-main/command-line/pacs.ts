import type { Command } from './Command.ts';
import { Misuse } from './Misuse.ts';
import { pacsAnalyseCommand } from './pacsAnalyse.ts';
import { pacsPullCommand } from './pacsPull.ts';
import { pacsPushCommand } from './pacsPush.ts';
import { pacsQueryCommand } from './pacsQuery.ts';
import { pacsServeCommand } from './pacsServe.ts';
import { pacsAddCommand, pacsListCommand, pacsRemoveCommand } from './pacsServers.ts';

const commands: Readonly<Record<string, Command>> = {
  list: pacsListCommand,
  add: pacsAddCommand,
  remove: pacsRemoveCommand,
  query: pacsQueryCommand,
  pull: pacsPullCommand,
  push: pacsPushCommand,
  analyse: pacsAnalyseCommand,
  serve: pacsServeCommand,
};

/** `bratum pacs …`: pictures from an archive, and results into it. */
export const pacsCommand: Command = {
  usage: Object.values(commands)
    .map(({ usage }) => usage)
    .join('\n  bratum '),
  summary: Object.values(commands)
    .map(({ summary }) => summary)
    .join(' '),
  async run([name = '', ...args], context) {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined)
      throw new Misuse(`pacs wants one of ${Object.keys(commands).join(', ')} after it.`);
    return command.run(args, context);
  },
};
