import { readFile } from 'node:fs/promises';
import { providerNames } from '../../src-shared/domain/analysis.ts';
import { priorities, type Submission } from '../../src-shared/domain/jobs.ts';
import { UserError } from '../../src-shared/errors.ts';
import { openServices } from '../calls/jobs/openServices.ts';
import { awaitSubmission } from '../calls/jobs/awaitSubmission.ts';
import { modelSetOf } from '../calls/jobs/modelSetOf.ts';
import { publishModels } from '../calls/jobs/publishModels.ts';
import { submitPaths, type Handed } from '../calls/jobs/submitPaths.ts';
import { openUserEngine } from '../calls/openUserEngine.ts';
import { exitCodes, type Command } from './Command.ts';
import { errorJson } from './errorJson.ts';
import { serviceOptions, servicePlace, serviceUsage } from './jobServices.ts';
import { Misuse } from './Misuse.ts';
import { printable } from './printable.ts';
import { pullForSubmit } from './pullForSubmit.ts';
import { ProgressLine } from './ProgressLine.ts';
import { oneOf, readArguments, resolvePath, wholeNumber } from './readArguments.ts';
import { submitTraining } from './submitTraining.ts';
import { writeJson } from './writeJson.ts';

const options = {
  train: { type: 'string' },
  from: { type: 'string', default: 'folder' },
  model: { type: 'string', default: 'auto' },
  provider: { type: 'string', default: 'auto' },
  priority: { type: 'string', default: '0' },
  'all-slices': { type: 'boolean', default: false },
  wait: { type: 'boolean', default: false },
  study: { type: 'string', multiple: true },
  pictures: { type: 'string' },
  timeout: { type: 'string', default: '60' },
  json: { type: 'boolean', default: false },
  ...serviceOptions,
} as const;

/** `bratum submit`: hands pictures in as jobs, and without a queue carries them out. */
export const submitCommand: Command = {
  usage: `submit --from folder|list PATH…|dicomweb NAME|ADDRESS --study UID… --pictures DIR [--timeout SECONDS] [--model NAME|DIR|auto] [--provider auto|cpu|webgpu|cuda|dml|coreml] [--priority 0…9] [--all-slices] ${serviceUsage} [--wait] [--json] | submit --train PLAN [--priority 0…9] ${serviceUsage} [--wait] [--json]`,
  summary:
    'Hands in pictures to be classified, each content once, or runs to be trained; without a queue it does them itself.',
  async run(args, { signal }) {
    const { values, positionals } = readArguments(args, options, { takesPaths: true });
    const place = servicePlace(values);
    const priority = wholeNumber('--priority', values.priority, priorities.least, priorities.most);
    if (values.train !== undefined) {
      if (positionals.length > 0) throw new Misuse('--train takes a plan, and no pictures.');
      const { train: plan, wait: isWaited, json: isJson } = values;
      return submitTraining({ plan, place, priority, isWaited, isJson, signal });
    }
    const from = oneOf('--from', ['folder', 'list', 'dicomweb'] as const, values.from);
    const paths =
      from === 'dicomweb'
        ? await pullForSubmit(positionals, values, signal)
        : await pathsFrom(from, positionals);
    const provider = oneOf('--provider', ['auto', ...providerNames], values.provider);
    const engine = openUserEngine();
    const services = await openServices(place);
    const progress = new ProgressLine();
    try {
      const model =
        values.model === 'auto' || engine.models.isInstalled(values.model)
          ? values.model
          : resolvePath(values.model);
      const set = await modelSetOf(model, engine.models);
      const modelSet = set.fingerprint;
      if (place.kind === 'fleet') await publishModels(set, model, engine.models, services.shelf);
      const skipped: { file: string; reason: string }[] = [];
      const walk = {
        allSlices: values['all-slices'],
        passOver: place.kind === 'embedded' ? [place.folder] : [],
        signal,
        onSkipped: (file: string, reason: string) => skipped.push({ file, reason }),
      };
      const startedAt = performance.now();
      const handed = await submitPaths(
        paths,
        { model, modelSet, provider, priority },
        services,
        walk,
        (found, added) => progress.show(`${found} slices found, ${added} of them new`),
      );
      const end =
        place.kind === 'embedded' || values.wait
          ? await awaitSubmission(
              handed.submission,
              services,
              place.kind === 'embedded' ? engine : null,
              signal,
              (submission, rate) =>
                progress.show(
                  `${submission.slices - submission.waiting} of ${submission.slices} slices, ${rate.toFixed(1)} a second`,
                ),
            )
          : null;
      progress.clear();
      report(handed, skipped, end, performance.now() - startedAt, values.json);
      return handed.unreadable.length > 0 || (end?.dead ?? 0) > 0 ? exitCodes.someFailed : exitCodes.done;
    } finally {
      progress.clear();
      engine.close();
      await services.close();
    }
  },
};

/** A list names one file or folder a line; empty lines and lines with # say nothing. */
async function pathsFrom(from: 'folder' | 'list', words: readonly string[]): Promise<string[]> {
  if (words.length === 0) throw new Misuse('Name at least one file or folder.');
  const paths = words.map(resolvePath);
  if (from === 'folder') return paths;
  const lists = await Promise.all(
    paths.map((path) =>
      readFile(path, 'utf8').catch((error: unknown) => {
        throw new UserError('file-unreadable', { file: path.split(/[\\/]/).at(-1)! }, { cause: error });
      }),
    ),
  );
  const lines = lists.flatMap((text) => text.split(/\r?\n/)).map((line) => line.trim());
  const named = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (named.length === 0) throw new Misuse('The list names nothing.');
  return named.map(resolvePath);
}

function report(
  handed: Handed,
  skipped: { file: string; reason: string }[],
  end: Submission | null,
  elapsedMs: number,
  isJson: boolean,
): void {
  const { submission, found, added } = handed;
  const unreadable = handed.unreadable.map(({ path, error }) => ({
    file: path,
    error: errorJson(error),
  }));
  for (const { error } of unreadable) process.stderr.write(`${printable(error.message)}\n`);
  if (isJson) {
    const counts = end && {
      answered: end.answered,
      dead: end.dead,
      cancelled: end.cancelled,
      waiting: end.waiting,
    };
    writeJson({ submission, found, added, known: found - added, ...counts, elapsedMs, unreadable, skipped });
    return;
  }
  const rest = end === null ? '' : `; ${end.answered} answered, ${end.dead} given up`;
  process.stdout.write(`${submission}: ${found} slices, ${added} new${rest}\n`);
}
