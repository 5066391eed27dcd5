import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  defaultReceiving,
  receivingSchema,
  type ReceivingSettings,
} from '../../src-shared/contract/receivingCalls.ts';
import { UserError } from '../../src-shared/errors.ts';
import { writeDurably } from '../storage/writeDurably.ts';

const fileName = 'pacs-receiving.json';
const fileSchema = z.strictObject({ schemaVersion: z.literal(1), settings: receivingSchema });

/** How pictures are received, in one small file beside the list of archives. A restored backup leaves it as it is. */
export class ReceivingFile {
  readonly #path: string;

  constructor(folder: string) {
    this.#path = join(folder, fileName);
  }

  /** Those of a first start where nothing was remembered. @throws UserError 'pacs-list-damaged', 'file-unreadable' */
  async read(): Promise<ReceivingSettings> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return defaultReceiving;
      throw new UserError('file-unreadable', { file: fileName }, { cause: error });
    }
    try {
      return fileSchema.parse(JSON.parse(text)).settings;
    } catch (error) {
      throw new UserError('pacs-list-damaged', { file: fileName }, { cause: error });
    }
  }

  async write(settings: ReceivingSettings): Promise<void> {
    await writeDurably(this.#path, [`${JSON.stringify({ schemaVersion: 1, settings }, null, 2)}\n`]);
  }
}
