import { randomBytes } from 'node:crypto';
import type { DicomAttributes, Slice } from '../../src-shared/domain/slice.ts';
import { foldText } from '../../src-shared/foldText.ts';
import type { Database, Statement } from '../storage/Database.ts';
import type { SliceContent } from './CaseStore.ts';
import type { Growth } from './Growth.ts';
import { insertInto } from './insertInto.ts';
import { maskedName } from './maskedName.ts';
import { sliceIdentity, type SliceIdentity } from './sliceIdentity.ts';
import { sampleTypeOf } from './storedSamples.ts';

type Find<Parent extends unknown[]> = Statement<[...Parent, identity: string], { id: number }>;

interface NewCase {
  identity: string;
  salt: Uint8Array;
  mask: string;
  title: string;
  patient_name: string | null;
  patient_id: string | null;
  sort_name: string;
  folded_patient: string;
  created_at: string;
  updated_at: string;
}

type NewStudy = {
  case_id: number;
  identity: string;
  study_date: string | null;
  study_description: string | null;
};

type NewSeries = {
  study_id: number;
  identity: string;
  modality: string | null;
  series_description: string | null;
  series_number: number | null;
};

type NewSlice = {
  series_id: number;
  file_hash: string;
  frame: number | null;
  volume_plane: string | null;
  header: string;
  sample_type: string;
  pixel_hash: string;
};

const saltLength = 16;

/** Finds the row of a slice by its content, or makes it together with the case, study and series it needs. */
export class SlicePlacer {
  readonly #findCase: Find<[]>;
  readonly #findMask: Statement<[mask: string], { id: number }>;
  readonly #insertCase: Statement<[NewCase], never>;
  readonly #findStudy: Find<[caseId: number]>;
  readonly #insertStudy: Statement<[NewStudy], never>;
  readonly #findSeries: Find<[studyId: number]>;
  readonly #insertSeries: Statement<[NewSeries], never>;
  readonly #findSlice: Statement<[string, number, string], { id: number; case_id: number }>;
  readonly #insertSlice: Statement<[NewSlice], never>;

  constructor(database: Database) {
    this.#findCase = database.prepare('SELECT id FROM cases WHERE identity = ?');
    this.#findMask = database.prepare('SELECT id FROM cases WHERE mask = ?');
    this.#insertCase = insertInto(database, 'cases', [
      'identity',
      'salt',
      'mask',
      'title',
      'patient_name',
      'patient_id',
      'sort_name',
      'folded_patient',
      'created_at',
      'updated_at',
    ]);
    this.#findStudy = database.prepare('SELECT id FROM studies WHERE case_id = ? AND identity = ?');
    this.#insertStudy = insertInto(database, 'studies', [
      'case_id',
      'identity',
      'study_date',
      'study_description',
    ]);
    this.#findSeries = database.prepare('SELECT id FROM series WHERE study_id = ? AND identity = ?');
    this.#insertSeries = insertInto(database, 'series', [
      'study_id',
      'identity',
      'modality',
      'series_description',
      'series_number',
    ]);
    this.#findSlice = database.prepare(`
      SELECT slices.id, studies.case_id FROM slices
      JOIN series ON series.id = series_id JOIN studies ON studies.id = study_id
      WHERE file_hash = ? AND ifnull(frame, -1) = ? AND ifnull(volume_plane, '') = ?`);
    this.#insertSlice = insertInto(database, 'slices', [
      'series_id',
      'file_hash',
      'frame',
      'volume_plane',
      'header',
      'sample_type',
      'pixel_hash',
    ]);
  }

  /** The slice of this content, or null. */
  find({ fileHash, frame, volumePlane }: SliceContent): { id: number; caseId: number } | null {
    const known = this.#findSlice.get(fileHash, frame ?? -1, volumePlane ?? '');
    return known === undefined ? null : { id: known.id, caseId: known.case_id };
  }

  /**
   * @param pixelHash - the blob that holds the samples
   * @param now - ISO 8601, UTC
   * @param growthOf - where to count what is new in a case
   */
  place(
    content: SliceContent,
    slice: Slice,
    pixelHash: string,
    now: string,
    growthOf: (caseId: number) => Growth,
  ): { sliceId: number; growth: Growth } {
    const known = this.find(content);
    if (known !== null) return { sliceId: known.id, growth: growthOf(known.caseId) };

    const identity = sliceIdentity(content, slice);
    const caseId = this.#findCase.get(identity.case)?.id ?? this.#addCase(identity, slice, now);
    const growth = growthOf(caseId);
    growth.mention(slice.attributes.patientName, slice.attributes.patientId, slice.fileName);
    const studyId =
      this.#findStudy.get(caseId, identity.study)?.id ?? this.#addStudy(caseId, identity, slice, growth);
    const seriesId =
      this.#findSeries.get(studyId, identity.series)?.id ?? this.#addSeries(studyId, identity, slice, growth);
    const { samples, ...header } = slice;
    growth.slices++;
    const sliceId = insertedId(
      this.#insertSlice.run({
        series_id: seriesId,
        file_hash: content.fileHash,
        frame: content.frame,
        volume_plane: content.volumePlane,
        header: JSON.stringify(header),
        sample_type: sampleTypeOf(samples),
        pixel_hash: pixelHash,
      }),
    );
    return { sliceId, growth };
  }

  #addCase(
    { case: identity, isPatient }: SliceIdentity,
    { attributes, fileName }: Slice,
    now: string,
  ): number {
    const salt = randomBytes(saltLength);
    const { patientName, patientId } = attributes;
    const title = patientName ?? patientId ?? fileName;
    const isTaken = (mask: string) => this.#findMask.get(mask) !== undefined;
    return insertedId(
      this.#insertCase.run({
        identity,
        salt,
        mask: maskedName(salt, { identity, isPatient }, isTaken),
        title,
        patient_name: patientName,
        patient_id: patientId,
        sort_name: foldText(title),
        folded_patient: foldText([patientName, patientId].filter((text) => text !== null).join(' ')),
        created_at: now,
        updated_at: now,
      }),
    );
  }

  #addStudy(caseId: number, { study }: SliceIdentity, slice: Slice, growth: Growth): number {
    const { studyDate, studyDescription }: DicomAttributes = slice.attributes;
    growth.studies++;
    growth.mention(studyDescription);
    return insertedId(
      this.#insertStudy.run({
        case_id: caseId,
        identity: study,
        study_date: studyDate,
        study_description: studyDescription,
      }),
    );
  }

  #addSeries(studyId: number, { series }: SliceIdentity, slice: Slice, growth: Growth): number {
    const { modality, seriesDescription, seriesNumber } = slice.attributes;
    growth.mention(seriesDescription);
    return insertedId(
      this.#insertSeries.run({
        study_id: studyId,
        identity: series,
        modality,
        series_description: seriesDescription,
        series_number: seriesNumber,
      }),
    );
  }
}

function insertedId({ lastInsertRowid }: { lastInsertRowid: number | bigint }): number {
  return Number(lastInsertRowid);
}
