import { errorMessage } from '../../src-shared/errorTexts.ts';
import { toFailure } from '../../src-shared/errors.ts';
import { openUserEngine } from '../calls/openUserEngine.ts';
import { exitCodes, type Command } from './Command.ts';
import { readArguments } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

const options = { json: { type: 'boolean', default: false } } as const;

/** `bratum models`: the cards of the installed models. */
export const modelsCommand: Command = {
  usage: 'models [--json]',
  summary: 'Lists the installed models with their cards.',
  async run(args) {
    const { values } = readArguments(args, options);
    const engine = openUserEngine();
    try {
      const models = await engine.models.list((error) => {
        process.stderr.write(`${errorMessage(toFailure(error))}\n`);
      });
      if (values.json) writeJson({ models });
      else
        for (const { name, title, subset, limits } of models)
          process.stdout.write(
            `${name.padEnd(12)} ${subset.padEnd(10)} ${title}\n${limits.map((limit) => `    – ${limit}\n`).join('')}`,
          );
      return exitCodes.done;
    } finally {
      engine.close();
    }
  },
};
