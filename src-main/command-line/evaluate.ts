import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { UserError } from '../../src-shared/errors.ts';
import { errorMessage } from '../../src-shared/errorTexts.ts';
import { evaluateModel, type EvaluationOutcome, type EvaluationRequest } from '../calls/evaluateModel.ts';
import { evaluationJson } from '../calls/evaluationJson.ts';
import { openUserEngine } from '../calls/openUserEngine.ts';
import { evaluationPage } from '../training/evaluation/evaluationPage.ts';
import { exitCodes, type Command } from './Command.ts';
import { checkJudged, judgedOptions, readJudged } from './judgedPart.ts';
import { Misuse } from './Misuse.ts';
import { readArguments, resolvePath } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

const options = {
  ...judgedOptions,
  healthy: { type: 'string', multiple: true },
  'beside-validation': { type: 'boolean', default: false },
  html: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** `bratum evaluate`: how good a model is on slices whose class is known, as JSON, a page, or three lines. */
export const evaluateCommand: Command = {
  usage:
    'evaluate --model NAME|DIR [--against NAME|DIR] --dataset DIR [--labels FILE] [--split-file FILE --part train|validation|test [--fold K] [--subset NAME] [--beside-validation]] [--healthy PATH]… [--provider auto|cpu|webgpu|cuda|dml|coreml] [--json] [--html FILE]',
  summary: 'Evaluates a model on a labelled data set.',
  async run(args, { signal }) {
    const { values } = readArguments(args, options);
    const request = await toRequest(values);
    const engine = openUserEngine();
    try {
      const outcome = await evaluateModel({ ...request, signal, onProgress: showProgress }, engine);
      for (const { error } of outcome.failures) process.stderr.write(`${errorMessage(error)}\n`);
      for (const warning of outcome.report.warnings) process.stderr.write(`${warning}\n`);
      if (values.html !== undefined) await writePage(resolvePath(values.html), request.dataset, outcome);
      if (values.json)
        writeJson(
          evaluationJson(
            outcome.report,
            outcome.failures.map(({ path, error }) => ({
              path,
              code: error.code,
              message: errorMessage(error),
            })),
          ),
        );
      else if (values.html === undefined) process.stdout.write(toText(outcome));
      return outcome.failures.length > 0 ? exitCodes.someFailed : exitCodes.done;
    } finally {
      engine.close();
    }
  },
};

type Values = ReturnType<typeof readArguments<typeof options>>['values'];

async function toRequest(values: Values): Promise<EvaluationRequest> {
  checkJudged(values);
  if (values['beside-validation'] && values.part !== 'test')
    throw new Misuse('--beside-validation belongs to --part test.');
  return {
    ...(await readJudged(values)),
    isBesideValidation: values['beside-validation'],
    healthyHeads: (values.healthy ?? []).map(resolvePath),
  };
}

function showProgress(slices: number): void {
  if (slices % 320 === 0) process.stderr.write(`${slices} slices\n`);
}

function toText({ report: { evaluation, protocol, baseline, comparison } }: EvaluationOutcome): string {
  const { n, accuracy, groupedIntervals, macro, meningiomaAsNoTumor } = evaluation;
  const [low, high] = groupedIntervals.accuracy ?? [Number.NaN, Number.NaN];
  return `${protocol}
accuracy ${accuracy.toFixed(4)} (${low.toFixed(4)} – ${high.toFixed(4)} by groups) on ${n} slices, macro F1 ${macro.f1.toFixed(4)}
${meningiomaAsNoTumor === null ? '' : `meningioma called healthy: ${meningiomaAsNoTumor}; `}size, border and brightness alone: ${baseline?.accuracy.toFixed(4) ?? '–'}
${comparison === null ? '' : `against ${comparison.model}: accuracy ${comparison.accuracy.toFixed(4)}; it alone is right on ${comparison.onlySecond}, this one alone on ${comparison.onlyFirst}; p ${comparison.pValue.toPrecision(3)}\n`}`;
}

/** Pictures are linked, not copied: by their way from the page's folder to the data set. */
async function writePage(file: string, dataset: string, { report }: EvaluationOutcome): Promise<void> {
  const way = relative(dirname(file), dataset).split(sep).join('/');
  const isPicture = (path: string): boolean => /\.(jpe?g|png|webp|bmp)$/i.test(path);
  const page = evaluationPage({
    ...report,
    createdAt: new Date().toISOString().slice(0, 10),
    pictureOf: (path) => (isPicture(path) ? `${way}/${path}` : null),
  });
  await writeFile(file, page).catch((cause: unknown) => {
    throw new UserError('folder-unwritable', { folder: basename(join(dirname(file))) }, { cause });
  });
}
