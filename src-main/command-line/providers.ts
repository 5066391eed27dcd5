import { openEngine } from '../calls/openEngine.ts';
import { exitCodes, type Command } from './Command.ts';
import { readArguments } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

const options = { json: { type: 'boolean', default: false } } as const;

/** `bratum providers`: which execution providers work here, and how fast they are. */
export const providersCommand: Command = {
  usage: 'providers [--json]',
  summary: 'Probes the execution providers: do they load, agree with the CPU, and pay off?',
  async run(args, { signal }) {
    const { values } = readArguments(args, options);
    const engine = openEngine();
    try {
      const choice = await engine.providers.report(await engine.models.load('combined'), signal);
      if (values.json) writeJson(choice);
      else {
        for (const { provider, isUsable, reason } of choice.providers)
          process.stdout.write(`${provider.padEnd(8)} ${isUsable ? 'usable' : 'not usable'}  ${reason}\n`);
        process.stdout.write(`one slice: ${choice.forOneSlice}, a batch: ${choice.forBatch}\n`);
      }
      return exitCodes.done;
    } finally {
      engine.close();
    }
  },
};
