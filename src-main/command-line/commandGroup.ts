import type { Command } from './Command.ts';
import { Misuse } from './Misuse.ts';

/**
 * The first word of several commands, as `dataset` of `dataset scan`; alone it is misuse.
 *
 * @param name - that word, for messages
 * @param subject - what the commands are about
 * @param members - the commands, by the word after it
 */
export function commandGroup(
  name: string,
  subject: string,
  members: Readonly<Record<string, Command>>,
): Command {
  const words = Object.keys(members).join(', ');
  return {
    usage: Object.values(members)
      .map(({ usage }) => usage)
      .join('\n  bratum '),
    summary: `${subject}: ${words}.`,
    members,
    run() {
      throw new Misuse(`${name} wants one of ${words} after it.`);
    },
  };
}
