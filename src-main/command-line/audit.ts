import { writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { UserError } from '../../src-shared/errors.ts';
import { errorMessage } from '../../src-shared/errorTexts.ts';
import { auditModel, type AuditOutcome, type AuditRequest } from '../calls/auditModel.ts';
import { auditJson } from '../calls/auditJson.ts';
import { auditDocument } from '../calls/auditDocument.ts';
import { defaultMap, mapName, mapNamed } from '../../src-shared/domain/mapName.ts';
import { openUserEngine } from '../calls/openUserEngine.ts';
import { masksBelow } from '../calls/outlines.ts';
import { readRegions } from '../calls/regions.ts';
import { htmlOfDocument } from '../reports/htmlOfDocument.ts';
import { pdfOfDocument } from '../reports/pdfOfDocument.ts';
import { exitCodes, type Command } from './Command.ts';
import { checkJudged, judgedOptions, readJudged } from './judgedPart.ts';
import { Misuse } from './Misuse.ts';
import { oneOf, readArguments, resolvePath, wholeNumber } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

const options = {
  ...judgedOptions,
  methods: { type: 'string', default: mapName(defaultMap) },
  class: { type: 'string', default: 'predicted' },
  masks: { type: 'string' },
  'only-outlined': { type: 'boolean', default: false },
  regions: { type: 'string' },
  sample: { type: 'string', default: '100' },
  seed: { type: 'string', default: '7' },
  html: { type: 'string' },
  pdf: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** `bratum audit`: where a model looks, and whether its heatmaps can be believed. */
export const auditCommand: Command = {
  usage:
    'audit --model NAME|DIR [--against NAME|DIR] --dataset DIR [--labels FILE] [--split-file FILE --part train|validation|test [--fold K] [--subset NAME]] [--methods a,b] [--class predicted|true] [--masks DIR [--only-outlined]] [--regions FILE] [--sample N] [--seed N] [--provider auto|cpu|webgpu|cuda|dml|coreml] [--json] [--html FILE] [--pdf FILE]',
  summary: 'Audits where a model looks: trust figures of its heatmaps by class and plane.',
  async run(args, { signal }) {
    const { values } = readArguments(args, options);
    const request = await toRequest(values);
    const engine = openUserEngine();
    try {
      const onProgress = (done: number): void => void process.stderr.write(`${done} slices\n`);
      const outcome = await auditModel({ ...request, signal, onProgress }, engine);
      for (const { error } of outcome.failures) process.stderr.write(`${errorMessage(error)}\n`);
      const document = auditDocument(outcome, new Date().toISOString().slice(0, 10));
      if (values.html !== undefined) await write(resolvePath(values.html), htmlOfDocument(document));
      if (values.pdf !== undefined) await write(resolvePath(values.pdf), await pdfOfDocument(document));
      if (values.json) writeJson(auditJson(outcome));
      else if (values.html === undefined && values.pdf === undefined) process.stdout.write(toText(outcome));
      return outcome.failures.length > 0 ? exitCodes.someFailed : exitCodes.done;
    } finally {
      engine.close();
    }
  },
};

type Values = ReturnType<typeof readArguments<typeof options>>['values'];

async function toRequest(values: Values): Promise<AuditRequest> {
  checkJudged(values);
  if (values['only-outlined'] && values.masks === undefined)
    throw new Misuse('--only-outlined needs --masks.');
  return {
    ...(await readJudged(values)),
    methods: methodsOf(values.methods),
    explains: oneOf('--class', ['predicted', 'true'], values.class),
    outlineOf: values.masks === undefined ? null : masksBelow(resolvePath(values.masks)),
    onlyOutlined: values['only-outlined'],
    regions: values.regions === undefined ? [] : await readRegions(resolvePath(values.regions)),
    sample: wholeNumber('--sample', values.sample, 0, 1_000_000),
    seed: wholeNumber('--seed', values.seed, 0, 2 ** 31),
  };
}

function methodsOf(given: string): string[] {
  const names = [...new Set(given.split(','))];
  const unknown = names.find((name) => mapNamed(name) === null);
  if (unknown !== undefined) throw new Misuse(`--methods does not know “${unknown}”.`);
  return names;
}

function toText({ model, n, methods }: AuditOutcome): string {
  const lines = methods.flatMap(({ method, verdicts, cascade }) => [
    `${method}: ${cascade === null ? 'every map is empty' : `random-weights check ${cascade.isPassed ? 'passed' : 'failed'}`}`,
    ...verdicts.map((verdict) => `  ${verdict}`),
  ]);
  return `${model.name}, ${n} slices\n${lines.join('\n')}\n`;
}

async function write(file: string, content: string | Uint8Array): Promise<void> {
  await writeFile(file, content).catch((cause: unknown) => {
    throw new UserError('folder-unwritable', { folder: basename(dirname(file)) }, { cause });
  });
}
