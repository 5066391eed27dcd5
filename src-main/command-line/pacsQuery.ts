import type { FoundStudy, StudyQuery } from '../../src-shared/domain/pacs.ts';
import { exitCodes, type Command } from './Command.ts';
import { openServer } from './openServer.ts';
import { printable } from './printable.ts';
import { readArguments, wholeNumber } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

const options = {
  study: { type: 'string' },
  'patient-id': { type: 'string' },
  'patient-name': { type: 'string' },
  date: { type: 'string' },
  modality: { type: 'string' },
  description: { type: 'string' },
  accession: { type: 'string' },
  limit: { type: 'string', default: '100' },
  identify: { type: 'boolean', default: false },
  timeout: { type: 'string', default: '60' },
  json: { type: 'boolean', default: false },
} as const;

/** `bratum pacs query`: studies of an archive, or with `--study` the series of one. */
export const pacsQueryCommand: Command = {
  usage:
    'pacs query NAME|ADDRESS [--study UID] [--patient-id ID] [--patient-name NAME] [--date YYYYMMDD[-YYYYMMDD]] [--modality M] [--description TEXT] [--accession N] [--limit N] [--identify] [--timeout SECONDS] [--json]',
  summary: 'Looks for studies in an archive; patients are left out unless --identify is given.',
  async run(args, { signal }) {
    const { values, positionals } = readArguments(args, options, { takesPaths: true });
    const limit = wholeNumber('--limit', values.limit, 1, 10_000);
    const connection = await openServer(positionals, values, signal);
    const found = await connection.findStudies(toQuery(values, limit));
    const studies = [];
    for (const study of found) {
      const { patientId, patientName, accessionNumber, ...rest } = study;
      studies.push({
        ...rest,
        ...(values.identify && { patientId, patientName, accessionNumber }),
        ...(values.study !== undefined && {
          seriesList: await connection.findSeries(study.studyInstanceUid),
        }),
      });
    }
    if (values.json) writeJson({ studies });
    else for (const study of found) process.stdout.write(`${textOf(study, values.identify)}\n`);
    return exitCodes.done;
  },
};

type Values = ReturnType<typeof readArguments<typeof options>>['values'];

function toQuery(values: Values, limit: number): StudyQuery {
  const conditions = {
    studyInstanceUid: values.study,
    patientId: values['patient-id'],
    patientName: values['patient-name'],
    studyDate: values.date,
    modality: values.modality,
    studyDescription: values.description,
    accessionNumber: values.accession,
  };
  const given = Object.entries(conditions).filter(([, value]) => value !== undefined);
  return { ...(Object.fromEntries(given) as Partial<StudyQuery>), limit };
}

function textOf(study: FoundStudy, isIdentified: boolean): string {
  const who = isIdentified ? `${study.patientName ?? ''} (${study.patientId ?? ''})  ` : '';
  const counts = `${study.series ?? '?'} series, ${study.instances ?? '?'} pictures`;
  const what = `${study.studyDate ?? '        '}  ${study.modalities.join('/')}  ${study.studyDescription ?? ''}`;
  return printable(`${study.studyInstanceUid}  ${who}${what}  ${counts}`);
}
