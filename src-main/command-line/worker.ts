import { join } from 'node:path';
import { openServices } from '../calls/jobs/openServices.ts';
import { FetchedModels } from '../calls/jobs/FetchedModels.ts';
import { JobWorker } from '../calls/jobs/JobWorker.ts';
import { openUserEngine } from '../calls/openUserEngine.ts';
import { userDataFolder } from '../calls/userDataFolder.ts';
import { exitCodes, type Command } from './Command.ts';
import { errorJson } from './errorJson.ts';
import { serviceOptions, servicePlace } from './jobServices.ts';
import { Misuse } from './Misuse.ts';
import { printable } from './printable.ts';
import { readArguments, wholeNumber } from './readArguments.ts';
import { writeLine } from './writeJson.ts';

const options = {
  processes: { type: 'string' },
  json: { type: 'boolean', default: false },
  queue: serviceOptions.queue,
  store: serviceOptions.store,
} as const;

/** `bratum worker`: takes chunks from a queue and keeps their answers, until it is told to stop. */
export const workerCommand: Command = {
  usage: 'worker --queue redis://… --store postgres://… [--processes N] [--json]',
  summary: 'Carries out jobs of a queue; Ctrl+C or SIGTERM finishes the chunks in hand.',
  printsLines: true,
  async run(args, { signal }) {
    const { values } = readArguments(args, options);
    const place = servicePlace(values);
    if (place.kind === 'embedded')
      throw new Misuse('--queue and --store are needed; without them, submit carries its jobs out itself.');
    const processes =
      values.processes === undefined ? null : wholeNumber('--processes', values.processes, 1, 256);
    const pool = processes === null ? undefined : { processes, threads: 1 };
    const engine = openUserEngine(pool === undefined ? {} : { pool });
    const services = await openServices(place);
    const fetched = new FetchedModels(services.shelf, join(userDataFolder(), 'fleet-models'), pool);
    const say = (line: { type: string }, words: string): void => {
      if (values.json) writeLine(line);
      else process.stdout.write(`${printable(words)}\n`);
    };
    const done = { chunks: 0, answered: 0, dead: 0 };
    const worker = new JobWorker(
      services,
      engine,
      {
        onChunk({ id, attempts }, { end, answered, dead, error, elapsedMs }) {
          done.chunks += end.kind === 'settled' ? 1 : 0;
          done.answered += answered;
          done.dead += dead;
          const failure = error && errorJson(error);
          const line = {
            type: 'chunk',
            chunk: id,
            attempts,
            answered,
            dead,
            elapsedMs,
            end: end.kind,
            error: failure,
          };
          say(
            line,
            `${answered} slices in ${elapsedMs.toFixed(0)} ms${failure === null ? '' : `: ${failure.message}`}`,
          );
        },
        onProblem(error) {
          const failure = errorJson(error);
          say({ type: 'problem', ...{ error: failure } }, failure.message);
        },
      },
      fetched,
    );
    try {
      say({ type: 'started', ...{ worker: worker.id } }, `worker ${worker.id}`);
      await worker.work(signal, new AbortController().signal);
      say({ type: 'finished', ...done }, `${done.chunks} chunks, ${done.answered} slices`);
      return exitCodes.done;
    } finally {
      engine.close();
      fetched.close();
      await services.close();
    }
  },
};
