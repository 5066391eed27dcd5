import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { onIncident } from './reportFailure.ts';

/** What may be written down: names out of closed lists, and numbers. No text of a person, a file or a message. */
export type LogEntry =
  | { event: 'opened'; host: string; version: string }
  | { event: 'closed' }
  | { event: 'call-failed'; call: string; code: string; elapsedMs: number }
  | { event: 'job-failed'; code: string }
  | { event: 'incident'; incident: string; error: string; frames: readonly string[] };

const fileName = 'bratum.log';

/** A log of this size is set aside; so many of those are kept. */
const rotateAtBytes = 2 ** 20;
const keptFiles = 3;

/**
 * The application's own log, one JSON object a line, in the folder `logs` beside the store. It stays on the machine,
 * belongs to the user alone, and holds nothing of a patient because its entries have no place for it. A log that
 * cannot be written is left out: it must never be why something else fails.
 */
export class ActivityLog {
  readonly #folder: string;
  readonly #stopListening: () => void;

  constructor(storeFolder: string) {
    this.#folder = join(storeFolder, 'logs');
    this.#stopListening = onIncident(({ incident, error, frames }) =>
      this.write({ event: 'incident', incident, error, frames }),
    );
  }

  write(entry: LogEntry): void {
    const file = join(this.#folder, fileName);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      this.#rotate(file);
      appendFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`, {
        mode: 0o600,
      });
    } catch {
      // Disk full or folder gone: whatever the entry was about reports that itself.
    }
  }

  /** The newest lines, oldest first. */
  newest(count: number): string[] {
    const names = [`${fileName}.1`, fileName];
    const texts = names.map((name) => {
      try {
        return readFileSync(join(this.#folder, name), 'utf8');
      } catch {
        return '';
      }
    });
    return texts
      .join('')
      .split('\n')
      .filter((line) => line !== '')
      .slice(-count);
  }

  close(): void {
    this.write({ event: 'closed' });
    this.#stopListening();
  }

  #rotate(file: string): void {
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size < rotateAtBytes) return;
    for (let number = keptFiles - 1; number >= 1; number--) {
      if (statSync(`${file}.${number}`, { throwIfNoEntry: false }) !== undefined)
        renameSync(`${file}.${number}`, `${file}.${number + 1}`);
    }
    renameSync(file, `${file}.1`);
  }
}
