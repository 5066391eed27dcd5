import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { providerNames } from '../../src-shared/domain/analysis.ts';
import { errorMessage } from '../../src-shared/errorTexts.ts';
import { openStore } from '../calls/openStore.ts';
import { openUserEngine } from '../calls/openUserEngine.ts';
import { analyseStudy, type StudyOutcome } from '../calls/pacs/analyseStudy.ts';
import { writeDurably } from '../storage/writeDurably.ts';
import { toAnswer } from './answer.ts';
import { exitCodes, type Command } from './Command.ts';
import { Misuse } from './Misuse.ts';
import { openServer } from './openServer.ts';
import { countOf } from './pacsPush.ts';
import { printable } from './printable.ts';
import { ProgressLine } from './ProgressLine.ts';
import { oneOf, readArguments, resolvePath } from './readArguments.ts';
import { writeInto } from './writeInto.ts';
import { writeJson } from './writeJson.ts';

const options = {
  study: { type: 'string' },
  series: { type: 'string' },
  model: { type: 'string', default: 'auto' },
  provider: { type: 'string', default: 'auto' },
  database: { type: 'string' },
  pictures: { type: 'string' },
  out: { type: 'string' },
  'no-push': { type: 'boolean', default: false },
  timeout: { type: 'string', default: '60' },
  json: { type: 'boolean', default: false },
} as const;

/** `bratum pacs analyse`: a study out of the archive, and its results back into it. */
export const pacsAnalyseCommand: Command = {
  usage:
    'pacs analyse NAME|ADDRESS --study UID [--series UID] [--model NAME|DIR|auto] [--provider auto|cpu|webgpu|cuda|dml|coreml] [--database DIR] [--pictures DIR] [--out DIR] [--no-push] [--timeout SECONDS] [--json]',
  summary: 'Analyses a study of an archive and stores Secondary Captures and a report in the same study.',
  async run(args, { signal }) {
    const { values, positionals } = readArguments(args, options, { takesPaths: true });
    const study = values.study;
    if (study === undefined) throw new Misuse('--study UID is needed.');
    if (values['no-push'] && values.out === undefined) throw new Misuse('--no-push wants --out DIR.');
    const provider = oneOf('--provider', ['auto', ...providerNames], values.provider);
    const out = values.out === undefined ? null : resolvePath(values.out);
    const connection = await openServer(positionals, values, signal);
    const temporary = values.pictures === undefined ? await mkdtemp(join(tmpdir(), 'bratum-study-')) : null;
    const engine = openUserEngine();
    const store = values.database === undefined ? null : await openStore(resolvePath(values.database));
    const progress = new ProgressLine();
    try {
      const isName = values.model === 'auto' || engine.models.isInstalled(values.model);
      const outcome = await analyseStudy(connection, engine, {
        studyInstanceUid: study,
        seriesInstanceUid: values.series ?? null,
        folder: temporary ?? resolvePath(values.pictures ?? ''),
        model: isName ? values.model : resolvePath(values.model),
        provider,
        store,
        isPushed: !values['no-push'],
        onResult: async ({ sopInstanceUid, bytes }) => {
          if (out === null) return;
          await writeInto(out, async () => {
            await mkdir(out, { recursive: true });
            await writeDurably(join(out, `${sopInstanceUid}.dcm`), [bytes]);
          });
        },
        onProgress: (text) => progress.show(text),
        signal,
      });
      progress.clear();
      return say(outcome, study, values.json);
    } finally {
      engine.close();
      await store?.close();
      if (temporary !== null) await rm(temporary, { recursive: true, force: true });
    }
  },
};

function say({ answers, pushed, ...counts }: StudyOutcome, study: string, isJson: boolean): number {
  const failed = answers.filter(({ outcome }) => !outcome.ok).length;
  if (isJson)
    writeJson({ study, ...counts, results: answers.map((answer) => toAnswer(answer, null)), pushed });
  else {
    const slices = `${answers.length - failed} slices analysed, ${failed} failed`;
    process.stdout.write(`${slices}${pushed === null ? '' : `; results: ${countOf(pushed)}`}\n`);
  }
  for (const { outcome } of answers)
    if (!outcome.ok) process.stderr.write(`${printable(errorMessage(outcome.error))}\n`);
  const isRefused = pushed?.some(({ state }) => state === 'refused') === true;
  return failed > 0 || isRefused ? exitCodes.someFailed : exitCodes.done;
}
