import {
  attributeFates,
  deidentificationWarningText,
  type DeidentificationReport,
} from '../../src-shared/domain/deidentification.ts';
import { deidentifyPaths } from '../calls/deidentifyPaths.ts';
import { exitCodes, type Command } from './Command.ts';
import { errorJson } from './errorJson.ts';
import { Misuse } from './Misuse.ts';
import { printable } from './printable.ts';
import { ProgressLine } from './ProgressLine.ts';
import { oneOf, readArguments, resolvePath } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

const options = {
  out: { type: 'string' },
  preview: { type: 'boolean', default: false },
  'keep-dates': { type: 'string', default: 'removed' },
  'keep-patient': { type: 'boolean', default: false },
  'keep-device': { type: 'boolean', default: false },
  'keep-descriptions': { type: 'boolean', default: false },
  identify: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof readArguments<typeof options>>['values'];

/** `bratum deidentify`: DICOM files without their patients. */
export const deidentifyCommand: Command = {
  usage:
    'deidentify PATH… --out DIR|--preview [--keep-dates shifted|removed] [--keep-patient] [--keep-device] [--keep-descriptions] [--identify] [--json]',
  summary: 'Writes DICOM files without their patients (PS3.15 basic profile), or says what would go.',
  async run(args, { signal }) {
    const { values, positionals } = readArguments(args, options, { takesPaths: true });
    const out = checkTarget(values);
    if (positionals.length === 0) throw new Misuse('Name at least one file or folder.');
    const progress = new ProgressLine();
    const { report, failures, skipped } = await deidentifyPaths({
      paths: positionals.map(resolvePath),
      out,
      options: {
        dates: oneOf('--keep-dates', ['shifted', 'removed'] as const, values['keep-dates']),
        keepsPatient: values['keep-patient'],
        keepsDevice: values['keep-device'],
        keepsDescriptions: values['keep-descriptions'],
      },
      isIdentified: values.identify,
      signal,
      onProgress: (files) => progress.show(`${files} files`),
    });
    progress.clear();
    const failed = failures.map(({ path, error }) => ({
      file: path,
      error: errorJson(error),
    }));
    if (values.json)
      writeJson({ out, ...forJson(report, values), failures: failed, skipped: skipped.map(asFile) });
    else process.stdout.write(asText(report));
    for (const { error } of failed) process.stderr.write(`${printable(error.message)}\n`);
    for (const { warning, files } of report.warnings)
      process.stderr.write(`Warning for ${files} files: ${deidentificationWarningText(warning)}\n`);
    return failed.length > 0 ? exitCodes.someFailed : exitCodes.done;
  },
};

/** Where to write; null for a preview. */
function checkTarget({ out, preview }: Values): string | null {
  if ((out === undefined) !== preview) throw new Misuse('Name either --out DIR or --preview.');
  return out === undefined ? null : resolvePath(out);
}

function asFile({ path, reason }: { path: string; reason: string }): { file: string; reason: string } {
  return { file: path, reason };
}

function forJson({ attributes, warnings, ...counts }: DeidentificationReport, { identify }: Values): object {
  return {
    ...counts,
    attributes: attributes.map(({ values, ...line }) => (identify ? { ...line, values } : line)),
    warnings: warnings.map(({ warning, files }) => ({
      code: warning,
      message: deidentificationWarningText(warning),
      files,
    })),
  };
}

function asText({ files, patients, studies, series, attributes }: DeidentificationReport): string {
  const lines = attributeFates.flatMap((fate) => {
    const ofFate = attributes.filter((line) => line.fate === fate);
    return ofFate.length === 0
      ? []
      : [
          `${fate}:`,
          ...ofFate.map(({ attribute, files, values }) =>
            `  ${attribute.padEnd(44)} ${files} files  ${values.map(printable).join(' | ')}`.trimEnd(),
          ),
        ];
  });
  const counts = `${files} files, ${patients} patients, ${studies} studies, ${series} series`;
  return [...lines, counts, ''].join('\n');
}
