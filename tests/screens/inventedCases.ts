import type { AnalysisRecord } from '../../src-main/cases/CaseStore.ts';
import { openCaseStore } from '../../src-main/cases/openCaseStore.ts';
import type { ReadingFinding } from '../../src-shared/domain/readings.ts';
import type { ClassProbabilities, TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { drawHead } from '../fixtures/drawHead.ts';
import { syntheticRecord } from '../flows/store/syntheticRecord.ts';

/** A patient to invent: one axial series for each study. */
export interface InventedPatient {
  name: string;
  studies: {
    /** `YYYYMMDD` */
    date: string;
    /** The newest answers, one for each slice. */
    answers: TumourClass[];
  }[];
  /** What a reader found in the first slice of the last study. */
  finding?: ReadingFinding;
}

/** Two patients of which the tests speak by name. */
export const comparedPatient: InventedPatient = {
  name: 'Invented, Ada',
  studies: [
    { date: '20250314', answers: ['no_tumor', 'no_tumor', 'no_tumor', 'no_tumor'] },
    { date: '20261102', answers: ['no_tumor', 'no_tumor', 'glioma_tumor', 'no_tumor'] },
  ],
  finding: 'glioma_tumor',
};

export const otherPatient: InventedPatient = {
  name: 'Invented, Béla',
  studies: [{ date: '20260601', answers: ['meningioma_tumor', 'no_tumor'] }],
};

/** Fills a store that no host has open with drawn heads and made-up answers. Nobody's picture and nobody's name. */
export async function inventCases(
  dataFolder: string,
  patients: readonly InventedPatient[],
  side = 64,
): Promise<void> {
  const store = await openCaseStore(dataFolder);
  let number = 0;
  for (const { name, studies, finding } of patients) {
    let newest: string | undefined;
    for (const { date, answers } of studies) {
      const records = answers.map((answer, index) =>
        inventRecord({ number: number++, name, date, answer, index, side }),
      );
      const [first] = await store.record(records);
      newest = first?.id ?? newest;
    }
    if (finding === undefined || newest === undefined) continue;
    const [summary] = (await store.list({ search: name, offset: 0, limit: 1, identify: true })).cases;
    const slice = summary && (await store.open(summary.id)).detailStudies.at(-1)?.series[0]?.slices[0]?.slice;
    if (slice === undefined) throw new Error('the invented case was not stored');
    await store.recordReading({
      scope: 'slice',
      slice,
      reader: 'A. Reader',
      finding,
      rejectedClass: null,
      otherFinding: '',
      confidence: 'moderate',
      text: 'Faint rim; compare with the earlier study.',
      isBlinded: false,
    });
  }
  await store.close();
}

interface InventedSlice {
  number: number;
  name: string;
  date: string;
  answer: TumourClass;
  index: number;
  side: number;
}

function inventRecord({ number, name, date, answer, index, side }: InventedSlice): AnalysisRecord {
  const study = `2.25.${name.length}.${date}`;
  const others = { glioma_tumor: 0.1, meningioma_tumor: 0.1, no_tumor: 0.1, pituitary_tumor: 0.1 };
  const probabilities: ClassProbabilities = { ...others, [answer]: 0.7 };
  const record = syntheticRecord(number, {
    samples: new Uint16Array(drawHead(side, side, number)),
    slice: {
      rows: side,
      columns: side,
      rescaleIntercept: 0,
      window: { center: 1500, width: 3000 },
      geometry: {
        pixelSpacingMm: [200 / side, 200 / side],
        imageOrientationPatient: [1, 0, 0, 0, 1, 0],
        imagePositionPatient: [-100, -100, index * 5],
        sliceThicknessMm: 5,
      },
    },
    attributes: {
      patientName: name,
      patientId: `I-${name}`,
      studyInstanceUid: study,
      studyDate: date,
      studyDescription: 'Invented head',
      seriesInstanceUid: `${study}.1`,
      frameOfReferenceUid: `2.25.${name.length}`,
      seriesDescription: 'Drawn axial',
      seriesNumber: 1,
      instanceNumber: index + 1,
    },
    analysis: { class: answer, probabilities, classSet: [answer] },
  });
  const heatmap = record.analysis.heatmap;
  const whole = { top: 0, left: 0, height: side, width: side };
  const seen = heatmap === null ? null : { ...heatmap, class: answer, region: whole };
  return { ...record, analysis: { ...record.analysis, heatmap: seen } };
}
