import { join, sep } from 'node:path';
import type { ArrivalCounts } from '../../src-shared/contract/receivingCalls.ts';
import type { Database } from '../storage/Database.ts';
import { openDatabase } from '../storage/openDatabase.ts';
import { arrivalMigrations } from './arrivalMigrations.ts';

/** A series that is to be analysed. */
export interface WaitingSeries {
  /** Absolute. */
  folder: string;
  seriesInstanceUid: string;
}

interface DayRow {
  received: number;
  analysed: number;
  remaining: number;
  failed: number;
}

/** Columns by what became of a series. */
const columns = { analysed: 'analysed', left: 'remaining', failed: 'failed' } as const;

/**
 * What arrived and what became of it, so that a day's quota and the series that wait outlive the process. A picture is
 * acknowledged only after its series stands here.
 */
export class ArrivalLedger {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  /** Opens `receiving.db` in a folder. @throws UserError 'store-…' */
  static async open(folder: string): Promise<ArrivalLedger> {
    return new ArrivalLedger(await openDatabase(join(folder, 'receiving.db'), arrivalMigrations));
  }

  /** A picture lies on the disk. @param wanted - its series, where it is to be analysed; else null */
  arrived(wanted: WaitingSeries | null): void {
    this.#database.write(() => {
      this.#add('received', 1);
      if (wanted === null) return;
      this.#database
        .prepare<[string, string]>('INSERT OR IGNORE INTO waiting VALUES (?, ?)')
        .run(wanted.folder, wanted.seriesInstanceUid);
    });
  }

  /** A series is done with. @param pictures - that it had */
  ended(folder: string, state: keyof typeof columns, pictures: number): void {
    this.#database.write(() => {
      this.#add(columns[state], pictures);
      this.#database.prepare<[string]>('DELETE FROM waiting WHERE folder = ?').run(folder);
    });
  }

  /** Series below a folder that were not done with, in this process or an earlier one. */
  waitingBelow(root: string): WaitingSeries[] {
    const rows = this.#database.read(() =>
      this.#database
        .prepare<[], { folder: string; series_instance_uid: string }>('SELECT * FROM waiting ORDER BY folder')
        .all(),
    );
    return rows
      .filter(({ folder }) => folder.startsWith(root + sep))
      .map((row) => ({ folder: row.folder, seriesInstanceUid: row.series_instance_uid }));
  }

  /** The counts of today, by the machine's calendar. */
  today(): ArrivalCounts {
    const row = this.#database.read(() =>
      this.#database.prepare<[string], DayRow>('SELECT * FROM days WHERE day = ?').get(dayOf(new Date())),
    );
    const { received = 0, analysed = 0, remaining = 0, failed = 0 } = row ?? {};
    return { received, analysed, left: remaining, failed };
  }

  close(): void {
    this.#database.close();
  }

  #add(column: keyof DayRow, count: number): void {
    this.#database
      .prepare<[string, number]>(
        `INSERT INTO days (day, ${column}) VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET ${column} = ${column} + excluded.${column}`,
      )
      .run(dayOf(new Date()), count);
  }
}

/** `2026-11-27`, of the machine's own calendar. */
function dayOf(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
