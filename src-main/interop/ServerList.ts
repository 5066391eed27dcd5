import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { aeTitle } from '../../src-shared/domain/aeTitle.ts';
import type { PacsServer } from '../../src-shared/domain/pacs.ts';
import { UserError } from '../../src-shared/errors.ts';
import { writeDurably } from '../storage/writeDurably.ts';

const fileName = 'pacs-servers.json';
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/);

/** A certificate in PEM; small, since it lies in the list. */
const certificate = z
  .string()
  .max(64 * 1024)
  .regex(/-----BEGIN CERTIFICATE-----/)
  .optional();

const serverSchema = z.discriminatedUnion('protocol', [
  z.strictObject({
    name,
    protocol: z.literal('dicomweb'),
    url: z.url({ protocol: /^https?$/ }),
    caCertificate: certificate,
  }),
  z.strictObject({
    name,
    protocol: z.literal('dimse'),
    host: z.string().min(1).max(255),
    port: z.int().min(1).max(65535),
    calledAeTitle: aeTitle,
    callingAeTitle: aeTitle,
    isTls: z.boolean(),
    caCertificate: certificate,
    movePort: z.int().min(1).max(65535).optional(),
  }),
]);
const listSchema = z.strictObject({ schemaVersion: z.literal(1), servers: z.array(serverSchema) });

/** The archives that a person has named, in one small file of the user-data folder. No credentials lie there. */
export class ServerList {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** By name. @throws UserError 'pacs-list-damaged' */
  async all(): Promise<PacsServer[]> {
    let text: string;
    try {
      text = await readFile(join(this.#folder, fileName), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw new UserError('file-unreadable', { file: fileName }, { cause: error });
    }
    try {
      return listSchema.parse(JSON.parse(text)).servers;
    } catch (error) {
      throw new UserError('pacs-list-damaged', { file: fileName }, { cause: error });
    }
  }

  /** Adds a server, or replaces the one of its name. @throws UserError 'invalid-input' */
  async put(server: PacsServer): Promise<void> {
    const parsed = serverSchema.safeParse(server);
    if (!parsed.success)
      throw new UserError('invalid-input', {
        reason: `The server's ${parsed.error.issues[0]?.path.join('.')} is not usable.`,
      });
    const others = (await this.all()).filter((one) => one.name !== server.name);
    await this.#write([...others, parsed.data].sort((a, b) => (a.name < b.name ? -1 : 1)));
  }

  /** @throws UserError 'pacs-unknown' */
  async remove(serverName: string): Promise<void> {
    const servers = await this.all();
    if (!servers.some((one) => one.name === serverName))
      throw new UserError('pacs-unknown', { server: serverName });
    await this.#write(servers.filter((one) => one.name !== serverName));
  }

  async #write(servers: PacsServer[]): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const text = `${JSON.stringify({ schemaVersion: 1, servers }, null, 2)}\n`;
    await writeDurably(join(this.#folder, fileName), [text]);
  }
}
