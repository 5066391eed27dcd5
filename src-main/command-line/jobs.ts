import { createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { FoldMeans, JobsOverview, SubmittedRun } from '../../src-shared/domain/jobs.ts';
import { errorMessage } from '../../src-shared/errorTexts.ts';
import { UserError } from '../../src-shared/errors.ts';
import { meanText } from '../../src-shared/statistics/figureTexts.ts';
import { openServices } from '../calls/jobs/openServices.ts';
import type { JobStore } from '../jobs/JobStore.ts';
import { readAnswers } from '../jobs/readAnswers.ts';
import { readOverview } from '../jobs/readOverview.ts';
import { exitCodes, type Command } from './Command.ts';
import { errorJson } from './errorJson.ts';
import { serviceOptions, servicePlace, serviceUsage } from './jobServices.ts';
import { Misuse } from './Misuse.ts';
import { printable } from './printable.ts';
import { readArguments, resolvePath } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

const options = {
  cancel: { type: 'string' },
  answers: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean', default: false },
  ...serviceOptions,
} as const;

/** `bratum jobs`: what was handed in, how far it is, what was given up and who works. */
export const jobsCommand: Command = {
  usage: `jobs [--cancel SUBMISSION | --answers SUBMISSION --out FILE] ${serviceUsage} [--json]`,
  summary:
    'Shows submissions, dead letters and workers; cancels one; writes the answers of one as JSON lines.',
  async run(args) {
    const { values } = readArguments(args, options);
    if ((values.answers === undefined) !== (values.out === undefined))
      throw new Misuse('--answers and --out belong together.');
    const { store, close } = await openServices(servicePlace(values));
    try {
      if (values.cancel !== undefined && !(await store.cancel(values.cancel)))
        throw new UserError('submission-unknown');
      if (values.answers !== undefined && values.out !== undefined)
        await writeAnswers(store, values.answers, resolvePath(values.out));
      const overview = await readOverview(store);
      if (values.json) writeJson(toJson(overview));
      else print(overview);
    } finally {
      await close();
    }
    return exitCodes.done;
  },
};

async function writeAnswers(store: JobStore, submission: string, file: string): Promise<void> {
  const known = await store.read('SELECT id FROM submissions WHERE id = $1', submission);
  if (known.length === 0) throw new UserError('submission-unknown');
  try {
    await pipeline(linesOf(store, submission), createWriteStream(file));
  } catch (error) {
    const isOfFile = error instanceof Error && 'code' in error && !(error instanceof UserError);
    throw isOfFile ? new UserError('folder-unwritable', {}, { cause: error }) : error;
  }
}

async function* linesOf(store: JobStore, submission: string): AsyncGenerator<string> {
  for await (const { path, frame, outcome } of readAnswers(store, submission)) {
    const rest = outcome.ok ? outcome.answer : { error: errorJson(outcome.error) };
    yield `${JSON.stringify({ file: path, frame, ...rest })}\n`;
  }
}

function toJson({ deadLetters, runs, ...overview }: JobsOverview): object {
  return {
    ...overview,
    runs: runs.map(({ error, ...run }) => ({ ...run, error: error && errorJson(error) })),
    deadLetters: deadLetters.map(({ path, error, ...letter }) => ({
      file: path,
      ...letter,
      error: errorJson(error),
    })),
  };
}

function print(overview: JobsOverview): void {
  const { submissions, chunks, workers, deadLetters, runs, foldMeans, slicesPerSecond } = overview;
  const lines = [
    ...submissions.map(
      ({ id, slices, answered, waiting, dead, cancelled }) =>
        `${id}  ${answered} of ${slices} answered, ${waiting} waiting, ${dead} given up, ${cancelled} cancelled`,
    ),
    `chunks: ${Object.entries(chunks)
      .map(([state, count]) => `${count} ${state}`)
      .join(', ')}; ${slicesPerSecond.toFixed(1)} slices a second`,
    ...workers.map(
      ({ id, isAlive, slices, slicesPerSecond: rate, residentMb }) =>
        `worker ${id}: ${isAlive ? 'alive' : 'lost'}, ${slices} slices, ${rate.toFixed(1)} a second, ${residentMb.toFixed(0)} MB`,
    ),
    ...runs.map(({ path, state, result }) => `run ${basename(path)}: ${state}${figuresText(result)}`),
    ...foldMeans.map(meansText),
    ...deadLetters.map(({ path, error }) => `given up: ${path}: ${errorMessage(error)}`),
  ];
  process.stdout.write(`${lines.map(printable).join('\n')}\n`);
}

function figuresText(result: SubmittedRun['result']): string {
  if (result === null) return '';
  const { validationAccuracy, testAccuracy } = result;
  return `, validation accuracy ${validationAccuracy.toFixed(4)}, test ${testAccuracy?.toFixed(4) ?? '–'}`;
}

function meansText({ name, folds, validationAccuracy, testAccuracy }: FoldMeans): string {
  const test = testAccuracy === null ? '–' : meanText(testAccuracy, fourDecimals);
  return (
    `mean of ${name} over ${folds.trained} of ${folds.all} folds: ` +
    `validation accuracy ${meanText(validationAccuracy, fourDecimals)}, test ${test}`
  );
}

function fourDecimals(value: number): string {
  return value.toFixed(4);
}
