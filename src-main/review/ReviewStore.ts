import { join } from 'node:path';
import {
  attentionVerdicts,
  type OutlineRing,
  type RecordedVerdict,
  type ReviewerAgreement,
  type SliceOutline,
  type StoredRegion,
} from '../../src-shared/domain/review.ts';
import type { FramePoint } from '../../src-shared/domain/trust.ts';
import { cohensKappa } from '../../src-shared/statistics/cohensKappa.ts';
import { confusionMatrix } from '../../src-shared/statistics/confusionMatrix.ts';
import type { Database } from '../storage/Database.ts';
import { openDatabase } from '../storage/openDatabase.ts';
import { reviewMigrations } from './migrations.ts';

interface VerdictRow {
  picture: string;
  model: string;
  modelFingerprint: string;
  method: string;
  class: RecordedVerdict['class'];
  verdict: RecordedVerdict['verdict'];
  note: string;
  tags: string;
  reviewer: string;
  recordedAt: string;
}

interface OutlineRow {
  version: number;
  rings: string;
  rows: number;
  columns: number;
  origin: SliceOutline['origin'];
  author: string;
  drawnAt: string;
}

interface RegionRow {
  class: StoredRegion['class'];
  plane: StoredRegion['plane'];
  name: string;
  polygon: string;
  isMirrored: number;
  author: string;
  drawnAt: string;
}

const verdictColumns =
  'picture, model, model_fingerprint AS modelFingerprint, method, class, verdict, note, tags, reviewer, recorded_at AS recordedAt';

/** The newest verdict of each reviewer on each map. */
const standing = `SELECT max(id) FROM verdicts GROUP BY picture, model_fingerprint, method, class, reviewer`;

/**
 * What reviewers think of where models look, and what they drew: `review.db` beside the case store. A picture is named
 * by the hash of its file and its frame; nothing here says whose it is. Rows are added and never changed.
 */
export class ReviewStore {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  /** @throws UserError 'store-…' */
  static async open(folder: string): Promise<ReviewStore> {
    return new ReviewStore(await openDatabase(join(folder, 'review.db'), reviewMigrations));
  }

  recordVerdict(picture: string, verdict: RecordedVerdict): void {
    const insert = this.#database.prepare<[VerdictRow]>(
      `INSERT INTO verdicts (picture, model, model_fingerprint, method, class, verdict, note, tags, reviewer, recorded_at)
       VALUES (@picture, @model, @modelFingerprint, @method, @class, @verdict, @note, @tags, @reviewer, @recordedAt)`,
    );
    this.#database.write(() => insert.run({ ...verdict, picture, tags: JSON.stringify(verdict.tags) }));
  }

  /** The standing verdicts on a picture, oldest first. */
  listVerdicts(picture: string): RecordedVerdict[] {
    const select = this.#database.prepare<[string], VerdictRow>(
      `SELECT ${verdictColumns} FROM verdicts WHERE picture = ? AND id IN (${standing}) ORDER BY id`,
    );
    return this.#database
      .read(() => select.all(picture))
      .map(({ picture: _, tags, ...row }) => ({ ...row, tags: JSON.parse(tags) as string[] }));
  }

  /** Each pair of reviewers who judged the same maps. */
  compareReviewers(): ReviewerAgreement[] {
    const select = this.#database.prepare<[], VerdictRow>(
      `SELECT ${verdictColumns} FROM verdicts WHERE id IN (${standing}) ORDER BY id`,
    );
    const rows = this.#database.read(() => select.all());
    const reviewers = [...new Set(rows.map(({ reviewer }) => reviewer))].sort();
    const mapOf = (row: VerdictRow): string =>
      [row.picture, row.modelFingerprint, row.method, row.class].join(' ');
    const saidBy = (reviewer: string) =>
      new Map(rows.filter((row) => row.reviewer === reviewer).map((row) => [mapOf(row), row.verdict]));
    return reviewers.flatMap((one, i) =>
      reviewers.slice(i + 1).flatMap((other) => agreementOf([one, other], saidBy(one), saidBy(other))),
    );
  }

  /** Adds a version of a picture's outline. */
  saveOutline(picture: string, outline: Omit<SliceOutline, 'version'>): SliceOutline {
    const last = this.#database.prepare<[string], { version: number }>(
      'SELECT coalesce(max(version), 0) AS version FROM outlines WHERE picture = ?',
    );
    const insert = this.#database.prepare<[OutlineRow & { picture: string }]>(
      `INSERT INTO outlines (picture, version, rings, row_count, column_count, origin, author, drawn_at)
       VALUES (@picture, @version, @rings, @rows, @columns, @origin, @author, @drawnAt)`,
    );
    return this.#database.write(() => {
      const saved = { ...outline, version: last.get(picture)!.version + 1 };
      insert.run({ ...saved, picture, rings: JSON.stringify(outline.rings) });
      return saved;
    });
  }

  /** The newest outline of a picture; null where there is none, or the newest took it back. */
  readOutline(picture: string): SliceOutline | null {
    const select = this.#database.prepare<[string], OutlineRow>(
      `SELECT version, rings, row_count AS rows, column_count AS columns, origin, author, drawn_at AS drawnAt
       FROM outlines WHERE picture = ? ORDER BY version DESC LIMIT 1`,
    );
    const row = this.#database.read(() => select.get(picture));
    if (row === undefined) return null;
    const rings = JSON.parse(row.rings) as OutlineRing[];
    return rings.length === 0 ? null : { ...row, rings };
  }

  /** Adds regions; each stands in the place of the one of its class, plane and name, and takes it back where it is empty. */
  saveRegions(regions: readonly StoredRegion[]): void {
    const insert = this.#database.prepare<[RegionRow]>(
      `INSERT INTO regions (class, plane, name, polygon, is_mirrored, author, drawn_at)
       VALUES (@class, @plane, @name, @polygon, @isMirrored, @author, @drawnAt)`,
    );
    this.#database.write(() => {
      for (const region of regions)
        insert.run({
          ...region,
          polygon: JSON.stringify(region.polygon),
          isMirrored: Number(region.isMirrored),
        });
    });
  }

  /** The standing regions by class, plane and name. */
  listRegions(): StoredRegion[] {
    const select = this.#database.prepare<[], RegionRow>(
      `SELECT class, plane, name, polygon, is_mirrored AS isMirrored, author, drawn_at AS drawnAt
       FROM regions WHERE id IN (SELECT max(id) FROM regions GROUP BY class, plane, name) AND polygon <> '[]'
       ORDER BY class, plane, name`,
    );
    return this.#database
      .read(() => select.all())
      .map((row) => ({
        ...row,
        polygon: JSON.parse(row.polygon) as FramePoint[],
        isMirrored: row.isMirrored === 1,
      }));
  }

  close(): void {
    this.#database.close();
  }
}

function agreementOf(
  reviewers: readonly [string, string],
  one: ReadonlyMap<string, RecordedVerdict['verdict']>,
  other: ReadonlyMap<string, RecordedVerdict['verdict']>,
): ReviewerAgreement[] {
  const shared = [...one.keys()].filter((map) => other.has(map));
  if (shared.length === 0) return [];
  const indices = (said: ReadonlyMap<string, RecordedVerdict['verdict']>): number[] =>
    shared.map((map) => attentionVerdicts.indexOf(said.get(map)!));
  const matrix = confusionMatrix(indices(one), indices(other), attentionVerdicts.length);
  const same = shared.filter((map) => one.get(map) === other.get(map)).length;
  return [{ reviewers, n: shared.length, agreement: same / shared.length, kappa: cohensKappa(matrix) }];
}
