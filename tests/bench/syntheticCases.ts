import { AnalysisRecorder } from '../../src-main/cases/AnalysisRecorder.ts';
import { AuditTrail } from '../../src-main/cases/AuditTrail.ts';
import { CaseTrash } from '../../src-main/cases/CaseTrash.ts';
import { GrowthWriter } from '../../src-main/cases/GrowthWriter.ts';
import { ReadingRecorder } from '../../src-main/cases/ReadingRecorder.ts';
import { SlicePlacer } from '../../src-main/cases/SlicePlacer.ts';
import { SliceVerdicts } from '../../src-main/cases/SliceVerdicts.ts';
import type { Database } from '../../src-main/storage/Database.ts';
import { tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import { randomNumbers, readingOf, syntheticRecord } from '../flows/store/syntheticRecord.ts';

const familyNames = [
  'Ahlgren',
  'Baptista',
  'Cieślak',
  'Dvořák',
  'Eriksen',
  'Fernández',
  'Großmann',
  'Haddad',
];
const givenNames = ['Ana', 'Ben', 'Chloé', 'Dara', 'Emil', 'Fatima', 'Goran', 'Hana', 'Ida', 'Jan'];
const descriptions = ['Schädel nativ', 'Brain with contrast', 'Pituitary', 'Follow-up', 'Tumour staging'];
const readers = ['Ada', 'Bob', 'Cleo'];

/** Cases of one transaction. */
const batchSize = 500;

/**
 * Writes invented cases of one slice each, every tenth of them read, by the writers that the application has; only the
 * pictures are missing, which no list looks at.
 */
export function writeSyntheticCases(database: Database, count: number): void {
  const auditTrail = new AuditTrail(database);
  const growthWriter = new GrowthWriter(database, new CaseTrash(database, auditTrail));
  const parts = { auditTrail, verdicts: new SliceVerdicts(database), growthWriter };
  const recorder = new AnalysisRecorder(database, { ...parts, placer: new SlicePlacer(database) });
  const readings = new ReadingRecorder(database, parts);
  const random = randomNumbers(7);
  const pick = <Value>(values: readonly Value[]): Value =>
    values[Math.floor(random() * values.length)] as Value;
  const samples = new Int16Array(24 * 24);
  for (let start = 0; start < count; start += batchSize) {
    const numbers = Array.from({ length: Math.min(batchSize, count - start) }, (_, index) => start + index);
    const records = numbers.map((number) =>
      syntheticRecord(number * 10, {
        samples,
        attributes: {
          patientName: `${pick(familyNames)}, ${pick(givenNames)} ${number}`,
          studyDate: `20${String(10 + (number % 16))}${String(1 + (number % 12)).padStart(2, '0')}15`,
          studyDescription: pick(descriptions),
        },
        analysis: { class: pick(tumourClasses), model: pick(['combined', 'axial', 'sagittal', 'coronal']) },
      }),
    );
    database.write(() => {
      const now = (number: number) => new Date(Date.UTC(2020, 0, 1) + number * 1_000_000).toISOString();
      recorder.record(records, Array<string>(records.length).fill('0'.repeat(64)), now(start));
      for (const number of numbers.filter((one) => one % 10 === 0)) {
        const finding = pick(tumourClasses);
        readings.record(readingOf(`stored:${number + 1}`, { reader: pick(readers), finding }), now(number));
      }
    });
  }
}
