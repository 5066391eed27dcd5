import type { Command } from './Command.ts';
import { datasetExportCommand } from './datasetExport.ts';
import { datasetLabelCommand } from './datasetLabel.ts';
import { datasetScanCommand } from './datasetScan.ts';
import { datasetSplitCommand } from './datasetSplit.ts';
import { datasetVerifyCommand } from './datasetVerify.ts';
import { Misuse } from './Misuse.ts';

const commands: Readonly<Record<string, Command>> = {
  scan: datasetScanCommand,
  label: datasetLabelCommand,
  split: datasetSplitCommand,
  verify: datasetVerifyCommand,
  export: datasetExportCommand,
};

/** `bratum dataset …`: what is in a folder of pictures, and how to split it. */
export const datasetCommand: Command = {
  usage: Object.values(commands)
    .map(({ usage }) => usage)
    .join('\n  bratum '),
  summary: Object.values(commands)
    .map(({ summary }) => summary)
    .join(' '),
  async run([name = '', ...args], context) {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined)
      throw new Misuse(`dataset wants one of ${Object.keys(commands).join(', ')} after it.`);
    return command.run(args, context);
  },
};
