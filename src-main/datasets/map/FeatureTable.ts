import type { Distributions, DistributionBin, FeatureMap } from '../../../src-shared/domain/exploration.ts';
import { tumourClasses, type TumourClass } from '../../../src-shared/domain/tumourClass.ts';
import { sheetClasses, sheetPlanes } from '../../../src-shared/domain/workspace.ts';
import type { Database } from '../../storage/Database.ts';

/** What a model finds in a picture. */
export interface PictureFeatures {
  picture: number;
  fileHash: string;
  fingerprint: string;
  answer: TumourClass;
  /** See `makeProjection`. */
  vector: Float32Array<ArrayBuffer>;
}

interface StoredMap {
  model: string;
  seed: number;
  computedAt: string;
  ids: Uint8Array;
  places: Uint8Array;
}

type LabelLine = [
  id: number,
  tumour: string | null,
  plane: string | null,
  part: string | null,
  answer: string,
];

const sizeStep = 128;
const sizeBins = 9;
const greyStep = 16;

/** Keeps features and the map of a data set, and counts what needs neither. */
export class FeatureTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Pictures at hand, outside quarantine, whose features by a model are not kept as they are now. */
  open(dataset: number, fingerprint: string): { id: number; fileHash: string }[] {
    return this.#database.read(() =>
      this.#database
        .prepare<[unknown], { id: number; fileHash: string }>(
          `SELECT p.id, p.file_hash AS fileHash FROM pictures p LEFT JOIN features f ON f.picture_id = p.id
           WHERE p.dataset_id = @dataset AND p.is_quarantined = 0 AND p.is_missing = 0
             AND (f.file_hash IS NOT p.file_hash OR f.fingerprint IS NOT @fingerprint) ORDER BY p.id`,
        )
        .all({ dataset, fingerprint }),
    );
  }

  keep(found: readonly PictureFeatures[]): void {
    const statement = this.#database.prepare<[unknown]>(
      `INSERT OR REPLACE INTO features (picture_id, file_hash, fingerprint, answer, vector)
       VALUES (@picture, @fileHash, @fingerprint, @answer, @vector)`,
    );
    this.#database.write(() => {
      for (const { vector, ...one } of found)
        statement.run({ ...one, vector: new Uint8Array(vector.buffer) });
    });
  }

  /** The kept features by one model of all pictures outside quarantine, [picture][feature]. */
  vectors(
    dataset: number,
    fingerprint: string,
    width: number,
  ): { ids: Uint32Array<ArrayBuffer>; points: Float32Array<ArrayBuffer> } {
    const rows = this.#database.read(() =>
      this.#database
        .prepare<[unknown], [number, Uint8Array]>(
          `SELECT p.id, f.vector FROM pictures p JOIN features f ON f.picture_id = p.id AND f.file_hash = p.file_hash
           WHERE p.dataset_id = @dataset AND p.is_quarantined = 0 AND f.fingerprint = @fingerprint ORDER BY p.id`,
        )
        .raw()
        .all({ dataset, fingerprint }),
    );
    const points = new Float32Array(rows.length * width);
    rows.forEach(([, vector], i) => points.set(floatsOf(vector), i * width));
    return { ids: Uint32Array.from(rows, ([id]) => id), points };
  }

  keepMap(
    dataset: number,
    { ids, places, ...map }: Pick<FeatureMap, 'model' | 'seed' | 'ids' | 'places'>,
  ): void {
    this.#database.write(() =>
      this.#database
        .prepare<[unknown]>(
          `INSERT OR REPLACE INTO maps (dataset_id, model, seed, computed_at, ids, places)
           VALUES (@dataset, @model, @seed, @now, @ids, @places)`,
        )
        .run({
          ...map,
          dataset,
          now: new Date().toISOString(),
          ids: new Uint8Array(ids.buffer),
          places: new Uint8Array(places.buffer),
        }),
    );
  }

  /** The last map with the labels of the moment; pictures that went since, or into quarantine, are left out. */
  map(dataset: number): FeatureMap | null {
    const [stored, lines] = this.#database.read(
      () =>
        [
          this.#database
            .prepare<[number], StoredMap>(
              'SELECT model, seed, computed_at AS computedAt, ids, places FROM maps WHERE dataset_id = ?',
            )
            .get(dataset),
          this.#database
            .prepare<[number], LabelLine>(
              `SELECT p.id, p.class, p.plane, p.part, f.answer FROM pictures p JOIN features f ON f.picture_id = p.id
           WHERE p.dataset_id = ? AND p.is_quarantined = 0`,
            )
            .raw()
            .all(dataset),
        ] as const,
    );
    if (stored === undefined) return null;
    const places = floatsOf(stored.places);
    const lineOf = new Map(lines.map((line) => [line[0], line]));
    const shown = [...new Uint32Array(Uint8Array.from(stored.ids).buffer)].flatMap((id, i) => {
      const line = lineOf.get(id);
      return line === undefined ? [] : [{ line, x: places[2 * i]!, y: places[2 * i + 1]! }];
    });
    const codes = (of: (line: LabelLine) => number): Uint8Array<ArrayBuffer> =>
      Uint8Array.from(shown, ({ line }) => of(line));
    return {
      ...{ model: stored.model, seed: stored.seed, computedAt: stored.computedAt },
      ids: Uint32Array.from(shown, ({ line }) => line[0]),
      places: Float32Array.from(shown.flatMap(({ x, y }) => [x, y])),
      classes: codes((line) => (sheetClasses as readonly (string | null)[]).indexOf(line[1]) + 1),
      planes: codes((line) => (sheetPlanes as readonly (string | null)[]).indexOf(line[2]) + 1),
      parts: codes((line) => ['training', 'testing'].indexOf(line[3] ?? '') + 1),
      mistakes: codes((line) => (line[1] === null ? 0 : line[1] === line[4] ? 1 : 2)),
    };
  }

  /** Counts of what a data set is made of, without those in quarantine. */
  distributions(dataset: number): Distributions {
    return this.#database.read(() => ({
      counts: this.#database
        .prepare<[number], Distributions['counts'][number]>(
          `SELECT ifnull(class, 'none') AS class, ifnull(plane, 'none') AS plane, count(*) AS pictures
           FROM pictures WHERE dataset_id = ? AND is_quarantined = 0 GROUP BY 1, 2 ORDER BY 1, 2`,
        )
        .all(dataset),
      sizes: this.#bins(
        dataset,
        `min(max(rows, columns) / ${sizeStep}, ${sizeBins - 1})`,
        sizeStep,
        sizeBins,
      ),
      intensities: this.#bins(dataset, `min(CAST(brightness / ${greyStep} AS INTEGER), 15)`, greyStep, 16),
    }));
  }

  #bins(dataset: number, bin: string, step: number, count: number): DistributionBin[] {
    const empty = (): DistributionBin['classes'] =>
      Object.fromEntries([...tumourClasses, 'none'].map((name) => [name, 0])) as DistributionBin['classes'];
    const bins = Array.from({ length: count }, (_, i) => ({ from: i * step, classes: empty() }));
    const rows = this.#database
      .prepare<[number], { bin: number; class: TumourClass | 'none'; pictures: number }>(
        `SELECT ${bin} AS bin, ifnull(class, 'none') AS class, count(*) AS pictures
         FROM pictures WHERE dataset_id = ? AND is_quarantined = 0 GROUP BY 1, 2`,
      )
      .all(dataset);
    for (const row of rows) bins[row.bin]!.classes[row.class] = row.pictures;
    return bins;
  }
}

function floatsOf(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
