import type { Command } from './Command.ts';
import { Misuse } from './Misuse.ts';

/**
 * A command that is the first word of several others, as `dataset scan`.
 *
 * @param name - of the group, for messages
 * @param commands - by the word after it
 */
export function commandGroup(name: string, commands: Readonly<Record<string, Command>>): Command {
  const all = Object.values(commands);
  return {
    usage: all.map(({ usage }) => usage).join('\n  bratum '),
    summary: all.map(({ summary }) => summary).join(' '),
    async run([word = '', ...args], context) {
      const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
      if (command === undefined)
        throw new Misuse(`${name} wants one of ${Object.keys(commands).join(', ')} after it.`);
      return command.run(args, context);
    },
  };
}
