import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import type { Database, Statement } from '../storage/Database.ts';
import type { CaseTrash } from './CaseTrash.ts';
import type { Growth } from './Growth.ts';

interface CaseChange {
  id: number;
  now: string;
  studies: number;
  slices: number;
  analyses: number;
  last_class: TumourClass | null;
  glioma: number;
  meningioma: number;
  no_tumor: number;
  pituitary: number;
  agreeing: number;
  disagreeing: number;
}

/** Writes what grew into the lines of cases and the search index; the caller holds the write lock. */
export class GrowthWriter {
  readonly #trash: CaseTrash;
  readonly #growCase: Statement<[CaseChange], never>;
  readonly #chooseThumbnail: Statement<[{ id: number }], never>;
  readonly #insertModel: Statement<[caseId: number, model: string], never>;
  readonly #insertSearchEntry: Statement<[caseId: number], never>;
  readonly #insertWords: Statement<[entryId: number | bigint, words: string], never>;

  constructor(database: Database, trash: CaseTrash) {
    this.#trash = trash;
    this.#growCase = database.prepare(`
      UPDATE cases SET
        updated_at = iif(@analyses > 0, @now, updated_at), last_class = coalesce(@last_class, last_class),
        study_count = study_count + @studies, slice_count = slice_count + @slices,
        analysis_count = analysis_count + @analyses,
        glioma_slices = glioma_slices + @glioma, meningioma_slices = meningioma_slices + @meningioma,
        no_tumor_slices = no_tumor_slices + @no_tumor, pituitary_slices = pituitary_slices + @pituitary,
        agreeing_slices = agreeing_slices + @agreeing, disagreeing_slices = disagreeing_slices + @disagreeing
      WHERE id = @id`);
    // The middle of the first series: its ends show skin, or nothing.
    this.#chooseThumbnail = database.prepare(`
      WITH first AS (
        SELECT min(series.id) AS id FROM series JOIN studies ON studies.id = study_id WHERE case_id = @id
      )
      UPDATE cases SET thumbnail_slice_id = (
        SELECT id FROM slices WHERE series_id = (SELECT id FROM first) ORDER BY id LIMIT 1
        OFFSET (SELECT count(*) / 2 FROM slices WHERE series_id = (SELECT id FROM first))
      ) WHERE id = @id`);
    this.#insertModel = database.prepare('INSERT OR IGNORE INTO case_models (case_id, model) VALUES (?, ?)');
    this.#insertSearchEntry = database.prepare('INSERT INTO search_entries (case_id) VALUES (?)');
    this.#insertWords = database.prepare('INSERT INTO search (rowid, words) VALUES (?, ?)');
  }

  /** A case that grows is in use again, so it comes out of the trash. */
  write(id: number, growth: Growth, now: string): void {
    const { studies, slices, analyses, lastClass, classSlices, agreeingSlices, models, words } = growth;
    this.#trash.move([id], 'out', now);
    this.#growCase.run({
      ...{ id, now, studies, slices, analyses, last_class: lastClass },
      glioma: classSlices.glioma_tumor,
      meningioma: classSlices.meningioma_tumor,
      no_tumor: classSlices.no_tumor,
      pituitary: classSlices.pituitary_tumor,
      agreeing: agreeingSlices.agrees,
      disagreeing: agreeingSlices.disagrees,
    });
    for (const model of models) this.#insertModel.run(id, model);
    if (slices > 0) this.#chooseThumbnail.run({ id });
    if (words !== '') this.#insertWords.run(this.#insertSearchEntry.run(id).lastInsertRowid, words);
  }
}
